// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "refused.h"

void redact_address(uint8_t address[static 16], uint8_t family)
{
	size_t kept = family == AF_INET ? 3 : 6;

	memset(address + kept, 0, 16 - kept);
}

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

static void sort(void *list, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	if (count)
		qsort(list, count, size, compare);
}

void refused_redact(struct refused *refused)
{
	size_t kept = 0;

	for (size_t i = 0; i < refused->source_count; i++)
		redact_address(refused->sources[i].who.src, (uint8_t)refused->sources[i].who.family);
	for (size_t i = 0; i < refused->target_count; i++)
		redact_address(refused->targets[i].where.dst, refused->targets[i].where.family);
	sort(refused->sources, refused->source_count, sizeof(*refused->sources), by_source);
	sort(refused->targets, refused->target_count, sizeof(*refused->targets), by_target);
	for (size_t i = 0; i < refused->source_count; i++) {
		if (kept && !by_source(&refused->sources[kept - 1], &refused->sources[i]))
			refused->sources[kept - 1].count += refused->sources[i].count;
		else
			refused->sources[kept++] = refused->sources[i];
	}
	refused->source_count = kept;
	kept = 0;
	for (size_t i = 0; i < refused->target_count; i++) {
		if (kept && !by_target(&refused->targets[kept - 1], &refused->targets[i]))
			refused->targets[kept - 1].count += refused->targets[i].count;
		else
			refused->targets[kept++] = refused->targets[i];
	}
	refused->target_count = kept;
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

void refused_sort(struct refused *refused)
{
	sort(refused->sources, refused->source_count, sizeof(*refused->sources), busiest_source);
	sort(refused->targets, refused->target_count, sizeof(*refused->targets), busiest_target);
}

void refused_free(struct refused *refused)
{
	free(refused->sources);
	free(refused->targets);
	*refused = (struct refused){ 0 };
}
