// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* All of it from our own /proc, whatever --proc says. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>
#include "clock.h"
#include "process.h"
#include "read.h"
#include "self.h"

static uint64_t count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	uint64_t count = 0;

	if (!dir)
		return 0;
	for (const struct dirent *entry; (entry = readdir(dir));)
		count += entry->d_name[0] != '.';
	(void)closedir(dir);
	/* One of them was the look itself. */
	return count ? count - 1 : 0;
}

static void read_memory(uint64_t *virtual_bytes, uint64_t *rss_bytes)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	char statm[128];

	*virtual_bytes = *rss_bytes = 0;
	if (read_small("/proc", "self/statm", statm, sizeof(statm)) <= 0 ||
	    sscanf(statm, "%" SCNu64 " %" SCNu64, virtual_bytes, rss_bytes) != 2)
		return;
	*virtual_bytes *= page;
	*rss_bytes *= page;
}

static double start_seconds(void)
{
	struct process self;
	char stat[1024];
	ssize_t len = read_small("/proc", "self/stat", stat, sizeof(stat));

	if (len <= 0 || process_parse(stat, (size_t)len, &self))
		return 0;
	return (double)(real_ns() - clock_ns(CLOCK_BOOTTIME)) / 1e9 +
	       (double)self.started / (double)sysconf(_SC_CLK_TCK);
}

static double seconds(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

int self_usage_read(struct self_usage *out)
{
	struct rusage usage;
	uint64_t virtual_bytes;

	if (getrusage(RUSAGE_SELF, &usage))
		return -errno;
	out->cpu_seconds = seconds(&usage.ru_utime) + seconds(&usage.ru_stime);
	read_memory(&virtual_bytes, &out->rss_bytes);
	return 0;
}

void self_read(struct self *self)
{
	struct rlimit files;

	*self = (struct self){ .open_fds = count_fds(), .start_seconds = start_seconds() };
	(void)self_usage_read(&self->usage);
	read_memory(&self->virtual_bytes, &self->usage.rss_bytes);
	if (!getrlimit(RLIMIT_NOFILE, &files) && files.rlim_cur != RLIM_INFINITY)
		self->max_fds = files.rlim_cur;
}
