/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is set at boot: conntrack's assignments in the files of sysctl.d(5) and
 * sysctl.conf, hashsize= in those of modprobe.d and on the kernel's command
 * line, as the machine's first process sees them.
 */
#ifndef OBSERVE_PERSISTENCE_H
#define OBSERVE_PERSISTENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "roots.h"

#define PERSISTENT_MAX 64

struct persistent {
	char name[80];		/* short: "max"; "hashsize" for the module's parameter */
	int64_t value;
	char file[96];		/* "/etc/sysctl.d/90-conntrack.conf" */
};

struct persistence {
	bool known;		/* at least the folder /etc could be read */
	struct persistent list[PERSISTENT_MAX];	/* one a name: the one that wins at boot */
	size_t count;
};

/* root: the machine's file system; NULL: as process 1 sees it. */
void persistence_read(const struct roots *, const char *root, struct persistence *out);
const struct persistent *persistence_find(const struct persistence *, const char *name);

#endif
