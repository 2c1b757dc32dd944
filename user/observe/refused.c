// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "model/address.h"
#include "refused.h"

static int by_source(const void *a, const void *b)
{
	return memcmp(&((const struct refused_source *)a)->who, &((const struct refused_source *)b)->who,
		      sizeof(struct ct_source));
}

static int by_target(const void *a, const void *b)
{
	return memcmp(&((const struct refused_target *)a)->where,
		      &((const struct refused_target *)b)->where, sizeof(struct ct_target));
}

static int by_port(const void *a, const void *b)
{
	const struct ct_target *x = &((const struct refused_target *)a)->where;
	const struct ct_target *y = &((const struct refused_target *)b)->where;

	return x->protocol != y->protocol ? x->protocol - y->protocol : x->dst_id - y->dst_id;
}

static int most(uint64_t a, uint64_t b)
{
	return a < b ? 1 : a > b ? -1 : 0;
}

static int busiest_source(const void *a, const void *b)
{
	const struct refused_source *x = a, *y = b;

	return most(x->count, y->count) ?: by_source(a, b);
}

static int busiest_target(const void *a, const void *b)
{
	const struct refused_target *x = a, *y = b;

	return most(x->count, y->count) ?: by_target(a, b);
}

static void sort(void *list, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	if (count)
		qsort(list, count, size, compare);
}

static void merge_sources(struct refused *refused, bool redact)
{
	struct refused_source *list = refused->sources;
	size_t kept = 0;

	for (size_t i = 0; redact && i < refused->source_count; i++)
		redact_address(list[i].who.src, (uint8_t)list[i].who.family);
	sort(list, refused->source_count, sizeof(*list), by_source);
	for (size_t i = 0; i < refused->source_count; i++)
		if (kept && !by_source(&list[kept - 1], &list[i]))
			list[kept - 1].count += list[i].count;
		else
			list[kept++] = list[i];
	refused->source_count = kept;
}

static void merge_targets(struct refused *refused, bool redact)
{
	struct refused_target *list = refused->targets;
	size_t kept = 0;

	for (size_t i = 0; i < refused->target_count; i++) {
		list[i].where.netns = 0;
		if (redact)
			redact_address(list[i].where.dst, list[i].where.family);
	}
	sort(list, refused->target_count, sizeof(*list), by_target);
	for (size_t i = 0; i < refused->target_count; i++)
		if (kept && !by_target(&list[kept - 1], &list[i]))
			list[kept - 1].count += list[i].count;
		else
			list[kept++] = list[i];
	refused->target_count = kept;
}

/* Keeps the busiest few, in order. */
static void add_port(struct refused *refused, const struct refused_port *port)
{
	size_t at = refused->port_count;

	while (at && refused->ports[at - 1].count < port->count)
		at--;
	if (at == REFUSED_PORTS)
		return;
	if (refused->port_count < REFUSED_PORTS)
		refused->port_count++;
	memmove(&refused->ports[at + 1], &refused->ports[at],
		(refused->port_count - at - 1) * sizeof(*port));
	refused->ports[at] = *port;
}

static void find_ports(struct refused *refused)
{
	const struct refused_target *list = refused->targets;
	struct refused_port port = { 0 };

	refused->port_count = 0;
	sort(refused->targets, refused->target_count, sizeof(*list), by_port);
	for (size_t i = 0; i < refused->target_count; i++) {
		if (!i || by_port(&list[i - 1], &list[i]))
			port = (struct refused_port){ list[i].where.dst_id, list[i].where.protocol, 0, 0 };
		port.count += list[i].count;
		port.targets++;
		if (i + 1 == refused->target_count || by_port(&list[i], &list[i + 1]))
			add_port(refused, &port);
	}
}

void refused_merge(struct refused *refused, bool redact)
{
	merge_sources(refused, redact);
	merge_targets(refused, redact);
	find_ports(refused);
	sort(refused->sources, refused->source_count, sizeof(*refused->sources), busiest_source);
	sort(refused->targets, refused->target_count, sizeof(*refused->targets), busiest_target);
}

void refused_free(struct refused *refused)
{
	free(refused->sources);
	free(refused->targets);
	*refused = (struct refused){ 0 };
}
