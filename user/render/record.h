/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The records of the NDJSON stream, one function an event: each writes one
 * whole line into a buffer of JSON_LINE_MAX and returns its length or -errno.
 */
#ifndef RENDER_RECORD_H
#define RENDER_RECORD_H

#include <stdint.h>
#include <sys/types.h>
#include "json.h"
#include "model/findings.h"
#include "model/hook.h"
#include "model/plan.h"
#include "model/pressure.h"
#include "model/report.h"
#include "observe/settings.h"

#define RECORD_SCHEMA "ctscope/1"

enum level { LEVEL_INFO, LEVEL_WARN, LEVEL_ERROR };

/* The first keys of every record, in their fixed order; payload and json_end() follow. */
void record_begin(struct json *, char *line, uint64_t time_ns, enum level, const char *event,
		  const char *msg, const char *node);

/* Parts that several records share. */
void record_time(struct json *, const char *key, uint64_t time_ns);
void record_mode(struct json *, enum mode);
void record_pod(struct json *, const char *key, const struct pod_name *);
void record_losses(struct json *, const struct losses *);	/* the keys, without the object around */

struct start_facts {
	uint64_t time_ns;
	const char *node, *version, *kernel;
	enum mode mode;
	double interval_seconds;
	const struct hook *hooks;	/* all: attached and missing */
	size_t hook_count;
};
ssize_t record_start(char *line, const struct start_facts *);

ssize_t record_settings(char *line, uint64_t time_ns, const char *node, const struct settings *);
/* Only what differs; 0 when nothing does. */
ssize_t record_settings_changed(char *line, uint64_t time_ns, const char *node,
				const struct settings *from, const struct settings *to);
/* One sysctl: event "setting". */
ssize_t record_setting(char *line, uint64_t time_ns, const char *node, const struct setting *);
ssize_t record_report(char *line, const char *node, const struct report *);

ssize_t record_pressure(char *line, const char *node, const struct pressure *);
ssize_t record_lost(char *line, uint64_t time_ns, const char *node, const struct losses *);

struct stop_facts {
	uint64_t time_ns;
	const char *node, *reason;	/* "duration", "count", "signal", ... */
	double run_seconds;
	uint64_t reports;
	uint32_t counters_known;
	uint64_t total[CT_COUNTER_COUNT];
	struct losses lost;
};
ssize_t record_stop(char *line, const struct stop_facts *);
ssize_t record_finding(char *line, uint64_t time_ns, const char *node, const struct finding *);
/* Event "doctor": how many of each severity. */
ssize_t record_doctor(char *line, const struct doctor_facts *);
ssize_t record_plan(char *line, uint64_t time_ns, const char *node, const struct plan *);
/* Event "kernel": what this kernel offers. */
ssize_t record_kernel(char *line, const struct start_facts *, const struct feature *, size_t count);

#endif
