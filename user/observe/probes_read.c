// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include "ctscope/tuning.h"
#include "hooks.skel.h"
#include "probes_state.h"

/* The first slot of a set is taken first: an empty one tells that the set is. */
static int read_slots(const struct probes *probes, struct counts *out)
{
	size_t slots = (size_t)probes->cpus * probes->netns_slots;
	int err = 0;

	for (size_t set = 0; set < slots && !err; set += CT_SLOTS_A_SET) {
		const volatile struct ct_births *births = &probes->births[set];
		const volatile struct ct_deaths *deaths = &probes->deaths[set];

		for (int i = 0; i < CT_SLOTS_A_SET && births[i].netns && !err; i++) {
			err = counts_add(out, births[i].netns, CT_inserted, births[i].inserted);
			if (!err)
				err = counts_add(out, births[i].netns, CT_dropped_table_full,
						 births[i].refused);
		}
		for (int i = 0; i < CT_SLOTS_A_SET && deaths[i].netns && !err; i++) {
			err = counts_add(out, deaths[i].netns, CT_destroyed, deaths[i].destroyed);
			if (!err)
				err = counts_add(out, deaths[i].netns, CT_aborted, deaths[i].aborted);
		}
	}
	return err;
}

static int add_row(void *to, uint32_t netns, const uint64_t row[static CT_COUNTER_COUNT])
{
	struct counts *out = to;
	int err = 0;

	for (int c = 0; c < CT_COUNTER_COUNT && !err; c++)
		err = counts_add(out, netns, c, row[c]);
	return err;
}

/*
 * Nobody takes rows out of the map, so that keys are looked for when there are
 * new ones only: to go through its 4096 buckets takes 40 000 instructions.
 */
static void find_rare(struct probes *probes)
{
	int rare = bpf_map__fd(probes->skeleton->maps.rare);
	uint32_t *after = NULL, count = 0;

	if (probes->rare_count == probes->gate->rare_rows)
		return;
	while (count < CT_RARE_ROWS && !bpf_map_get_next_key(rare, after, &probes->rare[count]))
		after = &probes->rare[count++];
	probes->rare_count = count;
}

static int each_rare(struct probes *probes,
		     int (*look)(void *to, uint32_t netns, const uint64_t row[static CT_COUNTER_COUNT]),
		     void *to)
{
	uint64_t row[CT_COUNTER_COUNT];
	uint32_t zero = 0;
	int err = bpf_map_lookup_elem(bpf_map__fd(probes->skeleton->maps.unattributed), &zero, row);

	if (!err)
		err = look(to, 0, row);
	find_rare(probes);
	for (uint32_t i = 0; i < probes->rare_count && !err; i++) {
		err = bpf_map_lookup_elem(bpf_map__fd(probes->skeleton->maps.rare), &probes->rare[i], row);
		if (!err)
			err = look(to, probes->rare[i], row);
	}
	return err;
}

static void subtract_before(const struct counts *before, struct counts *out)
{
	for (size_t i = 0; i < out->count; i++) {
		const struct netns_counts *old = counts_find(before, out->list[i].netns);

		for (int c = 0; old && c < CT_COUNTER_COUNT; c++)
			out->list[i].n[c] -= old->n[c];
	}
}

int probes_read(struct probes *probes, struct counts *out)
{
	int err;

	counts_clear(out);
	err = read_slots(probes, out);
	if (!err)
		err = each_rare(probes, add_row, out);
	subtract_before(&probes->before, out);
	counts_finish(out);
	return err;
}

static void sum_slots(const struct probes *probes, uint64_t total[static CT_COUNTER_COUNT])
{
	size_t slots = (size_t)probes->cpus * probes->netns_slots;

	for (size_t set = 0; set < slots; set += CT_SLOTS_A_SET) {
		const volatile struct ct_births *births = &probes->births[set];
		const volatile struct ct_deaths *deaths = &probes->deaths[set];

		for (int i = 0; i < CT_SLOTS_A_SET && births[i].netns; i++) {
			total[CT_inserted] += births[i].inserted;
			total[CT_dropped_table_full] += births[i].refused;
		}
		for (int i = 0; i < CT_SLOTS_A_SET && deaths[i].netns; i++) {
			total[CT_destroyed] += deaths[i].destroyed;
			total[CT_aborted] += deaths[i].aborted;
		}
	}
}

static int sum_row(void *to, uint32_t netns, const uint64_t row[static CT_COUNTER_COUNT])
{
	uint64_t *total = to;

	(void)netns;
	for (int c = 0; c < CT_COUNTER_COUNT; c++)
		total[c] += row[c];
	return 0;
}

int probes_totals(struct probes *probes, uint64_t total[static CT_COUNTER_COUNT])
{
	int err;

	memset(total, 0, CT_COUNTER_COUNT * sizeof(*total));
	sum_slots(probes, total);
	err = each_rare(probes, sum_row, total);
	total[CT_allocated] = total[CT_inserted] + total[CT_aborted];
	for (int c = 0; c < CT_COUNTER_COUNT; c++)
		total[c] -= probes->before.total[c];
	return err;
}

struct refusal_times probes_refusal_times(const struct probes *probes)
{
	uint64_t began = probes->gate->began_ns, last = probes->gate->last_ns, first = probes->before_ns;

	return (struct refusal_times){
		.began_ns = last < first ? 0 : began < first ? first : began,
		.last_ns = last < first ? 0 : last,
	};
}

/* How often the kernel skipped a program of this hook; 0 when it is not loaded. */
static int misses_of(const struct probes *probes, enum hook_id h, int p, uint64_t *misses)
{
	const char *name = probes_program(probes, h, p);
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);
	int fd = -1;

	*misses = 0;
	if (name)
		fd = bpf_program__fd(bpf_object__find_program_by_name(probes->skeleton->obj, name));
	if (fd < 0)
		return 0;
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return -errno;
	*misses = info.recursion_misses;
	return 0;
}

/*
 * Where two programs stand: what the one that leads was not entered for, and the
 * other did not tell first, is lost. The misses are read before the tellings, so
 * that a loss under way is not made up. Misses of calls with nothing to tell are
 * among them, so no more can be lost than both missed.
 */
static int losses_at(const struct probes *probes, enum hook_id h, int p, uint64_t *lost)
{
	const volatile __u64 *told_by = probes->gate->told_by[hook_table[h].twice[p]];
	uint64_t misses[2] = { 0 }, first[2];
	int err = misses_of(probes, h, p, &misses[0]), leader;

	*lost = misses[0];
	if (err || !probes_program(probes, h, p + HOOK_SECOND))
		return err;
	err = misses_of(probes, h, p + HOOK_SECOND, &misses[1]);
	first[0] = told_by[0];
	first[1] = told_by[1];
	leader = first[1] > first[0];
	*lost = misses[leader] > first[!leader] ? misses[leader] - first[!leader] : 0;
	if (*lost > misses[!leader])
		*lost = misses[!leader];
	return err;
}

/*
 * A confirmation that went well has nothing to tell. One that was refused leaves
 * an entry that is freed without having been in the table: no more of those
 * can have been missed than were aborted and not told by another cause. (A
 * cloned packet whose entry went in by another way is refused, too, without a
 * trace; it is not among these.)
 */
static uint64_t confirmations_lost(const struct probes *probes, const uint64_t total[static CT_COUNTER_COUNT],
				   uint64_t missed)
{
	static const enum ct_counter told[] = {
		CT_dropped_clash, CT_dropped_chain_too_long, CT_dropped_other,
	};
	uint64_t aborted = total[CT_aborted], known = 0;

	if (probes->state[HOOK_FREED].way == WAY_COUNT || probes->skeleton->rodata->tuning.insert_at_confirm)
		return missed;
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		known += total[told[i]];
	aborted = aborted > known ? aborted - known : 0;
	return missed < aborted ? missed : aborted;
}

int probes_losses(struct probes *probes, const uint64_t total[static CT_COUNTER_COUNT], struct losses *out)
{
	bool full_is_seen = probes->state[HOOK_EARLY_DROP].way < WAY_COUNT;
	int err = 0;

	*out = (struct losses){
		.events = probes->gate->drops.lost + probes->gate->evictions.lost + probes->rejected,
		.probes = probes->gate->unmarked,
	};
	for (int h = 0; h < HOOK_COUNT && !err; h++) {
		uint64_t missed = 0, lost;

		for (int p = 0; p < HOOK_SECOND && !err; p++) {
			err = losses_at(probes, h, p, &lost);
			missed += lost;
		}
		if (h == HOOK_CONFIRM)
			missed = confirmations_lost(probes, total, missed);
		/* A refusal that early_drop counted loses its name only. */
		*(h == HOOK_ALLOC && full_is_seen ? &out->events : &out->probes) += missed;
	}
	return err;
}
