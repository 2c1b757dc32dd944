// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What people and pipelines see of a census, against golden files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <netinet/in.h>
#include "golden.h"
#include "render/record_who.h"
#include "render/text_who.h"

static const struct owner cart = {
	.kind = OWNER_POD, .pod = { "shop", "cart-7d9f8b-x2k4j", "1f2e3d4c-5b6a-7988-90a1-b2c3d4e5f607" },
};
static const struct owner nginx = { .kind = OWNER_SERVICE, .unit = "nginx.service" };

static const struct who_row states[] = {
	{ .n = { .keys = { .protocol = IPPROTO_TCP, .state = 3 }, .entries = 45022, .assured = 45022 } },
	{ .n = { .keys = { .protocol = IPPROTO_UDP }, .entries = 21949, .assured = 9 } },
	{ .n = { .keys = { .protocol = 200 }, .entries = 1 } },
};
static const struct who_row spaces[] = {
	{ .n = { .keys = { .netns = 4026531840 }, .entries = 60000, .assured = 44000 }, .host = true },
	{ .n = { .keys = { .netns = 4026532245 }, .entries = 6000, .assured = 1000 }, .owner = &cart },
	{ .n = { .keys = { .netns = 4026532300 }, .entries = 900 }, .owner = &nginx },
	{ .n = { .keys = { .netns = 4026532301 }, .entries = 72 } },
};
static const struct who_row targets[] = {
	{ .n = { .keys = { .family = 2, .protocol = 6, .dst = { 10, 96, 0, 1 }, .dport = 443 },
		 .entries = 500, .assured = 500, .accounted = 400, .packets = 9000, .bytes = 1234567 } },
	{ .n = { .keys = { .family = 10, .protocol = 17, .dst = { 0x20, 1, 0xd, 0xb8, [15] = 1 }, .dport = 53 },
		 .entries = 400 } },
	{ .n = { .keys = { .family = 2, .protocol = 1, .dst = { 192, 0, 2, 7 }, .flags = CT_GROUP_NO_PORTS },
		 .entries = 3 } },
};
static const struct who_row idles[] = {
	{ .n = { .keys = { .idle = 14 }, .entries = 7 } },
	{ .n = { .keys = { .idle = CT_IDLE_COUNT - 1 }, .entries = 2 } },
	{ .n = { .keys = { .idle = CT_IDLE_UNKNOWN }, .entries = 1 } },
};
static const struct who_idle idle_table[] = {
	{ .protocol = 6, .state = 3, .entries = 45022, .in = { 20000, 12000, 9000, 3000, 1000, 22, 0 } },
	{ .protocol = 17, .entries = 21949, .in = { 21900, 0, 0, 0, 0, 0, 49 } },
};

static const struct who_view views[] = {
	{ .by = CT_BY(proto) | CT_BY(state), .rows = states, .count = 3, .others = { .groups_known = true } },
	{ .by = CT_BY(netns) | CT_BY(pod), .rows = spaces, .count = 4, .others = { .groups_known = true } },
	{ .by = CT_BY(proto) | CT_BY(dst) | CT_BY(dport), .rows = targets, .count = 3,
	  .others = { .groups = 32758, .none_above = 8, .sum = { .entries = 66069 } } },
	{ .by = CT_BY(idle), .rows = idles, .count = 3, .others = { .groups_known = true } },
};

static struct who sample(void)
{
	return (struct who){
		.time_ns = 1760000000123456789, .node = "node-1", .used_ratio = 0.57, .seconds = 0.0141,
		.total = { .entries = 66972, .assured = 45031 }, .expired = 12,
		.unassured_known = true, .unassured = 21950, .slowest = 0.00025, .slices = 91,
		.views = views, .view_count = 3, .idle = idle_table, .idle_count = 2,
	};
}

static void text_of(const struct who *who, const char *name)
{
	const struct style style = { .columns = 80 };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	text_who(out, &style, who);
	assert_int_equal(fclose(out), 0);
	for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
		assert_true(strcspn(at, "\n") <= 80);
	expect_golden(name, text, size);
	free(text);
}

static void for_people(void **state)
{
	struct who who = sample();

	(void)state;
	text_of(&who, "who.txt");
	who.total.accounted = 400;
	who.total.bytes = 1234567;
	who.idle = NULL;
	who.idle_missing = "Not known: give --settings FILE.";
	who.used_ratio = -1;
	who.seconds = -1;
	who.from = "table.gz";
	who.redacted = true;
	who.filters = true;
	who.filtered = 5;
	text_of(&who, "who_from.txt");
}

static void nothing_there(void **state)
{
	const struct who who = { .node = "node-1", .used_ratio = -1, .seconds = -1 };

	(void)state;
	text_of(&who, "who_empty.txt");
}

static void for_pipelines(void **state)
{
	static const char *const names[] = {
		"who_state.json", "who_netns.json", "who_dst.json", "who_idle.json",
	};
	const struct who who = sample();
	char line[JSON_LINE_MAX];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		ssize_t len = record_who(line, &who, &views[i]);

		assert_true(len > 0);
		expect_golden(names[i], line, (size_t)len);
	}
}

/* A thousand rows do not fit a line: those that do not are among the others, none is lost. */
static void too_many_rows(void **state)
{
	static struct who_row rows[1000];
	const struct who_view view = { .by = CT_BY(src), .rows = rows, .count = 1000,
				       .others = { .groups_known = true, .groups = 7, .sum = { .entries = 7 } } };
	const struct who who = { .node = "node-1", .used_ratio = -1, .seconds = -1, .total = { .entries = 3007 } };
	char line[JSON_LINE_MAX], *others;
	unsigned long long groups, entries;
	size_t shown = 0;

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		rows[i].n = (struct group_row){ .keys = { .family = 10 }, .entries = 3 };
	assert_true(record_who(line, &who, &view) > 0);
	for (char *at = line; (at = strstr(at, "\"src\"")); at++)
		shown++;
	shown--;	/* "by" names it, too */
	others = strstr(line, "\"others\"");
	assert_non_null(others);
	assert_int_equal(sscanf(others, "\"others\":{\"groups\":%llu,\"entries\":%llu", &groups, &entries), 2);
	assert_in_range(shown, 50, 999);
	assert_int_equal(groups, 1007 - shown);
	assert_int_equal(entries, 3007 - 3 * shown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(for_people),
		cmocka_unit_test(nothing_there),
		cmocka_unit_test(for_pipelines),
		cmocka_unit_test(too_many_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
