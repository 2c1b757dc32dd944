// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "observe/clock.h"
#include "line_queue.h"
#include "output.h"

struct output {
	int fd;
	char *path;
	mode_t type;		/* S_IFMT bits of the file */
	bool queued;
	bool torn;		/* the file ends in a part of a line */
	struct line_queue queue;
	uint64_t lost;
	int error;
};

static bool is_stdout(const struct output *o)
{
	return !strcmp(o->path, OUTPUT_STDOUT);
}

static int open_path(struct output *o)
{
	/* a FIFO without a reader would hold up an agent, but is what a shell user waits for */
	int wait = o->queue.size ? O_NONBLOCK : 0;
	int fd = is_stdout(o) ? STDOUT_FILENO
			      : open(o->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | wait,
				     0640);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st)) {
		int err = -errno;

		if (!is_stdout(o))
			(void)close(fd);
		return err;
	}
	o->type = st.st_mode & S_IFMT;
	o->queued = o->queue.size && (o->type == S_IFIFO || o->type == S_IFSOCK);
	return fd;
}

int output_open(struct output **out, const char *path, size_t queue_bytes)
{
	struct output *o = calloc(1, sizeof(*o));
	int err = -ENOMEM;

	if (!o)
		return -ENOMEM;
	o->fd = -1;
	o->path = strdup(path);
	if (!o->path)
		goto fail;
	if (queue_bytes && (err = line_queue_init(&o->queue, queue_bytes)))
		goto fail;
	err = o->fd = open_path(o);
	if (err < 0)
		goto fail;
	*out = o;
	return 0;
fail:
	(void)output_close(o);
	return err;
}

static int close_fd(int fd)
{
	if (fd < 0 || fd == STDOUT_FILENO)
		return 0;
	return close(fd) ? -errno : 0;
}

int output_reopen(struct output *o)
{
	int fd, old = o->fd;

	if (is_stdout(o))
		return 0;
	fd = open_path(o);
	if (fd < 0)
		return fd;
	o->fd = fd;
	o->torn = false;
	o->lost += line_queue_skip_begun(&o->queue);
	return close_fd(old);
}

static int wait_writable(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int n = poll(&p, 1, timeout_ms);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	return n;
}

/* Bytes written, all of them unless -errno follows; *err 0 when all. */
static size_t write_all(const struct output *o, const char *bytes, size_t len, int *err)
{
	size_t done = 0;

	*err = 0;
	while (done < len) {
		ssize_t n = write(o->fd, bytes + done, len - done);

		if (n > 0) {
			done += (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			/* somebody made our stdout non-blocking: wait as if it were not */
			*err = wait_writable(o->fd, -1);
			if (*err < 0)
				return done;
			*err = 0;
		} else if (n == 0 || errno != EINTR) {
			*err = n == 0 ? -EIO : -errno;
			return done;
		}
	}
	return done;
}

static int reader_gone(int err)
{
	return err == -ECONNRESET || err == -EPIPE ? -EPIPE : err;
}

/*
 * Takes back the part of a line that a full disk let through. Only where the
 * part is the end of the file: a rotation may have cut it meanwhile. True
 * when the file ends in a whole line again.
 */
static bool take_back(const struct output *o, size_t done)
{
	off_t end = lseek(o->fd, 0, SEEK_CUR);
	struct stat st;

	if (o->type != S_IFREG || end < (off_t)done || fstat(o->fd, &st) || st.st_size != end)
		return false;
	return !ftruncate(o->fd, end - (off_t)done) &&
	       lseek(o->fd, end - (off_t)done, SEEK_SET) >= 0;
}

static int write_now(struct output *o, const char *lines, size_t len)
{
	size_t done, whole;
	int err;

	if (o->torn) {
		(void)write_all(o, "\n", 1, &err);
		if (err)
			goto failed;
		o->torn = false;
	}
	done = write_all(o, lines, len, &err);
	if (!err)
		return 0;
	for (whole = done; whole && lines[whole - 1] != '\n'; whole--)
		;
	if (done > whole)
		o->torn = !take_back(o, done - whole);
	lines += whole;
	len -= whole;
failed:
	o->lost += count_lines(lines, len);
	o->error = -err;
	return reader_gone(err);
}

/*
 * One write that does not wait, without touching the file's flags: stdout may
 * be shared with others. A pipe that polls writable takes PIPE_BUF bytes.
 */
static ssize_t write_some(const struct output *o, const char *bytes, size_t len)
{
	ssize_t n;
	int ready;

	if (o->type == S_IFSOCK) {
		n = send(o->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	} else {
		ready = wait_writable(o->fd, 0);
		if (ready <= 0)
			return ready < 0 ? ready : -EAGAIN;
		n = write(o->fd, bytes, len < PIPE_BUF ? len : PIPE_BUF);
	}
	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	return n;
}

int output_flush(struct output *o)
{
	const char *bytes;
	size_t len;

	while ((len = line_queue_peek(&o->queue, &bytes))) {
		ssize_t n = write_some(o, bytes, len);

		if (n == -EAGAIN)
			return 0;
		if (n < 0) {
			o->error = (int)-n;
			return reader_gone((int)n);
		}
		line_queue_take(&o->queue, (size_t)n);
	}
	return 0;
}

int output_write(struct output *o, const char *lines, size_t len)
{
	if (!o->queued && !output_pending(o))
		return write_now(o, lines, len);
	o->lost += line_queue_add(&o->queue, lines, len);
	return output_flush(o);
}

int output_drain(struct output *o, int timeout_ms)
{
	int64_t end = monotonic_ms() + timeout_ms;
	int err = output_flush(o);

	while (!err && output_pending(o)) {
		int64_t left = end - monotonic_ms();

		if (left <= 0)
			err = -ETIMEDOUT;
		else if ((err = wait_writable(o->fd, (int)left)) >= 0)
			err = output_flush(o);
	}
	if (output_pending(o)) {
		const char *bytes;

		o->lost += line_queue_lines(&o->queue);
		o->error = o->error ? o->error : -err;
		line_queue_take(&o->queue, line_queue_peek(&o->queue, &bytes));
	}
	return err;
}

int output_fd(const struct output *o)
{
	return o->fd;
}

bool output_pending(const struct output *o)
{
	return o->queue.start != o->queue.end;
}

uint64_t output_lost(const struct output *o)
{
	return o->lost;
}

int output_error(const struct output *o)
{
	return o->error;
}

int output_close(struct output *o)
{
	int err;

	if (!o)
		return 0;
	err = close_fd(o->fd);
	line_queue_free(&o->queue);
	free(o->path);
	free(o);
	return err;
}
