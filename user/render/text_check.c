// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The one line of `check`. node-problem-detector cuts it at 80 bytes, so the
 * whole story comes first; what follows `|` is for Nagios' graphs.
 */
#include <inttypes.h>
#include <stdio.h>
#include "text.h"

static const char *const state_names[] = {
	[CHECK_OK] = "OK", [CHECK_WARNING] = "WARNING",
	[CHECK_CRITICAL] = "CRITICAL", [CHECK_UNKNOWN] = "UNKNOWN",
};

/* 'label'=value[unit];[warn];[crit];[min];[max] */
static void put_performance(FILE *out, const struct check *check)
{
	static const enum kernel_stat shown[] = {
		KERNEL_STAT_drop, KERNEL_STAT_early_drop, KERNEL_STAT_insert_failed,
		KERNEL_STAT_chain_too_long,
	};

	(void)fprintf(out, " | entries=%" PRIu64, check->entries);
	if (check->max)
		(void)fprintf(out, ";%" PRIu64 ";%" PRIu64 ";0;%" PRIu64 " used=%.2f%%;%u;%u;0;100",
			      check_threshold(check->max, check->warning),
			      check_threshold(check->max, check->critical), check->max,
			      (double)check->entries * 100 / (double)check->max,
			      check->warning, check->critical);
	else
		(void)fputs(";;;0", out);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (check->stats.present & 1U << shown[i])
			(void)fprintf(out, " %s=%" PRIu32 "c", kernel_stat_names[shown[i]],
				      check->stats.n[shown[i]]);
}

void text_check(FILE *out, const struct check *check)
{
	char percent[16];

	(void)fprintf(out, "CONNTRACK %s: ", state_names[check->state]);
	if (check->unknown) {
		(void)fprintf(out, "%s\n", check->unknown);
		return;
	}
	if (check->max)
		(void)fprintf(out, "%s full, %" PRIu64 " of %" PRIu64 " entries",
			      text_percent(percent, (double)check->entries / (double)check->max),
			      check->entries, check->max);
	else
		(void)fprintf(out, "%" PRIu64 " entries, no limit", check->entries);
	put_performance(out, check);
	(void)fputc('\n', out);
}
