/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What this process takes: in every report, and in full as Prometheus' clients describe a process. */
#ifndef OBSERVE_SELF_H
#define OBSERVE_SELF_H

#include <stdint.h>

struct self_usage {
	double cpu_seconds;
	uint64_t rss_bytes;	/* 0 = not known */
};

struct self {
	struct self_usage usage;
	double start_seconds;		/* since 1970; 0 = not known, as below */
	uint64_t virtual_bytes;
	uint64_t open_fds, max_fds;
};

/* 0 or -errno. */
int self_usage_read(struct self_usage *);
/* What cannot be read is 0. */
void self_read(struct self *);

#endif
