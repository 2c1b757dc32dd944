// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The census: each entry the walk meets goes into the group it belongs to, a
 * map a grouping. Only one program writes, on one CPU at a time, so nothing
 * is atomic. What a map has no room for is summed in cells by hash.
 */
#include "walk_groups.bpf.h"

/* Groups are put together as words, 16- and 32-bit fields beside each other. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "struct ct_group by words");

#define PORTS_PROTOCOL(p) ((p) == PROTO_TCP || (p) == PROTO_UDP || (p) == PROTO_SCTP || \
			   (p) == PROTO_DCCP || (p) == PROTO_UDPLITE)
#define FAMILY_IPV4 2
#define SANE_SUM (1ULL << 56)	/* more was never counted: memory that is someone else's by now */

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
		now->sum.accounted = 1;
		now->sum.packets = sums[0] + sums[2];
		now->sum.bytes = sums[1] + sums[3];
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

/* A UDP entry has nothing of its own that is looked at. */
static __always_inline bool read_protocol(__u64 entry, __u8 protocol)
{
	bool read = walk_reads_protocol;

	if (!(census_tuning.keys & (CT_BY(state) | CT_BY(idle))))
		return true;
	walk_reads_protocol = protocol != PROTO_UDP;
	return read || protocol == PROTO_UDP ||
	       read_part(entry, OFFSET_OF(struct nf_conn, proto), PROTOCOL_END);
}

/* Two words each, of which IPv4 has but one. The destination's begin on a boundary of four bytes. */
static __always_inline void take_addresses(const struct nf_conntrack_tuple *tuple, struct counted *now)
{
	const __u64 *src = (const __u64 *)&tuple->src.u3, *dst = (const __u64 *)&tuple->dst.u3;

	now->words[CT_GROUP_WORD_SRC] = src[0];
	now->words[CT_GROUP_WORD_DST] = dst[0];
	if (now->ipv4)
		return;
	now->words[CT_GROUP_WORD_SRC + 1] = src[1];
	now->words[CT_GROUP_WORD_DST + 1] = dst[1];
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

	now->sum.accounted = 0;
	*(__u64 *)&now->sum = 1 | (__u64)!!(status & IPS_ASSURED) << 32;
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
		take_addresses(tuple, now);
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

__attribute__((noinline)) int census_entry(__u64 entry)
{
	const struct nf_conn *ct = walk_entry;
	struct space *space;
	struct counted *now = &counted;
	__u32 left;

	/* Held in registers: clang would load the addresses for each field. */
	asm volatile("" : "+r"(ct), "+r"(now));
	if (!read_protocol(entry, ct->tuplehash[0].tuple.dst.protonum))
		return 0;
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
	add_to(&space->sum, &now->sum);
	count_in(&groups_0, 0, now);
	count_in(&groups_1, 1, now);
	count_in(&groups_2, 2, now);
	count_in(&groups_3, 3, now);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
