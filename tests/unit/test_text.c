// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What an operator sees, byte by byte (the .txt in tests/golden), and that it fits a terminal. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>
#include "golden.h"
#include "render/text.h"
#include "sample.h"

static const struct style plain = { .colour = false };
static const struct style coloured = { .colour = true };

struct page {
	FILE *out;
	char *text;
	size_t len;
};

static void page_open(struct page *p)
{
	p->out = open_memstream(&p->text, &p->len);
	assert_non_null(p->out);
}

static size_t widest(const char *text)
{
	size_t width = 0, at = 0;

	for (; *text; text++) {
		at = *text == '\n' ? 0 : at + 1;
		width = at > width ? at : width;
	}
	return width;
}

static void page_expect(struct page *p, const char *name, size_t columns)
{
	assert_int_equal(fclose(p->out), 0);
	expect_golden(name, p->text, p->len);
	assert_in_range(widest(p->text), 1, columns);
	free(p->text);
}

static void rows_for(const struct style *style, struct page *p)
{
	struct report quiet = sample_quiet(), drops = sample_drops(), procfs = sample_procfs();
	struct report bare = sample_bare();

	text_row_heading(p->out, style);
	text_row(p->out, style, &quiet);
	quiet.table.used_ratio = 0.87;
	quiet.table.fill_seconds = 39;
	quiet.delta[CT_destroyed] = 2;
	text_row(p->out, style, &quiet);
	quiet.table.used_ratio = 0.96;
	quiet.table.fill_seconds = 3900;
	quiet.delta[CT_dropped_table_full] = 1;	/* 0.2 a second, and yet it shows */
	text_row(p->out, style, &quiet);
	drops.lost = (struct losses){ 0 };
	text_row(p->out, style, &drops);
	text_row(p->out, style, &procfs);
	text_row(p->out, style, &bare);
}

static void rows(void **state)
{
	struct page p;

	(void)state;
	page_open(&p);
	rows_for(&plain, &p);
	page_expect(&p, "rows.txt", 80);
	page_open(&p);
	rows_for(&coloured, &p);
	page_expect(&p, "rows_colour.txt", 120);
}

static void a_number_too_wide_widens_its_row(void **state)
{
	struct report r = sample_drops();
	struct page p;

	(void)state;
	r.delta[CT_dropped_table_full] = 123456789012;
	r.table.entries = 12345678901;
	page_open(&p);
	text_row(p.out, &plain, &r);
	assert_int_equal(fflush(p.out), 0);
	assert_non_null(strstr(p.text, " 123456789035 full:123456789012 clash:23"));
	assert_non_null(strstr(p.text, " 12345678901 "));
	assert_non_null(strstr(p.text, " lost-events:1300 lost-probe-runs:1"));
	page_expect(&p, "row_wide.txt", 200);
}

static void long_blocks(void **state)
{
	struct report quiet = sample_quiet(), drops = sample_drops(), procfs = sample_procfs();
	struct report bare = sample_bare();
	struct page p;

	(void)state;
	page_open(&p);
	text_long(p.out, &plain, &quiet);
	page_expect(&p, "long_quiet.txt", 80);
	page_open(&p);
	text_long(p.out, &plain, &drops);
	page_expect(&p, "long_drops.txt", 80);
	page_open(&p);
	text_long(p.out, &plain, &procfs);
	page_expect(&p, "long_procfs.txt", 80);
	page_open(&p);
	text_long(p.out, &plain, &bare);
	page_expect(&p, "long_bare.txt", 80);
	quiet.counters_known &= ~(1u << CT_dropped_clash | 1u << CT_evicted);
	page_open(&p);
	text_long(p.out, &plain, &quiet);
	page_expect(&p, "long_some_hooks.txt", 80);
}

static void settings(void **state)
{
	struct setting list[5];
	struct settings all = { list, 5 };
	struct page p;

	(void)state;
	sample_settings(list);
	page_open(&p);
	text_settings(p.out, &plain, &all);
	page_expect(&p, "settings.txt", 80);
	page_open(&p);
	text_settings(p.out, &(struct style){ .columns = 60 }, &(struct settings){ list + 1, 3 });
	page_expect(&p, "settings_narrow.txt", 80);
}

static void hooks(void **state)
{
	struct page p;

	(void)state;
	page_open(&p);
	text_hooks(p.out, &plain, sample_hooks, 3);
	page_expect(&p, "hooks.txt", 80);
	page_open(&p);
	text_hooks(p.out, &plain, sample_hooks, 2);
	page_expect(&p, "hooks_all.txt", 80);
	page_open(&p);
	text_hooks(p.out, &plain, sample_hooks + 2, 1);
	page_expect(&p, "hooks_none.txt", 80);
}

static void counts(void **state)
{
	char buf[16];

	(void)state;
	assert_string_equal(text_count(buf, 0), "0");
	assert_string_equal(text_count(buf, 9999), "9999");
	assert_string_equal(text_count(buf, 12345), "12.3k");
	assert_string_equal(text_count(buf, 99949), "99.9k");
	assert_string_equal(text_count(buf, 99951), "100k");
	assert_string_equal(text_count(buf, 999499), "999k");
	assert_string_equal(text_count(buf, 999501), "1.0M");
	assert_string_equal(text_count(buf, UINT64_MAX), "18.4E");
}

static void bytes(void **state)
{
	char buf[16];

	(void)state;
	assert_string_equal(text_bytes(buf, 0), "0 B");
	assert_string_equal(text_bytes(buf, 999), "999 B");
	assert_string_equal(text_bytes(buf, 1024), "1.0 KiB");
	assert_string_equal(text_bytes(buf, 1610612736), "1.5 GiB");
	assert_string_equal(text_bytes(buf, 104857600), "100 MiB");
	assert_string_equal(text_bytes(buf, UINT64_MAX), "16.0 EiB");
}

static void seconds(void **state)
{
	char buf[24];

	(void)state;
	assert_string_equal(text_seconds(buf, 0), "0s");
	assert_string_equal(text_seconds(buf, 0.3), "0.3s");
	assert_string_equal(text_seconds(buf, 5), "5s");
	assert_string_equal(text_seconds(buf, 59.4), "59s");
	assert_string_equal(text_seconds(buf, 59.6), "1m 00s");
	assert_string_equal(text_seconds(buf, 125), "2m 05s");
	assert_string_equal(text_seconds(buf, 3600), "1h 00m");
	assert_string_equal(text_seconds(buf, 432000), "5d 00h");
	assert_string_equal(text_seconds(buf, -1), "-");
	assert_string_equal(text_seconds(buf, NAN), "-");
	assert_string_equal(text_seconds(buf, INFINITY), "-");
	assert_string_equal(text_seconds(buf, 1e300), "-");
}

static void percents(void **state)
{
	char buf[16];

	(void)state;
	assert_string_equal(text_percent(buf, 0), "0 %");
	assert_string_equal(text_percent(buf, 0.00001), "<0.1 %");
	assert_string_equal(text_percent(buf, 0.0057), "0.5 %");
	assert_string_equal(text_percent(buf, 0.29), "29 %");
	assert_string_equal(text_percent(buf, 0.9999), "99 %");
	assert_string_equal(text_percent(buf, 1), "100 %");
	assert_string_equal(text_percent(buf, 1.5), "150 %");
	assert_string_equal(text_percent(buf, -1), "-");
	assert_string_equal(text_percent(buf, NAN), "-");
}

static void rates(void **state)
{
	char buf[24];

	(void)state;
	assert_string_equal(text_rate(buf, 0, 5), "0");
	assert_string_equal(text_rate(buf, 1, 60), "<0.1");
	assert_string_equal(text_rate(buf, 1, 5), "0.2");
	assert_string_equal(text_rate(buf, 1560, 5), "312");
	assert_string_equal(text_rate(buf, 1, 0), "-");
	assert_string_equal(text_rate(buf, UINT64_MAX, 0.000001), "1000000000000000000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows),
		cmocka_unit_test(a_number_too_wide_widens_its_row),
		cmocka_unit_test(long_blocks),
		cmocka_unit_test(settings),
		cmocka_unit_test(hooks),
		cmocka_unit_test(counts),
		cmocka_unit_test(bytes),
		cmocka_unit_test(seconds),
		cmocka_unit_test(percents),
		cmocka_unit_test(rates),
	};

	if (setenv("TZ", "UTC", 1))
		return 1;
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
