/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The bytes of an answer, shared by all who ask for the same within a second:
 * a hundred readers cost one rendering and one copy.
 *
 *   body_new -> body_share ... body_drop, once more than it was shared
 */
#ifndef SERVE_BODY_H
#define SERVE_BODY_H

#include <stddef.h>

struct body {
	unsigned int shares;
	size_t size;
	char *bytes;	/* malloc()ed */
};

/* Takes bytes over, also when there is no memory (NULL). */
struct body *body_new(char *bytes, size_t size);
/* The same compressed, or NULL when that fails. */
struct body *body_gzip(const struct body *);
struct body *body_share(struct body *);
void body_drop(struct body *);	/* NULL is accepted */

#endif
