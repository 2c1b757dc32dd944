/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A refused packet: counted, its source and target summed up, a record of it sent if the rate allows. */
#ifndef CTSCOPE_REFUSED_H
#define CTSCOPE_REFUSED_H

#include "count.bpf.h"
#include "record.bpf.h"

static __always_inline void sum_up(void *map, const void *key)
{
	static const __u64 zero;
	__u64 *sum = bpf_map_lookup_elem(map, key);

	if (!sum) {
		bpf_map_update_elem(map, key, &zero, BPF_NOEXIST);
		sum = bpf_map_lookup_elem(map, key);
	}
	if (sum)
		__sync_fetch_and_add(sum, 1);
}

static __always_inline void count_refused(__u32 netns, enum ct_counter cause)
{
	count(netns, cause, 1);
	stamp_refusal();
}

/* Of one that count_refused() has counted. The sums see each, the ring as many as the rate allows. */
static __noinline int name_refused(const struct nf_conntrack_tuple *tuple, __u16 zone, __u32 netns,
				   enum ct_counter cause)
{
	struct ct_source source = { .netns = netns };
	struct ct_target target = { .netns = netns };
	struct ct_gate *at = the_gate();
	struct ct_event *event;
	struct ct_flow flow;

	read_flow(&flow, tuple, zone, netns);
	__builtin_memcpy(source.src, flow.src, sizeof(source.src));
	source.family = flow.family;
	sum_up(&refused_sources, &source);
	__builtin_memcpy(target.dst, flow.dst, sizeof(target.dst));
	target.dst_id = flow.dst_id;
	target.family = flow.family;
	target.protocol = flow.protocol;
	sum_up(&refused_targets, &target);
	event = at ? record_of(CT_EVENT_DROP, cause, at->last_ns) : NULL;
	if (event) {
		event->flow = flow;
		bpf_ringbuf_submit(event, 0);
	}
	return 0;
}

#endif
