// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The census: each entry the walk meets goes into the group it belongs to, a
 * map a grouping. Only one program writes, on one CPU at a time, so nothing
 * is atomic. What a map has no room for is summed in cells by hash.
 */
#include "walk_idle.bpf.h"

/* Groups are put together as words, 16- and 32-bit fields beside each other. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "struct ct_group by words");

#define PORTS_PROTOCOL(p) ((p) == PROTO_TCP || (p) == PROTO_UDP || (p) == PROTO_SCTP || \
			   (p) == PROTO_DCCP || (p) == PROTO_UDPLITE)
#define FAMILY_IPV4 2
#define SANE_SUM (1ULL << 56)	/* more was never counted: memory that is someone else's by now */

const volatile struct ct_census_tuning census_tuning = {};
struct ct_census_state census;
__u64 census_chosen[CT_CENSUS_SLOTS][CT_CENSUS_CELLS / 64];

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
	__u64 ones;			/* as ct_group_sum begins: entries, assured */
	__u64 packets, bytes;
	bool accounted, ipv4;
} counted;

_Static_assert(__builtin_offsetof(struct ct_group_sum, assured) == 4, "entries and assured in one addition");

static __always_inline void add_to(struct ct_group_sum *sum, const struct counted *now)
{
	*(__u64 *)sum += now->ones;
	if (!now->accounted)
		return;
	sum->accounted++;
	sum->packets += now->packets;
	sum->bytes += now->bytes;
}

static __always_inline __u32 cell_of(__u64 hash)
{
	return (__u32)(hash >> 24) & (CT_CENSUS_CELLS - 1);
}

static __always_inline void overflow(__u32 slot, const struct counted *now)
{
	__u32 at = slot * CT_CENSUS_CELLS + cell_of(now->hash);
	__u64 *cell = bpf_map_lookup_elem(&census_cells, &at);

	add_to(&census.overflow[slot], now);
	if (cell)
		*cell += 1;
}

static __always_inline bool chosen(__u32 slot, __u64 hash)
{
	__u32 cell = cell_of(hash);

	return !census.second || census_chosen[slot][cell / 64] >> cell % 64 & 1;
}

/* What is done for each word of a slot's key; for the others the verifier cuts it out. */
#define EACH_WORD(slot, w) \
	_Pragma("unroll") \
	for (__u32 w = 0; w < CT_GROUP_WORDS; w++) \
		if (census_tuning.slots[slot].mask[w])

/* All zero in IPv4. */
#define LEFT_OUT(now, w) (CT_GROUP_LONG_WORDS & 1U << (w) && (now)->ipv4)

static __always_inline void make_key(__u32 slot, struct counted *now)
{
	__u64 hash = census_tuning.seed;

	EACH_WORD(slot, w) {
		if (LEFT_OUT(now, w))
			continue;
		now->key[w] = now->words[w] & census_tuning.slots[slot].mask[w];
		hash = (hash ^ now->key[w]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	now->hash = hash;
}

static __always_inline bool same_key(const struct ct_census_row *row, __u32 slot, const struct counted *now)
{
	const __u64 *word = row->key;
	__u64 difference = 0;

	EACH_WORD(slot, w) {
		if (!LEFT_OUT(now, w))
			difference |= *word ^ now->key[w];
		word++;
	}
	return !difference;
}

/* A free row, all zero, becomes this group's, as long as there is room. */
static __always_inline bool take_row(struct ct_census_row *row, __u32 slot, const struct counted *now)
{
	__u64 *word = row->key;

	if (census.groups[slot] >= census_tuning.slots[slot].groups_max)
		return false;
	census.groups[slot]++;
	EACH_WORD(slot, w) {
		if (!LEFT_OUT(now, w))
			*word = now->key[w];
		word++;
	}
	return true;
}

/* Double hashing, at most half full: one probe in two ends, so 24 are never all taken. */
#define PROBES 24

/* A group that is not in its first place. */
static __noinline int count_elsewhere(void *map, __u32 slot, const struct counted *now)
{
	__u32 mask = census_tuning.slots[slot].rows_mask, step = (__u32)(now->hash >> 32) | 1;
	__u32 place = (__u32)now->hash;

	if (!chosen(slot, now->hash))
		return 0;
	for (int probe = 0; probe < PROBES; probe++, place += step) {
		__u32 at = place & mask;
		struct ct_census_row *row = bpf_map_lookup_elem(map, &at);

		if (!row)
			break;
		if (row->sum.entries && !same_key(row, slot, now))
			continue;
		if (!row->sum.entries && !take_row(row, slot, now))
			break;
		add_to(&row->sum, now);
		return 0;
	}
	overflow(slot, now);
	return 0;
}

static __always_inline void count_in(void *map, __u32 slot, struct counted *now)
{
	struct ct_census_row *row;
	__u32 at;

	if (!census_tuning.slots[slot].words)
		return;
	make_key(slot, now);
	at = (__u32)now->hash & census_tuning.slots[slot].rows_mask;
	row = bpf_map_lookup_elem(map, &at);
	if (row && row->sum.entries && same_key(row, slot, now))
		add_to(&row->sum, now);
	else
		count_elsewhere(map, slot, now);
}

/* Packets and bytes, where they are counted, and whether it has a time-out policy of its own. */
static __always_inline bool read_extensions(__u64 ext, struct counted *now)
{
	const __u32 acct = bpf_core_enum_value(enum nf_ct_ext_id, NF_CT_EXT_ACCT) & 15;
	const __u32 policy = bpf_core_enum_value(enum nf_ct_ext_id, NF_CT_EXT_TIMEOUT) & 15;
	__u8 offset[16] = {};
	__u64 sums[4] = {};

	if (!read_kernel(offset, sizeof(offset), ext))
		return false;
	/* packets and bytes of both directions, 64 bits each: struct nf_conn_acct of every kernel */
	if (offset[acct] && read_kernel(sums, sizeof(sums), ext + offset[acct]) &&
	    (sums[0] | sums[1] | sums[2] | sums[3]) < SANE_SUM) {
		now->accounted = true;
		now->packets = sums[0] + sums[2];
		now->bytes = sums[1] + sums[3];
	}
	return offset[policy];
}

static __always_inline __u8 state_of(const struct nf_conn *ct, __u64 status, __u8 protocol)
{
	if (status & IPS_OFFLOAD)
		return CT_STATE_OFFLOAD;
	if (protocol == PROTO_TCP)
		return CT_STATE_TCP + ct->proto.tcp.state;
	if (protocol == PROTO_UDP)
		return 0;
	if (protocol == PROTO_SCTP)
		return ct->proto.sctp.state ? CT_STATE_SCTP + (__u8)ct->proto.sctp.state : 0;
	if (protocol == PROTO_DCCP && bpf_core_field_exists(struct nf_ip_net, dccp))
		return ct->proto.dccp.state ? CT_STATE_DCCP + ct->proto.dccp.state : 0;
	return 0;
}

static __always_inline void take_addresses(const struct nf_conntrack_tuple *tuple, __u64 *words)
{
	/* dst stands on a boundary of four bytes. */
	words[3] = tuple->src.u3.all[0] | (__u64)tuple->src.u3.all[1] << 32;
	words[4] = tuple->src.u3.all[2] | (__u64)tuple->src.u3.all[3] << 32;
	words[5] = tuple->dst.u3.all[0] | (__u64)tuple->dst.u3.all[1] << 32;
	words[6] = tuple->dst.u3.all[2] | (__u64)tuple->dst.u3.all[3] << 32;
}

/* The words of struct ct_group, put together in registers; only what somebody looks at. */
static __always_inline void fill_in(struct counted *now, const struct nf_conn *ct, const struct space *space,
				    __u32 left)
{
	const struct nf_conntrack_tuple *tuple = &ct->tuplehash[0].tuple;
	__u64 status = ct->status, word, ext = (__u64)ct->ext;
	__u8 protocol = tuple->dst.protonum, family = (__u8)tuple->src.l3num;
	__u32 keys = census_tuning.keys, flags;
	bool policy = false;

	now->accounted = false;
	now->ones = 1 | (__u64)!!(status & IPS_ASSURED) << 32;
	now->ipv4 = family == FAMILY_IPV4;
	if (ext)
		policy = read_extensions(ext, now);
	flags = (status & IPS_ASSURED ? CT_GROUP_ASSURED : 0) |
		(status & IPS_SEEN_REPLY ? CT_GROUP_REPLIED : 0);
	word = (family & 15) | protocol << 8;
	if (keys & (CT_BY(sport) | CT_BY(dport))) {
		if (PORTS_PROTOCOL(protocol))
			word |= (__u64)bpf_ntohs(tuple->src.u.all) << 32 |
				(__u64)bpf_ntohs(tuple->dst.u.all) << 48;
		else
			flags |= CT_GROUP_NO_PORTS;
	}
	word |= flags << 4;
	if (keys & CT_BY(state))
		word |= (__u32)state_of(ct, status, protocol) << 16;
	if (keys & CT_BY(idle))
		word |= (__u32)idle_of(ct, protocol, left, policy, space) << 24;
	now->words[0] = space->netns | (__u64)ct->mark << 32;
	now->words[1] = word;
	now->words[2] = ct->zone.id;
	if (keys & (CT_BY(src) | CT_BY(dst)))
		take_addresses(tuple, now->words);
}

static __always_inline bool address_wanted(const volatile struct ct_address_filter *filter,
					   const __u64 *address, __u8 family)
{
	const volatile __u64 *want = (const volatile __u64 *)filter->address;
	const volatile __u64 *mask = (const volatile __u64 *)filter->mask;

	return filter->family == family && (address[0] & mask[0]) == want[0] &&
	       (address[1] & mask[1]) == want[1];
}

static __always_inline bool wanted(const struct counted *now, const struct space *space)
{
	const volatile struct ct_census_filter *filter = &census_tuning.filter;
	const struct ct_group *g = (const struct ct_group *)now->words;
	__u32 fields = filter->fields;

	if (!fields)
		return true;
	if (fields & (CT_BY(netns) | CT_BY(pod)) && !space->wanted)
		return false;
	if (fields & CT_BY(proto) && g->protocol != filter->protocol)
		return false;
	if (fields & CT_BY(state) && !(filter->states[g->state / 64] >> g->state % 64 & 1))
		return false;
	if (fields & CT_BY(dport) && (g->flags & CT_GROUP_NO_PORTS || g->dport < filter->dport_low ||
				      g->dport > filter->dport_high))
		return false;
	if (fields & CT_BY(src) && !address_wanted(&filter->src, &now->words[3], g->family))
		return false;
	return !(fields & CT_BY(dst)) || address_wanted(&filter->dst, &now->words[5], g->family);
}

__attribute__((noinline)) int census_entry(void)
{
	const struct nf_conn *ct = walk_entry;
	const struct space *space;
	struct counted *now = &counted;
	__u32 left;

	/* Held in registers: clang would load the addresses for each field. */
	asm volatile("" : "+r"(ct), "+r"(now));
	census.seen++;
	left = ct->timeout - (__u32)bpf_jiffies64();
	if ((__s32)left <= 0) {
		census.expired++;
		return 0;
	}
	space = space_of((__u64)ct->ct_net.net);
	fill_in(now, ct, space, left);
	if (!wanted(now, space)) {
		census.filtered++;
		return 0;
	}
	if (!census_tuning.slots[0].words)
		add_to(&census.total, now);
	count_in(&groups_0, 0, now);
	count_in(&groups_1, 1, now);
	count_in(&groups_2, 2, now);
	count_in(&groups_3, 3, now);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
