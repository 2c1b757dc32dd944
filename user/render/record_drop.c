// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The records of single packets, and of what the kernel's log says. */
#include <netinet/in.h>
#include "counters.h"
#include "flow.h"
#include "model/protocol.h"
#include "record_drop.h"

/* linux/netfilter/nf_conntrack_common.h */
#define IPS_SEEN_REPLY (1U << 1)
#define IPS_ASSURED (1U << 2)

static void put_owner(struct json *j, const struct owner_name *owner)
{
	if (owner->pod)
		record_pod(j, "pod", owner->pod);
	if (owner->unit)
		json_str(j, "unit", owner->unit);
}

static void put_victim(struct json *j, const struct ct_event *event)
{
	const char *state = event->flow.protocol == IPPROTO_TCP ? state_name(event->tcp_state) : NULL;

	if (state)
		json_str(j, "state", state);
	json_bool(j, "assured", event->status & IPS_ASSURED);
	json_bool(j, "replied", event->status & IPS_SEEN_REPLY);
	json_u64(j, "timeout_seconds", event->timeout_left);
}

ssize_t record_packet(char *line, const char *node, const struct packet *p)
{
	const struct ct_event *event = p->event;
	bool drop = event->kind == CT_EVENT_DROP;
	char msg[SENTENCE_MAX];
	struct json j;

	record_begin(&j, line, p->time_ns, LEVEL_WARN, drop ? "drop" : "evict", sentence_packet(msg, p),
		     node);
	if (drop)
		json_str(&j, "cause", counter_causes[event->counter]);
	json_netns(&j, "netns", event->flow.netns);
	put_owner(&j, &p->owner);
	json_flow(&j, &event->flow, p->redacted);
	if (!drop)
		put_victim(&j, event);
	json_u64(&j, "zone", event->flow.zone);
	json_u64(&j, "cpu", event->cpu);
	if (p->entries_known)
		json_u64(&j, "entries", p->entries);
	if (p->max_known)
		json_u64(&j, "max", p->max);
	json_u64(&j, "suppressed", p->suppressed);
	return json_end(&j);
}

ssize_t record_kernel_log(char *line, const char *node, const struct log_facts *f)
{
	char msg[SENTENCE_MAX];
	struct json j;

	record_begin(&j, line, f->time_ns, LEVEL_INFO, "kernel_log", sentence_kernel_log(msg, f), node);
	json_bool(&j, "readable", f->readable);
	if (f->readable) {
		json_u64(&j, "lines", f->lines);
		json_u64(&j, "new_lines", f->new_lines);
		json_u64(&j, "suppressed", f->suppressed);
		if (f->since_ns)
			record_time(&j, "since", f->since_ns);
		if (f->last_ns)
			record_time(&j, "last", f->last_ns);
	}
	if (f->dropped_known)
		json_u64(&j, "dropped_table_full", f->dropped);
	return json_end(&j);
}
