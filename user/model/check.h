/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One look at how full the table is, and what a monitoring system is to make of it. */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include <stdint.h>
#include "observe/kernel_stats.h"

enum check_state { CHECK_OK, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN };

/* Who reads the exit code. */
enum check_codes { CODES_NAGIOS, CODES_NPD };

struct check {
	enum check_state state;
	const char *unknown;	/* CHECK_UNKNOWN: why, in a few words */
	uint64_t entries, max;	/* max 0: no limit */
	uint32_t warning, critical;	/* percent of max */
	struct kernel_stats stats;	/* stats.present 0: not known */
};

/* The state that entries, max, warning and critical come to. */
enum check_state check_judge(const struct check *);
/* Entries that are this share of max, rounded up: the first count that alarms. */
uint64_t check_threshold(uint64_t max, uint32_t percent);
int check_exit_code(enum check_codes, enum check_state);

#endif
