/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A saved dump of the table, plain or gzip, of any size in bounded memory:
 *
 *   dump_open -> dump_next ... (dump_rewind -> dump_next ...) -> dump_free
 */
#ifndef OBSERVE_DUMP_H
#define OBSERVE_DUMP_H

#include <stdbool.h>
#include <stdint.h>
#include "model/entry.h"

#define DUMP_BAD_SHOWN 3
#define DUMP_BAD_TEXT 64

struct dump;

struct dump_bad {
	uint64_t line;		/* from 1 */
	char text[DUMP_BAD_TEXT];	/* its beginning, printable */
};

struct dump_count {
	uint64_t lines;
	uint64_t entries;
	uint64_t bad;		/* lines that could not be read */
	struct dump_bad first[DUMP_BAD_SHOWN];
	bool shown_known;	/* conntrack's last line was there */
	uint64_t shown;		/* the number of entries it says */
};

/* path "-": standard input. 0, or -errno. */
int dump_open(struct dump **, const char *path);
/*
 * 1: an entry, 0: the end, -errno: the file cannot be read any further
 * (-EBADMSG: damaged gzip, or one that ends too early).
 */
int dump_next(struct dump *, struct entry *);
/* Of what has been read so far. */
const struct dump_count *dump_count(const struct dump *);
/* How far: 0 to 1, -1 when not known (a pipe). */
double dump_progress(const struct dump *);
uint64_t dump_size(const struct dump *);	/* of the file, bytes; 0: not known */
/* Back to the start, counts included; -ESPIPE when it is a pipe. */
int dump_rewind(struct dump *);
void dump_free(struct dump *);

#endif
