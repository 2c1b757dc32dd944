/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where a command's data goes: records as lines, text as it is rendered,
 * both through one output. A reader that closes its end is a quiet end.
 *
 *   stream_open -> stream_record, stream_text ... -> stream_close
 */
#ifndef COMMAND_STREAM_H
#define COMMAND_STREAM_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include "options.h"
#include "render/text.h"
#include "serve/output.h"

struct stream {
	struct output *output;
	const char *path;
	struct style style;
	bool terminal;		/* a person is looking: may be redrawn */
	bool reader_gone;
	bool stays;		/* -o FILE of an agent: a reader may go and come back */
	int fifo_end;		/* the reading end we hold of our own FIFO, -1: none */
	uint64_t lost;		/* records that could not be written */
};

/* 0; on failure one sentence is on stderr, and the exit code returned. */
int stream_open(struct stream *, const struct options *);
/*
 * For one that must never wait: a slow reader finds the latest queue_bytes,
 * older lines are lost and counted. A FIFO may be without a reader at times.
 */
int stream_open_queued(struct stream *, const struct options *, size_t queue_bytes);
/* For SIGHUP. -errno: the old file stays in use. */
int stream_reopen(struct stream *);
/* Lines wait for room in output_fd(): call stream_flush() then. */
bool stream_pending(const struct stream *);
void stream_flush(struct stream *);
/* Records lost since it was opened. */
uint64_t stream_lost(const struct stream *);
/* A rendered record; length is what record_...() returned, errors included, 0: nothing to write. */
void stream_record(struct stream *, const char *line, ssize_t length);
/* Text in between is collected and written whole: text_begin, fprintf ..., text_end. */
FILE *stream_text_begin(struct stream *, char **buffer, size_t *size);
void stream_text_end(struct stream *, FILE *, char **buffer, const size_t *size);
/* The exit code: EXIT_FAILED, with a sentence, when something was lost. */
int stream_close(struct stream *);

#endif
