// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The table of the play, and what the walk's programs would have made of it. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctscope/census.h"
#include "ctscope/walk.h"
#include "model/census.h"
#include "stage.h"
#include "walk.skel.h"

#define BUCKETS_MAX 65536
#define ENTRIES_MAX 64
#define NODES_MAX 64
#define SLICE_NS 300000

struct played_entry {
	struct ct_group group;
	struct ct_group_sum sum;
};

static struct {
	uint32_t buckets, chain[BUCKETS_MAX];
	bool resized, limits_chains;
	struct played_entry entries[ENTRIES_MAX];
	size_t entry_count;
	struct { uint32_t bucket; struct ct_chain_node node; } nodes[NODES_MAX];
	size_t node_count;
	uint64_t expired;
} table = { .buckets = 1024 };

static struct walk__bss *bss;
static struct walk__rodata *rodata;

void stage_walk_loaded(const struct bpf_object_skeleton *s)
{
	(void)walk__destroy;
	bss = NULL;
	for (int i = 0; s && i < s->map_cnt; i++) {
		if (!strcmp(s->maps[i].name, "walk.bss"))
			bss = *s->maps[i].mmaped;
		if (!strcmp(s->maps[i].name, "walk.rodata"))
			rodata = *s->maps[i].mmaped;
	}
}

/* --- lines of the play -------------------------------------------------------- */

static uint8_t address(const char *text, uint8_t to[static 16])
{
	bool ipv6 = strchr(text, ':');

	memset(to, 0, 16);
	if (inet_pton(ipv6 ? AF_INET6 : AF_INET, text, to) != 1)
		stage_fail("'%s' is no address", text);
	return ipv6 ? AF_INET6 : AF_INET;
}

/* entry NUMBER NETNS PROTOCOL STATE SRC SPORT DST DPORT FLAGS IDLE [PACKETS BYTES] */
static void add_entry(int argc, char **argv)
{
	struct played_entry *e = &table.entries[table.entry_count++ % ENTRIES_MAX];
	uint32_t count = (uint32_t)atoi(argv[1]);

	if (table.entry_count > ENTRIES_MAX)
		stage_fail("more than %d entries", ENTRIES_MAX);
	*e = (struct played_entry){ .group = {
		.netns = (uint32_t)strtoul(argv[2], NULL, 10), .protocol = (uint8_t)atoi(argv[3]),
		.state = (uint8_t)atoi(argv[4]), .sport = (uint16_t)atoi(argv[6]),
		.dport = (uint16_t)atoi(argv[8]), .idle = (uint8_t)atoi(argv[10]),
	}, .sum = { .entries = count } };
	e->group.family = address(argv[5], e->group.src);
	(void)address(argv[7], e->group.dst);
	if (strchr(argv[9], 'a')) {
		e->group.flags |= CT_GROUP_ASSURED;
		e->sum.assured = count;
	}
	if (strchr(argv[9], 'r'))
		e->group.flags |= CT_GROUP_REPLIED;
	if (e->group.protocol != IPPROTO_TCP && e->group.protocol != IPPROTO_UDP)
		e->group.flags |= CT_GROUP_NO_PORTS;
	if (argc > 12) {
		e->sum.accounted = count;
		e->sum.packets = strtoull(argv[11], NULL, 10);
		e->sum.bytes = strtoull(argv[12], NULL, 10);
	}
}

/* node BUCKET PROTOCOL SRC SPORT DST DPORT [reply] */
static void add_node(int argc, char **argv)
{
	struct ct_chain_node *node = &table.nodes[table.node_count % NODES_MAX].node;

	if (table.node_count == NODES_MAX)
		stage_fail("more than %d nodes", NODES_MAX);
	table.nodes[table.node_count++].bucket = (uint32_t)atoi(argv[1]);
	node->flow = (struct ct_flow){
		.protocol = (uint8_t)atoi(argv[2]), .src_id = htons((uint16_t)atoi(argv[4])),
		.dst_id = htons((uint16_t)atoi(argv[6])),
	};
	node->flow.family = address(argv[3], node->flow.src);
	(void)address(argv[5], node->flow.dst);
	node->reply = argc > 7;
}

/* So many nodes, spread as a good hash would. */
static void fill(uint32_t nodes)
{
	uint64_t random = 88172645463325252ULL;

	while (nodes--) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		table.chain[random % table.buckets]++;
	}
}

static void set_buckets(uint32_t buckets)
{
	if (!buckets || buckets > BUCKETS_MAX)
		stage_fail("buckets: 1 to %d", BUCKETS_MAX);
	table.resized = bss && bss->walk.table;
	table.buckets = buckets;
	memset(table.chain, 0, sizeof(table.chain));
}

void stage_walk_line(int argc, char **argv)
{
	uint32_t number = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;

	if (!strcmp(argv[0], "entry"))
		add_entry(argc, argv);
	else if (!strcmp(argv[0], "node"))
		add_node(argc, argv);
	else if (!strcmp(argv[0], "buckets"))
		set_buckets(number);
	else if (!strcmp(argv[0], "fill"))
		fill(number);
	else if (!strcmp(argv[0], "chain") && number < BUCKETS_MAX)
		table.chain[number] = (uint32_t)atoi(argv[2]);
	else if (!strcmp(argv[0], "expired"))
		table.expired = number;
	else
		table.limits_chains = true;
}

/* --- programs ----------------------------------------------------------------- */

static uint64_t hash_of(const uint64_t *key, size_t words)
{
	uint64_t hash = 14695981039346656037ULL;

	for (size_t i = 0; i < words; i++)
		hash = (hash ^ key[i]) * 1099511628211ULL;
	return hash;
}

static void add_sum(struct ct_group_sum *to, const struct ct_group_sum *from)
{
	to->entries += from->entries;
	to->assured += from->assured;
	to->accounted += from->accounted;
	to->packets += from->packets;
	to->bytes += from->bytes;
}

static void overflow(size_t slot, uint32_t cell, const struct ct_group_sum *sum)
{
	struct stage_map *cells = stage_map("walk", "census_cells");
	uint32_t at = (uint32_t)slot * CT_CENSUS_CELLS + cell;

	add_sum(&bss->census.overflow[slot], sum);
	*(uint64_t *)stage_row(cells, &at) += sum->entries;
}

static void count_in(size_t slot, const struct played_entry *entry)
{
	const struct ct_census_slot *layout = &rodata->census_tuning.slots[slot];
	size_t row_bytes = sizeof(struct ct_group_sum) + layout->words * sizeof(uint64_t);
	char name[16] = "groups_0";
	uint64_t words[CT_GROUP_WORDS], key[CT_GROUP_WORDS];
	uint32_t cell;
	char *rows;

	name[7] = (char)('0' + slot);
	rows = stage_map("walk", name)->values;
	memcpy(words, &entry->group, sizeof(words));
	for (size_t i = 0, at = 0; i < CT_GROUP_WORDS; i++)
		if (layout->mask[i])
			key[at++] = words[i] & layout->mask[i];
	cell = (uint32_t)(hash_of(key, layout->words) % CT_CENSUS_CELLS);
	for (uint32_t i = 0; i <= layout->rows_mask; i++) {
		struct ct_census_row *row = (struct ct_census_row *)(rows + i * row_bytes);

		if (row->sum.entries && memcmp(row->key, key, layout->words * sizeof(uint64_t)))
			continue;
		if (!row->sum.entries) {
			if (bss->census.second && !(bss->census_chosen[slot][cell / 64] >> cell % 64 & 1))
				return;
			if (bss->census.groups[slot] == layout->groups_max)
				break;
			if (bss->census.groups[slot] < CT_CENSUS_FIRST)
				bss->census_first[slot][bss->census.groups[slot]] = i;
			bss->census.groups[slot]++;
			memcpy(row->key, key, layout->words * sizeof(uint64_t));
		}
		add_sum(&row->sum, &entry->sum);
		return;
	}
	overflow(slot, cell, &entry->sum);
}

static void census(void)
{
	bss->census.expired += table.expired;
	for (size_t i = 0; i < table.entry_count; i++) {
		const struct played_entry *entry = &table.entries[i];
		struct ct_census_filter filter = rodata->census_tuning.filter;

		bss->census.seen += entry->sum.entries;
		if (!census_wants(&filter, &entry->group)) {
			bss->census.filtered += entry->sum.entries;
			continue;
		}
		add_sum(&bss->census.total, &entry->sum);
		for (size_t s = 0; s < CT_CENSUS_SLOTS; s++)
			if (rodata->census_tuning.slots[s].words)
				count_in(s, entry);
	}
}

static void note_chain(uint32_t bucket)
{
	struct stage_map *outer = stage_map("walk", "chains"), *inner;
	struct ct_chains *around;
	struct ct_chain *slot;
	uint32_t zero = 0, block = bucket / CT_CHAINS_BLOCK;
	int fd;

	if (!rodata->walk_tuning.chains)
		return;
	memcpy(&fd, stage_row(outer, &zero), sizeof(fd));
	inner = stage_map_of_fd(fd);
	/* Of a smaller table: an array has no such row. */
	if (block >= inner->max_entries)
		return;
	around = stage_row(inner, &block);
	slot = &around->of[bucket % CT_CHAINS_BLOCK];
	slot->now = table.chain[bucket];
	if (slot->longest < slot->now)
		slot->longest = slot->now;
}

/* Two slices a walk. */
static int slice(void)
{
	struct ct_walk_state *state = &bss->walk;
	uint32_t end;

	clock_pass(SLICE_NS);
	play_until(clock_now());
	if (table.resized) {
		table.resized = false;
		state->outcome = CT_WALK_RESIZED;
		return 0;
	}
	if (!state->table) {
		*state = (struct ct_walk_state){ .table = 1, .buckets = table.buckets,
						 .limits_chains = table.limits_chains };
		for (size_t i = 0; i < table.entry_count; i++)
			state->unassured += table.entries[i].sum.entries - table.entries[i].sum.assured;
		if (rodata->walk_tuning.census)
			census();
	}
	end = state->bucket ? state->buckets : state->buckets / 2;
	for (; state->bucket < end; state->bucket++) {
		note_chain(state->bucket);
		state->nodes += table.chain[state->bucket];
	}
	state->outcome = end == state->buckets ? CT_WALK_DONE : CT_WALK_MORE;
	return 0;
}

static int look(void)
{
	struct stage_map *looked = stage_map("walk", "looked");

	bss->look.count = 0;
	bss->look.whole = 1;
	for (size_t i = 0; i < table.node_count; i++)
		if (table.nodes[i].bucket == bss->look.bucket) {
			memcpy(stage_row(looked, &bss->look.count), &table.nodes[i].node,
			       sizeof(table.nodes[i].node));
			bss->look.count++;
		}
	return 0;
}

int stage_walk_run(const char *program)
{
	if (!strcmp(program, "walk_slice"))
		return slice();
	if (!strcmp(program, "walk_look"))
		return look();
	if (!strcmp(program, "walk_exports")) {
		bss->exports.hash_at = bss->exports.module_at + 8;
		bss->exports.size_at = bss->exports.module_at + 16;
		return 0;
	}
	stage_fail("the play does not know what %s does", program);
}
