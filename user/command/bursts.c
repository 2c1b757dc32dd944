// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <string.h>
#include "model/address.h"
#include "observe/clock.h"
#include "bursts.h"
#include "observe/read.h"
#include "observe/refused.h"
#include "observe/ring.h"

static uint64_t real_of(uint64_t at_ns)
{
	return real_ns() - monotonic_ns() + at_ns;
}

struct owner_name bursts_owner(const struct bursts *bursts, uint32_t netns)
{
	const struct observation *now = bursts->monitor->now;
	const struct owner *owner = now ? observation_owner(now, netns) : NULL;

	if (!owner)
		return (struct owner_name){ NULL, NULL };
	return owner->kind == OWNER_POD ? (struct owner_name){ &owner->pod, NULL } :
					  (struct owner_name){ NULL, owner->unit };
}

/* --- a burst begins ------------------------------------------------------ */

static void fill_in(struct bursts *bursts, bool over)
{
	struct burst *burst = &bursts->burst;
	const struct burst_watch *watch = &bursts->watch;

	burst->over = over;
	burst->duration_seconds = (double)(watch->last_ns - watch->began_ns) / 1e9;
	burst->time_ns = over ? real_of(watch->last_ns) : burst->started_ns;
	burst_counts(watch, burst->n);
	burst->peak_per_second = watch->peak_per_second;
	/* Looked up each time: the ring of seconds has moved on meanwhile. */
	burst->before_first = history_before(burst->history, burst->began_ns, BURST_BEFORE_SECONDS,
					     &burst->before_count);
	if (bursts->first_known) {
		burst->first = &bursts->first;
		burst->first_owner = bursts_owner(bursts, bursts->first.flow.netns);
	}
}

static void tell_begin(struct bursts *bursts)
{
	const struct history *history = &bursts->monitor->history;
	const struct history_second *last;
	struct burst *burst = &bursts->burst;

	*burst = (struct burst){
		.id = bursts->watch.id, .began_ns = bursts->watch.began_ns,
		.started_ns = real_of(bursts->watch.began_ns), .history = history,
		.known = probes_counters_known(bursts->monitor->probes),
		.redacted = bursts->monitor->options->redact,
	};
	fill_in(bursts, false);
	last = burst->before_count ?
	       history_at(history, burst->before_first + burst->before_count - 1) : NULL;
	if (last && last->entries_known) {
		burst->entries_known = true;
		burst->entries_at_start = last->entries;
	}
	if (bursts->handlers->began)
		bursts->handlers->began(bursts->context, burst);
}

/* --- and ends ------------------------------------------------------------ */

static void take_top(struct bursts *bursts, struct refused *refused)
{
	struct burst *burst = &bursts->burst;
	size_t sources, targets;

	refused_merge(refused, burst->redacted);
	sources = refused->source_count < BURST_TOP ? refused->source_count : BURST_TOP;
	targets = refused->target_count < BURST_TOP ? refused->target_count : BURST_TOP;
	for (size_t i = 0; i < sources; i++)
		burst->sources[i] = (struct burst_source){
			refused->sources[i].who, bursts_owner(bursts, refused->sources[i].who.netns),
			refused->sources[i].count };
	for (size_t i = 0; i < targets; i++)
		burst->targets[i] = (struct burst_target){ refused->targets[i].where,
							   refused->targets[i].count };
	memcpy(burst->ports, refused->ports, sizeof(burst->ports));
	burst->port_count = refused->port_count;
	burst->source_count = sources;
	burst->target_count = targets;
	burst->other_sources = refused->source_count - sources;
	burst->other_targets = refused->target_count - targets;
}

static int tell_end(struct bursts *bursts, bool cut)
{
	struct refused refused;
	int err = probes_refused_take(bursts->monitor->probes, &refused);

	if (err)
		return err;
	fill_in(bursts, true);
	bursts->burst.cut = cut;
	take_top(bursts, &refused);
	for (int c = 0; c < CT_COUNTER_COUNT; c++)
		bursts->dropped[c] += bursts->burst.n[c];
	if (bursts->handlers->ended)
		bursts->handlers->ended(bursts->context, &bursts->burst);
	bursts->first_known = false;
	refused_free(&refused);
	return 0;
}

/* --- looking ------------------------------------------------------------- */

static int look_at_counters(struct bursts *bursts)
{
	struct probes *probes = bursts->monitor->probes;
	uint64_t total[CT_COUNTER_COUNT];
	struct burst_view view = {
		.now_ns = monotonic_ns(), .total = total, .known = probes_counters_known(probes),
	};
	struct refusal_times times;
	int err = probes_totals(probes, total);

	if (err)
		return err;
	/* After the totals: what they hold is not later than this. */
	times = probes_refusal_times(probes);
	view.began_ns = times.began_ns;
	view.last_ns = times.last_ns;
	switch (burst_look(&bursts->watch, &view)) {
	case BURST_BEGINS:
		tell_begin(bursts);
		break;
	case BURST_ENDS:
		return tell_end(bursts, false);
	case BURST_SAME:
		break;
	}
	return bursts->watch.on ? loop_timer_set(bursts->timer, BURST_LOOK_NS) : 0;
}

/* Counts by namespace and the limit, for records: read again when they are older than a look. */
static void refresh(struct bursts *bursts)
{
	uint64_t now = monotonic_ns();
	char text[32];
	ssize_t len;
	int64_t max;

	if (bursts->counted_ns && now - bursts->counted_ns < BURST_LOOK_NS)
		return;
	if (probes_read(bursts->monitor->probes, &bursts->counts))
		return;
	bursts->counted_ns = now;
	len = read_small(bursts->monitor->options->roots.proc, "sys/net/netfilter/nf_conntrack_max",
			 text, sizeof(text));
	bursts->max_known = len > 0 && !parse_whole_number(text, (size_t)len, &max) && max >= 0;
	if (bursts->max_known)
		bursts->max = (uint64_t)max;
}

/* Two CPUs' records may stand in the ring the other way round than they were counted. */
static uint32_t held_back_since(uint32_t *before, uint32_t now)
{
	uint32_t since = now - *before;

	if ((int32_t)since < 0)
		return 0;
	*before = now;
	return since;
}

static void tell_packet(void *context, const struct ct_event *record)
{
	struct bursts *bursts = context;
	struct ct_event event = *record;
	bool drop = event.kind == CT_EVENT_DROP;
	struct packet packet = { .event = &event, .time_ns = real_of(event.time_ns),
				 .redacted = bursts->monitor->options->redact };

	if (packet.redacted) {
		redact_address(event.flow.src, event.flow.family);
		redact_address(event.flow.dst, event.flow.family);
	}
	if (drop && !bursts->first_known) {
		bursts->first = event;
		bursts->first_known = true;
	}
	/* The begin is told before the records of its packets. */
	if (drop && !bursts->watch.on && !bursts->failure)
		bursts->failure = look_at_counters(bursts);
	packet.suppressed = held_back_since(&bursts->held_back[!drop], event.held_back);
	if (!bursts->handlers->packet || !bursts->monitor->probes_options.records_per_second)
		return;
	refresh(bursts);
	packet.owner = bursts_owner(bursts, event.flow.netns);
	packet.entries_known = monitor_netns_entries(bursts->monitor, &bursts->counts,
						     event.flow.netns, &packet.entries);
	packet.max_known = bursts->max_known;
	packet.max = bursts->max;
	bursts->handlers->packet(bursts->context, &packet);
}

int bursts_look(struct bursts *bursts)
{
	int got = probes_ring_drain(bursts->monitor->probes);

	if (!bursts->failure)
		bursts->failure = got < 0 ? got : look_at_counters(bursts);
	return bursts->failure;
}

static void look(void *context)
{
	(void)bursts_look(context);
}

/* Only the allocation knows the packet that a full table refused: without it no record wakes us. */
static bool records_may_be_missing(const struct monitor *monitor)
{
	size_t count;
	const struct hook *hooks = monitor_hooks(monitor, &count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(hooks[i].name, "alloc"))
			return !hooks[i].how;
	return true;
}

int bursts_open(struct bursts *bursts, struct monitor *monitor, struct loop *loop,
		const struct bursts_handlers *handlers, void *context, uint64_t quiet_ns)
{
	int err;

	*bursts = (struct bursts){ .monitor = monitor, .handlers = handlers, .context = context };
	burst_watch_init(&bursts->watch, quiet_ns);
	bursts->timer = loop_timer(loop, look, bursts);
	err = bursts->timer ? probes_ring_open(monitor->probes, tell_packet, bursts) : -ENOMEM;
	if (!err)
		err = loop_on_readable(loop, probes_ring_fd(monitor->probes), look, bursts);
	/* Nobody wakes us up then; a begin is still to be told within 100 ms, telling included. */
	if (!err && records_may_be_missing(monitor))
		err = loop_every(loop, BURST_LOOK_NS / 2, look, bursts);
	return err;
}

int bursts_finish(struct bursts *bursts)
{
	int err = bursts_look(bursts);

	if (!err && bursts->watch.on)
		err = tell_end(bursts, true);
	return err;
}

void bursts_close(struct bursts *bursts)
{
	loop_forget(bursts->timer);
	counts_free(&bursts->counts);
}
