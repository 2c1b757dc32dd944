/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * `who` in parts: its options, the two places a census comes from, and what
 * is made of it.
 */
#ifndef COMMAND_WHO_COMMAND_H
#define COMMAND_WHO_COMMAND_H

#include "model/census.h"
#include "model/who.h"
#include "observe/pods.h"
#include "options.h"

struct who_command {
	struct options options;
	struct census_plan plan;
	struct ct_census_filter filter;
	const char *pod;	/* --pod as given; NULL: not given */
	bool host;		/* --netns host */
	bool chosen;		/* --by was given: no idle table beside it */
	const char *from;	/* --from; NULL: the kernel */
	const char *settings;	/* --settings, for the idle times of a dump */

	struct census *census;
	struct who who;
	struct namespaces namespaces;	/* of the kernel's table, for names */
	struct pods *pods;
};

/* Ends the program with a sentence when the usage is wrong. */
void who_options(struct who_command *, int argc, char **argv);
/* 0 or an exit code, with a sentence on stderr. */
int who_from_dump(struct who_command *);
int who_from_kernel(struct who_command *);

#endif
