// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "check.h"

/* node-problem-detector knows a problem, none, and "cannot tell". */
static const int exit_codes[][CHECK_UNKNOWN + 1] = {
	[CODES_NAGIOS] = { 0, 1, 2, 3 },
	[CODES_NPD] = { 0, 1, 1, 2 },
};

uint64_t check_threshold(uint64_t max, uint32_t percent)
{
	return max / 100 * percent + (max % 100 * percent + 99) / 100;
}

enum check_state check_judge(const struct check *check)
{
	if (check->unknown)
		return CHECK_UNKNOWN;
	if (!check->max)
		return CHECK_OK;
	if (check->entries >= check_threshold(check->max, check->critical))
		return CHECK_CRITICAL;
	if (check->entries >= check_threshold(check->max, check->warning))
		return CHECK_WARNING;
	return CHECK_OK;
}

int check_exit_code(enum check_codes codes, enum check_state state)
{
	return exit_codes[codes][state];
}
