/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where a command that ends by itself writes: stdout, or the file of -o.
 *
 *   output_open -> write to .file -> output_close, which says whether all of it arrived
 */
#ifndef COMMAND_OUTPUT_H
#define COMMAND_OUTPUT_H

#include <stdio.h>
#include "render/text.h"

struct output {
	FILE *file;
	const char *path;	/* as given; "-": stdout */
	struct style style;
};

/* Opens path anew. 0 or -errno. */
int output_open(struct output *, const char *path);
/*
 * Writes out what is left and closes: an exit code. Says in one sentence what
 * could not be written; a reader that has gone is no failure and not worth one.
 */
int output_close(struct output *, const char *command);

#endif
