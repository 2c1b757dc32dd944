// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The status page without JavaScript: true numbers, and names that cannot become markup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "render/page.h"
#include "sample.h"

static char *rendered(const struct page *facts)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	page(out, facts);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(text), size);
	return text;
}

static void numbers_are_there(void **state)
{
	static const char *const want[] = {
		"<td>node</td><td>worker</td>", "<td>entries, all namespaces</td><td>270644</td>",
		"<td>limit of each namespace</td><td>262144</td>", "<td>dropped_table_full</td><td>1500</td>",
		"<td>kube-system/coredns-5d78c9869d-7xk2p</td><td>8000</td>", "<td>used</td><td>100 %</td>",
		"<td>net.netfilter.nf_conntrack_max</td><td>524288</td>", "<td>observed by</td><td>BPF</td>",
		"<td>at</td><td>2025-10-09 08:53:25 UTC</td>",
	};
	struct report report = sample_drops();
	struct setting list[5];
	struct settings settings = { list, 5 };
	struct page facts = { .node = "worker", .kernel = "6.1", .version = "0.1.0",
			      .report = &report, .settings = &settings };
	char *text;

	(void)state;
	sample_settings(list);
	text = rendered(&facts);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		if (!strstr(text, want[i]))
			fail_msg("there is no %s", want[i]);
	/* a setting that is at its default is not told */
	assert_null(strstr(text, "tcp_timeout_established"));
	free(text);
}

static void names_are_no_markup(void **state)
{
	struct pod_name pod = { "<script>", "\"onload=&'x", "uid" };
	struct netns_row row = { .netns = 7, .pod = &pod, .entries_known = true };
	struct report report = sample_quiet();
	struct settings settings = { NULL, 0 };
	struct page facts = { .node = "</table><b>", .kernel = "6.1", .version = "0.1.0",
			      .report = &report, .settings = &settings };
	char *text;

	(void)state;
	report.netns = &row;
	report.netns_count = 1;
	text = rendered(&facts);
	assert_non_null(strstr(text, "&lt;/table&gt;&lt;b&gt;"));
	assert_non_null(strstr(text, "&lt;script&gt;/&quot;onload=&amp;'x"));
	assert_null(strstr(text, "</table><b>"));
	assert_non_null(strstr(text, "<h2>Settings changed</h2>\n<table>\n<tr><td>none</td>"));
	free(text);
}

static void nothing_to_tell(void **state)
{
	struct page facts = { .node = "n", .kernel = "6.1", .version = "0.1.0", .refused = "it is not loaded" };
	char *text = rendered(&facts);

	(void)state;
	assert_non_null(strstr(text, "<td>because</td><td>it is not loaded</td>"));
	assert_non_null(strstr(text, "</html>"));
	free(text);
}

static void policy_allows_nothing_else(void **state)
{
	(void)state;
	assert_true(!strncmp(page_policy, "default-src 'none'; style-src 'sha256-", 38));
	assert_null(strstr(page_policy, "unsafe"));
	assert_null(strstr(page_policy, "http"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_there),
		cmocka_unit_test(names_are_no_markup),
		cmocka_unit_test(nothing_to_tell),
		cmocka_unit_test(policy_allows_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
