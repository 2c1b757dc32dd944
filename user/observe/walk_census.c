// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>
#include "clock.h"
#include "ctscope/census.h"
#include "ctscope/walk.h"
#include "walk.skel.h"
#include "walk_census.h"
#include "walk_state.h"

/* The words of a group that this grouping needs, with their masks. */
static struct ct_census_slot slot_of(uint32_t by, size_t groups_max)
{
	struct ct_census_slot slot = { .groups_max = (uint32_t)groups_max, .rows_mask = 1 };
	struct ct_group all;

	while (slot.rows_mask + 1 < 2 * slot.groups_max)
		slot.rows_mask = 2 * slot.rows_mask + 1;
	memset(&all, 0xff, sizeof(all));
	group_reduce(&all, by);
	memcpy(slot.mask, &all, sizeof(slot.mask));
	for (uint32_t i = 0; i < CT_GROUP_WORDS; i++) {
		slot.words += slot.mask[i] != 0;
		slot.used |= (uint8_t)((slot.mask[i] != 0) << i);
	}
	if (!(by & ~(CT_BY(netns) | CT_BY(pod))))
		slot.kept = CT_KEPT_BY_SPACE;
	else if (slot.used == 1 << CT_GROUP_WORD_KIND && !(slot.mask[CT_GROUP_WORD_KIND] >> 32))
		slot.kept = CT_KEPT_BY_KIND;
	return slot;
}

static size_t row_bytes(const struct ct_census_slot *slot)
{
	return sizeof(struct ct_group_sum) + slot->words * sizeof(uint64_t);
}

static struct bpf_map *groups_map(const struct walk *skeleton, size_t slot)
{
	struct bpf_map *const maps[CT_CENSUS_SLOTS] = {
		skeleton->maps.groups_0, skeleton->maps.groups_1,
		skeleton->maps.groups_2, skeleton->maps.groups_3,
	};

	return maps[slot];
}

int walk_census_prepare(struct walker *walker)
{
	const struct census *census = walker->options.into;
	struct ct_census_tuning *tuning = &walker->skeleton->rodata->census_tuning;
	int err = 0;

	if (!census)
		return 0;
	tuning->hz = ticks_per_second();
	for (size_t i = 0; i < sizeof(tuning->idle_seconds) / sizeof(tuning->idle_seconds[0]); i++)
		tuning->idle_seconds[i] = i < CT_IDLE_BOUND_COUNT ? ct_idle_bounds[i] : UINT32_MAX;
	for (uint32_t i = 0; i < CT_IDLE_SHORT; i++)
		tuning->idle_short[i] = idle_index(i);
	tuning->idle_round = census->plan.idle_over || !tuning->hz ? 0 : tuning->hz - 1;
	if (getrandom(&tuning->seed, sizeof(tuning->seed), GRND_NONBLOCK) < 0)
		tuning->seed = (uint64_t)(uintptr_t)walker;
	tuning->filter = census->filter;
	tuning->keys = census->filter.fields;
	for (size_t i = 0; i < census->plan.slot_count && !err; i++) {
		struct bpf_map *map = groups_map(walker->skeleton, i);

		tuning->slots[i] = slot_of(census->plan.slots[i], census_groups_max(&census->plan, i));
		tuning->keys |= census->plan.slots[i];
		err = bpf_map__set_value_size(map, (uint32_t)row_bytes(&tuning->slots[i]));
		if (!err)
			err = bpf_map__set_max_entries(map, tuning->slots[i].rows_mask + 1);
	}
	if (!err)
		err = bpf_map__set_max_entries(walker->skeleton->maps.census_cells,
					       CT_CENSUS_SLOTS * CT_CENSUS_CELLS);
	return err;
}

static int take_row(const struct ct_census_slot *layout, size_t slot, const struct ct_census_row *row,
		    struct census *census)
{
	uint64_t words[CT_GROUP_WORDS] = { 0 };
	struct ct_group group;

	for (size_t w = 0, at = 0; w < CT_GROUP_WORDS; w++)
		if (layout->mask[w])
			words[w] = row->key[at++];
	memcpy(&group, words, sizeof(group));
	return census_take(census, slot, &group, &row->sum);
}

/* By the rows that are noted: few enough to ask for each. */
static int take_noted(struct walker *walker, size_t slot, struct census *census)
{
	const struct ct_census_slot *layout = &walker->skeleton->rodata->census_tuning.slots[slot];
	int fd = bpf_map__fd(groups_map(walker->skeleton, slot)), err = 0;
	struct ct_census_row row, none = { 0 };

	for (size_t i = 0; i < walker->skeleton->bss->census.groups[slot] && !err; i++) {
		uint32_t at = walker->skeleton->bss->census_first[slot][i];

		err = bpf_map_lookup_elem(fd, &at, &row);
		if (!err && census)
			err = take_row(layout, slot, &row, census);
		if (!err)
			err = bpf_map_update_elem(fd, &at, &none, BPF_ANY);
	}
	return err;
}

/* Most groups only add to what all others sum up to: their keys are not looked at. */
static void pass_over(struct ct_group_sum *passed, const struct ct_group_sum *sum)
{
	passed->entries += sum->entries;
	passed->assured += sum->assured;
	passed->accounted += sum->accounted;
	passed->packets += sum->packets;
	passed->bytes += sum->bytes;
}

static int take_rows(const struct ct_census_slot *layout, size_t slot, char *table, uint32_t groups,
		     struct census *census)
{
	size_t size = row_bytes(layout), passed = 0;
	char *end = table + ((size_t)layout->rows_mask + 1) * size;
	uint32_t floor = census ? census_floor(census, slot) : UINT32_MAX;
	struct ct_group_sum rest = { 0 };
	int err = 0;

	for (; table < end && groups && !err; table += size) {
		struct ct_census_row *row = (struct ct_census_row *)table;

		if (!row->sum.entries)
			continue;
		groups--;
		if (row->sum.entries > floor) {
			err = take_row(layout, slot, row, census);
			floor = census_floor(census, slot);
		} else {
			pass_over(&rest, &row->sum);
			passed++;
		}
		row->sum = (struct ct_group_sum){ 0 };
	}
	if (census)
		census_pass_over(census, slot, passed, &rest);
	return err;
}

/* Takes all groups out of a slot's table and frees its rows; census NULL: and forgets them. */
static int take_groups(struct walker *walker, size_t slot, struct census *census)
{
	const struct ct_census_slot *layout = &walker->skeleton->rodata->census_tuning.slots[slot];
	size_t bytes = ((size_t)layout->rows_mask + 1) * row_bytes(layout);
	uint32_t groups = walker->skeleton->bss->census.groups[slot];
	char *table;
	int err;

	if (groups <= CT_CENSUS_FIRST)
		return take_noted(walker, slot, census);
	table = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
		     bpf_map__fd(groups_map(walker->skeleton, slot)), 0);
	if (table == MAP_FAILED)
		return -errno;
	err = take_rows(layout, slot, table, groups, census);
	(void)munmap(table, bytes);
	return err;
}

/* The slot's cells are taken, and zeroed, when anything overflowed into them. */
static int take_overflow(struct walker *walker, size_t slot, struct census *census)
{
	const struct ct_group_sum *lost = &walker->skeleton->bss->census.overflow[slot];
	size_t bytes = CT_CENSUS_SLOTS * CT_CENSUS_CELLS * sizeof(uint64_t);
	uint64_t *cells;
	uint32_t *taken;
	int err = 0;

	if (!lost->entries)
		return 0;
	cells = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
		     bpf_map__fd(walker->skeleton->maps.census_cells), 0);
	if (cells == MAP_FAILED)
		return -errno;
	taken = calloc(CT_CENSUS_CELLS, sizeof(*taken));
	for (size_t i = 0; taken && i < CT_CENSUS_CELLS; i++)
		taken[i] = (uint32_t)cells[slot * CT_CENSUS_CELLS + i];
	memset(cells + slot * CT_CENSUS_CELLS, 0, CT_CENSUS_CELLS * sizeof(*cells));
	if (!taken)
		err = -ENOMEM;
	else if (census)
		err = grouping_add_overflow(census->slots[slot], lost, taken);
	free(taken);
	(void)munmap(cells, bytes);
	return err;
}

static int take_slots(struct walker *walker, struct census *census)
{
	int err = 0;

	for (size_t i = 0; i < CT_CENSUS_SLOTS && !err; i++) {
		if (!walker->skeleton->rodata->census_tuning.slots[i].words)
			continue;
		err = take_groups(walker, i, census);
		if (!err)
			err = take_overflow(walker, i, census);
	}
	return err;
}

static void forget(struct walker *walker)
{
	struct ct_census_state *state = &walker->skeleton->bss->census;
	uint64_t second = state->second;

	*state = (struct ct_census_state){ .second = second };
}

int walk_census_clear(struct walker *walker)
{
	int err = walker->skeleton->bss->census.seen ? take_slots(walker, NULL) : 0;

	forget(walker);
	return err;
}

int walk_census_take(struct walker *walker, struct census *census)
{
	const struct ct_census_state *state = &walker->skeleton->bss->census;
	int err = take_slots(walker, census);

	if (!err && !census->second)
		census_totals(census, &state->total, state->expired, state->filtered);
	forget(walker);
	return err;
}

static void choose(struct walker *walker, const uint64_t *const cells[CT_CENSUS_SLOTS])
{
	struct walk__bss *bss = walker->skeleton->bss;

	bss->census.second = 1;
	for (size_t i = 0; i < CT_CENSUS_SLOTS; i++)
		if (cells[i])
			memcpy(bss->census_chosen[i], cells[i], sizeof(bss->census_chosen[i]));
		else
			memset(bss->census_chosen[i], 0, sizeof(bss->census_chosen[i]));
}

int walk_census_run(struct walker *walker, struct census *census)
{
	const uint64_t *cells[CT_CENSUS_SLOTS] = { NULL };
	int err = walk_run(walker);

	if (!err)
		err = walk_census_take(walker, census);
	if (err || !census_again(census, cells))
		return err;
	choose(walker, cells);
	err = walk_run(walker);
	if (!err)
		err = walk_census_take(walker, census);
	walker->skeleton->bss->census.second = 0;
	return err;
}
