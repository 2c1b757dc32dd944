/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reports for people: one row an interval like vmstat, or the full block. */
#ifndef RENDER_TEXT_H
#define RENDER_TEXT_H

#include <stdbool.h>
#include <stdio.h>
#include "model/check.h"
#include "model/findings.h"
#include "model/hook.h"
#include "model/plan.h"
#include "model/report.h"
#include "observe/settings.h"

struct style {
	bool colour;	/* a TTY and no NO_COLOR */
	int columns;	/* of the terminal; 0: not known, 80 is taken */
};

/*
 * One row an interval. "new/s" and "gone/s" are rates; "evicted" and "dropped"
 * are exact counts of the interval, so that no single drop is rounded away.
 * A number too wide for its column widens the row.
 */
void text_row_heading(FILE *, const struct style *);
void text_row(FILE *, const struct style *, const struct report *);
void text_long(FILE *, const struct style *, const struct report *);
void text_settings(FILE *, const struct style *, const struct settings *);
/* One line, whole in its first 80 bytes, then Nagios' performance data. */
void text_check(FILE *, const struct check *);
void text_doctor(FILE *, const struct style *, const struct doctor_facts *);
/* A file for /etc/sysctl.d. */
void text_conf(FILE *, const struct doctor_facts *);
void text_plan(FILE *, const struct style *, const struct plan *);
void text_hooks(FILE *, const struct style *, const struct hook *, size_t count);

/* Shortest exact-enough forms, in buf: "12.3k", "1.5 GiB", "2m 05s". Return buf. */
const char *text_count(char buf[static 16], uint64_t);
const char *text_bytes(char buf[static 16], uint64_t);
const char *text_seconds(char buf[static 24], double);	/* negative or not finite: "-" */
/* Of something short: "312 ms", "<1 ms"; from a second on as above. */
const char *text_duration(char buf[static 24], double seconds);
/* "0.4 %", "57 %"; cut, not rounded: 100 % is said of a full table only. Negative: "-". */
const char *text_percent(char buf[static 16], double ratio);
/* count in so many seconds, a second: "312", "0.4", "<0.1"; "-" without an interval. */
const char *text_rate(char buf[static 24], uint64_t count, double seconds);

/* Colours, by what they mean; nothing is written when style->colour is off. */
enum text_mark { TEXT_PLAIN, TEXT_BOLD, TEXT_DIM, TEXT_WARN, TEXT_ALARM, TEXT_DROP };
void text_mark(FILE *, const struct style *, enum text_mark);	/* TEXT_PLAIN ends a mark */
enum text_mark text_fill_mark(double used_ratio);	/* > 0.80 warn, > 0.95 alarm */
/* Words wrapped between indent and the terminal's width; the cursor stands at column `at`. */
void text_wrap(FILE *, const struct style *, int at, int indent, const char *words);

#endif
