/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A folder for an output's files, and what was written there. */
#ifndef UNIT_OUTPUT_PLACE_H
#define UNIT_OUTPUT_PLACE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "serve/output.h"

struct place {
	char dir[64], path[96], other[96];
};

static inline int make_place(void **state)
{
	static struct place place;

	(void)snprintf(place.dir, sizeof(place.dir), "/tmp/test_output.XXXXXX");
	if (!mkdtemp(place.dir))
		return -1;
	(void)snprintf(place.path, sizeof(place.path), "%s/out", place.dir);
	(void)snprintf(place.other, sizeof(place.other), "%s/other", place.dir);
	*state = &place;
	return 0;
}

static inline int remove_place(void **state)
{
	struct place *place = *state;

	(void)unlink(place->path);
	(void)unlink(place->other);
	return rmdir(place->dir);
}

static inline void expect_file(const char *path, const char *want)
{
	static char got[65536];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(got, 1, sizeof(got) - 1, f);
	got[n] = '\0';
	assert_int_equal(fclose(f), 0);
	assert_string_equal(got, want);
}

static inline int put(struct output *o, const char *text)
{
	return output_write(o, text, strlen(text));
}

static int stdout_was = -1;

/* Puts fd in the place of stdout; cmocka's own words are on stderr or flushed. */
static inline void stdout_becomes(int fd)
{
	(void)fflush(stdout);
	stdout_was = dup(STDOUT_FILENO);
	assert_true(stdout_was >= 0);
	assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
	assert_int_equal(close(fd), 0);
}

static inline void stdout_is_back(void)
{
	(void)dup2(stdout_was, STDOUT_FILENO);
	(void)close(stdout_was);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

#endif
