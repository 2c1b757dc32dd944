// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "model/census.h"
#include "observe/clock.h"
#include "observe/walk_census.h"
#include "scan.h"
#include "survey.h"

/* Of one processor: a walk of 0.1 s is made every 5 s. */
#define COST_SHARE 50
/* Where it was refused it is tried again: a module or a privilege may have come. */
#define REFUSED_NS 30000000000ULL
/* Of each grouping, in the kernel and here: some 3 MB. What finds no room is known by its sum. */
#define GROUPS_MAX 16384
#define ROWS (SCREEN_TABLE_ROWS - 1)

static const struct { enum tab_id tab; uint32_t by; } views[] = {
	{ TAB_SOURCES, CT_BY(src) },
	{ TAB_DESTINATIONS, CT_BY(dst) | CT_BY(dport) | CT_BY(proto) },
	{ TAB_STATES, CT_BY(proto) | CT_BY(state) },
};
#define VIEWS (sizeof(views) / sizeof(views[0]))

/* From the thread to the screen, which frees it. */
struct answer {
	enum survey_topic topic;
	int err;			/* why there is nothing else in here */
	struct walk_refusal why;
	struct screen_walk walk;
	struct screen_table tables[VIEWS];	/* SURVEY_CHAINS: the first */
	struct screen_share shares[SCREEN_SHARES];
	size_t share_count;
};

/* All of it is the thread's own. */
struct surveyor {
	struct options options;
	int ask, answer;
	struct walker *walker;		/* of the holders; NULL: not open */
	struct scan scan;		/* of the chains, likewise */
};

enum survey_topic survey_topic(enum tab_id tab)
{
	for (size_t i = 0; i < VIEWS; i++)
		if (views[i].tab == tab)
			return SURVEY_HOLDERS;
	return tab == TAB_CHAINS ? SURVEY_CHAINS : SURVEY_TOPICS;
}

/* --- the thread ------------------------------------------------------------- */

static void begin(struct answer *answer)
{
	answer->walk.time_ns = real_ns();
	answer->walk.seconds = -(double)monotonic_ns() / 1e9;
}

static void finish(struct answer *answer)
{
	answer->walk.seconds += (double)monotonic_ns() / 1e9;
}

/* All of it by one walk, which is what costs. */
static struct census *new_census(const struct options *options)
{
	struct census_plan plan = {
		.views = { [VIEWS] = CT_BY(netns) }, .view_count = VIEWS + 1,
		.groups_max = GROUPS_MAX, .top = ROWS, .redact = options->redact,
	};

	for (size_t i = 0; i < VIEWS; i++)
		plan.views[i] = views[i].by;
	return census_plan(&plan) ? NULL : census_new(&plan, NULL);
}

static int take_views(struct answer *answer, const struct census *census, struct group_row rows[static ROWS])
{
	struct group_others others;
	ssize_t count = census_rows(census, CT_BY(netns), SCREEN_SHARES, rows, &others);

	for (ssize_t i = 0; i < count; i++)
		answer->shares[answer->share_count++] = (struct screen_share){
			.netns = rows[i].keys.netns, .entries = rows[i].entries, .assured = rows[i].assured,
		};
	for (size_t i = 0; i < VIEWS && count >= 0; i++) {
		count = census_rows(census, views[i].by, ROWS, rows, &others);
		if (count >= 0)
			screen_take_groups(&answer->tables[i], views[i].by, rows, (size_t)count, &others,
					   census_total(census)->entries, census->plan.redact, &answer->walk);
	}
	return count < 0 ? (int)count : 0;
}

static int look_at_holders(struct surveyor *s, struct answer *answer)
{
	struct census *census = new_census(&s->options);
	struct group_row *rows = calloc(ROWS, sizeof(*rows));
	const struct walk_options walk_options = {
		.census = true, .into = census, .verbose = s->options.verbose,
	};
	int err = census && rows ? 0 : -ENOMEM;

	if (!err && !s->walker)
		err = walk_open(&s->walker, &walk_options, &s->options.roots, &answer->why);
	if (!err) {
		begin(answer);
		err = walk_census_run(s->walker, census);
		finish(answer);
	}
	if (!err)
		err = take_views(answer, census, rows);
	if (err) {
		walk_free(s->walker);
		s->walker = NULL;
	}
	free(rows);
	census_free(census);
	return err;
}

static int look_at_chains(struct surveyor *s, struct answer *answer)
{
	const struct scan_options options = {
		.top = CHAINS_SUSPECTS, .redact = s->options.redact, .verbose = s->options.verbose,
	};
	int err = s->scan.walker ? 0 : scan_open(&s->scan, &options, &s->options.roots);

	answer->why = s->scan.refusal;
	if (!err) {
		begin(answer);
		err = scan_whole(&s->scan);
		finish(answer);
	}
	if (err)
		scan_close(&s->scan);
	else
		screen_take_chains(&answer->tables[0], &s->scan.chains, &answer->walk);
	return err;
}

/* What goes wrong later than at the start has no words of its own. */
static void explain(struct answer *answer)
{
	struct walk_refusal *why = &answer->why;

	if (!answer->err || why->reason[0])
		return;
	(void)snprintf(why->reason, sizeof(why->reason), "%s", answer->err == -EAGAIN ?
		       "the table is resized again and again" : strerror(-answer->err));
	(void)snprintf(why->cure, sizeof(why->cure), "wait: it is tried again");
}

static void *work(void *context)
{
	static int (*const look[SURVEY_TOPICS])(struct surveyor *, struct answer *) = {
		[SURVEY_HOLDERS] = look_at_holders, [SURVEY_CHAINS] = look_at_chains,
	};
	struct surveyor *s = context;
	enum survey_topic topic;

	while (read(s->ask, &topic, sizeof(topic)) == sizeof(topic)) {
		struct answer *answer = calloc(1, sizeof(*answer));

		if (!answer)
			break;
		answer->topic = topic;
		answer->err = look[topic](s, answer);
		explain(answer);
		if (write(s->answer, &answer, sizeof(answer)) != sizeof(answer)) {
			free(answer);
			break;
		}
	}
	walk_free(s->walker);
	scan_close(&s->scan);
	(void)close(s->ask);
	(void)close(s->answer);
	free(s);
	return NULL;
}

/* --- the screen ------------------------------------------------------------- */

/* Tables of a topic are answered in the order of their tabs. */
_Static_assert(TAB_SOURCES < TAB_DESTINATIONS && TAB_DESTINATIONS < TAB_STATES, "the order of views");

static void note_all(struct screen_model *model, const char *words)
{
	for (int tab = 0; tab < TAB_COUNT; tab++)
		if (survey_topic((enum tab_id)tab) != SURVEY_TOPICS)
			(void)snprintf(model->tables[tab].note, SCREEN_NOTE_MAX, "%s", words);
}

/* Signals that ask for something are for the loop; those of a mistake end where it was made. */
static int start_thread(struct surveyor *s)
{
	static const int mistakes[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS };
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int err;

	(void)sigfillset(&all);
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++)
		(void)sigdelset(&all, mistakes[i]);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	(void)pthread_attr_init(&attributes);
	(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	err = pthread_create(&thread, &attributes, work, s);
	(void)pthread_attr_destroy(&attributes);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -err;
}

int survey_start(struct survey *survey, const struct options *options, struct screen_model *model)
{
	int questions[2] = { -1, -1 }, answers[2] = { -1, -1 }, err = -ENOMEM;
	struct surveyor *s;

	*survey = (struct survey){ .ask = -1, .answer = -1 };
	if (options->no_bpf) {
		note_all(model, "Read by a walk of the table, which needs BPF: --no-bpf was given.");
		return 0;
	}
	note_all(model, "Not walked yet.");
	s = calloc(1, sizeof(*s));
	if (!s)
		return err;
	if (pipe2(questions, O_CLOEXEC) || pipe2(answers, O_CLOEXEC)) {
		err = -errno;
		goto fail;
	}
	*s = (struct surveyor){ .options = *options, .ask = questions[0], .answer = answers[1] };
	err = start_thread(s);
	if (err)
		goto fail;
	survey->ask = questions[1];
	survey->answer = answers[0];
	return 0;
fail:
	for (int i = 0; i < 2; i++) {
		(void)close(questions[i]);
		(void)close(answers[i]);
	}
	free(s);
	return err;
}

int survey_fd(const struct survey *survey)
{
	return survey->answer;
}

void survey_ask(struct survey *survey, enum survey_topic topic, uint64_t least_ns, struct screen_model *model)
{
	uint64_t rest = survey->rest_ns[topic], walked = survey->walked_ns[topic];

	if (survey->ask < 0 || survey->asked ||
	    (walked && monotonic_ns() - walked < (rest > least_ns ? rest : least_ns)))
		return;
	/* A thread that is gone is told by survey_answer(). */
	survey->asked = write(survey->ask, &topic, sizeof(topic)) == sizeof(topic);
	for (int tab = 0; tab < TAB_COUNT && !walked; tab++)
		if (survey_topic((enum tab_id)tab) == topic)
			(void)snprintf(model->tables[tab].note, SCREEN_NOTE_MAX, "Walking the table ...");
}

static void take(const struct answer *answer, struct screen_model *model)
{
	size_t at = 0;

	for (int tab = 0; tab < TAB_COUNT; tab++) {
		struct screen_table *table = &model->tables[tab];

		if (survey_topic((enum tab_id)tab) != answer->topic)
			continue;
		if (!answer->err)
			*table = answer->tables[at++];
		else
			screen_take_refusal(table, answer->why.reason, answer->why.cure);
	}
	if (answer->topic != SURVEY_HOLDERS)
		return;
	model->walk = answer->walk;
	memcpy(model->shares, answer->shares, sizeof(model->shares));
	model->share_count = answer->share_count;
}

int survey_answer(struct survey *survey, struct screen_model *model)
{
	struct answer *answer;
	ssize_t n = read(survey->answer, &answer, sizeof(answer));

	if (n < 0 && errno == EINTR)
		return 0;
	if (n != sizeof(answer))
		return n < 0 ? -errno : -ENOMEM;
	survey->asked = false;
	survey->walked_ns[answer->topic] = monotonic_ns();
	survey->rest_ns[answer->topic] = answer->err ? REFUSED_NS :
					 (uint64_t)(answer->walk.seconds * 1e9) * COST_SHARE;
	if (model)
		take(answer, model);
	free(answer);
	return 0;
}

void survey_stop(struct survey *survey)
{
	if (survey->ask >= 0)
		(void)close(survey->ask);
	if (survey->answer >= 0)
		(void)close(survey->answer);
}
