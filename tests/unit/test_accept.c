// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What clients take: real headers, parameters, qualities, and nonsense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "serve/accept.h"

static void qualities(void **state)
{
	static const struct { const char *header, *name, *versions; unsigned int want; } rows[] = {
		{ NULL, "gzip", NULL, 0 }, { "", "gzip", NULL, 0 }, { "gzip", "gzip", NULL, 1000 },
		{ "GZip", "gzip", NULL, 1000 }, { "x-gzip", "gzip", NULL, 0 }, { "gzipped", "gzip", NULL, 0 },
		{ "deflate, gzip;q=0.5", "gzip", NULL, 500 }, { " br ;q=1.0 ,\tgzip ; q = 0.125 ", "gzip", NULL, 125 },
		{ "gzip;q=0", "gzip", NULL, 0 }, { "gzip;q=0.000", "gzip", NULL, 0 },
		{ "gzip;q=1.000", "gzip", NULL, 1000 }, { "gzip;q=1.5", "gzip", NULL, 1000 },
		{ "gzip;q=", "gzip", NULL, 0 }, { "gzip;q=high", "gzip", NULL, 0 }, { "gzip;q=0.1234", "gzip", NULL, 0 },
		{ "gzip;q=-1", "gzip", NULL, 0 }, { "gzip;q=0.5;q=0.7", "gzip", NULL, 700 },
		{ "gzip;q=0.2,gzip;q=0.9", "gzip", NULL, 900 }, { "*", "gzip", NULL, 0 },
		{ ",;,=;;,gzip;;;,", "gzip", NULL, 1000 }, { "gzip;q", "gzip", NULL, 0 },
		{ "a/b;version=1.0.0;q=0.6", "a/b", "0.0.1 1.0.0", 600 },
		{ "a/b;q=0.6;version=0.0.1", "a/b", "0.0.1 1.0.0", 600 },
		{ "a/b;version=1.0", "a/b", "0.0.1 1.0.0", 0 }, { "a/b;version=2.0.0", "a/b", "0.0.1 1.0.0", 0 },
		{ "a/b;version=2.0.0,a/b;version=1.0.0;q=0.1", "a/b", "0.0.1 1.0.0", 100 },
		{ "a/b;version=", "a/b", "0.0.1 1.0.0", 0 }, { "a/b;version=9", "a/b", NULL, 1000 },
		{ "a/b", "a/b", "0.0.1 1.0.0", 1000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned int got = accept_quality(rows[i].header, rows[i].name, rows[i].versions);

		if (got != rows[i].want)
			fail_msg("'%s' takes %s at %u, want %u", rows[i].header, rows[i].name, got, rows[i].want);
	}
}

static void scrapers(void **state)
{
	/* Prometheus 2.42 and 3.0, curl */
	const char *old = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1"
			  ";q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
	const char *new = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
			  "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;"
			  "escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

	(void)state;
	assert_int_equal(accept_quality(old, "application/openmetrics-text", "0.0.1 1.0.0"), 1000);
	assert_int_equal(accept_quality(old, "text/plain", "0.0.4"), 500);
	assert_int_equal(accept_quality(new, "application/openmetrics-text", "0.0.1 1.0.0"), 600);
	assert_int_equal(accept_quality(new, "text/plain", "0.0.4"), 300);
	assert_int_equal(accept_quality("*/*", "text/plain", "0.0.4"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(qualities), cmocka_unit_test(scrapers) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
