// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Counters by namespace never go back, and their sum is everything that was lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "model/netns_series.h"

#define SECOND 1000000000ull
#define MOST 64

/* A world of namespaces 1..n, all with statistics; two looks at it. */
struct world {
	struct netns_view views[2][MOST];
	struct netns_counts counts[2][MOST];
	struct observation seen[2];
	struct netns_view next_views[MOST];
	struct netns_counts next[MOST];
	int now;
	size_t n;
	uint64_t second;
};

/* What the test changes in `next` becomes what the next look sees. */
static void look(struct world *w, struct netns_series *series)
{
	int fresh = !w->now;

	memcpy(w->views[fresh], w->next_views, sizeof(w->next_views));
	memcpy(w->counts[fresh], w->next, sizeof(w->next));
	w->second += 15;
	w->seen[fresh] = (struct observation){
		.monotonic_ns = w->second * SECOND, .views = w->views[fresh], .view_count = w->n,
		.counts = { .list = w->counts[fresh], .count = w->n },
	};
	netns_series_update(series, w->second > 15 ? &w->seen[w->now] : NULL, &w->seen[fresh]);
	w->now = fresh;
}

static struct world *world_of(size_t n)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->n = n;
	for (size_t i = 0; i < n; i++) {
		w->next_views[i] = (struct netns_view){ .netns = (uint32_t)i + 1, .known = true,
						    .stats = { .entries = (uint32_t)(100 + i) } };
		w->next[i].netns = (uint32_t)i + 1;
	}
	return w;
}

static const struct netns_line *line_of(const struct netns_series *series, uint32_t netns)
{
	for (size_t i = 0; i < series->count; i++)
		if (series->lines[i].netns == netns)
			return &series->lines[i];
	return NULL;
}

static uint64_t sum(const struct netns_series *series)
{
	uint64_t all = series->others_dropped;

	for (size_t i = 0; i < series->count; i++)
		all += series->lines[i].dropped;
	return all;
}

static uint64_t entries(const struct netns_series *series)
{
	uint64_t all = series->others_entries;

	for (size_t i = 0; i < series->count; i++)
		all += series->lines[i].entries;
	return all;
}

static void few_have_a_line_each(void **state)
{
	static struct netns_series series;
	struct world *w = world_of(3);

	(void)state;
	look(w, &series);
	assert_int_equal(series.count, 3);
	assert_false(series.others);
	assert_int_equal(line_of(&series, 2)->entries, 101);
	w->next[1].n[CT_dropped_clash] = 7;
	look(w, &series);
	assert_int_equal(line_of(&series, 2)->dropped, 7);
	assert_int_equal(sum(&series), 7);
	free(w);
}

static void one_that_loses_packets_gets_a_line(void **state)
{
	static struct netns_series series;
	struct world *w = world_of(30);
	uint64_t all_entries = 0;

	(void)state;
	for (size_t i = 0; i < 30; i++)
		all_entries += 100 + i;
	look(w, &series);
	assert_int_equal(series.count, NETNS_SERIES_MAX);
	assert_true(series.others);
	assert_int_equal(entries(&series), all_entries);
	assert_null(line_of(&series, 30));
	w->next[29].n[CT_dropped_table_full] = 5;
	look(w, &series);
	assert_non_null(line_of(&series, 30));
	assert_int_equal(line_of(&series, 30)->dropped, 5);
	assert_int_equal(sum(&series), 5);
	/* whoever made room is among the others now, and counted once */
	assert_int_equal(entries(&series), all_entries);
	free(w);
}

static void counters_never_go_back(void **state)
{
	static struct netns_series series;
	struct world *w = world_of(MOST);
	uint64_t lost = 0, others = 0;

	(void)state;
	srand(3);
	look(w, &series);
	for (int round = 0; round < 500; round++) {
		struct netns_series was = series;

			for (int i = rand() % 6; i > 0; i--) {
			w->next[rand() % MOST].n[CT_dropped_other] += 2;
			lost += 2;
		}
		w->next[rand() % MOST].n[CT_inserted] += (uint64_t)(rand() % 1000);
		look(w, &series);
		assert_true(series.others_dropped >= others);
		others = series.others_dropped;
		for (size_t i = 0; i < was.count; i++) {
			const struct netns_line *line = line_of(&series, was.lines[i].netns);

			/* one that lost its line had lost no packet for long: it may begin at 0 again */
			assert_true(line || !was.lines[i].lost_ns ||
				    w->second * SECOND - was.lines[i].lost_ns >= 600 * SECOND);
			assert_true(!line || line->dropped >= was.lines[i].dropped);
		}
		assert_true(sum(&series) <= lost);
	}
	free(w);
}

static void gone_namespaces_keep_their_count(void **state)
{
	static struct netns_series series;
	struct world *w = world_of(2);

	(void)state;
	look(w, &series);
	w->next[1].n[CT_dropped_table_full] = 9;
	look(w, &series);
	/* its processes are gone, its counters stay in the maps */
	w->next_views[1].known = false;
	look(w, &series);
	assert_int_equal(line_of(&series, 2)->dropped, 9);
	assert_false(line_of(&series, 2)->entries_known);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_have_a_line_each),
		cmocka_unit_test(one_that_loses_packets_gets_a_line),
		cmocka_unit_test(counters_never_go_back),
		cmocka_unit_test(gone_namespaces_keep_their_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
