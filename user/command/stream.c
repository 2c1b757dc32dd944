// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "command.h"
#include "stream.h"

int stream_open(struct stream *stream, const struct options *options)
{
	struct winsize window;
	int err;

	*stream = (struct stream){ 0 };
	err = output_open(&stream->output, options->output, 0);
	if (err) {
		fprintf(stderr, "ctscope: cannot open '%s' for writing: %s\n", options->output, strerror(-err));
		return EXIT_FAILED;
	}
	stream->terminal = isatty(output_fd(stream->output));
	stream->style.colour = stream->terminal && !options->json && !getenv("NO_COLOR");
	if (stream->terminal && !ioctl(output_fd(stream->output), TIOCGWINSZ, &window))
		stream->style.columns = window.ws_col;
	return EXIT_DONE;
}

static void write_whole(struct stream *stream, const char *text, size_t size)
{
	int err;

	if (stream->reader_gone)
		return;
	err = output_write(stream->output, text, size);
	stream->reader_gone = err == -EPIPE;
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
	uint64_t lost = stream->lost + (stream->reader_gone ? 0 : output_lost(stream->output));
	int error = output_error(stream->output);
	int err = output_close(stream->output);

	if (stream->reader_gone)
		return EXIT_DONE;
	if (!lost && !err)
		return EXIT_DONE;
	fprintf(stderr, "ctscope: %" PRIu64 " reports could not be written: %s\n", lost ? lost : 1,
		strerror(err ? -err : error ? error : EMSGSIZE));
	return EXIT_FAILED;
}
