/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Compares what was rendered byte by byte with tests/golden/NAME. Run from
 * the top of the repository; GOLDEN_UPDATE=1 writes the files anew instead:
 * look at `git diff tests/golden` before you believe them.
 */
#ifndef UNIT_GOLDEN_H
#define UNIT_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void golden_path(char path[static 256], const char *name)
{
	(void)snprintf(path, 256, "tests/golden/%s", name);
}

static inline void expect_golden(const char *name, const char *text, size_t len)
{
	static char want[65536];
	char path[256];
	size_t n;
	FILE *f;

	golden_path(path, name);
	if (getenv("GOLDEN_UPDATE")) {
		f = fopen(path, "w");
		assert_non_null(f);
		assert_int_equal(fwrite(text, 1, len, f), len);
		assert_int_equal(fclose(f), 0);
		return;
	}
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s is missing: run from the top of the repository, "
			 "or make it with GOLDEN_UPDATE=1", path);
	n = fread(want, 1, sizeof(want), f);
	assert_int_equal(fclose(f), 0);
	if (n != len || memcmp(want, text, len))
		fail_msg("%s differs\nwant: %.*s\ngot:  %.*s", path, (int)n, want, (int)len, text);
}

#endif
