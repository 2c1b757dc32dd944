// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>
#include <string.h>
#include "effect.h"

static void note_changes(struct effect *effect, const struct settings *before, const struct settings *now)
{
	for (size_t i = 0; i < now->count; i++) {
		const struct setting *to = &now->list[i], *from = settings_named(before, to->name, i);
		struct effect_change *change = &effect->changes[effect->change_count];

		if ((to->info && to->info->live) || !from || !from->known || !to->known ||
		    from->value == to->value)
			continue;
		if (effect->change_count == EFFECT_CHANGES_MAX) {
			effect->more++;
			continue;
		}
		*change = (struct effect_change){ .from_known = true, .to_known = true,
						  .from = from->value, .to = to->value };
		(void)snprintf(change->name, sizeof(change->name), "%.79s", to->name);
		effect->change_count++;
	}
}

static double dropped_in(const struct report *r)
{
	uint64_t sum = 0;

	for (int c = CT_FIRST_DROP; c < CT_COUNTER_COUNT; c++)
		if (r->counters_known & 1U << c)
			sum += r->delta[c];
	return (double)sum;
}

static struct effect_side side_of(double inserted, double destroyed, double dropped, double seconds,
				  const struct report *r)
{
	return (struct effect_side){
		.entries = r->table.entries, .inserted = inserted / seconds,
		.destroyed = destroyed / seconds, .dropped = dropped / seconds,
	};
}

static void begin(struct effect_watch *w, const struct effect *seen)
{
	struct effect_side before = w->last;

	w->effect = *seen;
	w->effect.before = before;
	w->on = w->last_known;
	w->inserted = w->destroyed = w->dropped = 0;
}

static const struct effect *go_on(struct effect_watch *w, const struct report *r)
{
	struct effect *effect = &w->effect;

	effect->intervals++;
	effect->seconds += r->interval_seconds;
	effect->counters_known = r->counters_known;
	w->inserted += (double)r->delta[CT_inserted];
	w->destroyed += (double)r->delta[CT_destroyed];
	w->dropped += dropped_in(r);
	w->on = effect->intervals < EFFECT_LATE;
	if (effect->intervals != 1 && w->on)
		return NULL;
	effect->after = side_of(w->inserted, w->destroyed, w->dropped, effect->seconds, r);
	return effect;
}

const struct effect *effect_look(struct effect_watch *w, const struct settings *before,
				 const struct settings *now, const struct report *r)
{
	const struct effect *told = NULL;
	struct effect seen = { 0 };

	if (!before || !(r->interval_seconds > 0))
		return NULL;
	note_changes(&seen, before, now);
	/* The interval in which it happened belongs to neither side. */
	if (seen.change_count)
		begin(w, &seen);
	else if (w->on)
		told = go_on(w, r);
	w->last = side_of((double)r->delta[CT_inserted], (double)r->delta[CT_destroyed], dropped_in(r),
			  r->interval_seconds, r);
	w->last_known = true;
	return told;
}
