// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "namespaces.h"
#include "process.h"
#include "read.h"

#define STAT_MAX 1024
#define CGROUP_MAX (64U << 10)	/* cgroup v1 has a line a controller, each with a whole path */
#define PARENT_FIELD 4
#define STARTED_FIELD 22

pid_t process_folder(const char *name)
{
	int64_t pid;

	if (name[0] < '1' || name[0] > '9' || parse_whole_number(name, strlen(name), &pid) ||
	    pid > INT_MAX)
		return 0;
	return (pid_t)pid;
}

int process_netns(const struct roots *roots, pid_t pid, uint32_t *netns)
{
	char path[PATH_MAX], link[32];
	ssize_t len;

	(void)snprintf(path, sizeof(path), "%s/%d/ns/net", roots->proc, (int)pid);
	len = readlink(path, link, sizeof(link));
	if (len < 0)
		return -errno;
	*netns = netns_of_link(link, (size_t)len);
	return *netns ? 0 : -EBADMSG;
}

/* "PID (NAME) STATE PARENT ...": the name may hold anything, brackets as well. */
int process_parse(const char *text, size_t size, struct process *process)
{
	const char *open = memchr(text, '(', size), *close = memrchr(text, ')', size);
	const char *end = text + size, *at;
	size_t len;

	if (!open || !close || close < open)
		return -EBADMSG;
	at = close + 2;
	len = (size_t)(close - open - 1);
	if (len >= sizeof(process->name))
		len = sizeof(process->name) - 1;
	for (size_t i = 0; i < len; i++)
		process->name[i] = open[1 + i] < ' ' || open[1 + i] == 0x7f ? '?' : open[1 + i];
	process->name[len] = '\0';
	for (int field = 3; at < end; field++) {
		const char *stop = memchr(at, ' ', (size_t)(end - at));
		int64_t number;

		if (!stop)
			stop = end;
		if (field == PARENT_FIELD || field == STARTED_FIELD) {
			if (parse_whole_number(at, (size_t)(stop - at), &number) || number < 0)
				return -EBADMSG;
			if (field == STARTED_FIELD) {
				process->started = (uint64_t)number;
				return 0;
			}
			process->parent = number > INT_MAX ? 0 : (pid_t)number;
		}
		at = stop + 1;
	}
	return -EBADMSG;
}

static int read_stat(const struct roots *roots, pid_t pid, struct process *process)
{
	char name[32], text[STAT_MAX];
	ssize_t len;

	(void)snprintf(name, sizeof(name), "%d/stat", (int)pid);
	len = read_small(roots->proc, name, text, sizeof(text));
	if (len < 0)
		return (int)len;
	process->pid = pid;
	return process_parse(text, (size_t)len, process);
}

int process_read(const struct roots *roots, pid_t pid, struct process *process,
		 struct cgroup_owner *owner)
{
	char name[32], *text;
	ssize_t len;
	int err = read_stat(roots, pid, process);

	if (err)
		return err;
	*owner = (struct cgroup_owner){ .kind = OWNER_NONE };
	(void)snprintf(name, sizeof(name), "%d/cgroup", (int)pid);
	len = read_whole(roots->proc, name, CGROUP_MAX, &text);
	if (len == -ENOENT)
		return 0;	/* a kernel without cgroups */
	if (len < 0)
		return (int)len;
	cgroup_owner(text, (size_t)len, owner);
	free(text);
	return 0;
}

bool process_still(const struct roots *roots, const struct process *process, uint32_t netns)
{
	struct process now;
	uint32_t in = 0;

	return !process_netns(roots, process->pid, &in) && in == netns &&
	       !read_stat(roots, process->pid, &now) && now.started == process->started;
}
