/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel says of its types (BTF): 4 to 7 MB of its own, and what
 * nf_conntrack adds where that is a module.
 *
 * libbpf holds it twice while it reads it, for each object anew, and the
 * types of all other modules when one it looks for is not there. So we read
 * it, and give libbpf the twenty types it needs as a file of their own: while
 * it loads, ctscope is 4 MB smaller on Debian's 6.1 and 7.2.
 *
 *   kernel_types_read -> (kernel_types_function ...) -> kernel_types_keep
 *   -> kernel_types_free, once the objects are loaded
 */
#ifndef OBSERVE_KERNEL_TYPES_H
#define OBSERVE_KERNEL_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "roots.h"

struct kernel_types;

/* NULL and errno: not there, or not as we know it. */
struct kernel_types *kernel_types_read(const struct roots *);
/* One more than the highest number of a type; 0 once they are no longer kept whole. */
uint32_t kernel_types_count(const struct kernel_types *);
/* The function of this number, *of_module: one of nf_conntrack's; NULL: no function. */
const char *kernel_types_function(const struct kernel_types *, uint32_t id, bool *of_module);
/* For bpf_object_open_opts.btf_custom_path; NULL types: NULL, libbpf then reads them itself. */
const char *kernel_types_path(const struct kernel_types *);
/*
 * Into that file, what an object needs: the namesakes of its own types (btf,
 * of size bytes) and all that is in them, but pointers lead to nothing. The
 * rest is forgotten. NULL types, or a second time: nothing to do.
 */
int kernel_types_keep(struct kernel_types *, const void *btf, size_t size);
void kernel_types_free(struct kernel_types *);

#endif
