/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading the kernel's text files: never more than asked for, never half of one unnoticed. */
#ifndef OBSERVE_READ_H
#define OBSERVE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* DIR/NAME exists. */
bool file_there(const char *dir, const char *name);
/*
 * DIR/NAME into buf, NUL-terminated: the length, or -errno; -EFBIG when the
 * file does not fit whole in size - 1 bytes.
 */
ssize_t read_small(const char *dir, const char *name, char *buf, size_t size);
/* The same into memory that is grown up to limit bytes; *text is for the caller to free. */
ssize_t read_whole(const char *dir, const char *name, size_t limit, char **text);
/* One whole number with nothing but white space around it: 0, -EINVAL, -ERANGE. */
int parse_whole_number(const char *text, size_t size, int64_t *out);

#endif
