// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "read.h"

/* First buffer of read_whole(): the statistics of 25 processors, any other file we read. */
#define READ_FIRST 4096

bool file_there(const char *dir, const char *name)
{
	char path[PATH_MAX];

	return (size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) < sizeof(path) &&
	       !access(path, F_OK);
}

static int open_text(const char *dir, const char *name)
{
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/%s", dir, name);
	int fd;

	if (len < 0 || (size_t)len >= sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Until the end of the file or until the buffer is full; files of /proc come in pieces. */
static ssize_t read_on(int fd, char *buf, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t got = read(fd, buf + len, size - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		len += (size_t)got;
	}
	return (ssize_t)len;
}

ssize_t read_small(const char *dir, const char *name, char *buf, size_t size)
{
	int fd = open_text(dir, name);
	ssize_t len;

	if (fd < 0)
		return fd;
	len = read_on(fd, buf, size);
	(void)close(fd);
	if (len < 0)
		return len;
	if ((size_t)len == size)
		return -EFBIG;
	buf[len] = '\0';
	return len;
}

ssize_t read_whole(const char *dir, const char *name, size_t limit, char **text)
{
	size_t size = 0, len = 0;
	char *buf = NULL;
	ssize_t err;
	int fd = open_text(dir, name);

	if (fd < 0)
		return fd;
	for (;;) {
		char *grown;
		ssize_t got;

		err = -EFBIG;
		if (size > limit)
			goto fail;
		size = size ? size * 2 : READ_FIRST;
		if (size > limit)
			size = limit + 1;
		err = -ENOMEM;
		grown = realloc(buf, size);
		if (!grown)
			goto fail;
		buf = grown;
		err = got = read_on(fd, buf + len, size - len);
		if (got < 0)
			goto fail;
		len += (size_t)got;
		if (len < size)
			break;
	}
	(void)close(fd);
	buf[len] = '\0';
	*text = buf;
	return (ssize_t)len;
fail:
	(void)close(fd);
	free(buf);
	return err;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int parse_whole_number(const char *text, size_t size, int64_t *out)
{
	bool negative = false;
	int64_t value = 0;
	size_t first;

	while (size && is_space(text[size - 1]))
		size--;
	while (size && is_space(*text))
		text++, size--;
	if (size && *text == '-') {
		negative = true;
		text++, size--;
	}
	if (!size)
		return -EINVAL;
	for (first = 0; first < size; first++)
		if (text[first] < '0' || text[first] > '9')
			return -EINVAL;
	for (first = 0; first < size; first++)
		if (__builtin_mul_overflow(value, (int64_t)10, &value) ||
		    __builtin_sub_overflow(value, (int64_t)(text[first] - '0'), &value))
			return -ERANGE;
	/* Summed below zero, where there is room for one more value. */
	if (!negative && value == INT64_MIN)
		return -ERANGE;
	*out = negative ? value : -value;
	return 0;
}
