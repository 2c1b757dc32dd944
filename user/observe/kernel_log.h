/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's own words about a full table, in /dev/kmsg. They are
 * rate-limited together with every other network warning, so their number is
 * a lower bound: that is what makes it worth showing beside the true one.
 *
 *   kernel_log_open -> kernel_log_read (the past, then whenever readable) -> kernel_log_close
 */
#ifndef OBSERVE_KERNEL_LOG_H
#define OBSERVE_KERNEL_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One record of /dev/kmsg. */
struct kernel_log_record {
	uint64_t usec;		/* since boot, by the kernel log's clock */
	bool table_full;
	uint32_t netns;		/* which table, where the kernel says it (6.18); 0: it does not */
	uint64_t suppressed;	/* warnings of any kind that the rate limit swallowed before this one */
};

struct kernel_log {
	int fd;
	uint64_t lines;		/* "table full", so far */
	uint64_t suppressed;	/* warnings of any kind the kernel says it did not print */
	uint64_t oldest_us;	/* the log's first record that we read */
	uint64_t first_us, last_us;	/* of the lines */
	uint64_t overruns;	/* times that records were overwritten before we read them */
};

/* "PRIORITY,SEQUENCE,USEC,FLAGS;TEXT\n...", size bytes. 0, or -EBADMSG. */
int kernel_log_parse(const char *text, size_t size, struct kernel_log_record *out);

/* Stands at the oldest record there is. -errno of open(2): the log is a matter of privilege. */
int kernel_log_open(struct kernel_log *, const char *path);
/* For a descriptor that is open already, non-blocking, one record a read. */
void kernel_log_init(struct kernel_log *, int fd);
/* Reads all that is there now; 0 or -errno. */
int kernel_log_read(struct kernel_log *);
void kernel_log_close(struct kernel_log *);

#endif
