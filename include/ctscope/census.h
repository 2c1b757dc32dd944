/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The census: entries grouped by any of these keys. The kernel side groups
 * what the walk meets; the user side groups saved dumps by the same keys.
 */
#ifndef CTSCOPE_CENSUS_H
#define CTSCOPE_CENSUS_H

#include <linux/types.h>

/* X(NAME, TITLE): NAME is the word after --by and the JSON key, TITLE heads a column. */
#define CT_KEYS(X) \
	X(family, "family") \
	X(proto, "proto") \
	X(state, "state") \
	X(src, "source") \
	X(dst, "destination") \
	X(sport, "sport") \
	X(dport, "dport") \
	X(netns, "namespace") \
	X(pod, "pod or process") \
	X(zone, "zone") \
	X(mark, "mark") \
	X(assured, "assured") \
	X(replied, "replied") \
	X(idle, "idle")

enum ct_key {
#define CT_KEY_ENUM(name, title) CT_KEY_##name,
	CT_KEYS(CT_KEY_ENUM)
#undef CT_KEY_ENUM
	CT_KEY_COUNT
};

#define CT_BY(name) (1U << CT_KEY_##name)

/* A group. What it is not grouped by is 0; pods are told by their namespace. */
struct ct_group {
	__u32 netns;	/* 0: not known */
	__u32 mark;
	/* One word of what is grouped by most, since each word of a key costs. */
	__u8 family : 4;	/* 2 = IPv4, 10 = IPv6 */
	__u8 flags : 4;		/* enum ct_group_flag */
	__u8 protocol;
	__u8 state;	/* CT_STATE_...; 0: a protocol without states */
	__u8 idle;	/* index of ct_idle_bounds, see there; CT_IDLE_UNKNOWN */
	__u16 sport, dport;	/* host order; original direction */
	__u16 zone;
	__u16 unused[3];
	__u8 src[16], dst[16];	/* IPv4: the first four bytes */
};

_Static_assert(sizeof(struct ct_group) == 56, "ct_group is shared with the kernel side");
_Static_assert(__builtin_offsetof(struct ct_group, sport) == 12, "ct_group.sport");
_Static_assert(__builtin_offsetof(struct ct_group, src) == 24, "ct_group.src");

enum ct_group_flag {
	CT_GROUP_ASSURED = 1,
	CT_GROUP_ASSURED_UNKNOWN = 2,	/* a dump does not say it of offloaded entries */
	CT_GROUP_REPLIED = 4,
	CT_GROUP_NO_PORTS = 8,		/* the protocol has none */
};

/* States of three protocols in one number: the kernel's own, from these bases on. */
enum {
	CT_STATE_TCP = 0,	/* TCP_CONNTRACK_... */
	CT_STATE_SCTP = 32,	/* SCTP_CONNTRACK_... */
	CT_STATE_DCCP = 64,	/* CT_DCCP_... */
	CT_STATE_OFFLOAD = 128,	/* in a flow table: no state and no time-out of its own */
};

/* What a group adds up to. */
struct ct_group_sum {
	__u32 entries;
	__u32 assured;
	__u32 accounted;	/* entries whose packets and bytes are counted */
	__u32 unused;
	__u64 packets, bytes;	/* both directions */
};

_Static_assert(sizeof(struct ct_group_sum) == 32, "ct_group_sum is shared with the kernel side");

/*
 * Idle: whole seconds since the last packet that renewed the entry. Index i
 * holds bound[i - 1] <= idle < bound[i]. The bounds are the time-outs people
 * choose between, so that "silent for over ten minutes" is a sum of indexes.
 */
#define CT_IDLE_BOUNDS(X) \
	X(1) X(2) X(5) X(10) X(15) X(20) X(30) X(45) X(60) X(90) X(120) X(180) X(240) X(300) \
	X(600) X(900) X(1200) X(1800) X(3600) X(7200) X(10800) X(21600) X(43200) X(86400) \
	X(172800) X(259200) X(345600)

#define CT_IDLE_COUNT_ONE(seconds) + 1
#define CT_IDLE_BOUND_COUNT (0 CT_IDLE_BOUNDS(CT_IDLE_COUNT_ONE))
#define CT_IDLE_COUNT (CT_IDLE_BOUND_COUNT + 1)
#define CT_IDLE_UNKNOWN 255
#define CT_IDLE_SHORT 1024	/* seconds that are looked up in a table */

/* For entries that find no room in a map: sums by hash of their group's key. A power of two. */
#define CT_CENSUS_CELLS 16384

#define CT_CENSUS_SLOTS 4	/* groupings in one walk, a table of rows each */
#define CT_GROUP_WORDS 7
enum {
	CT_GROUP_WORD_KIND = 1,	/* family, flags, protocol, state, idle, ports */
	CT_GROUP_WORD_SRC = 3,
	CT_GROUP_WORD_DST = 5,
};
#define CT_GROUP_LONG_WORDS (1U << 4 | 1U << 6)	/* of addresses longer than IPv4's */

/* Where entries are summed up before they come to the slot's table. */
enum ct_kept {
	CT_KEPT_IN_ROWS,	/* nowhere else */
	CT_KEPT_BY_SPACE,	/* by namespace and nothing else */
	CT_KEPT_BY_KIND,	/* by CT_GROUP_WORD_KIND without ports: of few groups */
};

/* The rows of so many groups are noted: a table that holds no more is not searched for them. */
#define CT_CENSUS_FIRST 32

/*
 * How a slot keeps its groups: by those words of a group that its grouping
 * needs, masked, one behind the other. Short keys are what makes it cheap.
 */
struct ct_census_slot {
	__u32 words;		/* of a key; 0: slot not used */
	__u32 rows_mask;	/* rows are a power of two, at least twice groups_max */
	__u32 groups_max;
	__u8 used;		/* a bit a word */
	__u8 kept;		/* enum ct_kept */
	__u8 unused[2];
	__u64 mask[CT_GROUP_WORDS];	/* 0: that word is not in the key */
};

_Static_assert(sizeof(struct ct_census_slot) == 72, "ct_census_slot is shared with the kernel side");

/* A row of a slot's table, as long as its key: sum.entries 0 is a free one. */
struct ct_census_row {
	struct ct_group_sum sum;
	__u64 key[CT_GROUP_WORDS];
};

_Static_assert(__builtin_offsetof(struct ct_census_row, key) == 32, "ct_census_row.key");

/* An address is compared after & mask. */
struct ct_address_filter {
	__u8 address[16], mask[16];
	__u32 family;
	__u32 unused;
};

#define CT_FILTER_NETNS 16

struct ct_census_filter {
	__u32 fields;		/* CT_BY(...): what is compared */
	__u32 netns_count;	/* netns and pod */
	__u32 netns[CT_FILTER_NETNS];
	__u8 protocol;
	__u8 unused[3];
	__u16 dport_low, dport_high;
	__u64 states[4];	/* bit per state, CT_STATE_... */
	struct ct_address_filter src, dst;
};

_Static_assert(sizeof(struct ct_address_filter) == 40, "ct_address_filter is shared with the kernel side");
_Static_assert(sizeof(struct ct_census_filter) == 192, "ct_census_filter is shared with the kernel side");

/* Lives in .rodata. */
struct ct_census_tuning {
	struct ct_census_slot slots[CT_CENSUS_SLOTS];
	__u32 hz;		/* ticks a second; 0: not known, nor are idle times */
	__u32 keys;		/* CT_BY(...): all that slots and filter look at */
	__u64 seed;		/* of the hash, so that nobody can choose what collides */
	__u32 idle_round;	/* ticks added before seconds are cut: hz - 1 rounds up */
	__u32 unused;
	__u32 idle_seconds[32];	/* the bounds of idle times; unused ones UINT32_MAX */
	__u8 idle_short[CT_IDLE_SHORT];	/* the index of each number of seconds */
	struct ct_census_filter filter;
};

_Static_assert(sizeof(struct ct_census_tuning) == 1656, "ct_census_tuning is shared with the kernel side");

/* Lives in .bss: the user side zeroes it before a walk. */
struct ct_census_state {
	__u64 seen;		/* entries looked at */
	__u64 expired;		/* of those, past their time, not yet removed: in no group */
	__u64 filtered;		/* of those, not wanted */
	__u64 second;		/* pass: only groups whose cell is chosen */
	__u32 groups[CT_CENSUS_SLOTS];	/* rows taken */
	struct ct_group_sum total;	/* of all wanted ones, when the walk is done */
	struct ct_group_sum overflow[CT_CENSUS_SLOTS];	/* of those that found no room */
};

_Static_assert(sizeof(struct ct_census_state) == 208, "ct_census_state is shared with the kernel side");

#endif
