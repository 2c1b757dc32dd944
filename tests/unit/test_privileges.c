// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a process has left, by its own /proc/self/status; each in a child, as it is for good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "observe/privileges.h"

static uint64_t status_of(const char *key)
{
	FILE *file = fopen("/proc/self/status", "r");
	unsigned long long value = UINT64_MAX;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)))
			(void)sscanf(line + strlen(key), ": %llx", &value);
	if (file)
		(void)fclose(file);
	return value;
}

/* 0, or the number of what is wrong. */
static int child(uint64_t needed)
{
	uint64_t had = status_of("CapPrm");

	if (privileges_keep(needed))
		return 1;
	if (status_of("CapPrm") != (had & needed) || status_of("CapEff") != (had & needed))
		return 2;
	if (status_of("CapInh") || status_of("CapAmb"))
		return 3;
	if (had & 1u << CAP_SETPCAP && status_of("CapBnd") & ~needed)
		return 4;
	if (status_of("NoNewPrivs") != 1)
		return 5;
	return privileges_keep(needed) ? 6 : 0;
}

static void expect_child(uint64_t needed)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid)
		_exit(child(needed));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void what_is_not_needed_is_gone(void **state)
{
	(void)state;
	expect_child(privileges_needed(true));
	expect_child(privileges_needed(false));
	expect_child(0);
}

static void needed(void **state)
{
	(void)state;
	assert_int_equal(privileges_needed(false), UINT64_C(1) << CAP_SYS_PTRACE);
	assert_int_equal(privileges_needed(true), UINT64_C(1) << CAP_SYS_PTRACE | UINT64_C(1) << 39);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_needed_is_gone),
		cmocka_unit_test(needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
