/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Facts of the machine that sizes and costs are computed from. */
#ifndef OBSERVE_MACHINE_H
#define OBSERVE_MACHINE_H

#include <stddef.h>
#include <stdint.h>
#include "roots.h"

struct machine {
	char kernel[65];	/* uname -r */
	char node[254];		/* NODE_NAME of the environment, else the host name */
	uint64_t ram_bytes;	/* MemTotal, 0 = not known */
	uint32_t entry_bytes;	/* memory an nf_conn takes in its slab, 0 = not known (root only) */
};

/* 0 or -errno; what cannot be read is 0, no error. */
int machine_read(const struct roots *roots, struct machine *out);

/* MemTotal alone, 0 = not known. */
uint64_t machine_ram_bytes(const struct roots *roots);

/* The texts behind it; size bytes, need not end in NUL. 0: not in there. */
uint64_t meminfo_ram_bytes(const char *text, size_t size);
uint32_t slabinfo_entry_bytes(const char *text, size_t size);

#endif
