// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope who`: who holds the table. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "command.h"
#include "observe/clock.h"
#include "observe/machine.h"
#include "render/record_who.h"
#include "render/text_who.h"
#include "stream.h"
#include "who_command.h"

#define IDLE_TABLE_MAX 64

/* Everything that is shown, in one piece of memory each. */
struct shown {
	struct who_view views[CENSUS_VIEWS_MAX];
	struct who_row *rows[CENSUS_VIEWS_MAX];
	struct group_row *groups;	/* room for one view's, at its largest */
	struct who_idle idle[IDLE_TABLE_MAX];
};

static void name_row(const struct who_command *command, struct who_row *row, uint32_t by)
{
	const struct namespace *ns;

	if (!(by & (CT_BY(netns) | CT_BY(pod))) || command->from)
		return;
	ns = namespaces_find(&command->namespaces, row->n.keys.netns);
	row->host = ns && ns->host;
	row->owner = command->pods && !row->host ? pods_find(command->pods, row->n.keys.netns) : NULL;
}

static int fill_view(const struct who_command *command, struct shown *shown, size_t i)
{
	uint32_t by = command->plan.views[i];
	struct who_view *view = &shown->views[i];
	ssize_t count = census_rows(command->census, by, command->plan.top, shown->groups, &view->others);

	if (count < 0)
		return (int)count;
	shown->rows[i] = calloc((size_t)count + 1, sizeof(*shown->rows[i]));
	if (!shown->rows[i])
		return -ENOMEM;
	for (ssize_t r = 0; r < count; r++) {
		shown->rows[i][r].n = shown->groups[r];
		name_row(command, &shown->rows[i][r], by);
	}
	view->by = by;
	view->rows = shown->rows[i];
	view->count = (size_t)count;
	return 0;
}

/* The last of the views that are shown by default is by idle time: a table of its own as text. */
static int fill_idle(struct who_command *command, struct shown *shown)
{
	struct who *who = &command->who;
	uint32_t by = CT_BY(proto) | CT_BY(state) | CT_BY(idle);
	struct group_others others;
	ssize_t count;

	if (command->chosen) {
		bool asked = false;

		for (size_t i = 0; i < command->plan.view_count; i++)
			asked |= command->plan.views[i] & CT_BY(idle);
		if (!asked)
			who->idle_missing = NULL;
		return 0;
	}
	if (!who->idle_missing) {
		count = census_rows(command->census, by, CENSUS_TOP_MAX, shown->groups, &others);
		if (count < 0)
			return (int)count;
		who->idle = shown->idle;
		who->idle_count = who_idle_table(shown->groups, (size_t)count, shown->idle, IDLE_TABLE_MAX);
	}
	/* A record holds it as a grouping, when there is something in it. */
	if (!command->options.json || who->idle_missing)
		who->view_count--;
	return 0;
}

static int fill(struct who_command *command, struct shown *shown)
{
	struct who *who = &command->who;
	int err = 0;

	*shown = (struct shown){ .groups = calloc(CENSUS_TOP_MAX, sizeof(*shown->groups)) };
	if (!shown->groups)
		return -ENOMEM;
	who->total = *census_total(command->census);
	who->filtered = command->census->filtered;
	who->expired = command->census->expired;
	who->filters = command->filter.fields;
	who->views = shown->views;
	who->view_count = command->plan.view_count;
	for (size_t i = 0; i < who->view_count && !err; i++)
		err = fill_view(command, shown, i);
	return err ? err : fill_idle(command, shown);
}

static void put(const struct who_command *command, struct stream *stream)
{
	const struct who *who = &command->who;
	char line[JSON_LINE_MAX], *buffer = NULL;
	size_t size = 0;
	FILE *out;

	for (size_t i = 0; command->options.json && i < who->view_count; i++)
		stream_record(stream, line, record_who(line, who, &who->views[i]));
	if (command->options.json)
		return;
	out = stream_text_begin(stream, &buffer, &size);
	if (!out)
		return;
	text_who(out, &stream->style, who);
	stream_text_end(stream, out, &buffer, &size);
}

static int show(struct who_command *command)
{
	struct stream stream;
	struct machine machine = { 0 };
	struct shown shown;
	int err = fill(command, &shown);
	int code = EXIT_FAILED;

	(void)machine_read(&command->options.roots, &machine);
	command->who.time_ns = real_ns();
	command->who.node = machine.node;
	if (err) {
		fprintf(stderr, "ctscope: cannot put the rows together: %s\n", strerror(-err));
	} else {
		code = stream_open(&stream, &command->options);
		if (!code) {
			put(command, &stream);
			code = stream_close(&stream);
		}
	}
	for (size_t i = 0; i < CENSUS_VIEWS_MAX; i++)
		free(shown.rows[i]);
	free(shown.groups);
	return code;
}

int command_who(int argc, char **argv)
{
	struct who_command command;
	int code = EXIT_FAILED;

	who_options(&command, argc, argv);
	command.who = (struct who){
		.from = command.from, .used_ratio = -1, .seconds = -1,
		.redacted = command.options.redact,
	};
	/* The options allow no more than fits. */
	(void)census_plan(&command.plan);
	command.census = census_new(&command.plan, &command.filter);
	if (!command.census)
		fputs("ctscope: not enough memory for the census\n", stderr);
	else
		code = command.from ? who_from_dump(&command) : who_from_kernel(&command);
	if (!code)
		code = show(&command);
	census_free(command.census);
	pods_free(command.pods);
	namespaces_free(&command.namespaces);
	return code;
}
