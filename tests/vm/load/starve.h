/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A time without memory: the reserve that nobody may touch becomes larger than the machine, so each
 * of the kernel's caches gives what it still has, and then refuses. Short, and with everybody else
 * asleep: whoever may wait for memory is answered by the OOM killer, which takes us first.
 *
 *   famine_begin -> famine_end
 */
#ifndef LOAD_STARVE_H
#define LOAD_STARVE_H

#include <sys/types.h>

struct famine {
	int fd;
	char usual[24];
	ssize_t length;
};

/* 0 or -errno */
int famine_begin(struct famine *famine);
int famine_end(struct famine *famine);

#endif
