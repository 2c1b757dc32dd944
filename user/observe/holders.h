/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who keeps connection tracking in use: kernel modules, services, listeners to its events. */
#ifndef OBSERVE_HOLDERS_H
#define OBSERVE_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "roots.h"

#define HOLDERS_MAX 16

struct holders {
	bool module;		/* nf_conntrack is a module: its users can be told */
	bool refcount_known;
	int64_t refcount;
	char modules[HOLDERS_MAX][32];
	size_t module_count;
	char services[HOLDERS_MAX][16];	/* "dockerd": known to use it, by the name of the process */
	size_t service_count;
	bool listeners_known;
	struct listener {
		uint64_t inode;	/* of its socket */
		pid_t pid;	/* 0: not known */
		char name[16];
	} listeners[HOLDERS_MAX];
	size_t listener_count;
};

void holders_read(const struct roots *, struct holders *out);
/* The text of /proc/net/netlink: sockets that take conntrack's events. */
void holders_parse_netlink(struct holders *, const char *text);

#endif
