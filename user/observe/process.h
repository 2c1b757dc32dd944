/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One process, as its folder in /proc tells. */
#ifndef OBSERVE_PROCESS_H
#define OBSERVE_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "cgroup.h"
#include "roots.h"

struct process {
	pid_t pid, parent;
	uint64_t started;	/* ticks after boot: with the pid it names a process for good */
	char name[16];		/* printable */
};

/* The pid a folder of /proc is named by, 0 when it is none. */
pid_t process_folder(const char *name);
/* 0, or -errno: it has ended, or may not be looked at. */
int process_netns(const struct roots *, pid_t, uint32_t *netns);
int process_read(const struct roots *, pid_t, struct process *, struct cgroup_owner *);
/* It is the same process, and still in that namespace. */
bool process_still(const struct roots *, const struct process *, uint32_t netns);

/* The text of /proc/PID/stat; 0 or -EBADMSG. */
int process_parse(const char *text, size_t size, struct process *);

#endif
