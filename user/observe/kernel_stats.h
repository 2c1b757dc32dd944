/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's own statistics of one network namespace,
 * PROC/PID/net/stat/nf_conntrack, read by header name.
 */
#ifndef OBSERVE_KERNEL_STATS_H
#define OBSERVE_KERNEL_STATS_H

#include <stdint.h>
#include <sys/types.h>
#include "roots.h"

/* X(NAME, HEADER, MEANING): NAME is ours, by what it counts; HEADER is the kernel's. */
#define KERNEL_STATS(X) \
	X(invalid, "invalid", "Packets that could not be tracked.") \
	X(insert_failed, "insert_failed", "Insertions refused at confirmation.") \
	X(drop, "drop", "Packets dropped: allocation failed, clash, or protocol.") \
	X(early_drop, "early_drop", "Entries thrown out early by a full table.") \
	X(error, "icmp_error", "ICMP errors that match no connection.") \
	X(search_restart, "search_restart", "Look-ups begun again because an entry moved.") \
	X(clash_resolve, "clashres", "Insertion clashes resolved.") \
	X(chain_too_long, "chainlength", "Insertions refused because the chain was too long.") \
	X(found, "found", "NAT tuples found to be taken.")

enum kernel_stat {
#define KERNEL_STAT_ENUM(name, header, meaning) KERNEL_STAT_##name,
	KERNEL_STATS(KERNEL_STAT_ENUM)
#undef KERNEL_STAT_ENUM
	KERNEL_STAT_COUNT
};

extern const char *const kernel_stat_names[KERNEL_STAT_COUNT];

struct kernel_stats {
	uint32_t entries;	/* this namespace's count: the same on every row */
	uint32_t present;	/* bit per enum kernel_stat: this kernel has it */
	uint32_t n[KERNEL_STAT_COUNT];	/* summed over CPUs, modulo 2^32 as the kernel's own cells are */
};

/*
 * 0; -ENOENT without conntrack (or its procfs part, which is a build option of
 * the kernel), -ESRCH when PID is gone or has ended, -EBADMSG when the text is
 * not what a kernel writes; nothing of *out is set then. pid 0: "self" is read.
 */
int kernel_stats_read(const struct roots *roots, pid_t pid, struct kernel_stats *out);
/* The same from the text itself (size bytes, need not end in NUL). */
int kernel_stats_parse(const char *text, size_t size, struct kernel_stats *out);

#endif
