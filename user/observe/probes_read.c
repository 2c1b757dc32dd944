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

		for (int i = 0; i < CT_SLOTS_A_SET && births[i].netns && !err; i++)
			err = counts_add(out, births[i].netns, CT_inserted, births[i].inserted);
		for (int i = 0; i < CT_SLOTS_A_SET && deaths[i].netns && !err; i++) {
			err = counts_add(out, deaths[i].netns, CT_destroyed, deaths[i].destroyed);
			if (!err)
				err = counts_add(out, deaths[i].netns, CT_aborted, deaths[i].aborted);
		}
	}
	return err;
}

static int add_row(struct counts *out, uint32_t netns, const uint64_t row[static CT_COUNTER_COUNT])
{
	int err = 0;

	for (int c = 0; c < CT_COUNTER_COUNT && !err; c++)
		err = counts_add(out, netns, c, row[c]);
	return err;
}

static int read_rare(const struct probes *probes, struct counts *out)
{
	int rare = bpf_map__fd(probes->skeleton->maps.rare);
	uint64_t row[CT_COUNTER_COUNT];
	uint32_t netns, zero = 0, *after = NULL;
	int err = bpf_map_lookup_elem(bpf_map__fd(probes->skeleton->maps.unattributed), &zero, row);

	if (!err)
		err = add_row(out, 0, row);
	/* Nobody takes rows out of this map, so a walk by keys meets each once. */
	while (!err && !bpf_map_get_next_key(rare, after, &netns)) {
		err = bpf_map_lookup_elem(rare, &netns, row);
		if (!err)
			err = add_row(out, netns, row);
		after = &netns;
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
		err = read_rare(probes, out);
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

		for (int i = 0; i < CT_SLOTS_A_SET && births[i].netns; i++)
			total[CT_inserted] += births[i].inserted;
		for (int i = 0; i < CT_SLOTS_A_SET && deaths[i].netns; i++) {
			total[CT_destroyed] += deaths[i].destroyed;
			total[CT_aborted] += deaths[i].aborted;
		}
	}
}

static void sum_row(uint64_t total[static CT_COUNTER_COUNT], const uint64_t row[static CT_COUNTER_COUNT])
{
	for (int c = 0; c < CT_COUNTER_COUNT; c++)
		total[c] += row[c];
}

int probes_totals(struct probes *probes, uint64_t total[static CT_COUNTER_COUNT])
{
	int rare = bpf_map__fd(probes->skeleton->maps.rare);
	uint64_t row[CT_COUNTER_COUNT];
	uint32_t netns, zero = 0, *after = NULL;
	int err;

	memset(total, 0, CT_COUNTER_COUNT * sizeof(*total));
	sum_slots(probes, total);
	err = bpf_map_lookup_elem(bpf_map__fd(probes->skeleton->maps.unattributed), &zero, row);
	if (!err)
		sum_row(total, row);
	while (!err && !bpf_map_get_next_key(rare, after, &netns)) {
		err = bpf_map_lookup_elem(rare, &netns, row);
		if (!err)
			sum_row(total, row);
		after = &netns;
	}
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
	enum hook_way way = probes->state[h].way;
	const char *name = way < WAY_COUNT ? hook_table[h].programs[way][p] : NULL;
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
 * Two programs stand at early_drop's exit (bpf/drops.bpf.c): what the one that
 * leads was not entered for, and the other did not tell first, is lost. The
 * misses are read before the tellings, so that a loss under way is not made up.
 */
static int early_drop_losses(const struct probes *probes, uint64_t *lost)
{
	const volatile struct ct_gate *gate = probes->gate;
	uint64_t misses[2] = { 0 }, first[2];
	int err = misses_of(probes, HOOK_EARLY_DROP, 0, &misses[0]), leader;

	if (!err)
		err = misses_of(probes, HOOK_EARLY_DROP, 2, &misses[1]);
	first[0] = gate->told_first[0];
	first[1] = gate->told_first[1];
	leader = first[1] > first[0];
	*lost = gate->unmarked;
	if (misses[leader] > first[!leader])
		*lost += misses[leader] - first[!leader];
	return err;
}

int probes_losses(struct probes *probes, struct losses *out)
{
	bool full_is_seen = probes->state[HOOK_EARLY_DROP].way < WAY_COUNT;
	uint64_t misses;
	int err;

	*out = (struct losses){
		.events = probes->gate->drops.lost + probes->gate->evictions.lost + probes->rejected,
	};
	err = early_drop_losses(probes, &out->probes);
	for (int h = 0; h < HOOK_COUNT && !err; h++)
		for (int p = 0; p < HOOK_PROGRAMS && !err && h != HOOK_EARLY_DROP; p++) {
			err = misses_of(probes, h, p, &misses);
			/* A refusal that early_drop counted loses its name only. */
			*(h == HOOK_ALLOC && full_is_seen ? &out->events : &out->probes) += misses;
		}
	return err;
}
