/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside of the kernel's types: kernel_types.c reads them, kernel_types_keep.c makes a file of a few. */
#ifndef OBSERVE_KERNEL_TYPES_STATE_H
#define OBSERVE_KERNEL_TYPES_STATE_H

#include <linux/btf.h>
#include "kernel_types.h"

/* A type is three words (struct btf_type), then as many as its kind has. */
#define HEAD_WORDS 3

struct type_shape {
	bool known;
	bool refers;		/* its third word is a type, not a size */
	uint8_t fixed, each;	/* words that follow: once, and for each of its parts */
	uint8_t fixed_types, each_names, each_types;	/* a bit a word that is one */
};

/* One file: types, and names by their distance from the first. */
struct part {
	const char *types, *names;
	uint32_t types_size, names_size;
};

/* The module's go on where the kernel's end: its numbers, and the distances of its names. */
enum { OF_KERNEL, OF_MODULE, PARTS };

struct kernel_types {
	char *bytes[PARTS];
	struct part parts[PARTS];
	uint32_t *at;		/* where a type begins in its part, by number; number 0 is void */
	uint32_t count, room, of_module;	/* of_module: the number of its first */
	int fd;
	char path[32];
};

/* The shape of a type's kind. */
const struct type_shape *type_shape(const struct btf_type *);
const struct btf_type *type_of(const struct kernel_types *, uint32_t id);
/* "": it has none. */
const char *type_name(const struct kernel_types *, uint32_t at);
/* A file's bytes, which must outlive it; only its numbers are to be freed. */
int types_add_part(struct kernel_types *, int which, const char *bytes, size_t size);
/* All but the file that was made. */
void types_forget(struct kernel_types *);

#endif
