// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "kernel_log.h"

/* A record's text and its dictionary: PRINTK_MESSAGE_MAX is 2048 now, was 8192. */
#define RECORD_MAX 8192
/* In one go: more than any log holds, so that a log in flood does not keep us. */
#define RECORDS_A_READ 200000

static bool take_number(const char **at, const char *end, uint64_t *out)
{
	const char *from = *at;
	uint64_t value = 0;

	while (*at < end && **at >= '0' && **at <= '9')
		if (__builtin_mul_overflow(value, 10U, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*(*at)++ - '0'), &value))
			return false;
	*out = value;
	return *at > from;
}

/* Moves behind the next `what`; false when there is none. */
static bool skip_to(const char **at, const char *end, const char *what)
{
	const char *found = memmem(*at, (size_t)(end - *at), what, strlen(what));

	if (!found)
		return false;
	*at = found + strlen(what);
	return true;
}

static bool take_comma(const char **at, const char *end)
{
	if (*at >= end || **at != ',')
		return false;
	(*at)++;
	return true;
}

static void take_message(const char *at, const char *end, struct kernel_log_record *out)
{
	const char *from = at;
	uint64_t number;

	/* "nf_conntrack: nf_conntrack: table full, dropping packet", or "table full in netns 4026532277, ..." */
	if (skip_to(&at, end, "nf_conntrack: ") && skip_to(&at, end, "table full")) {
		out->table_full = true;
		if (skip_to(&at, end, " in netns ") && take_number(&at, end, &number) && number <= UINT32_MAX)
			out->netns = (uint32_t)number;
		return;
	}
	/* "net_ratelimit: 4990 callbacks suppressed" */
	at = from;
	if (skip_to(&at, end, "net_ratelimit: ") && take_number(&at, end, &number) &&
	    skip_to(&at, end, " callbacks suppressed"))
		out->suppressed = number;
}

int kernel_log_parse(const char *text, size_t size, struct kernel_log_record *out)
{
	const char *at = text, *end = text + size, *line;
	uint64_t priority, sequence, usec;

	if (!take_number(&at, end, &priority) || !take_comma(&at, end) ||
	    !take_number(&at, end, &sequence) || !take_comma(&at, end) ||
	    !take_number(&at, end, &usec) || !skip_to(&at, end, ";"))
		return -EBADMSG;
	*out = (struct kernel_log_record){ .usec = usec };
	/* The lines that follow are the record's dictionary. */
	line = memchr(at, '\n', (size_t)(end - at));
	/* Facility 0 is the kernel; anybody who may write to the log writes under another one. */
	if (!(priority >> 3))
		take_message(at, line ? line : end, out);
	return 0;
}

void kernel_log_init(struct kernel_log *log, int fd)
{
	*log = (struct kernel_log){ .fd = fd };
}

int kernel_log_open(struct kernel_log *log, const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	kernel_log_init(log, fd);
	return fd < 0 ? -errno : 0;
}

static void take(struct kernel_log *log, const char *text, size_t size)
{
	struct kernel_log_record record;

	if (kernel_log_parse(text, size, &record))
		return;
	if (!log->oldest_us)
		log->oldest_us = record.usec;
	log->suppressed += record.suppressed;
	if (!record.table_full)
		return;
	if (!log->lines++)
		log->first_us = record.usec;
	log->last_us = record.usec;
}

int kernel_log_read(struct kernel_log *log)
{
	char record[RECORD_MAX];

	for (int i = 0; i < RECORDS_A_READ; i++) {
		ssize_t size = read(log->fd, record, sizeof(record));

		if (size > 0)
			take(log, record, (size_t)size);
		else if (!size || errno == EAGAIN)
			return 0;
		else if (errno == EPIPE)	/* overwritten meanwhile; the next read goes on behind the gap */
			log->overruns++;
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

void kernel_log_close(struct kernel_log *log)
{
	if (log->fd >= 0)
		(void)close(log->fd);
	log->fd = -1;
}
