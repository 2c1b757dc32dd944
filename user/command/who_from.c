// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `who --from`: a saved dump into the census. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "command.h"
#include "observe/dump.h"
#include "observe/sysctl_text.h"
#include "who_command.h"

#define PROGRESS_FROM (32ULL << 20)	/* smaller files are read within a blink */
#define PROGRESS_EACH 65536		/* entries */
#define BAR_WIDTH 40

static const char no_timeouts[] =
	"Not known: a dump says what is left, not the time-outs. Give those of that machine with "
	"--settings FILE (a saved `sysctl -a`).";

static void show_progress(const struct dump *dump, const char *path, bool end)
{
	double done = dump_progress(dump);
	int filled = (int)(done * BAR_WIDTH);

	if (done < 0)
		return;
	if (end)
		fprintf(stderr, "\r\033[K");
	else
		fprintf(stderr, "\r%.24s |%.*s%*s| %3.0f %%", path, filled,
			"########################################", BAR_WIDTH - filled, "", done * 100);
}

static int read_all(struct who_command *who, struct dump *dump, const struct timeouts *timeouts)
{
	bool show = dump_size(dump) >= PROGRESS_FROM && isatty(STDERR_FILENO);
	struct entry entry;
	uint64_t n = 0;
	int more;

	while ((more = dump_next(dump, &entry)) == 1) {
		int err = census_entry(who->census, &entry, timeouts);

		if (err)
			return err;
		if (show && !(++n % PROGRESS_EACH))
			show_progress(dump, who->from, false);
	}
	if (show)
		show_progress(dump, who->from, true);
	return more;
}

static void say_bad(const struct dump_count *count, const char *path)
{
	uint64_t shown = count->bad < DUMP_BAD_SHOWN ? count->bad : DUMP_BAD_SHOWN;

	if (count->bad)
		fprintf(stderr, "ctscope: %s: %" PRIu64 " of %" PRIu64 " lines could not be read%s\n",
			path, count->bad, count->lines, count->bad > shown ? ", the first of them:" : ":");
	for (uint64_t i = 0; i < shown; i++)
		fprintf(stderr, "  line %" PRIu64 ": %s\n", count->first[i].line, count->first[i].text);
	if (count->shown_known && count->shown != count->entries)
		fprintf(stderr, "ctscope: %s: conntrack showed %" PRIu64 " entries, but %" PRIu64 " are in there\n",
			path, count->shown, count->entries);
}

static int explain(int err, const char *path)
{
	if (err == -EBADMSG)
		fprintf(stderr, "ctscope: '%s' is damaged: its gzip data is wrong or ends too early\n", path);
	else
		fprintf(stderr, "ctscope: cannot read '%s': %s\n", path, strerror(-err));
	return EXIT_FAILED;
}

static int read_timeouts(struct who_command *who, struct timeouts *timeouts)
{
	static const struct timeouts none;
	struct saved_settings saved;
	int err;

	*timeouts = none;
	if (!who->settings) {
		who->who.idle_missing = no_timeouts;
		return EXIT_DONE;
	}
	err = saved_settings_read(who->settings, &saved);
	if (err && err != -ENODATA) {
		fprintf(stderr, "ctscope: cannot read '%s': %s\n", who->settings, strerror(-err));
		return EXIT_FAILED;
	}
	timeouts_from(timeouts, &saved.settings);
	saved_settings_free(&saved);
	if (memcmp(timeouts, &none, sizeof(none)))
		return EXIT_DONE;
	fprintf(stderr, "ctscope: '%s' has no time-out of conntrack; --settings takes what `sysctl -a` prints\n",
		who->settings);
	return EXIT_FAILED;
}

/* Once, and again when the busiest are not known for sure; a pipe can be read only once. */
static int count(struct who_command *who, struct dump *dump, const struct timeouts *timeouts)
{
	int err = read_all(who, dump, timeouts);

	if (err)
		return err;
	say_bad(dump_count(dump), who->from);
	if (dump_size(dump) && census_again(who->census, NULL)) {
		err = dump_rewind(dump);
		if (!err)
			err = read_all(who, dump, timeouts);
	}
	return err;
}

int who_from_dump(struct who_command *who)
{
	struct timeouts timeouts;
	struct dump *dump;
	int code = read_timeouts(who, &timeouts);
	int err;

	if (code)
		return code;
	err = dump_open(&dump, who->from);
	if (err)
		return explain(err, who->from);
	err = count(who, dump, who->settings ? &timeouts : NULL);
	if (err) {
		code = explain(err, who->from);
	} else if (dump_count(dump)->bad && !dump_count(dump)->entries) {
		fprintf(stderr, "ctscope: '%s' is no dump: no line is an entry; it must be what `conntrack -L` "
			"or /proc/net/nf_conntrack prints\n", who->from);
		code = EXIT_FAILED;
	}
	dump_free(dump);
	return code;
}
