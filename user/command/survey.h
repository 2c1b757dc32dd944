/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Walks of the table for the live screen, in a thread of their own: loading the
 * walk's programs may take a second, a large table another, and no key waits
 * for that. Questions and answers go through pipes, so nothing is shared.
 *
 *   survey_start -> survey_ask ... (survey_fd readable: survey_answer) ... -> survey_stop
 */
#ifndef COMMAND_SURVEY_H
#define COMMAND_SURVEY_H

#include "options.h"
#include "render/screen.h"

enum survey_topic { SURVEY_HOLDERS, SURVEY_CHAINS, SURVEY_TOPICS };

struct survey {
	int ask, answer;		/* our ends; -1: there is no thread */
	bool asked;			/* and not answered yet */
	uint64_t walked_ns[SURVEY_TOPICS];	/* CLOCK_MONOTONIC; 0: never */
	uint64_t rest_ns[SURVEY_TOPICS];	/* then no walk for so long */
};

/* The topic that fills this table; SURVEY_TOPICS: none does. */
enum survey_topic survey_topic(enum tab_id);
/* -errno without a thread; the tables say what there is to know so far. */
int survey_start(struct survey *, const struct options *, struct screen_model *);
/* Readable when there is an answer; -1: never. */
int survey_fd(const struct survey *);
/* A walk, unless one is under way or the last was less than least_ns or fifty times its length ago. */
void survey_ask(struct survey *, enum survey_topic, uint64_t least_ns, struct screen_model *);
/* Takes an answer that has come into the model; NULL: and forgets it. -errno when the thread is gone. */
int survey_answer(struct survey *, struct screen_model *);
/* A walk under way ends by itself, or with the program: nothing waits for it. */
void survey_stop(struct survey *);

#endif
