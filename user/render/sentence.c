// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "counters.h"
#include "model/effect.h"
#include "say.h"
#include "sentence.h"
#include "text.h"

struct report_drops report_drops(const struct report *r)
{
	const uint32_t by_kernel = 1u << KERNEL_STAT_drop;
	struct report_drops drops = { .source = DROPS_UNKNOWN };

	if (r->counters_known & CT_DROPS_MASK) {
		drops.source = DROPS_BY_HOOKS;
		drops.count = counters_dropped(r->delta, r->counters_known);
	} else if (r->kernel_known & by_kernel) {
		drops.source = DROPS_BY_KERNEL;
		drops.count = r->kernel[KERNEL_STAT_drop];
		if (r->kernel_known & 1u << KERNEL_STAT_chain_too_long)
			drops.count += r->kernel[KERNEL_STAT_chain_too_long];
	}
	return drops;
}

/* "no drops" is a promise: made only when every cause is watched, or counted by the kernel. */
static const char *no_drops(uint32_t known)
{
	uint32_t seen = known & CT_DROPS_MASK;

	return !seen || seen == CT_DROPS_MASK ? "no drops" : "no drops of the causes that can be seen";
}

static void say_used(char *out, const struct table_state *t)
{
	char percent[16];
	bool one = !t->fullest_netns || t->fullest_entries == t->entries;

	if (!t->max || t->used_ratio < 0) {
		say(out, "%" PRIu64 " entries%s", t->entries, t->max ? "" : ", no limit");
		return;
	}
	say(out, "%s %s full (%" PRIu64 " of %" PRIu64 ")", one ? "table" : "fullest namespace",
	    text_percent(percent, t->used_ratio), one ? t->entries : t->fullest_entries, t->max);
	if (!one)
		say(out, ", %" PRIu64 " entries in all", t->entries);
}

/* What a full table may not throw out is the part that counts. */
static void say_fill(char *out, const struct table_state *t)
{
	char percent[16];

	say_used(out, t);
	if (t->unassured_known && t->walked)
		say(out, ", %s assured",
		    text_percent(percent, 1 - (double)t->unassured / (double)t->walked));
}

const char *sentence_report(char out[static SENTENCE_MAX], const struct report *r)
{
	struct report_drops drops = report_drops(r);
	char text[24];

	out[0] = '\0';
	say_fill(out, &r->table);
	if (r->table.fill_seconds > 0 && r->table.fill_seconds <= 3600)
		say(out, ", full in %s", text_seconds(text, r->table.fill_seconds));
	if (r->counters_known & 1u << CT_inserted)
		say(out, ", %s new/s", text_rate(text, r->delta[CT_inserted], r->interval_seconds));
	if (r->counters_known & 1u << CT_evicted && r->delta[CT_evicted])
		say(out, ", %" PRIu64 " evicted", r->delta[CT_evicted]);
	if (drops.source == DROPS_UNKNOWN)
		say(out, ", drops cannot be seen");
	else if (!drops.count)
		say(out, ", %s", no_drops(r->counters_known));
	else
		say(out, ", %" PRIu64 " dropped", drops.count);
	if (drops.source == DROPS_BY_HOOKS)
		say_causes(out, r->delta, r->counters_known);
	else if (drops.source == DROPS_BY_KERNEL)
		say(out, " by the kernel's own count");
	return out;
}

const char *sentence_pressure(char out[static SENTENCE_MAX], const struct pressure *p)
{
	char used[16], threshold[16], fill[24];

	out[0] = '\0';
	say(out, "%s: %s full", p->up ? "the table nears its limit" : "the table has room again",
	    text_percent(used, p->used_ratio));
	if (p->fill_seconds >= 0)
		say(out, ", full in %s at the present trend", text_seconds(fill, p->fill_seconds));
	say(out, " (threshold %s)", text_percent(threshold, p->threshold));
	return out;
}

const char *sentence_lost(char out[static SENTENCE_MAX], const struct losses *l)
{
	out[0] = '\0';
	say(out, "lost since the last report: %" PRIu64 " event%s, %" PRIu64 " record%s, %" PRIu64
	    " program run%s", l->events, l->events == 1 ? "" : "s", l->records,
	    l->records == 1 ? "" : "s", l->probes, l->probes == 1 ? "" : "s");
	return out;
}

const char *sentence_stop(char out[static SENTENCE_MAX], const struct stop_facts *s)
{
	const uint32_t known = s->counters_known;
	char ran[24];

	out[0] = '\0';
	say(out, "stopped after %s (%s)", text_seconds(ran, s->run_seconds), s->reason);
	if (known & 1u << CT_inserted)
		say(out, ", %" PRIu64 " new entries", s->total[CT_inserted]);
	if (!(known & CT_DROPS_MASK))
		return out;
	if (!counters_dropped(s->total, known)) {
		say(out, ", %s", no_drops(known));
	} else {
		say(out, ", %" PRIu64 " dropped", counters_dropped(s->total, known));
		say_causes(out, s->total, known);
	}
	return out;
}

const char *sentence_start(char out[static SENTENCE_MAX], const struct start_facts *s)
{
	size_t attached = 0;

	for (size_t i = 0; i < s->hook_count; i++)
		attached += s->hooks[i].how != NULL;
	out[0] = '\0';
	say(out, "ctscope %s on Linux %s, ", s->version, s->kernel);
	if (s->mode == MODE_PROCFS)
		say(out, "counters from procfs alone: no causes, no namespaces' rates");
	else if (attached == s->hook_count)
		say(out, "all %zu hooks attached", attached);
	else
		say(out, "%zu of %zu hooks attached", attached, s->hook_count);
	return out;
}

static void say_moved(char *out, const char *what, double before, double after)
{
	say(out, ", %s %.1f -> %.1f", what, before, after);
}

const char *sentence_effect(char out[static SENTENCE_MAX], const struct effect *e)
{
	const struct effect_change *first = &e->changes[0];
	const char *dot = strrchr(first->name, '.');
	size_t more = e->change_count + e->more - 1;
	char after[24];

	out[0] = '\0';
	say(out, "%s after %s went from %" PRId64 " to %" PRId64, text_seconds(after, e->seconds),
	    dot ? dot + 1 : first->name, first->from, first->to);
	if (more)
		say(out, " (and %zu more)", more);
	say(out, ": entries %" PRIu64 " -> %" PRIu64, e->before.entries, e->after.entries);
	if (e->counters_known & 1U << CT_inserted)
		say_moved(out, "new/s", e->before.inserted, e->after.inserted);
	if (e->counters_known & 1U << CT_destroyed)
		say_moved(out, "gone/s", e->before.destroyed, e->after.destroyed);
	if (e->counters_known & CT_DROPS_MASK)
		say_moved(out, "dropped/s", e->before.dropped, e->after.dropped);
	return out;
}
