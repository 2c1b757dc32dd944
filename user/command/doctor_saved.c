// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Evidence from a saved dump and a saved `sysctl -a`: whatever is in there, however damaged. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "command.h"
#include "doctor_gather.h"
#include "observe/dump.h"
#include "observe/sysctl_text.h"

static int fail(const char *path, int err)
{
	fprintf(stderr, "ctscope: cannot read '%s': %s\n", path, strerror(-err));
	return EXIT_FAILED;
}

static int take_settings(struct evidence *e, const char *path)
{
	/* Nothing of this machine: neither its memory nor its kernel says what that one's defaults are. */
	static const struct roots nowhere = { .proc = "/nonexistent", .sys = "/nonexistent" };
	struct saved_settings saved;
	char text[160];
	int err = saved_settings_read(path, &saved);

	if (err == -ENODATA || err == -EFBIG) {
		evidence_gap(e, "settings", err == -EFBIG ? "the file is larger than any `sysctl -a`" :
						"the file holds no line such as `sysctl -a` prints");
		return EXIT_DONE;
	}
	if (err)
		return fail(path, err);
	e->settings = saved.settings;
	e->tcp = saved.tcp;
	e->settings_known = saved.settings.count;
	settings_defaults(&nowhere, &e->settings);
	if (!e->settings_known)
		evidence_gap(e, "settings", "none of conntrack is in the file: was nf_conntrack loaded?");
	if (saved.bad || saved.cut) {
		(void)snprintf(text, sizeof(text), "%zu line%s of the settings damaged%s", saved.bad,
			       saved.bad == 1 ? "" : "s", saved.cut ? ", and the last one cut off" : "");
		evidence_gap(e, "damaged_settings", text);
	}
	return EXIT_DONE;
}

/* 0 or -errno; as much as could be read is in the census. */
static int read_entries(struct dump *dump, struct census *census, const struct timeouts *timeouts)
{
	struct entry entry;
	int more;

	while ((more = dump_next(dump, &entry)) == 1) {
		int err = census_entry(census, &entry, timeouts);

		if (err)
			return err;
	}
	return more;
}

/* How many addresses the busiest source speaks to: a second time through the file. */
static void count_targets(struct evidence *e, struct dump *dump)
{
	struct ct_census_filter filter;
	struct census_plan plan;
	struct census *census;

	if (!population_one_source(&e->population) || dump_rewind(dump))
		return;
	population_targets_plan(&plan, &filter, &e->population.sources[0]);
	census = census_new(&plan, &filter);
	if (census && read_entries(dump, census, NULL) != -ENOMEM)
		population_targets_from(&e->population, census);
	census_free(census);
}

static void note_damage(struct evidence *e, const struct dump_count *count, int err)
{
	char text[160];

	if (err || count->bad) {
		(void)snprintf(text, sizeof(text), "%" PRIu64 " of %" PRIu64 " lines of the dump %s damaged%s",
			       count->bad, count->lines, count->bad == 1 ? "is" : "are",
			       err ? ", and the file ends too early" : "");
		evidence_gap(e, "damaged_dump", text);
	}
	if (count->shown_known && count->shown != count->entries) {
		(void)snprintf(text, sizeof(text), "conntrack showed %" PRIu64 " entries, %" PRIu64 " are in the file",
			       count->shown, count->entries);
		evidence_gap(e, "missing_entries", text);
	}
}

static int count_entries(struct evidence *e, struct dump *dump, const char *path, bool redact)
{
	struct timeouts timeouts;
	struct census_plan plan;
	struct census *census;
	int err;

	population_plan(&plan);
	plan.redact = redact;
	census = census_new(&plan, NULL);
	if (!census)
		return fail(path, -ENOMEM);
	if (e->settings_known)
		timeouts_from(&timeouts, &e->settings);
	err = read_entries(dump, census, e->settings_known ? &timeouts : NULL);
	if (err == -ENOMEM || (err && err != -EBADMSG) || population_from(&e->population, census, 0)) {
		census_free(census);
		return fail(path, err ? err : -ENOMEM);
	}
	census_free(census);
	e->population.redacted = redact;
	note_damage(e, dump_count(dump), err);
	if (!dump_count(dump)->entries) {
		e->population.known = false;
		evidence_gap(e, "dump", "no line of it is an entry");
	}
	return EXIT_DONE;
}

static int take_dump(struct evidence *e, const char *path, const struct options *options)
{
	struct dump *dump;
	int err = dump_open(&dump, path), code;

	if (err)
		return fail(path, err);
	code = count_entries(e, dump, path, options->redact);
	/* A redacted source is a network: it cannot be looked for. */
	if (!code && e->population.known && !options->redact)
		count_targets(e, dump);
	dump_free(dump);
	return code;
}

int gather_saved(struct evidence *e, const char *dump, const char *settings, const struct options *options)
{
	int code = settings ? take_settings(e, settings) : EXIT_DONE;

	e->saved = true;
	e->mode = MODE_PROCFS;
	if (!code && dump)
		code = take_dump(e, dump, options);
	if (!settings)
		evidence_gap(e, "settings", "not given: --settings FILE takes a saved `sysctl -a` of that machine");
	if (!dump)
		evidence_gap(e, "entries", "not given: --from FILE takes a saved `conntrack -L` of that machine");
	else if (settings && e->population.known && !e->population.idle_known)
		evidence_gap(e, "idle_times", "the settings hold no time-outs");
	return code;
}
