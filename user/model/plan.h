/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `plan` says: the sizes, what they come from, what this machine has, how to set them. */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

#include <stdbool.h>
#include "observe/settings.h"
#include "population.h"
#include "sizing.h"

#define PLAN_COMMANDS 6
#define PLAN_COMMANDS_NOW 2	/* the first ones; the others make it last */
#define PLAN_COMMAND_MAX 160

typedef char plan_command[PLAN_COMMAND_MAX];

struct plan {
	struct sizing_request request;
	struct sizing sizing;
	struct sizing_what_if what_if;
	double measured_seconds;	/* 0: the load was given, not measured */
	double measured_rate;		/* new entries a second; -1: not known */
	uint64_t ram_bytes, by_ram;	/* 0: not known */
	uint64_t default_max, default_buckets;	/* what this kernel would choose; 0: not known */
	uint64_t max_now, buckets_now;	/* 0: not known, or no limit */
	bool enough;			/* what it has now */
	plan_command commands[PLAN_COMMANDS];
};

/* Everything that follows from request, ram_bytes and what was measured. */
void plan_make(struct plan *);
/* The time-out of "time_wait", "udp", "udp_stream", "icmp"; 0: there is none. */
int64_t plan_timeout(const struct settings *, const char *state);
/* Adds what half and a quarter of the time-outs would leave of those that hold most, by their idle times. */
void plan_what_if(struct plan *, const struct population *, const struct settings *);
/* The commands that set such sizes, and keep them over a boot. */
void plan_commands(plan_command commands[static PLAN_COMMANDS], uint64_t max, uint64_t buckets);

#endif
