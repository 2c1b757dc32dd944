// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "command.h"
#include "output.h"

static struct style style_of(int fd)
{
	const char *no_colour = getenv("NO_COLOR");
	struct winsize size;
	struct style style = { 0 };

	if (!isatty(fd))
		return style;
	style.colour = !no_colour || !*no_colour;
	if (!ioctl(fd, TIOCGWINSZ, &size))
		style.columns = size.ws_col;
	return style;
}

int output_open(struct output *output, const char *path)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "we") : stdout;

	if (!file)
		return -errno;
	*output = (struct output){ .file = file, .path = path, .style = style_of(fileno(file)) };
	return 0;
}

int output_close(struct output *output, const char *command)
{
	/* An earlier write may have failed: the error sticks, its number does not. */
	bool failed = ferror(output->file);
	int err = fflush(output->file) ? errno : 0;

	if (fclose(output->file) && !err)
		err = errno;
	output->file = NULL;
	if (failed && !err)
		err = EIO;
	if (!err || err == EPIPE)
		return EXIT_DONE;
	fprintf(stderr, "ctscope %s: cannot write to %s: %s\n", command,
		strcmp(output->path, "-") ? output->path : "standard output", strerror(err));
	return EXIT_FAILED;
}
