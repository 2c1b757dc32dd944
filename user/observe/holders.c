// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "holders.h"
#include "process.h"
#include "read.h"

#define NETLINK_NETFILTER 12
/* NFNLGRP_CONNTRACK_NEW, _UPDATE, _DESTROY: groups 1 to 3 */
#define CONNTRACK_GROUPS 7U
#define NETLINK_SIZE_MAX (4U << 20)

static const char *const services[] = {
	"dockerd", "containerd", "kube-proxy", "kubelet", "firewalld", "cilium-agent", "calico-node",
	"kube-router", "libvirtd", "lxd", "podman", "conntrackd",
};

static bool note_name(char list[][32], size_t *count, const char *name)
{
	if (*count == HOLDERS_MAX)
		return false;
	(void)snprintf(list[(*count)++], 32, "%.31s", name);
	return true;
}

static void read_module(const struct roots *roots, struct holders *out)
{
	char folder[PATH_MAX], text[32];
	const struct dirent *entry;
	ssize_t len;
	DIR *dir;

	if (snprintf(folder, sizeof(folder), "%s/module/nf_conntrack", roots->sys) >= PATH_MAX)
		return;
	len = read_small(folder, "refcnt", text, sizeof(text));
	out->refcount_known = len > 0 && !parse_whole_number(text, (size_t)len, &out->refcount);
	out->module = read_small(folder, "initstate", text, sizeof(text)) > 0;
	if (snprintf(folder, sizeof(folder), "%s/module/nf_conntrack/holders", roots->sys) >= PATH_MAX)
		return;
	dir = opendir(folder);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' &&
		    !note_name(out->modules, &out->module_count, entry->d_name))
			break;
	if (dir)
		(void)closedir(dir);
}

static void note_service(struct holders *out, const char *name)
{
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		if (strcmp(services[i], name))
			continue;
		for (size_t k = 0; k < out->service_count; k++)
			if (!strcmp(out->services[k], name))
				return;
		if (out->service_count < HOLDERS_MAX)
			(void)snprintf(out->services[out->service_count++], sizeof(out->services[0]), "%s",
				       name);
	}
}

static ssize_t process_comm(const struct roots *roots, pid_t pid, char name[static 16])
{
	char file[32], text[32];
	ssize_t len;

	(void)snprintf(file, sizeof(file), "%d/comm", pid);
	len = read_small(roots->proc, file, text, sizeof(text));
	if (len > 0)
		(void)snprintf(name, 16, "%.*s", (int)strcspn(text, "\n"), text);
	return len;
}

static void note_process(const struct roots *roots, pid_t pid, struct holders *out)
{
	char name[16];

	if (process_comm(roots, pid, name) > 0)
		note_service(out, name);
}

static void note_socket(const struct roots *roots, pid_t pid, uint64_t inode, struct holders *out)
{
	for (size_t i = 0; i < out->listener_count; i++) {
		struct listener *listener = &out->listeners[i];

		if (listener->inode == inode && !listener->pid && process_comm(roots, pid, listener->name) > 0)
			listener->pid = pid;
	}
}

/* Whose descriptors lead to a listener's socket. */
static void note_descriptors(const struct roots *roots, pid_t pid, struct holders *out)
{
	char folder[PATH_MAX], link[64];
	const struct dirent *entry;
	uint64_t inode;
	DIR *dir;

	if (snprintf(folder, sizeof(folder), "%s/%d/fd", roots->proc, pid) >= PATH_MAX)
		return;
	dir = opendir(folder);
	while (dir && (entry = readdir(dir))) {
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, link, sizeof(link) - 1);

		link[len > 0 ? len : 0] = '\0';
		if (sscanf(link, "socket:[%" SCNu64 "]", &inode) == 1)
			note_socket(roots, pid, inode, out);
	}
	if (dir)
		(void)closedir(dir);
}

static void each_process(const struct roots *roots, struct holders *out,
			 void (*note)(const struct roots *, pid_t, struct holders *))
{
	const struct dirent *entry;
	DIR *dir = opendir(roots->proc);

	while (dir && (entry = readdir(dir))) {
		pid_t pid = process_folder(entry->d_name);

		if (pid)
			note(roots, pid, out);
	}
	if (dir)
		(void)closedir(dir);
}

/* The column "Pid" is the socket's port: of a process with two such sockets it names the first alone. */
void holders_parse_netlink(struct holders *out, const char *text)
{
	out->listeners_known = true;
	for (; *text && out->listener_count < HOLDERS_MAX; text += strcspn(text, "\n"), text += *text == '\n') {
		unsigned int protocol, groups;
		uint64_t inode;

		/* sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode */
		if (sscanf(text, "%*x %u %*u %x %*s %*s %*s %*s %*s %" SCNu64, &protocol, &groups, &inode) == 3 &&
		    protocol == NETLINK_NETFILTER && groups & CONNTRACK_GROUPS)
			out->listeners[out->listener_count++].inode = inode;
	}
}

static void read_listeners(const struct roots *roots, struct holders *out)
{
	char *text;
	ssize_t len = read_whole(roots->proc, "net/netlink", NETLINK_SIZE_MAX, &text);

	if (len < 0)
		return;
	holders_parse_netlink(out, text);
	free(text);
	if (out->listener_count)
		each_process(roots, out, note_descriptors);
}

void holders_read(const struct roots *roots, struct holders *out)
{
	*out = (struct holders){ 0 };
	read_module(roots, out);
	each_process(roots, out, note_process);
	read_listeners(roots, out);
}
