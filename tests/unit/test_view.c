// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Keys of the live screen: from bytes to keys, from keys to what a person sees; and the frames sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "render/canvas.h"
#include "render/view.h"
#include "serve/keys.h"

/* All keys of one read, as numbers in a row. */
static size_t decode(struct keys *keys, const char *bytes, size_t len, int out[static 32])
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++) {
		int key = keys_next(keys, (unsigned char)bytes[i]);

		if (key != KEY_NONE && count < 32)
			out[count++] = key;
	}
	out[count] = keys_pause(keys);
	return count + (out[count] != KEY_NONE);
}

static void expect_keys(const char *bytes, size_t want_count, const int *want)
{
	struct keys keys = { 0 };
	int got[33];
	size_t count = decode(&keys, bytes, strlen(bytes), got);

	assert_int_equal(count, want_count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(got[i], want[i]);
}

#define EXPECT_KEYS(bytes, ...) do { \
	const int want[] = { __VA_ARGS__ }; \
	expect_keys(bytes, sizeof(want) / sizeof(want[0]), want); \
} while (0)

static void sequences(void **state)
{
	(void)state;
	EXPECT_KEYS("q", 'q');
	EXPECT_KEYS("\033", KEY_ESCAPE);
	EXPECT_KEYS("\033\033", KEY_ESCAPE, KEY_ESCAPE);
	EXPECT_KEYS("\033[A\033[B\033OC\033OD", KEY_UP, KEY_DOWN, KEY_RIGHT, KEY_LEFT);
	EXPECT_KEYS("\033[5~\033[6~\033[1~\033[4~", KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_HOME, KEY_END);
	EXPECT_KEYS("\033[H\033OF\033[7~\033[8~", KEY_HOME, KEY_END, KEY_HOME, KEY_END);
	EXPECT_KEYS("\033[1;5C", KEY_RIGHT);	/* with Ctrl */
	EXPECT_KEYS("\033[Z", KEY_BACKTAB);
	EXPECT_KEYS("\177x", '\b', 'x');
	EXPECT_KEYS("\033[15~q", 'q');		/* F5 is none of ours */
	EXPECT_KEYS("\033[999999999999999999999999999~q", 'q');
	EXPECT_KEYS("\033[?1;2cq", 'q');	/* a terminal that answers */
	EXPECT_KEYS("\303\274q", 'q');		/* no ASCII */
	EXPECT_KEYS("\033[12\rq", '\r', 'q');	/* cut short by a new key */
}

static void split_over_reads(void **state)
{
	struct keys keys = { 0 };
	int got[33];

	(void)state;
	assert_int_equal(decode(&keys, "\033[", 2, got), 0);
	assert_int_equal(decode(&keys, "5", 1, got), 0);
	assert_int_equal(decode(&keys, "~a", 2, got), 2);
	assert_int_equal(got[0], KEY_PAGE_UP);
	assert_int_equal(got[1], 'a');
}

static void type(struct view *view, const char *keys)
{
	for (; *keys; keys++)
		(void)view_key(view, (unsigned char)*keys);
}

static void tables_by_letter_and_tab(void **state)
{
	struct view view;

	(void)state;
	view_init(&view, true, 2);
	for (int i = 0; i < TAB_COUNT; i++) {
		assert_int_equal(view_key(&view, tabs[i].key), VIEW_REDRAW);
		assert_int_equal(view.tab, i);
	}
	assert_int_equal(view_key(&view, '\t'), VIEW_REDRAW);
	assert_int_equal(view.tab, 0);
	assert_int_equal(view_key(&view, KEY_LEFT), VIEW_REDRAW);
	assert_int_equal(view.tab, TAB_COUNT - 1);
	assert_int_equal(view_key(&view, 'Z'), VIEW_NOTHING);
	assert_int_equal(view_key(&view, 'q'), VIEW_QUIT);
	assert_int_equal(view_key(&view, 'L' & 0x1f), VIEW_REPAINT);
}

/* No letter means two things. */
static void letters_are_unique(void **state)
{
	static const char others[] = "qhp worr/+-=?";

	(void)state;
	for (int i = 0; i < TAB_COUNT; i++) {
		assert_null(strchr(others, tabs[i].key));
		for (int j = 0; j < i; j++)
			assert_int_not_equal(tabs[i].key, tabs[j].key);
	}
}

static void filter(void **state)
{
	struct view view;
	char *typed = view.tabs[TAB_NAMESPACES].filter;

	(void)state;
	view_init(&view, true, 2);
	type(&view, "/kubeq");
	assert_true(view.typing);
	assert_string_equal(typed, "kubeq");	/* q is a letter here */
	type(&view, "\b-\r");
	assert_false(view.typing);
	assert_string_equal(typed, "kube-");
	type(&view, "/abc");
	assert_int_equal(view_key(&view, KEY_ESCAPE), VIEW_REDRAW);
	assert_string_equal(typed, "kube-");
	type(&view, "/\025\b\b");
	assert_string_equal(typed, "");
	for (int i = 0; i < 200; i++)
		(void)view_key(&view, 'a' + i % 26);
	assert_int_equal(strlen(typed), VIEW_FILTER_MAX - 1);
	assert_int_equal(view_key(&view, KEY_UP), VIEW_NOTHING);
}

static void sorting(void **state)
{
	struct view view;
	struct tab_view *tab = &view.tabs[TAB_KERNEL];

	(void)state;
	view_init(&view, true, 2);
	type(&view, "k");
	assert_int_equal(tab->sort, 1);
	type(&view, "o");
	assert_int_equal(tab->sort, TAB_COLUMNS_MAX);	/* by name, a to z */
	assert_true(tab->ascending);
	type(&view, "o");
	assert_int_equal(tab->sort, 0);
	assert_false(tab->ascending);
	type(&view, "r");
	assert_true(tab->ascending);
}

static void intervals(void **state)
{
	struct view view;

	(void)state;
	view_init(&view, true, 2);
	assert_int_equal(view_key(&view, '+'), VIEW_INTERVAL);
	assert_int_equal(view.interval_seconds, 5);
	assert_int_equal(view_key(&view, '-'), VIEW_INTERVAL);
	assert_int_equal(view_key(&view, '-'), VIEW_INTERVAL);
	assert_int_equal(view.interval_seconds, 1);
	assert_int_equal(view_key(&view, '-'), VIEW_NOTHING);
	view_init(&view, true, 7);	/* between two steps */
	assert_int_equal(view_key(&view, '+'), VIEW_INTERVAL);
	assert_int_equal(view.interval_seconds, 10);
	view_init(&view, true, 7);
	assert_int_equal(view_key(&view, '-'), VIEW_INTERVAL);
	assert_int_equal(view.interval_seconds, 5);
	for (int i = 0; i < 20; i++)
		(void)view_key(&view, '+');
	assert_int_equal(view.interval_seconds, 3600);
}

static void scrolling_help_pause(void **state)
{
	struct view view;
	struct tab_view *tab = &view.tabs[TAB_NAMESPACES];

	(void)state;
	view_init(&view, true, 2);
	(void)view_key(&view, KEY_UP);
	assert_int_equal(tab->first, 0);
	(void)view_key(&view, KEY_DOWN);
	(void)view_key(&view, KEY_PAGE_DOWN);
	assert_int_equal(tab->first, 11);
	(void)view_key(&view, KEY_PAGE_UP);
	assert_int_equal(tab->first, 1);
	(void)view_key(&view, KEY_END);
	assert_true(tab->first > 1000);
	(void)view_key(&view, KEY_HOME);
	assert_int_equal(tab->first, 0);
	type(&view, "p");
	assert_true(view.paused);
	type(&view, " ");
	assert_false(view.paused);
	type(&view, "?");
	assert_true(view.help);
	type(&view, "p");	/* leads back and does nothing else */
	assert_false(view.help || view.paused);
	type(&view, "hw");
	assert_int_equal(view.span, 0);
	type(&view, "wwww");
	assert_int_equal(view.span, 1);
}

static char *sent(const struct canvas *now, const struct canvas *before, bool colour)
{
	const struct style style = { .colour = colour };
	char *bytes = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&bytes, &len);

	assert_non_null(out);
	canvas_write(out, &style, now, before);
	assert_int_equal(fclose(out), 0);
	return bytes;
}

static void expect_sent(const char *want, const struct canvas *now, const struct canvas *before, bool colour)
{
	char *got = sent(now, before, colour);

	assert_string_equal(got, want);
	free(got);
}

static void frames(void **state)
{
	struct canvas a, b;

	(void)state;
	assert_int_equal(canvas_init(&a, 2, 4), 0);
	assert_int_equal(canvas_init(&b, 2, 4), 0);
	assert_int_equal(canvas_text(&a, 0, 0, MARK_PLAIN, "ab"), 2);
	expect_sent("\033[0m\033[2J\033[1;1Hab\033[K\033[2;1H\033[K", &a, NULL, true);
	(void)canvas_text(&b, 0, 0, MARK_PLAIN, "ab");
	expect_sent("", &b, &a, true);
	/* A changed row alone; a full line is not erased behind. */
	(void)canvas_text(&b, 1, 0, MARK_WARN, "x%s", "yzzz");
	expect_sent("\033[2;1H\033[0;33mxyzz\033[0m", &b, &a, true);
	expect_sent("\033[2;1H\033[0mxyzz\033[0m", &b, &a, false);
	canvas_free(&a);
	canvas_free(&b);
	canvas_free(NULL);
}

/* A name from outside with an escape sequence or a newline in it. */
static void hostile_text(void **state)
{
	struct canvas canvas;

	(void)state;
	assert_int_equal(canvas_init(&canvas, 1, 12), 0);
	(void)canvas_text(&canvas, 0, 0, MARK_PLAIN, "%s", "a\033]0;x\007\n\303\274");
	expect_sent("\033[0m\033[2J\033[1;1Ha?]0;x????\033[K", &canvas, NULL, true);
	(void)canvas_text(&canvas, 0, -3, MARK_PLAIN, "1234");
	(void)canvas_text(&canvas, -1, 0, MARK_PLAIN, "1234");
	(void)canvas_text(&canvas, 1, 0, MARK_PLAIN, "1234");
	expect_sent("\033[0m\033[2J\033[1;1H4?]0;x????\033[K", &canvas, NULL, true);
	canvas_free(&canvas);
	assert_int_equal(canvas_init(&canvas, 0, 1 << 30), 0);
	assert_int_equal(canvas.rows, 1);
	assert_int_equal(canvas.columns, CANVAS_COLUMNS_MAX);
	canvas_free(&canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequences),
		cmocka_unit_test(split_over_reads),
		cmocka_unit_test(tables_by_letter_and_tab),
		cmocka_unit_test(letters_are_unique),
		cmocka_unit_test(filter),
		cmocka_unit_test(sorting),
		cmocka_unit_test(intervals),
		cmocka_unit_test(scrolling_help_pause),
		cmocka_unit_test(frames),
		cmocka_unit_test(hostile_text),
	};

	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
