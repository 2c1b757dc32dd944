/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The stream of a run, record by record: start, then at each step what
 * changed, the report, pressure and losses, at last stop. Only for --json.
 *
 *   journal_init -> journal_start -> journal_step ... -> journal_stop
 */
#ifndef COMMAND_JOURNAL_H
#define COMMAND_JOURNAL_H

#include "model/pressure.h"
#include "monitor.h"
#include "render/json.h"
#include "serve/recent.h"
#include "stream.h"

struct journal {
	struct monitor *monitor;
	struct stream *stream;
	struct recent *recent;	/* keeps what is worth a second look; NULL: nobody asks */
	struct pressure_watch pressure;
	uint64_t reports;	/* counted by the command, which may print text instead */
	uint64_t lost_told;	/* of the output's losses */
	bool tells_hooks_losses;	/* else the command tells them at once, by itself */
	char report[JSON_LINE_MAX];	/* the last one, as it was written */
	size_t report_length;	/* 0: none yet */
};

void journal_init(struct journal *, struct monitor *, struct stream *);
void journal_start(struct journal *);
/* After a monitor_step() that did well. */
void journal_step(struct journal *);
void journal_stop(struct journal *, const char *reason);
/* Any other record: into the stream, and kept with the recent ones. */
void journal_tell(struct journal *, const char *line, ssize_t length);

#endif
