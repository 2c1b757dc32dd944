/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* This process as Prometheus' clients describe one. */
#ifndef OBSERVE_SELF_H
#define OBSERVE_SELF_H

#include <stdint.h>

struct self {
	double cpu_seconds;
	double start_seconds;		/* since 1970 */
	uint64_t rss_bytes, virtual_bytes;	/* 0 = not known */
	uint64_t open_fds, max_fds;	/* 0 = not known */
};

/* What cannot be read is 0. */
void self_read(struct self *);

#endif
