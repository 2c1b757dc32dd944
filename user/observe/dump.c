// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include "dump.h"
#include "dump_line.h"

#define BUFFER_BYTES (256U << 10)	/* a line is 200 bytes: 500 at most, plus labels and a context */
#define ZLIB_BUFFER_BYTES (64U << 10)

struct dump {
	gzFile file;		/* reads plain files as they are */
	uint64_t size;
	struct dump_count count;
	bool ended;
	bool discarding;	/* inside a line longer than the buffer */
	char *at, *whole, *end;	/* in the buffer: whole lines, then the beginning of one */
	char buffer[BUFFER_BYTES + 1 + DUMP_LINE_SLACK];
};

static int open_input(const char *path, uint64_t *size)
{
	struct stat info;
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : dup(STDIN_FILENO);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &info)) {
		int err = -errno;

		(void)close(fd);
		return err;
	}
	if (S_ISDIR(info.st_mode)) {
		(void)close(fd);
		return -EISDIR;
	}
	*size = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
	return fd;
}

int dump_open(struct dump **out, const char *path)
{
	struct dump *dump = calloc(1, sizeof(*dump));
	int fd;

	*out = NULL;
	if (!dump)
		return -ENOMEM;
	fd = open_input(path, &dump->size);
	if (fd < 0) {
		free(dump);
		return fd;
	}
	dump->file = gzdopen(fd, "rb");
	if (!dump->file) {
		(void)close(fd);
		free(dump);
		return -ENOMEM;
	}
	(void)gzbuffer(dump->file, ZLIB_BUFFER_BYTES);
	dump->at = dump->whole = dump->end = dump->buffer;
	*out = dump;
	return 0;
}

/* More into the buffer, behind what is left of it. 0 or -errno. */
static int refill(struct dump *dump)
{
	size_t left = (size_t)(dump->end - dump->at);
	int got, error;

	memmove(dump->buffer, dump->at, left);
	dump->at = dump->buffer;
	dump->end = dump->buffer + left;
	got = gzread(dump->file, dump->end, (unsigned int)(BUFFER_BYTES - left));
	if (got > 0)
		dump->end += got;
	dump->ended = got <= 0;
	if (got >= 0) {
		/* A gzip file that was cut off says so only when asked. */
		(void)gzerror(dump->file, &error);
		return dump->ended && error == Z_BUF_ERROR ? -EBADMSG : 0;
	}
	(void)gzerror(dump->file, &error);
	return error == Z_ERRNO ? -errno : error == Z_MEM_ERROR ? -ENOMEM : -EBADMSG;
}

static void note_bad(struct dump *dump, const char *line, size_t len)
{
	struct dump_count *count = &dump->count;
	struct dump_bad *bad;

	if (count->bad++ >= DUMP_BAD_SHOWN)
		return;
	bad = &count->first[count->bad - 1];
	bad->line = count->lines;
	if (len >= sizeof(bad->text))
		len = sizeof(bad->text) - 1;
	for (size_t i = 0; i < len; i++)
		bad->text[i] = line[i] < ' ' || line[i] > '~' ? '?' : line[i];
	bad->text[len] = '\0';
}

/* What is left of a line that is longer than the buffer. */
static void discard(struct dump *dump)
{
	char *lf = memchr(dump->at, '\n', (size_t)(dump->end - dump->at));

	dump->discarding = !lf;
	dump->at = lf ? lf + 1 : dump->end;
}

/* Whole lines are found at once, each line's own end is where reading it stops. */
static void find_whole(struct dump *dump)
{
	if (dump->discarding) {
		discard(dump);
	} else if (dump->end - dump->at == BUFFER_BYTES && !memchr(dump->at, '\n', BUFFER_BYTES)) {
		dump->count.lines++;
		note_bad(dump, dump->at, BUFFER_BYTES);
		dump->discarding = true;
		dump->at = dump->end;
	}
	if (dump->ended && dump->at < dump->end)
		*dump->end++ = '\n';	/* there is room for it: BUFFER_BYTES + 1 */
	dump->whole = dump->end;
	while (dump->whole > dump->at && dump->whole[-1] != '\n')
		dump->whole--;
}

/* 1: a whole line is there, 0: none will be, or -errno. */
static int have_line(struct dump *dump)
{
	while (dump->at == dump->whole) {
		int err = dump->ended ? 0 : refill(dump);

		if (err)
			return err;
		find_whole(dump);
		if (dump->ended && dump->at == dump->whole)
			return 0;
	}
	return 1;
}

int dump_next(struct dump *dump, struct entry *entry)
{
	int more;

	while ((more = have_line(dump)) == 1) {
		const char *line = dump->at, *lf;
		enum dump_line kind = dump_line(line, entry, &lf);

		dump->at += lf + 1 - line;
		dump->count.lines++;
		switch (kind) {
		case DUMP_LINE_ENTRY:
			dump->count.entries++;
			return 1;
		case DUMP_LINE_SHOWN:
			dump->count.shown_known = true;
			dump->count.shown += entry->packets;
			break;
		case DUMP_LINE_BAD:
			note_bad(dump, line, (size_t)(lf - line));
			break;
		case DUMP_LINE_EMPTY:
			break;
		}
	}
	return more;
}

const struct dump_count *dump_count(const struct dump *dump)
{
	return &dump->count;
}

double dump_progress(const struct dump *dump)
{
	z_off_t offset = dump->size ? gzoffset(dump->file) : -1;

	return offset < 0 ? -1 : (double)offset / (double)dump->size;
}

uint64_t dump_size(const struct dump *dump)
{
	return dump->size;
}

int dump_rewind(struct dump *dump)
{
	if (!dump->size || gzrewind(dump->file))
		return -ESPIPE;
	dump->count = (struct dump_count){ 0 };
	dump->ended = false;
	dump->discarding = false;
	dump->at = dump->whole = dump->end = dump->buffer;
	return 0;
}

void dump_free(struct dump *dump)
{
	if (!dump)
		return;
	(void)gzclose(dump->file);
	free(dump);
}
