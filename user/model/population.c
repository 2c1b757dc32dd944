// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "population.h"

#define BY_KIND (CT_BY(netns) | CT_BY(proto) | CT_BY(state) | CT_BY(assured) | CT_BY(replied) | \
		 CT_BY(idle))
#define BY_SOURCE (CT_BY(netns) | CT_BY(src))
#define BY_PORT (CT_BY(netns) | CT_BY(proto) | CT_BY(dport))

#define SOURCE_MIN 1000
#define KINDS_MAX 128
/* Rows of a view that are looked through: all kinds of some hundred namespaces. */
#define ROWS_MAX 16384
#define GROUPS_MAX 16384

void population_plan(struct census_plan *plan)
{
	*plan = (struct census_plan){
		.views = { BY_KIND, BY_SOURCE, BY_PORT }, .view_count = 3,
		.groups_max = GROUPS_MAX, .top = 4 * POPULATION_TOP, .all = true, .idle_over = true,
	};
	(void)census_plan(plan);
}

void population_targets_plan(struct census_plan *plan, struct ct_census_filter *filter,
			     const struct source *source)
{
	*plan = (struct census_plan){
		.views = { CT_BY(dst) }, .view_count = 1, .groups_max = GROUPS_MAX, .top = POPULATION_TOP,
	};
	(void)census_plan(plan);
	*filter = (struct ct_census_filter){ .fields = CT_BY(src) };
	filter->src.family = source->family;
	memcpy(filter->src.address, source->address, sizeof(source->address));
	memset(filter->src.mask, 0xff, source->family == AF_INET ? 4 : 16);
}

/* States of protocols without any tell nothing; UDP's two time-outs go by the flag. */
static struct kind *kind_for(struct population *p, const struct ct_group *keys)
{
	bool udp = keys->protocol == IPPROTO_UDP || keys->protocol == IPPROTO_UDPLITE;
	bool stream = udp && keys->flags & CT_GROUP_ASSURED;
	struct kind *kind = (struct kind *)population_kind(p, keys->protocol, keys->state, stream);

	if (kind)
		return kind;
	if (p->kind_count == KINDS_MAX)
		return NULL;
	kind = &p->kinds[p->kind_count++];
	*kind = (struct kind){ .protocol = keys->protocol, .state = keys->state, .stream = stream };
	return kind;
}

static void add_kind(struct population *p, const struct group_row *row)
{
	struct kind *kind = kind_for(p, &row->keys);

	if (!kind)
		return;
	kind->entries += row->entries;
	kind->assured += row->assured;
	if (!(row->keys.flags & CT_GROUP_REPLIED))
		kind->unreplied += row->entries;
	if (row->keys.idle < CT_IDLE_COUNT)
		kind->idle[row->keys.idle] += row->entries;
	else
		kind->idle_unknown += row->entries;
	p->idle_known |= row->keys.idle < CT_IDLE_COUNT;
}

static int by_entries(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;

	return (x->entries < y->entries) - (x->entries > y->entries);
}

static int spaces_by_entries(const void *a, const void *b)
{
	const struct space *x = a, *y = b;

	return (x->entries < y->entries) - (x->entries > y->entries);
}

/* Rows are many, namespaces few: found by looking through them. */
static void add_space(struct space *all, size_t *count, size_t max, uint32_t netns, uint64_t entries)
{
	size_t i;

	for (i = 0; i < *count && all[i].netns != netns; i++)
		;
	if (i == *count && *count == max)
		return;
	if (i == *count)
		all[(*count)++] = (struct space){ .netns = netns };
	all[i].entries += entries;
}

static int take_kinds(struct population *p, const struct census *census, struct group_row *rows,
		      uint32_t own)
{
	struct space *all = calloc(4096, sizeof(*all));
	struct group_others others;
	ssize_t count = census_rows(census, BY_KIND, ROWS_MAX, rows, &others);

	if (!all || count < 0) {
		free(all);
		return count < 0 ? (int)count : -ENOMEM;
	}
	for (ssize_t i = 0; i < count; i++) {
		const struct ct_group *keys = &rows[i].keys;

		add_space(all, &p->space_total, 4096, keys->netns, rows[i].entries);
		if (!(keys->flags & CT_GROUP_REPLIED))
			p->unreplied += rows[i].entries;
		if (own && keys->netns != own)
			continue;
		p->own += rows[i].entries;
		add_kind(p, &rows[i]);
	}
	qsort(all, p->space_total, sizeof(*all), spaces_by_entries);
	for (size_t i = 0; i < p->space_total && i < POPULATION_TOP; i++) {
		p->spaces[p->space_count] = all[i];
		p->spaces[p->space_count++].own = all[i].netns == own;
	}
	free(all);
	qsort(p->kinds, p->kind_count, sizeof(*p->kinds), by_entries);
	return 0;
}

/* ::1, or what redaction leaves of it. */
static bool is_loopback(const struct ct_group *keys)
{
	static const uint8_t none[15];

	return keys->family == AF_INET ? keys->src[0] == 127 : !memcmp(keys->src, none, 15) && keys->src[15] <= 1;
}

static int take_sources(struct population *p, const struct census *census, struct group_row *rows,
			uint32_t own)
{
	struct group_others others = { 0 };
	ssize_t count = census_rows(census, BY_SOURCE, ROWS_MAX, rows, &others);

	for (ssize_t i = 0; i < count; i++) {
		const struct ct_group *keys = &rows[i].keys;
		struct source *source = &p->sources[p->source_count];

		if (is_loopback(keys)) {
			p->loopback += !own || keys->netns == own ? rows[i].entries : 0;
			continue;
		}
		p->source_total++;
		if (p->source_count == POPULATION_TOP)
			continue;
		*source = (struct source){ .family = keys->family, .netns = keys->netns,
					   .entries = rows[i].entries };
		memcpy(source->address, keys->src, sizeof(source->address));
		p->source_count++;
	}
	p->source_total += others.groups;
	p->source_total_known = count >= 0 && others.groups_known;
	return count < 0 ? (int)count : 0;
}

static int take_ports(struct population *p, const struct census *census, struct group_row *rows,
		      uint32_t own)
{
	struct group_others others;
	ssize_t count = census_rows(census, BY_PORT, ROWS_MAX, rows, &others);

	for (ssize_t i = 0; i < count && p->port_count < POPULATION_TOP; i++) {
		const struct ct_group *keys = &rows[i].keys;

		if (keys->flags & CT_GROUP_NO_PORTS || (own && keys->netns != own) ||
		    (keys->protocol != IPPROTO_TCP && keys->protocol != IPPROTO_UDP))
			continue;
		p->ports[p->port_count++] = (struct port){ keys->protocol, keys->dport, rows[i].entries };
	}
	return count < 0 ? (int)count : 0;
}

int population_from(struct population *p, const struct census *census, uint32_t own)
{
	struct group_row *rows = calloc(ROWS_MAX, sizeof(*rows));
	int err = -ENOMEM;

	*p = (struct population){
		.entries = census_total(census)->entries, .assured = census_total(census)->assured,
		.kinds = calloc(KINDS_MAX, sizeof(*p->kinds)),
	};
	if (rows && p->kinds)
		err = take_kinds(p, census, rows, own);
	if (!err)
		err = take_sources(p, census, rows, own);
	if (!err)
		err = take_ports(p, census, rows, own);
	p->known = !err;
	free(rows);
	return err;
}

void population_targets_from(struct population *p, const struct census *census)
{
	struct group_row rows[POPULATION_TOP];
	struct group_others others = { 0 };
	ssize_t count = census_rows(census, CT_BY(dst), POPULATION_TOP, rows, &others);

	p->targets_known = count > 0;
	p->targets_exact = others.groups_known;
	p->targets = count < 0 ? 0 : (uint64_t)count + others.groups;
}

bool population_one_source(const struct population *p)
{
	return p->source_count && p->sources[0].entries >= SOURCE_MIN && 2 * p->sources[0].entries >= p->entries;
}

const struct kind *population_kind(const struct population *p, uint8_t protocol, uint8_t state, bool stream)
{
	for (size_t i = 0; i < p->kind_count; i++)
		if (p->kinds[i].protocol == protocol && p->kinds[i].state == state &&
		    p->kinds[i].stream == stream)
			return &p->kinds[i];
	return NULL;
}

uint64_t kind_idle(const struct kind *kind, uint32_t seconds)
{
	uint64_t sum = 0;

	for (int i = 0; i < CT_IDLE_COUNT; i++)
		if (idle_from((uint8_t)i) >= seconds)
			sum += kind->idle[i];
	return sum;
}

void population_free(struct population *p)
{
	if (p)
		free(p->kinds);
}
