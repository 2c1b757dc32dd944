/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How long an entry has been silent: the time-out its last packet gave it,
 * chosen as the kernel chooses it, minus what is left. The time-outs are
 * those of the entry's own namespace, read where the kernel keeps them.
 */
#ifndef CTSCOPE_WALK_IDLE_H
#define CTSCOPE_WALK_IDLE_H

#include "walk.bpf.h"
#include "ctscope/census.h"

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_DCCP = 33, PROTO_GRE = 47,
       PROTO_ICMPV6 = 58, PROTO_SCTP = 132, PROTO_UDPLITE = 136 };

#define TCP_ESTABLISHED 3
#define TCP_RETRANS 12		/* indexes of timeouts[] behind the states */
#define TCP_UNACK 13
#define TCP_STATES 10
#define SCTP_STATES 10
#define DCCP_STATES 8
#define TCP_DATA_UNACKNOWLEDGED 0x10	/* IP_CT_TCP_FLAG_DATA_UNACKNOWLEDGED */

/*
 * What a namespace has in common for its entries. Consecutive entries of the
 * table are of any namespace, so several are remembered; one that meets
 * another in its place is read again (some 600 instructions).
 */
#define SPACES 128

struct space {
	__u64 net;
	__u32 netns;
	__u32 wanted;		/* by the filter */
	struct ct_group_sum sum;	/* of its entries, since it stands here */
	__u32 tcp[16], tcp_max_retrans;
	__u32 sctp[16], dccp[16];
	__u32 udp[2], icmp, icmpv6, generic;
};

static struct space spaces[SPACES];
int census_space_over(__u32 place);
extern const volatile struct ct_census_tuning census_tuning;

static __always_inline __u32 max_retrans_of(const struct net *net)
{
	__u8 byte = 0;
	int whole = 0;

	if (bpf_core_field_size(net->ct.nf_ct_proto.tcp.tcp_max_retrans) == 1) {
		bpf_core_read(&byte, sizeof(byte), &net->ct.nf_ct_proto.tcp.tcp_max_retrans);
		return byte;
	}
	bpf_core_read(&whole, sizeof(whole), &net->ct.nf_ct_proto.tcp.tcp_max_retrans);
	return (__u32)whole;
}

static __always_inline __u32 space_wanted(__u32 netns)
{
	const volatile struct ct_census_filter *filter = &census_tuning.filter;

	if (!(filter->fields & (CT_BY(netns) | CT_BY(pod))))
		return 1;
	for (__u32 i = 0; i < CT_FILTER_NETNS; i++)
		if (i < filter->netns_count && filter->netns[i] == netns)
			return 1;
	return 0;
}

/* Global, so that it is verified once; the place is checked again here. */
__attribute__((noinline)) int read_space(__u64 address, __u32 place)
{
	const struct net *net = (const struct net *)address;
	struct space *space = &spaces[place & (SPACES - 1)];

	census_space_over(place);
	__builtin_memset(space, 0, sizeof(*space));
	space->net = address;
	bpf_core_read(&space->netns, sizeof(space->netns), &net->ns.inum);
	space->wanted = space_wanted(space->netns);
	bpf_core_read(space->tcp, 14 * sizeof(__u32), &net->ct.nf_ct_proto.tcp.timeouts);
	space->tcp_max_retrans = max_retrans_of(net);
	bpf_core_read(space->udp, sizeof(space->udp), &net->ct.nf_ct_proto.udp.timeouts);
	bpf_core_read(&space->icmp, sizeof(space->icmp), &net->ct.nf_ct_proto.icmp.timeout);
	bpf_core_read(&space->icmpv6, sizeof(space->icmpv6), &net->ct.nf_ct_proto.icmpv6.timeout);
	bpf_core_read(&space->generic, sizeof(space->generic), &net->ct.nf_ct_proto.generic.timeout);
	if (bpf_core_field_exists(net->ct.nf_ct_proto.sctp))
		bpf_core_read(space->sctp, SCTP_STATES * sizeof(__u32), &net->ct.nf_ct_proto.sctp.timeouts);
	if (bpf_core_field_exists(net->ct.nf_ct_proto.dccp))
		bpf_core_read(space->dccp, DCCP_STATES * sizeof(__u32),
			      &net->ct.nf_ct_proto.dccp.dccp_timeout);
	return 0;
}

static __always_inline struct space *space_of(__u64 net)
{
	/* struct net is some kilobytes, and aligned to a cache line. */
	__u32 place = (__u32)(net >> 12 ^ net >> 7) & (SPACES - 1);

	if (spaces[place].net != net)
		read_space(net, place);
	return &spaces[place];
}

/* tcp_packet() of every kernel from 5.10 on; 0: no packet was ever seen (it came by ctnetlink). */
static __always_inline __u32 tcp_timeout(const struct nf_conn *ct, const struct space *space)
{
	const struct ip_ct_tcp *tcp = &ct->proto.tcp;
	__u32 state = tcp->state & 15, retrans = space->tcp[TCP_RETRANS], unack = space->tcp[TCP_UNACK];
	__u32 timeout = space->tcp[state];

	if (state >= TCP_STATES || !(tcp->seen[0].td_maxwin | tcp->seen[1].td_maxwin))
		return 0;
	if (tcp->retrans >= space->tcp_max_retrans && timeout > retrans)
		timeout = retrans;
	else if ((tcp->seen[0].flags | tcp->seen[1].flags) & TCP_DATA_UNACKNOWLEDGED && timeout > unack)
		timeout = unack;
	else if (!tcp->last_win && timeout > retrans)
		timeout = retrans;
	if (!(ct->status & IPS_SEEN_REPLY) && state == TCP_ESTABLISHED && timeout > unack)
		timeout = unack;
	return timeout;
}

/* In ticks; 0: not known. */
static __always_inline __u32 timeout_of(const struct nf_conn *ct, __u8 protocol,
					const struct space *space)
{
	__u32 state;

	switch (protocol) {
	case PROTO_TCP:
		return tcp_timeout(ct, space);
	case PROTO_UDP:
		/* The packet that makes it a stream also assures it. */
		return space->udp[ct->status & IPS_ASSURED ? 1 : 0];
	case PROTO_ICMP:
		return space->icmp;
	case PROTO_ICMPV6:
		return space->icmpv6;
	case PROTO_GRE:
		return ct->status & IPS_SEEN_REPLY ? ct->proto.gre.stream_timeout : ct->proto.gre.timeout;
	case PROTO_SCTP:
		state = ct->proto.sctp.state;
		return state < SCTP_STATES ? space->sctp[state & 15] : 0;
	case PROTO_DCCP:
		/* Without a tracker it is a protocol like any other. */
		if (!bpf_core_field_exists(struct nf_ip_net, dccp))
			return space->generic;
		state = ct->proto.dccp.state;
		return state < DCCP_STATES ? space->dccp[state & 15] : 0;
	case PROTO_UDPLITE:
		return 0;	/* has a tracker up to 6.18, and none of its own to ask since */
	default:
		return space->generic;
	}
}

/*
 * From a table; what is longer than that by half an interval a step: five for up to 31 bounds. In 64 bits:
 * the verifiers of 6.12 and 6.18 know no bound of an index whose lower half alone was divided and compared.
 */
static __always_inline __u8 idle_index(__u64 seconds)
{
	__u32 low = 0;

	if (seconds < CT_IDLE_SHORT)
		return census_tuning.idle_short[seconds];
#pragma unroll
	for (__u32 step = 16; step; step >>= 1)
		if (census_tuning.idle_seconds[low + step - 1] <= seconds)
			low += step;
	return (__u8)low;
}

_Static_assert(CT_IDLE_BOUND_COUNT < 32, "idle_index() takes five steps");

static __always_inline __u8 idle_of(const struct nf_conn *ct, __u8 protocol, __u32 left,
				    bool own_timeout, const struct space *space)
{
	__u32 timeout, hz = census_tuning.hz;

	if (!hz || own_timeout || ct->status & (IPS_FIXED_TIMEOUT | IPS_NAT_CLASH | IPS_OFFLOAD))
		return CT_IDLE_UNKNOWN;
	timeout = timeout_of(ct, protocol, space);
	/* More left than allowed: a sysctl was lowered, or ctnetlink set it. */
	if (!timeout || left > timeout)
		return CT_IDLE_UNKNOWN;
	/* A dump shows whole seconds left, cut; to be told as there, the idle ones are rounded up. */
	return idle_index(((__u64)(timeout - left) + census_tuning.idle_round) / hz);
}

#endif
