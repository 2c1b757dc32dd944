/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The groups of the census: tables of rows, what is summed up in front of
 * them, and what they have no room for. Included once: the maps are here.
 */
#ifndef WALK_GROUPS_BPF_H
#define WALK_GROUPS_BPF_H

#include "walk_idle.bpf.h"

const volatile struct ct_census_tuning census_tuning = {};
struct ct_census_state census;
__u64 census_chosen[CT_CENSUS_SLOTS][CT_CENSUS_CELLS / 64];
__u32 census_first[CT_CENSUS_SLOTS][CT_CENSUS_FIRST];

/*
 * A hash table of our own in an array: a hash map costs 150 instructions a
 * look-up and 400 an insertion, this 40 and 60. Value size and rows are set
 * before loading (user/observe/walk_census.c); the user side maps it.
 */
#define GROUPS_MAP(name) \
	struct { \
		__uint(type, BPF_MAP_TYPE_ARRAY); \
		__uint(map_flags, BPF_F_MMAPABLE); \
		__uint(max_entries, 1); \
		__uint(key_size, sizeof(__u32)); \
		__uint(value_size, sizeof(struct ct_census_row)); \
	} name SEC(".maps")

GROUPS_MAP(groups_0);
GROUPS_MAP(groups_1);
GROUPS_MAP(groups_2);
GROUPS_MAP(groups_3);

/* CT_CENSUS_CELLS a slot. Mapped by the user side. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} census_cells SEC(".maps");

/*
 * The entry at hand: its group, as words, and what it adds to the sums. Not on
 * the stack, where the verifier would follow each value it may have.
 */
static struct counted {
	__u64 words[CT_GROUP_WORDS];
	__u64 key[CT_GROUP_WORDS];	/* in the slot at hand */
	__u64 hash;
	struct ct_group_sum sum;
	bool ipv4;
} counted, moved;

/*
 * Kinds of entries (protocol, state, ...) are few: those met last are summed
 * here, as those of a namespace are where its time-outs are kept. What makes
 * room for another, or is left at the end, goes into the slot's table.
 */
#define KINDS 64
static struct kind {
	__u64 key;
	struct ct_group_sum sum;
	__u64 unused[3];	/* a power of two in size */
} kinds[KINDS];

_Static_assert(__builtin_offsetof(struct ct_group_sum, assured) == 4, "entries and assured in one addition");

static __always_inline void add_to(struct ct_group_sum *sum, const struct ct_group_sum *more)
{
	*(__u64 *)sum += *(const __u64 *)more;
	if (!more->accounted)
		return;
	sum->accounted += more->accounted;
	sum->packets += more->packets;
	sum->bytes += more->bytes;
}

static __always_inline __u32 cell_of(__u64 hash)
{
	return (__u32)(hash >> 24) & (CT_CENSUS_CELLS - 1);
}

static __always_inline bool chosen(__u32 slot, __u64 hash)
{
	__u32 cell = cell_of(hash);

	return !census.second || census_chosen[slot][cell / 64] >> cell % 64 & 1;
}

static __noinline int overflow(__u32 slot, const struct counted *now)
{
	__u32 at = slot * CT_CENSUS_CELLS + cell_of(now->hash);
	__u64 *cell;

	if (slot >= CT_CENSUS_SLOTS || !chosen(slot, now->hash))
		return 0;
	add_to(&census.overflow[slot], &now->sum);
	cell = bpf_map_lookup_elem(&census_cells, &at);
	if (cell)
		*cell += now->sum.entries;
	return 0;
}

/*
 * What is done for each word of a slot's key. `used`: those words, where the compiler knows them; 0: as the
 * slot's masks say. The verifier cuts out what is not done, but not the loads that decided it.
 */
#define EACH_WORD(slot, used, w) \
	_Pragma("unroll") \
	for (__u32 w = 0; w < CT_GROUP_WORDS; w++) \
		if ((used) ? (used) >> w & 1 : census_tuning.slots[slot].mask[w] != 0)

/* All zero in IPv4. */
#define LEFT_OUT(now, w) (CT_GROUP_LONG_WORDS & 1U << (w) && (now)->ipv4)

/* Addresses are never cut: their words have no masks to be applied. */
#define KEY_WORD(slot, now, w) \
	((w) < CT_GROUP_WORD_SRC ? (now)->words[w] & census_tuning.slots[slot].mask[w] : (now)->words[w])

static __always_inline void make_key(__u32 slot, const __u32 used, struct counted *now)
{
	__u64 hash = census_tuning.seed, word;

	EACH_WORD(slot, used, w) {
		if (LEFT_OUT(now, w))
			continue;
		word = KEY_WORD(slot, now, w);
		now->key[w] = word;
		hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	now->hash = hash;
}

static __always_inline bool same_key(const struct ct_census_row *row, __u32 slot, const __u32 used,
				     const struct counted *now)
{
	const __u64 *word = row->key;
	__u64 difference = 0;

	EACH_WORD(slot, used, w) {
		if (!LEFT_OUT(now, w))
			difference |= *word ^ now->key[w];
		word++;
	}
	return !difference;
}

/* A free row, its sums all zero, becomes this group's, as long as there is room. */
static __always_inline bool take_row(struct ct_census_row *row, __u32 at, __u32 slot, const __u32 used,
				     const struct counted *now)
{
	__u32 groups = census.groups[slot];
	__u64 *word = row->key;

	if (groups >= census_tuning.slots[slot].groups_max || !chosen(slot, now->hash))
		return false;
	if (groups < CT_CENSUS_FIRST)
		census_first[slot][groups] = at;
	census.groups[slot] = groups + 1;
	EACH_WORD(slot, used, w)
		*word++ = LEFT_OUT(now, w) ? 0 : now->key[w];
	return true;
}

/* Double hashing, at most half full: one probe in two ends, so 24 are never all taken. */
#define PROBES 24

static __always_inline void count_by(void *map, __u32 slot, const __u32 used, struct counted *now)
{
	__u32 place, at;

	make_key(slot, used, now);
	place = (__u32)now->hash;
#pragma nounroll
	for (int probe = 0; probe < PROBES; probe++, place += (__u32)(now->hash >> 32) | 1) {
		struct ct_census_row *row;

		at = place & census_tuning.slots[slot].rows_mask;
		row = bpf_map_lookup_elem(map, &at);
		if (!row)
			break;
		if (row->sum.entries) {
			if (!same_key(row, slot, used, now))
				continue;
		} else if (!take_row(row, at, slot, used, now)) {
			break;
		}
		add_to(&row->sum, &now->sum);
		return;
	}
	overflow(slot, now);
}

#define WORD(w) (1U << (w))
#define BY_KIND WORD(CT_GROUP_WORD_KIND)
#define BY_SRC (BY_KIND | WORD(CT_GROUP_WORD_SRC) | WORD(CT_GROUP_WORD_SRC + 1))
#define BY_DST (BY_KIND | WORD(CT_GROUP_WORD_DST) | WORD(CT_GROUP_WORD_DST + 1))

/* Sums of a namespace or kind, by all slots that are kept so. */
static __always_inline void move(__u32 kept, const __u32 used, struct ct_group_sum *sum)
{
	moved.sum = *sum;
	*sum = (struct ct_group_sum){};
	if (census_tuning.slots[0].kept == kept)
		count_by(&groups_0, 0, used, &moved);
	if (census_tuning.slots[1].kept == kept)
		count_by(&groups_1, 1, used, &moved);
	if (census_tuning.slots[2].kept == kept)
		count_by(&groups_2, 2, used, &moved);
	if (census_tuning.slots[3].kept == kept)
		count_by(&groups_3, 3, used, &moved);
}

__attribute__((noinline)) int census_space_over(__u32 place)
{
	struct space *space = &spaces[place & (SPACES - 1)];

	if (!space->sum.entries)
		return 0;
	add_to(&census.total, &space->sum);
	moved.words[0] = space->netns;
	move(CT_KEPT_BY_SPACE, WORD(0), &space->sum);
	return 0;
}

__attribute__((noinline)) int census_kind_over(__u32 place)
{
	struct kind *kind = &kinds[place & (KINDS - 1)];

	if (!kind->sum.entries)
		return 0;
	moved.words[CT_GROUP_WORD_KIND] = kind->key;
	move(CT_KEPT_BY_KIND, BY_KIND, &kind->sum);
	return 0;
}

static __always_inline void count_kind(__u32 slot, const struct counted *now)
{
	__u64 key = now->words[CT_GROUP_WORD_KIND] & census_tuning.slots[slot].mask[CT_GROUP_WORD_KIND];
	__u32 place = key * 0x9e3779b97f4a7c15ULL >> 58;
	struct kind *kind = &kinds[place & (KINDS - 1)];

	if (kind->key != key) {
		census_kind_over(place);
		kind->key = key;
	}
	add_to(&kind->sum, &now->sum);
}

/* Those that are asked for most have code of their own. */
static __always_inline void count_in(void *map, __u32 slot, struct counted *now)
{
	const __u32 used = census_tuning.slots[slot].used, kept = census_tuning.slots[slot].kept;

	if (kept == CT_KEPT_BY_KIND)
		count_kind(slot, now);
	else if (used == BY_SRC)
		count_by(map, slot, BY_SRC, now);
	else if (used == BY_DST)
		count_by(map, slot, BY_DST, now);
	else if (used && kept != CT_KEPT_BY_SPACE)
		count_by(map, slot, 0, now);
}

/* What an earlier walk kept is void: it may not have come to its end. */
__attribute__((noinline)) int census_begins(void)
{
	for (int i = 0; i < SPACES; i++) {
		spaces[i].net = 0;
		spaces[i].sum = (struct ct_group_sum){};
	}
	for (int i = 0; i < KINDS; i++)
		kinds[i].sum = (struct ct_group_sum){};
	return 0;
}

__attribute__((noinline)) int census_over(void)
{
	for (int i = 0; i < SPACES; i++)
		census_space_over(i);
	for (int i = 0; i < KINDS; i++)
		census_kind_over(i);
	return 0;
}

#endif
