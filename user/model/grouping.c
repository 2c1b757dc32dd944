// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include "grouping_state.h"

#define GROUPS_FIRST 256
#define NOBODY UINT32_MAX

static void mask_of(struct ct_group *mask, uint32_t by)
{
	memset(mask, 0, sizeof(*mask));
	if (by & (CT_BY(netns) | CT_BY(pod)))
		mask->netns = UINT32_MAX;
	if (by & CT_BY(mark))
		mask->mark = UINT32_MAX;
	if (by & CT_BY(zone))
		mask->zone = UINT16_MAX;
	/* An address is four bytes or sixteen: its family belongs to it. */
	if (by & (CT_BY(family) | CT_BY(src) | CT_BY(dst)))
		mask->family = 15;
	if (by & CT_BY(proto))
		mask->protocol = UINT8_MAX;
	if (by & CT_BY(state))
		mask->state = UINT8_MAX;
	if (by & CT_BY(idle))
		mask->idle = UINT8_MAX;
	if (by & CT_BY(assured))
		mask->flags |= CT_GROUP_ASSURED | CT_GROUP_ASSURED_UNKNOWN;
	if (by & CT_BY(replied))
		mask->flags |= CT_GROUP_REPLIED;
	if (by & (CT_BY(sport) | CT_BY(dport)))
		mask->flags |= CT_GROUP_NO_PORTS;
	if (by & CT_BY(sport))
		mask->sport = UINT16_MAX;
	if (by & CT_BY(dport))
		mask->dport = UINT16_MAX;
	if (by & CT_BY(src))
		memset(mask->src, 0xff, sizeof(mask->src));
	if (by & CT_BY(dst))
		memset(mask->dst, 0xff, sizeof(mask->dst));
}

void group_reduce(struct ct_group *group, uint32_t by)
{
	struct ct_group mask = { 0 };
	uint8_t *bytes = (uint8_t *)group, *kept = (uint8_t *)&mask;

	mask_of(&mask, by);
	for (size_t i = 0; i < sizeof(mask); i++)
		bytes[i] &= kept[i];
}

struct grouping *grouping_new(uint32_t by, size_t groups_max)
{
	struct grouping *g = calloc(1, sizeof(*g));
	struct ct_group mask;
	size_t slots = 2;

	if (!g)
		return NULL;
	while (slots < groups_max * 2)
		slots *= 2;
	*g = (struct grouping){ .by = by, .max = groups_max, .index_mask = slots - 1 };
	mask_of(&mask, by);
	memcpy(g->mask, &mask, sizeof(mask));
	for (size_t i = 0; i < GROUP_WORDS; i++)
		if (g->mask[i])
			g->used[g->used_count++] = i;
	if (getrandom(&g->seed, sizeof(g->seed), GRND_NONBLOCK) < 0)
		g->seed = (uint64_t)(uintptr_t)g;
	g->index = malloc(slots * sizeof(*g->index));
	if (!g->index) {
		grouping_free(g);
		return NULL;
	}
	grouping_empty(g);
	return g;
}

static inline uint64_t hash_of(const struct grouping *g, const uint64_t words[GROUP_WORDS])
{
	uint64_t hash = g->seed;

	for (size_t i = 0; i < g->used_count; i++) {
		hash = (hash ^ words[g->used[i]]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	return hash;
}

static inline size_t cell_of(uint64_t hash)
{
	return hash >> 40 & (CT_CENSUS_CELLS - 1);
}

static inline bool same(const struct grouping *g, const struct ct_group *group, const uint64_t words[GROUP_WORDS])
{
	uint64_t word;

	for (size_t i = 0; i < g->used_count; i++) {
		memcpy(&word, (const char *)group + g->used[i] * sizeof(word), sizeof(word));
		if (word != words[g->used[i]])
			return false;
	}
	return true;
}

/* Where its index is, or would be. */
static inline uint32_t *place_of(const struct grouping *g, uint64_t hash, const uint64_t words[GROUP_WORDS])
{
	size_t at = hash & g->index_mask;

	while (g->index[at] != NOBODY && !same(g, &g->groups[g->index[at]].keys, words))
		at = (at + 1) & g->index_mask;
	return &g->index[at];
}

int grouping_make_room(struct grouping *g, size_t room)
{
	struct group_row *grown;

	if (room > g->max)
		room = g->max;
	grown = reallocarray(g->groups, room, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	g->groups = grown;
	g->room = room;
	return 0;
}

static int overflow(struct grouping *g, uint64_t hash, const struct ct_group_sum *sum)
{
	if (!g->cells)
		g->cells = calloc(CT_CENSUS_CELLS, sizeof(*g->cells));
	if (!g->cells)
		return -ENOMEM;
	g->own_cells = true;
	g->cells[cell_of(hash)] += sum->entries;
	return 0;
}

int grouping_add(struct grouping *g, const struct ct_group *keys, const struct ct_group_sum *sum)
{
	uint64_t words[GROUP_WORDS], hash;
	uint32_t *place;

	memcpy(words, keys, sizeof(words));
	for (size_t i = 0; i < GROUP_WORDS; i++)
		words[i] &= g->mask[i];
	hash = hash_of(g, words);
	if (!g->second)
		grouping_add_sum(&g->total, sum);
	else if (g->own_cells && !(g->chosen[cell_of(hash) / 64] >> cell_of(hash) % 64 & 1))
		return 0;
	place = place_of(g, hash, words);
	if (*place == NOBODY) {
		if (g->count == g->max)
			return overflow(g, hash, sum);
		if (g->count == g->room && grouping_make_room(g, g->room ? g->room * 2 : GROUPS_FIRST))
			return -ENOMEM;
		g->groups[g->count] = (struct group_row){ 0 };
		memcpy(&g->groups[g->count].keys, words, sizeof(words));
		*place = (uint32_t)g->count++;
	}
	grouping_add_sum(&g->groups[*place], sum);
	return 0;
}

int grouping_add_overflow(struct grouping *g, const struct ct_group_sum *sum, const uint32_t *cells)
{
	if (!g->cells)
		g->cells = calloc(CT_CENSUS_CELLS, sizeof(*g->cells));
	if (!g->cells)
		return -ENOMEM;
	if (!g->second)
		grouping_add_sum(&g->total, sum);
	for (size_t i = 0; i < CT_CENSUS_CELLS; i++)
		g->cells[i] += cells[i];
	return 0;
}

bool grouping_has(const struct grouping *g, const struct ct_group *keys)
{
	uint64_t words[GROUP_WORDS];

	for (size_t i = 0; g->whole && i < g->count; i++)
		if (!memcmp(&g->groups[i].keys, keys, sizeof(*keys)))
			return true;
	memcpy(words, keys, sizeof(words));
	return *place_of(g, hash_of(g, words), words) != NOBODY;
}

void grouping_empty(struct grouping *g)
{
	memset(g->index, 0xff, (g->index_mask + 1) * sizeof(*g->index));
	g->count = g->met = 0;
}

uint32_t grouping_by(const struct grouping *g)
{
	return g->by;
}

const struct group_row *grouping_total(const struct grouping *g)
{
	return &g->total;
}

const struct group_row *grouping_groups(const struct grouping *g, size_t *count)
{
	*count = g->count;
	return g->groups;
}

void grouping_free(struct grouping *g)
{
	if (!g)
		return;
	free(g->index);
	free(g->groups);
	free(g->cells);
	free(g->chosen);
	free(g->kept);
	free(g);
}
