// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include "counters.h"
#include "flow.h"
#include "record_drop.h"
#include "say.h"
#include "text.h"

const char *namespace_text(char *buf, size_t size, uint32_t netns, const struct owner_name *owner)
{
	char number[16] = "not known";

	if (netns)
		(void)snprintf(number, sizeof(number), "%" PRIu32, netns);
	if (owner->pod && owner->pod->name[0])
		(void)snprintf(buf, size, "%s (%s/%s)", number, owner->pod->namespace, owner->pod->name);
	else if (owner->pod)
		(void)snprintf(buf, size, "%s (pod %s)", number, owner->pod->uid);
	else if (owner->unit)
		(void)snprintf(buf, size, "%s (%s)", number, owner->unit);
	else
		(void)snprintf(buf, size, "%s", number);
	return buf;
}

const char *sentence_burst(char out[static SENTENCE_MAX], const struct burst *b)
{
	uint64_t dropped = counters_dropped(b->n, b->known);
	char flow[FLOW_MAX], name[160], text[ADDRESS_MAX], took[24];

	out[0] = '\0';
	if (!b->over) {
		say(out, "burst %" PRIu64 " begins", b->id);
		if (b->first)
			say(out, ": %s refused (%s) in namespace %s",
			    flow_text(flow, &b->first->flow, b->redacted), counter_causes[b->first->counter],
			    namespace_text(name, sizeof(name), b->first->flow.netns, &b->first_owner));
		else
			say_causes(out, b->n, b->known);
		return out;
	}
	say(out, "burst %" PRIu64 "%s %s: %" PRIu64 " packet%s refused", b->id,
	    b->cut ? " was still on after" : " lasted", text_duration(took, b->duration_seconds),
	    dropped, dropped == 1 ? "" : "s");
	say_causes(out, b->n, b->known);
	if (b->source_count)
		say(out, "; most from %s in namespace %s",
		    address_text(text, b->sources[0].who.src, (uint8_t)b->sources[0].who.family, b->redacted),
		    namespace_text(name, sizeof(name), b->sources[0].who.netns, &b->sources[0].owner));
	return out;
}

const char *sentence_packet(char out[static SENTENCE_MAX], const struct packet *p)
{
	const struct ct_event *event = p->event;
	char flow[FLOW_MAX], name[160];

	out[0] = '\0';
	say(out, "%s", flow_text(flow, &event->flow, p->redacted));
	if (event->kind == CT_EVENT_DROP)
		say(out, " refused: %s", counter_causes[event->counter]);
	else
		say(out, " thrown out of the full table with %us left", event->timeout_left);
	say(out, ", namespace %s", namespace_text(name, sizeof(name), event->flow.netns, &p->owner));
	return out;
}

const char *sentence_kernel_log(char out[static SENTENCE_MAX], const struct log_facts *f)
{
	out[0] = '\0';
	if (!f->readable) {
		say(out, "the kernel's log cannot be read: %s", f->reason);
		return out;
	}
	say(out, "the kernel's log has %" PRIu64 " \"table full\" line%s", f->lines,
	    f->lines == 1 ? "" : "s");
	if (f->dropped_known && f->dropped)
		say(out, ", %" PRIu64 " of them for the %" PRIu64 " such drop%s seen now", f->new_lines,
		    f->dropped, f->dropped == 1 ? "" : "s");
	return out;
}
