/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Addresses of kernel variables, from /proc/kallsyms, and of modules. */
#ifndef OBSERVE_SYMBOLS_H
#define OBSERVE_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>
#include "roots.h"

struct symbol {
	const char *name;
	uint64_t address;	/* 0: not found */
};

/*
 * Fills in the addresses in one pass that ends with the last one found.
 * -ENOENT: one is not listed; -EPERM: listed, but its address is hidden.
 */
int symbols_find(const struct roots *, struct symbol *, size_t count);
/* A module's struct module. -ENOENT: no such module (built in, perhaps); -EPERM: hidden. */
int symbols_module(const struct roots *, const char *module, uint64_t *address);

#endif
