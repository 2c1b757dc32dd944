// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The census: each entry the walk meets goes into the group it belongs to, a
 * map a grouping. Only one program writes, on one CPU at a time, so nothing
 * is atomic. What a map has no room for is summed in cells by hash.
 */
#include "walk_idle.bpf.h"

#define PORTS_PROTOCOL(p) ((p) == PROTO_TCP || (p) == PROTO_UDP || (p) == PROTO_SCTP || \
			   (p) == PROTO_DCCP || (p) == PROTO_UDPLITE)
#define SANE_SUM (1ULL << 56)	/* more was never counted: memory that is someone else's by now */

const volatile struct ct_census_tuning census_tuning = {};
struct ct_census_state census;
__u64 census_chosen[CT_CENSUS_SLOTS][CT_CENSUS_CELLS / 64];

/*
 * Key and value sizes and room are set before loading (user/observe/walk_census.c).
 * Preallocated: an insertion then allocates nothing.
 */
#define GROUPS_MAP(name) \
	struct { \
		__uint(type, BPF_MAP_TYPE_HASH); \
		__uint(max_entries, 1); \
		__uint(key_size, sizeof(struct ct_group)); \
		__uint(value_size, sizeof(struct ct_group_sum)); \
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

/* The entry at hand. Words first: one read fills in whatever this kernel's layout is. */
static struct {
	__u64 entry[64];
	union {
		struct ct_group group;
		__u64 words[CT_GROUP_WORDS];
	} of;
	struct ct_group_sum sum;
	__u64 key[CT_GROUP_WORDS];
} now;

#define NOW_ENTRY ((const struct nf_conn *)now.entry)

static __always_inline __u32 entry_bytes(void)
{
	return OFFSET_OF(struct nf_conn, proto) + bpf_core_field_size(NOW_ENTRY->proto);
}

static __always_inline void add_sum(struct ct_group_sum *to)
{
	to->entries++;
	to->assured += now.sum.assured;
	to->accounted += now.sum.accounted;
	to->packets += now.sum.packets;
	to->bytes += now.sum.bytes;
}

static __always_inline __u32 cell_of(__u32 words)
{
	__u64 hash = 0;

	for (__u32 i = 0; i < CT_GROUP_WORDS; i++)
		if (i < words) {
			hash = (hash ^ now.key[i]) * 0x9e3779b97f4a7c15ULL;
			hash ^= hash >> 32;
		}
	return (__u32)(hash >> 40) & (CT_CENSUS_CELLS - 1);
}

static __always_inline void overflow(__u32 slot, __u32 words)
{
	__u32 at = slot * CT_CENSUS_CELLS + cell_of(words);
	__u64 *cell = bpf_map_lookup_elem(&census_cells, &at);

	add_sum(&census.overflow[slot]);
	if (cell)
		*cell += 1;
}

static __always_inline bool chosen(__u32 slot, __u32 words)
{
	__u32 cell;

	if (!census.second)
		return true;
	cell = cell_of(words);
	return census_chosen[slot][cell / 64] >> cell % 64 & 1;
}

static __always_inline void count_in(void *map, __u32 slot)
{
	__u32 words = census_tuning.slots[slot].words;
	struct ct_group_sum *sum;

	if (!words)
		return;
	for (__u32 i = 0; i < CT_GROUP_WORDS; i++)
		if (i < words)
			now.key[i] = now.of.words[census_tuning.slots[slot].at[i]] &
				     census_tuning.slots[slot].mask[i];
	if (!chosen(slot, words))
		return;
	sum = bpf_map_lookup_elem(map, now.key);
	if (sum)
		add_sum(sum);
	else if (bpf_map_update_elem(map, now.key, &now.sum, BPF_NOEXIST))
		overflow(slot, words);
}

/* Packets and bytes, where they are counted, and whether it has a time-out policy of its own. */
static __always_inline bool read_extensions(void)
{
	const __u32 acct = bpf_core_enum_value(enum nf_ct_ext_id, NF_CT_EXT_ACCT);
	const __u32 policy = bpf_core_enum_value(enum nf_ct_ext_id, NF_CT_EXT_TIMEOUT);
	__u64 ext = (__u64)NOW_ENTRY->ext, sums[4] = {};
	__u8 offset[16] = {};

	now.sum.accounted = 0;
	now.sum.packets = 0;
	now.sum.bytes = 0;
	if (!ext || !read_kernel(offset, sizeof(offset), ext))
		return false;
	/* packets and bytes of both directions, 64 bits each: struct nf_conn_acct of every kernel */
	if (offset[acct & 15] && read_kernel(sums, sizeof(sums), ext + offset[acct & 15]) &&
	    (sums[0] | sums[1] | sums[2] | sums[3]) < SANE_SUM) {
		now.sum.accounted = 1;
		now.sum.packets = sums[0] + sums[2];
		now.sum.bytes = sums[1] + sums[3];
	}
	return offset[policy & 15];
}

static __always_inline __u8 state_of(__u8 protocol)
{
	const struct nf_conn *ct = NOW_ENTRY;

	if (ct->status & IPS_OFFLOAD)
		return CT_STATE_OFFLOAD;
	if (protocol == PROTO_TCP)
		return CT_STATE_TCP + ct->proto.tcp.state;
	if (protocol == PROTO_SCTP)
		return ct->proto.sctp.state ? CT_STATE_SCTP + (__u8)ct->proto.sctp.state : 0;
	if (protocol == PROTO_DCCP && bpf_core_field_exists(struct nf_ip_net, dccp))
		return ct->proto.dccp.state ? CT_STATE_DCCP + ct->proto.dccp.state : 0;
	return 0;
}

/* Reads of union members as words: addresses are 16 bytes, zero behind IPv4's four. */
static __always_inline void fill_in(__u32 left)
{
	const struct nf_conn *ct = NOW_ENTRY;
	const struct nf_conntrack_tuple *tuple = &ct->tuplehash[0].tuple;
	const struct space *space = space_of((__u64)ct->ct_net.net);
	struct ct_group *g = &now.of.group;
	__u8 protocol = tuple->dst.protonum;
	bool ports = PORTS_PROTOCOL(protocol), policy = read_extensions();
	__u64 status = ct->status;
	__u32 *src = (__u32 *)g->src, *dst = (__u32 *)g->dst;

	g->netns = space->netns;
	g->mark = ct->mark;
	g->zone = ct->zone.id;
	g->family = (__u8)tuple->src.l3num;
	g->protocol = protocol;
	g->state = state_of(protocol);
	g->flags = (status & IPS_ASSURED ? CT_GROUP_ASSURED : 0) |
		   (status & IPS_SEEN_REPLY ? CT_GROUP_REPLIED : 0) | (ports ? 0 : CT_GROUP_NO_PORTS);
	g->idle = idle_of(ct, protocol, left, policy, space);
	g->sport = ports ? bpf_ntohs(tuple->src.u.all) : 0;
	g->dport = ports ? bpf_ntohs(tuple->dst.u.all) : 0;
	for (int i = 0; i < 4; i++) {
		src[i] = tuple->src.u3.all[i];
		dst[i] = tuple->dst.u3.all[i];
	}
	now.sum.entries = 1;
	now.sum.assured = status & IPS_ASSURED ? 1 : 0;
}

static __always_inline bool address_wanted(const volatile struct ct_address_filter *filter,
					   const __u8 *address)
{
	const volatile __u32 *want = (const volatile __u32 *)filter->address;
	const volatile __u32 *mask = (const volatile __u32 *)filter->mask;
	const __u32 *has = (const __u32 *)address;

	if (filter->family != now.of.group.family)
		return false;
	for (int i = 0; i < 4; i++)
		if ((has[i] & mask[i]) != want[i])
			return false;
	return true;
}

static __always_inline bool wanted(void)
{
	const volatile struct ct_census_filter *filter = &census_tuning.filter;
	const struct ct_group *g = &now.of.group;
	__u32 fields = filter->fields;

	if (fields & (CT_BY(netns) | CT_BY(pod)) && !space_of((__u64)NOW_ENTRY->ct_net.net)->wanted)
		return false;
	if (fields & CT_BY(proto) && g->protocol != filter->protocol)
		return false;
	if (fields & CT_BY(state) && !(filter->states[g->state / 64] >> g->state % 64 & 1))
		return false;
	if (fields & CT_BY(dport) && (g->flags & CT_GROUP_NO_PORTS || g->dport < filter->dport_low ||
				      g->dport > filter->dport_high))
		return false;
	if (fields & CT_BY(src) && !address_wanted(&filter->src, g->src))
		return false;
	return !(fields & CT_BY(dst)) || address_wanted(&filter->dst, g->dst);
}

__attribute__((noinline)) int census_entry(__u64 entry)
{
	__u32 left;

	if (!read_kernel(now.entry, entry_bytes(), entry)) {
		census.unreadable++;
		return 0;
	}
	census.seen++;
	left = NOW_ENTRY->timeout - (__u32)bpf_jiffies64();
	if ((__s32)left <= 0) {
		census.expired++;
		return 0;
	}
	fill_in(left);
	if (!wanted()) {
		census.filtered++;
		return 0;
	}
	add_sum(&census.total);
	count_in(&groups_0, 0);
	count_in(&groups_1, 1);
	count_in(&groups_2, 2);
	count_in(&groups_3, 3);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
