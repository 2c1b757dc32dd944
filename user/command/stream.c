// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "command.h"
#include "stream.h"

/* At the end, how long a slow reader is waited for. */
#define DRAIN_MS 2000

/*
 * A FIFO can be written only while somebody holds its reading end; we do
 * ourselves, so that lines wait in it for a reader that is yet to come.
 */
static int hold_fifo(const char *path)
{
	struct stat st;

	return stat(path, &st) || !S_ISFIFO(st.st_mode) ? -1 :
	       open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static void release_fifo(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

int stream_open(struct stream *stream, const struct options *options)
{
	return stream_open_queued(stream, options, 0);
}

int stream_open_queued(struct stream *stream, const struct options *options, size_t queue_bytes)
{
	struct winsize window;
	int err;

	*stream = (struct stream){ .fifo_end = -1, .path = options->output };
	stream->stays = queue_bytes && strcmp(options->output, OUTPUT_STDOUT);
	if (stream->stays)
		stream->fifo_end = hold_fifo(options->output);
	err = output_open(&stream->output, options->output, queue_bytes);
	if (err) {
		release_fifo(stream->fifo_end);
		fprintf(stderr, "ctscope: cannot open '%s' for writing: %s\n", options->output, strerror(-err));
		return EXIT_FAILED;
	}
	stream->terminal = isatty(output_fd(stream->output));
	stream->style.colour = stream->terminal && !options->json && !getenv("NO_COLOR");
	if (stream->terminal && !ioctl(output_fd(stream->output), TIOCGWINSZ, &window))
		stream->style.columns = window.ws_col;
	return EXIT_DONE;
}

int stream_reopen(struct stream *stream)
{
	int end = stream->stays ? hold_fifo(stream->path) : -1;
	int err = output_reopen(stream->output);

	release_fifo(err ? end : stream->fifo_end);
	if (!err)
		stream->fifo_end = end;
	return err;
}

static void note(struct stream *stream, int err)
{
	stream->reader_gone |= err == -EPIPE && !stream->stays;
}

bool stream_pending(const struct stream *stream)
{
	return output_pending(stream->output);
}

void stream_flush(struct stream *stream)
{
	note(stream, output_flush(stream->output));
}

uint64_t stream_lost(const struct stream *stream)
{
	return stream->lost + (stream->reader_gone ? 0 : output_lost(stream->output));
}

static void write_whole(struct stream *stream, const char *text, size_t size)
{
	if (!stream->reader_gone)
		note(stream, output_write(stream->output, text, size));
}

void stream_record(struct stream *stream, const char *line, ssize_t length)
{
	if (length > 0)
		write_whole(stream, line, (size_t)length);
	else if (length < 0)
		stream->lost++;
}

FILE *stream_text_begin(struct stream *stream, char **buffer, size_t *size)
{
	FILE *out = open_memstream(buffer, size);

	if (!out)
		stream->lost++;
	return out;
}

void stream_text_end(struct stream *stream, FILE *out, char **buffer, const size_t *size)
{
	if (fclose(out))
		stream->lost++;
	else
		write_whole(stream, *buffer, *size);
	free(*buffer);
	*buffer = NULL;
}

int stream_close(struct stream *stream)
{
	int drained = stream->reader_gone ? 0 : output_drain(stream->output, DRAIN_MS);
	uint64_t lost = stream_lost(stream);
	int error = output_error(stream->output);
	int err = output_close(stream->output);

	release_fifo(stream->fifo_end);
	note(stream, drained);
	if (stream->reader_gone)
		return EXIT_DONE;
	if (!lost && !err)
		return EXIT_DONE;
	fprintf(stderr, "ctscope: %" PRIu64 " reports could not be written: %s\n", lost ? lost : 1,
		strerror(err ? -err : error ? error : EMSGSIZE));
	return EXIT_FAILED;
}
