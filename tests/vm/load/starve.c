// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "starve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>

/* Whoever may not wait gets at 3/8 of the reserve: four times the machine is out of their reach, too. */
#define RESERVE 4

static int written(int fd, const char *text, ssize_t length)
{
	ssize_t done = pwrite(fd, text, (size_t)length, 0);

	return done < 0 ? -errno : done == length ? 0 : -EIO;
}

static int first_to_go(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = written(fd, "1000", 4);
	close(fd);
	return err;
}

int famine_begin(struct famine *famine)
{
	struct sysinfo machine;
	char all[24];
	int err = first_to_go();

	if (!err && (sysinfo(&machine) || mlockall(MCL_CURRENT | MCL_FUTURE)))
		err = -errno;
	if (err)
		return err;
	snprintf(all, sizeof(all), "%llu", RESERVE * (unsigned long long)machine.totalram * machine.mem_unit / 1024);
	famine->fd = open("/proc/sys/vm/min_free_kbytes", O_RDWR | O_CLOEXEC);
	if (famine->fd < 0)
		return -errno;
	famine->length = pread(famine->fd, famine->usual, sizeof(famine->usual), 0);
	err = famine->length < 0 ? -errno : written(famine->fd, all, (ssize_t)strlen(all));
	if (err)
		close(famine->fd);
	return err;
}

int famine_end(struct famine *famine)
{
	int err = written(famine->fd, famine->usual, famine->length);

	close(famine->fd);
	return err;
}
