// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Before and after a change of a setting: told by the first and the tenth report, with true numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "golden.h"
#include "model/effect.h"
#include "render/record.h"
#include "render/sentence.h"
#include "render/text.h"
#include "sample.h"

static struct settings settings_of(const char *max, const char *established, const char *count)
{
	struct settings all = { 0 };

	assert_int_equal(settings_add(&all, "net.netfilter.nf_conntrack_max", max, strlen(max)), 0);
	assert_int_equal(settings_add(&all, "net.netfilter.nf_conntrack_count", count, strlen(count)), 0);
	assert_int_equal(settings_add(&all, "net.netfilter.nf_conntrack_tcp_timeout_established", established,
				      strlen(established)), 0);
	return all;
}

static struct report report_of(uint64_t entries, uint64_t inserted, uint64_t destroyed, uint64_t dropped)
{
	struct report r = sample_quiet();

	r.table.entries = entries;
	r.delta[CT_inserted] = inserted;
	r.delta[CT_destroyed] = destroyed;
	r.delta[CT_dropped_table_full] = dropped;
	return r;
}

static void told_twice(void **state)
{
	struct settings old = settings_of("1000", "432000", "5"), new = settings_of("2000", "432000", "9");
	struct report r = report_of(1000, 500, 450, 50);
	struct effect_watch w = { 0 };
	const struct effect *e;
	char sentence[SENTENCE_MAX];

	(void)state;
	assert_null(effect_look(&w, NULL, &old, &r));
	assert_null(effect_look(&w, &old, &old, &r));
	/* the interval of the change is on neither side */
	r = report_of(1200, 7000, 0, 0);
	assert_null(effect_look(&w, &old, &new, &r));
	r = report_of(1500, 1000, 600, 0);
	e = effect_look(&w, &new, &new, &r);
	assert_non_null(e);
	assert_int_equal(e->intervals, 1);
	assert_int_equal(e->change_count, 1);
	assert_string_equal(e->changes[0].name, "net.netfilter.nf_conntrack_max");
	assert_int_equal(e->before.entries, 1000);
	assert_int_equal(e->after.entries, 1500);
	assert_string_equal(sentence_effect(sentence, e), "5s after nf_conntrack_max went from 1000 to 2000: entries "
			    "1000 -> 1500, new/s 100.0 -> 200.0, gone/s 90.0 -> 120.0, dropped/s 10.0 -> 0.0");
	for (int i = 2; i < EFFECT_LATE; i++)
		assert_null(effect_look(&w, &new, &new, &r));
	r = report_of(1900, 2000, 1600, 0);
	e = effect_look(&w, &new, &new, &r);
	assert_non_null(e);
	assert_int_equal(e->intervals, 10);
	assert_int_equal(e->after.entries, 1900);
	/* nine of 1000 and one of 2000, in 50 s */
	assert_int_equal(e->after.inserted, (9 * 1000 + 2000) / 50);
	for (int i = 0; i < 20; i++)
		assert_null(effect_look(&w, &new, &new, &r));
	settings_free(&old);
	settings_free(&new);
}

static void another_change_begins_anew(void **state)
{
	struct settings a = settings_of("1000", "432000", "5"), b = settings_of("2000", "432000", "5"),
			c = settings_of("3000", "600", "5");
	struct report r = report_of(1000, 500, 450, 50);
	struct effect_watch w = { 0 };
	const struct effect *e;

	(void)state;
	(void)effect_look(&w, &a, &a, &r);
	(void)effect_look(&w, &a, &b, &r);
	r = report_of(1100, 400, 300, 20);
	assert_non_null(effect_look(&w, &b, &b, &r));
	assert_null(effect_look(&w, &b, &c, &r));
	e = effect_look(&w, &c, &c, &r);
	assert_non_null(e);
	assert_int_equal(e->change_count, 2);
	assert_int_equal(e->before.entries, 1100);
	assert_int_equal(e->before.dropped, 4);
	assert_int_equal(e->intervals, 1);
	settings_free(&a);
	settings_free(&b);
	settings_free(&c);
}

/* A change seen by the very first report has no "before". */
static void no_before(void **state)
{
	struct settings a = settings_of("1000", "432000", "5"), b = settings_of("2000", "432000", "5");
	struct report r = report_of(1000, 500, 450, 50);
	struct effect_watch w = { 0 };

	(void)state;
	assert_null(effect_look(&w, &a, &b, &r));
	assert_null(effect_look(&w, &b, &b, &r));
	settings_free(&a);
	settings_free(&b);
}

static void rendered(void **state)
{
	struct settings old = settings_of("1000", "432000", "5"), new = settings_of("2000", "600", "9");
	struct report r = report_of(1000, 500, 450, 50);
	const struct style plain = { .colour = false };
	struct effect_watch w = { 0 };
	char line[JSON_LINE_MAX], *text = NULL;
	size_t size = 0;
	ssize_t len;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	(void)setenv("TZ", "UTC", 1);
	(void)effect_look(&w, &old, &old, &r);
	(void)effect_look(&w, &old, &new, &r);
	r.since_change = effect_look(&w, &new, &new, &r);
	assert_non_null(r.since_change);
	len = record_report(line, "node-1", &r);
	assert_true(len > 0);
	expect_golden("report_since_change.json", line, (size_t)len);
	text_row_heading(out, &plain);
	text_row(out, &plain, &r);
	assert_int_equal(fclose(out), 0);
	expect_golden("row_since_change.txt", text, size);
	for (const char *at = text; *at; at += strcspn(at, "\n") + 1)
		assert_in_range(strcspn(at, "\n"), 0, 80);
	free(text);
	settings_free(&old);
	settings_free(&new);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(told_twice),
		cmocka_unit_test(another_change_begins_anew),
		cmocka_unit_test(no_before),
		cmocka_unit_test(rendered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
