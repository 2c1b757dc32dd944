/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where the data goes: stdout, a file, a FIFO. Whole lines only, one write(2)
 * each where the kernel allows; what could not be written is counted, never
 * silently lost, and a full disk is survived.
 *
 *   output_open(&o, path, 0); output_write(o, line, len); ... output_close(o);
 *
 * With a queue, writing to a pipe or socket never waits: lines wait in the
 * queue, the oldest give way to new ones. The caller watches output_fd() for
 * room while output_pending() and then calls output_flush(). Files, terminals
 * and devices are written at once in either case.
 *
 * The caller ignores SIGPIPE, so that -EPIPE arrives here.
 */
#ifndef SERVE_OUTPUT_H
#define SERVE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTPUT_STDOUT "-"

struct output;

/* queue_bytes 0: wait for the reader. -errno of open(2); -ENXIO: queue wanted and a FIFO has no reader. */
int output_open(struct output **out, const char *path, size_t queue_bytes);
/* For SIGHUP: the same path again, after a rotation. On -errno the old file stays in use. */
int output_reopen(struct output *);
/*
 * One or more whole lines. 0: written or queued. -EPIPE: the reader is gone,
 * which ends the program quietly. Any other -errno: lost and counted, go on.
 */
int output_write(struct output *, const char *lines, size_t len);
int output_fd(const struct output *);
bool output_pending(const struct output *);
/* Writes what the reader has room for; 0 or -errno as output_write. */
int output_flush(struct output *);
/* Writes the rest of the queue, waiting at most so long; what is left then is lost and counted. */
int output_drain(struct output *, int timeout_ms);
/* Lines lost since open, and the errno of the latest (0: none, or the queue was full). */
uint64_t output_lost(const struct output *);
int output_error(const struct output *);
/* 0, or -errno when the file system reports a failure only now. NULL is accepted. */
int output_close(struct output *);

#endif
