// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Whole frames of the live screen, byte by byte, and that they fit their terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>
#include "golden.h"
#include "render/screen.h"
#include "sample.h"

/* Two minutes: a quiet first, then a rise up to the limit, with drops at the end. */
static void fill_history(struct history *history, uint64_t end_ns)
{
	for (uint64_t i = 0; i < 120; i++) {
		struct history_second second = {
			.time_ns = end_ns - (119 - i) * 1000000000, .seconds = 1, .entries_known = true,
			.entries = i < 60 ? 149500 + i : 149500 + (i - 60) * 1900,
		};

		second.n[CT_inserted] = i < 60 ? 312 : 2200 + i % 7 * 40;
		second.n[CT_destroyed] = i < 60 ? 288 : 300;
		second.n[CT_dropped_table_full] = i == 117 ? 1500 : 0;
		second.n[CT_dropped_clash] = i == 110 ? 1 : 0;
		history_add(history, &second);
	}
	history->counters_known = SAMPLE_ALL_COUNTERS;
}

static struct screen_model *model_new(const struct report *report)
{
	struct screen_model *model = calloc(1, sizeof(*model));

	assert_non_null(model);
	*model = (struct screen_model){
		.node = "node-1", .kernel = "6.1.0-40-cloud-amd64", .mode = report->mode,
		.time_ns = report->time_ns, .loaded = true,
	};
	screen_take_report(model, report);
	return model;
}

static size_t glyphs_of(const char *line, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)line[i] & 0xc0) != 0x80;
	return count;
}

static void expect_frame(const char *name, const struct screen_model *model, struct view *view, int rows,
			 int columns)
{
	struct canvas canvas;
	char *text = NULL;
	size_t size = 0, lines = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(canvas_init(&canvas, rows, columns), 0);
	screen_draw(&canvas, model, view);
	canvas_print(out, &canvas);
	assert_int_equal(fclose(out), 0);
	if (name)
		expect_golden(name, text, size);
	for (const char *line = text; *line; line = strchr(line, '\n') + 1, lines++)
		assert_in_range(glyphs_of(line, strcspn(line, "\n")), 0, (size_t)columns);
	assert_int_equal(lines, (size_t)rows);
	canvas_free(&canvas);
	free(text);
}

static void incident(void **state)
{
	struct report report = sample_drops();
	struct screen_model *model = model_new(&report);
	struct view view;

	(void)state;
	fill_history(&model->history, model->time_ns);
	view_init(&view, true, 2);
	expect_frame("screen_80x24.txt", model, &view, 24, 80);
	expect_frame("screen_200x50.txt", model, &view, 50, 200);
	view_init(&view, false, 2);
	expect_frame("screen_ascii.txt", model, &view, 24, 80);
	view.tab = TAB_DROPS;
	view.span = 1;
	expect_frame("screen_drops.txt", model, &view, 24, 80);
	free(model);
}

static void quiet_and_split(void **state)
{
	struct report report = sample_quiet();
	struct screen_model *model;
	struct view view;

	(void)state;
	report.table.fill_seconds = 745;
	report.table.fullest_netns = 4026531840;
	report.table.fullest_entries = 149500;
	model = model_new(&report);
	model->walk = (struct screen_walk){ .time_ns = report.time_ns - 3000000000, .seconds = 0.012 };
	model->shares[0] = (struct screen_share){ 4026532277, 40, 1 };
	model->shares[1] = (struct screen_share){ report.table.fullest_netns, 149200, 109000 };
	model->share_count = 2;
	view_init(&view, false, 5);
	view.paused = true;
	expect_frame("screen_quiet.txt", model, &view, 24, 80);
	free(model);
}

static void without_bpf(void **state)
{
	struct report report = sample_procfs();
	struct screen_model *model = model_new(&report);
	struct view view;

	(void)state;
	view_init(&view, true, 2);
	view.tab = TAB_KERNEL;
	expect_frame("screen_procfs.txt", model, &view, 24, 80);
	free(model);
}

static void nothing_known(void **state)
{
	struct report report = sample_bare();
	struct screen_model *model = model_new(&report);
	struct view view;

	(void)state;
	view_init(&view, true, 2);
	expect_frame("screen_bare.txt", model, &view, 24, 80);
	model->reported = false;
	expect_frame("screen_first.txt", model, &view, 24, 80);
	model->loaded = false;
	expect_frame("screen_waiting.txt", model, &view, 24, 80);
	free(model);
}

static void help(void **state)
{
	struct report report = sample_quiet();
	struct screen_model *model = model_new(&report);
	struct view view;

	(void)state;
	view_init(&view, true, 2);
	view.help = true;
	expect_frame("screen_help.txt", model, &view, 24, 80);
	free(model);
}

static void any_size(void **state)
{
	struct report report = sample_drops();
	struct screen_model *model = model_new(&report);
	struct view view;

	(void)state;
	fill_history(&model->history, model->time_ns);
	view_init(&view, true, 2);
	for (int rows = 1; rows < 40; rows += 3)
		for (int columns = 1; columns < 130; columns += 7)
			for (int tab = 0; tab < TAB_COUNT; tab++) {
				view.tab = (enum tab_id)tab;
				expect_frame(NULL, model, &view, rows, columns);
			}
	expect_frame(NULL, model, &view, CANVAS_ROWS_MAX, CANVAS_COLUMNS_MAX);
	free(model);
}

static void filtered_sorted_scrolled(void **state)
{
	struct report report = sample_quiet();
	struct screen_model *model = model_new(&report);
	struct screen_table *table = &model->tables[TAB_SOURCES];
	struct view view;

	(void)state;
	for (int i = 0; i < SCREEN_TABLE_ROWS + 2; i++) {
		struct screen_row *row = screen_table_row(table);

		if (!row)
			continue;
		(void)snprintf(row->name, sizeof(row->name), "10.0.%d.%d", i % 3, i);
		screen_value(row, 0, i * 37 % 100);
		if (i % 5)
			screen_value(row, 4, i * 4096.0);
	}
	assert_int_equal(table->count, SCREEN_TABLE_ROWS);
	assert_int_equal(table->more, 2);
	view_init(&view, true, 2);
	view.tab = TAB_SOURCES;
	view.tabs[TAB_SOURCES].first = UINT32_MAX;
	expect_frame("screen_scrolled.txt", model, &view, 24, 80);
	view.tabs[TAB_SOURCES].sort = 4;
	view.tabs[TAB_SOURCES].ascending = true;
	(void)snprintf(view.tabs[TAB_SOURCES].filter, VIEW_FILTER_MAX, "10.0.2.1");
	view.typing = true;
	expect_frame("screen_filtered.txt", model, &view, 24, 80);
	free(model);
}

/* What walks tell: holders, an attack on the hash, an empty table, a kernel that cannot. */
static void walked(void **state)
{
	struct report report = sample_quiet();
	struct screen_model *model = model_new(&report);
	const struct screen_walk walk = { .time_ns = report.time_ns - 1000000000, .seconds = 0.0123 };
	const uint32_t by = CT_BY(dst) | CT_BY(dport) | CT_BY(proto);
	struct group_row rows[] = {
		{ .keys = { .family = 2, .protocol = 6, .dport = 443, .dst = { 10, 0, 0, 7 } },
		  .entries = 120000, .assured = 119000 },
		{ .keys = { .family = 10, .protocol = 17, .dport = 53, .dst = { 0x20, 1, 0xd, 0xb8, [15] = 0x53 } },
		  .entries = 20000, .accounted = 20000, .packets = 40000, .bytes = 5000000 },
		{ .keys = { .family = 2, .protocol = 1, .flags = CT_GROUP_NO_PORTS, .dst = { 192, 0, 2, 1 } },
		  .entries = 1 },
	};
	struct group_others others = { .groups_known = true, .groups = 812, .sum = { .entries = 9499 } };
	static struct chains chains = {
		.buckets = 100000, .used = 77000, .nodes = 150000, .mean = 1.5, .usual = 1.5, .longest = 60,
		.expected_longest = 9, .limited = true, .verdict = CHAINS_ATTACK, .histogram_count = 61,
		.histogram = { [0] = 23000, [1] = 33000, [2] = 25000, [3] = 18999, [60] = 1 },
	};
	struct view view;

	(void)state;
	view_init(&view, true, 2);
	view.tab = TAB_DESTINATIONS;
	screen_take_groups(&model->tables[TAB_DESTINATIONS], by, rows, 3, &others, 149500, false, &walk);
	expect_frame("screen_destinations.txt", model, &view, 24, 80);
	rows[1].accounted = 0;	/* nobody's packets are counted: no column for them */
	screen_take_groups(&model->tables[TAB_DESTINATIONS], by, rows, 3, &others, 149500, false, &walk);
	expect_frame("screen_unaccounted.txt", model, &view, 24, 80);
	view.tab = TAB_CHAINS;
	screen_take_chains(&model->tables[TAB_CHAINS], &chains, &walk);
	expect_frame("screen_chains.txt", model, &view, 24, 80);
	view.tab = TAB_SOURCES;
	others = (struct group_others){ 0 };
	screen_take_groups(&model->tables[TAB_SOURCES], CT_BY(src), rows, 0, &others, 0, false, &walk);
	expect_frame("screen_walked_empty.txt", model, &view, 24, 80);
	view.tab = TAB_STATES;
	screen_take_refusal(&model->tables[TAB_STATES], "the kernel hides the table's address in /proc/kallsyms",
			    "run as root or with CAP_SYSLOG, and with kernel.kptr_restrict below 2");
	expect_frame("screen_refused.txt", model, &view, 24, 80);
	free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(incident),
		cmocka_unit_test(quiet_and_split),
		cmocka_unit_test(without_bpf),
		cmocka_unit_test(nothing_known),
		cmocka_unit_test(help),
		cmocka_unit_test(any_size),
		cmocka_unit_test(filtered_sorted_scrolled),
		cmocka_unit_test(walked),
	};

	(void)setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
