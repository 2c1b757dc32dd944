// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "machine.h"
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

static uint64_t virtual_bytes(void)
{
	char statm[128];
	uint64_t pages;

	if (read_small("/proc", "self/statm", statm, sizeof(statm)) <= 0 ||
	    sscanf(statm, "%" SCNu64, &pages) != 1)
		return 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The start in ticks since boot is the 20th word behind the name, which may hold blanks itself. */
static double start_seconds(void)
{
	struct timespec now = { 0 }, up = { 0 };
	unsigned long long ticks;
	char stat[1024], *rest;

	if (read_small("/proc", "self/stat", stat, sizeof(stat)) <= 0)
		return 0;
	rest = strrchr(stat, ')');
	if (!rest || sscanf(rest + 1, " %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s"
				      " %*s %*s %*s %llu", &ticks) != 1)
		return 0;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)clock_gettime(CLOCK_BOOTTIME, &up);
	return (double)(now.tv_sec - up.tv_sec) + (double)(now.tv_nsec - up.tv_nsec) / 1e9 +
	       (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

void self_read(struct self *self)
{
	struct self_usage usage = { 0 };
	struct rlimit files;

	(void)self_usage_read(&usage);
	*self = (struct self){
		.cpu_seconds = usage.cpu_seconds, .rss_bytes = usage.rss_bytes,
		.virtual_bytes = virtual_bytes(), .open_fds = count_fds(),
		.start_seconds = start_seconds(),
	};
	if (!getrlimit(RLIMIT_NOFILE, &files) && files.rlim_cur != RLIM_INFINITY)
		self->max_fds = files.rlim_cur;
}
