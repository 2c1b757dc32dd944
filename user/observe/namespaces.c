// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "namespaces.h"
#include "process.h"
#include "read.h"

static int open_proc(const struct roots *roots)
{
	int fd = open(roots->proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

uint32_t netns_of_link(const char *link, size_t len)
{
	static const char prefix[] = "net:[";
	size_t skip = sizeof(prefix) - 1;
	int64_t inode;

	if (len <= skip + 1 || memcmp(link, prefix, skip) || link[len - 1] != ']')
		return 0;
	if (parse_whole_number(link + skip, len - skip - 1, &inode) || inode < 1 || inode > UINT32_MAX)
		return 0;
	return (uint32_t)inode;
}

/* 0; -ESRCH when the process has ended; another -errno when the link cannot be read. */
static int netns_of(int proc, pid_t pid, uint32_t *netns)
{
	char name[32], link[32];
	ssize_t len;

	(void)snprintf(name, sizeof(name), "%d/ns/net", (int)pid);
	len = readlinkat(proc, name, link, sizeof(link));
	if (len < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	*netns = netns_of_link(link, (size_t)len);
	return *netns ? 0 : -EBADMSG;
}

static int add(struct namespaces *all, size_t *room, uint32_t netns, pid_t pid)
{
	/* Neighbours by pid are mostly neighbours by namespace: kernel threads, a pod's processes. */
	if (all->count && all->list[all->count - 1].netns == netns &&
	    all->list[all->count - 1].pid < pid)
		return 0;
	if (all->count == *room) {
		size_t more = *room ? *room * 2 : 64;
		struct namespace *grown = reallocarray(all->list, more, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		all->list = grown;
		*room = more;
	}
	all->list[all->count++] = (struct namespace){ .netns = netns, .pid = pid };
	return 0;
}

static int by_netns_and_pid(const void *a, const void *b)
{
	const struct namespace *x = a, *y = b;

	if (x->netns != y->netns)
		return x->netns < y->netns ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static void sort_and_merge(struct namespaces *all)
{
	size_t kept = 0;

	if (!all->count)
		return;
	qsort(all->list, all->count, sizeof(*all->list), by_netns_and_pid);
	for (size_t i = 1; i < all->count; i++)
		if (all->list[i].netns != all->list[kept].netns)
			all->list[++kept] = all->list[i];
	all->count = kept + 1;
	/* The lowest pid of its namespace: pid 1 cannot have been merged away. */
	for (size_t i = 0; i < all->count; i++)
		all->list[i].host = all->list[i].pid == 1;
}

static int walk(DIR *dir, struct namespaces *all)
{
	const struct dirent *entry;
	size_t room = 0;

	while (errno = 0, (entry = readdir(dir))) {
		pid_t pid = process_folder(entry->d_name);
		uint32_t netns = 0;
		int err;

		if (!pid)
			continue;
		err = netns_of(dirfd(dir), pid, &netns);
		if (err == -ESRCH)
			continue;
		if (err) {
			all->unreadable++;
			continue;
		}
		err = add(all, &room, netns, pid);
		if (err)
			return err;
	}
	return -errno;
}

int namespaces_read(const struct roots *roots, struct namespaces *out)
{
	struct namespaces all = { 0 };
	int fd, err;
	DIR *dir;

	fd = open_proc(roots);
	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		err = -errno;
		(void)close(fd);
		return err;
	}
	err = walk(dir, &all);
	(void)closedir(dir);
	if (err) {
		namespaces_free(&all);
		return err;
	}
	sort_and_merge(&all);
	*out = all;
	return 0;
}

bool namespace_still(const struct roots *roots, const struct namespace *ns)
{
	char path[PATH_MAX], link[32];
	ssize_t len;

	if (snprintf(path, sizeof(path), "%s/%d/ns/net", roots->proc, (int)ns->pid) >= PATH_MAX)
		return false;
	len = readlink(path, link, sizeof(link));
	return len > 0 && netns_of_link(link, (size_t)len) == ns->netns;
}

bool namespace_is_hosts(const struct roots *roots)
{
	int proc = open_proc(roots);
	char link[32];
	ssize_t len = readlink("/proc/self/ns/net", link, sizeof(link));
	uint32_t netns = 0;
	bool same;

	if (proc < 0)
		return false;
	same = len > 0 && !netns_of(proc, 1, &netns) && netns == netns_of_link(link, (size_t)len);
	(void)close(proc);
	return same;
}

static int by_netns(const void *key, const void *element)
{
	uint32_t wanted = *(const uint32_t *)key;
	uint32_t netns = ((const struct namespace *)element)->netns;

	return (wanted > netns) - (wanted < netns);
}

const struct namespace *namespaces_find(const struct namespaces *all, uint32_t netns)
{
	if (!all->count)
		return NULL;
	return bsearch(&netns, all->list, all->count, sizeof(*all->list), by_netns);
}

void namespaces_free(struct namespaces *all)
{
	if (!all)
		return;
	free(all->list);
	*all = (struct namespaces){ 0 };
}
