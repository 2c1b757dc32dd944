// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The text of a play ($CTSCOPE_PLAY): "SECONDS WHAT WORDS...", a line each, in
 * the order of time. What happens at 0 was there before ctscope came. README.md
 * has the words.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "stage.h"

#define LINES_MAX 512
#define WORDS_MAX 16
#define REFUSALS_MAX 16

static struct {
	struct line {
		uint64_t at_ns;
		char *text;
	} lines[LINES_MAX];
	size_t count, next;
	uint64_t began_ns;
	const char *root;	/* of proc and sys */
	bool not_root, no_log;
	int log[2];
	unsigned int log_sequence;
} play;

static struct {
	char act[16], program[64];
	int error;
} refusals[REFUSALS_MAX];

static struct {
	char program[64];
	uint64_t runs;
} missed[REFUSALS_MAX];

static const struct { const char *name; int number; } errors[] = {
	{ "EPERM", EPERM }, { "ENOENT", ENOENT }, { "ESRCH", ESRCH }, { "EAGAIN", EAGAIN },
	{ "EACCES", EACCES }, { "EINVAL", EINVAL }, { "ENOMEM", ENOMEM }, { "ENOTSUPP", 524 }, { "OK", 0 },
};

uint64_t play_number(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 10);

	if (end == text || *end)
		stage_fail("'%s' is no number", text);
	return value;
}

/* --- files -------------------------------------------------------------------- */

static void full_name(const char *path, char full[static PATH_MAX])
{
	(void)snprintf(full, PATH_MAX, "%s/%s", play.root, path);
	for (char *at = full + strlen(play.root) + 1; (at = strchr(at, '/')); *at++ = '/') {
		*at = '\0';
		if (mkdir(full, 0755) && errno != EEXIST)
			stage_fail("cannot make %s", full);
	}
}

/* "\n" and "\t" stand for themselves; a line's end is added. */
static void put_file(const char *path, const char *text)
{
	char full[PATH_MAX];
	FILE *out;

	full_name(path, full);
	out = fopen(full, "w");
	if (!out)
		stage_fail("cannot write %s", full);
	for (; *text; text++) {
		if (text[0] == '\\' && (text[1] == 'n' || text[1] == 't'))
			fputc(*++text == 'n' ? '\n' : '\t', out);
		else
			fputc(*text, out);
	}
	fputc('\n', out);
	if (fclose(out))
		stage_fail("cannot write %s", full);
}

/* stats PID ENTRIES INVALID INSERT_FAILED DROP EARLY_DROP: as 6.12 writes them, one CPU */
static void put_stats(char **argv)
{
	char path[64], text[512];

	(void)snprintf(path, sizeof(path), "proc/%s/net/stat/nf_conntrack", argv[1]);
	(void)snprintf(text, sizeof(text),
		       "entries  clashres found new invalid ignore delete chainlength insert insert_failed drop "
		       "early_drop icmp_error  expect_new expect_create expect_delete search_restart\\n"
		       "%08x  00000000 00000000 00000000 %08x 00000000 00000000 00000000 00000000 %08x %08x "
		       "%08x 00000000  00000000 00000000 00000000 00000000",
		       (unsigned int)play_number(argv[2]), (unsigned int)play_number(argv[3]),
		       (unsigned int)play_number(argv[4]), (unsigned int)play_number(argv[5]),
		       (unsigned int)play_number(argv[6]));
	put_file(path, text);
}

static void put_log(const char *text)
{
	char record[512];
	int size = snprintf(record, sizeof(record), "4,%u,%llu,-;%s\n", play.log_sequence++,
			    (unsigned long long)(clock_now() / 1000), text);

	/* A read of a packet pipe takes one record, as of /dev/kmsg. */
	if (!play.log[1] && pipe2(play.log, O_DIRECT | O_NONBLOCK | O_CLOEXEC))
		stage_fail("no pipe for the kernel's log");
	if (write(play.log[1], record, (size_t)size) != size)
		stage_fail("the kernel's log is full");
}

int play_kernel_log(void)
{
	if (play.no_log)
		return -1;
	if (!play.log[1] && pipe2(play.log, O_DIRECT | O_NONBLOCK | O_CLOEXEC))
		stage_fail("no pipe for the kernel's log");
	return dup(play.log[0]);
}

/* --- what goes wrong ---------------------------------------------------------- */

static void refuse(char **argv)
{
	size_t i = 0, e = 0;

	while (i < REFUSALS_MAX - 1 && refusals[i].act[0] &&
	       (strcmp(refusals[i].act, argv[1]) || strcmp(refusals[i].program, argv[2])))
		i++;
	while (e < sizeof(errors) / sizeof(errors[0]) && strcmp(errors[e].name, argv[3]))
		e++;
	if (e == sizeof(errors) / sizeof(errors[0]))
		stage_fail("the play knows no error %s", argv[3]);
	(void)snprintf(refusals[i].act, sizeof(refusals[i].act), "%s", argv[1]);
	(void)snprintf(refusals[i].program, sizeof(refusals[i].program), "%s", argv[2]);
	refusals[i].error = errors[e].number;
}

int play_refuses(const char *act, const char *program)
{
	for (size_t i = 0; i < REFUSALS_MAX; i++)
		if (!strcmp(refusals[i].act, act) && !strcmp(refusals[i].program, program))
			return refusals[i].error;
	return 0;
}

static void miss(const char *program, uint64_t runs)
{
	size_t i = 0;

	while (i < REFUSALS_MAX - 1 && missed[i].program[0] && strcmp(missed[i].program, program))
		i++;
	(void)snprintf(missed[i].program, sizeof(missed[i].program), "%s", program);
	missed[i].runs += runs;
}

uint64_t play_missed(const char *program)
{
	for (size_t i = 0; i < REFUSALS_MAX; i++)
		if (!strcmp(missed[i].program, program))
			return missed[i].runs;
	return 0;
}

bool play_is_root(void)
{
	return !play.not_root;
}

/* --- the lines ---------------------------------------------------------------- */

static void send_signal(const char *name)
{
	static const struct { const char *name; int number; } signals[] = {
		{ "HUP", SIGHUP }, { "INT", SIGINT }, { "TERM", SIGTERM },
	};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (!strcmp(signals[i].name, name))
			(void)raise(signals[i].number);
}

static void remove_file(const char *path)
{
	char full[PATH_MAX];

	full_name(path, full);
	if (unlink(full))
		stage_fail("cannot remove %s", full);
}

static void play_file(int argc, char **argv)
{
	(void)argc;
	put_file(argv[1], argv[2]);
}

static void play_log(int argc, char **argv)
{
	(void)argc;
	put_log(argv[1]);
}

static void play_other(int argc, char **argv)
{
	(void)argc;
	if (!strcmp(argv[0], "gone"))
		remove_file(argv[1]);
	else if (!strcmp(argv[0], "stats"))
		put_stats(argv);
	else if (!strcmp(argv[0], "refuse"))
		refuse(argv);
	else if (!strcmp(argv[0], "missed"))
		miss(argv[1], play_number(argv[2]));
	else if (!strcmp(argv[0], "signal"))
		send_signal(argv[1]);
	else if (!strcmp(argv[0], "not-root"))
		play.not_root = true;
	else if (!strcmp(argv[0], "no-log"))
		play.no_log = true;
}

static const struct act {
	const char *name;
	int words;	/* that must follow */
	bool text;	/* the last one goes to the line's end */
	void (*play)(int argc, char **argv);
} acts[] = {
	{ "file", 2, true, play_file }, { "log", 1, true, play_log },
	{ "gone", 1, false, play_other }, { "stats", 6, false, play_other },
	{ "refuse", 3, false, play_other }, { "missed", 2, false, play_other },
	{ "signal", 1, false, play_other }, { "not-root", 0, false, play_other },
	{ "no-log", 0, false, play_other },
	{ "get", 1, false, client_line }, { "head", 1, false, client_line },
	{ "count", 3, false, stage_hooks_line }, { "drop", 8, false, stage_hooks_line },
	{ "evict", 8, false, stage_hooks_line }, { "met", 2, false, stage_hooks_line },
	{ "lost", 1, false, stage_hooks_line }, { "garbage", 0, false, stage_hooks_line },
	{ "entry", 10, false, stage_walk_line }, { "node", 6, false, stage_walk_line },
	{ "buckets", 1, false, stage_walk_line }, { "fill", 1, false, stage_walk_line },
	{ "chain", 2, false, stage_walk_line }, { "expired", 1, false, stage_walk_line },
	{ "limits-chains", 0, false, stage_walk_line },
};

static const struct act *find_act(const char *name)
{
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (!strcmp(acts[i].name, name))
			return &acts[i];
	stage_fail("the play has no act '%s'", name);
}

static void play_line(char *text)
{
	char *words[WORDS_MAX + 1], *rest = text;
	const struct act *act;
	int count = 1;

	words[0] = strsep(&rest, " ");
	act = find_act(words[0]);
	while (rest && count < WORDS_MAX) {
		if (act->text && count == act->words) {
			words[count++] = rest;
			break;
		}
		words[count] = strsep(&rest, " ");
		count += *words[count] != '\0';
	}
	if (count - 1 < act->words)
		stage_fail("%s: %d words are wanted", act->name, act->words);
	act->play(count, words);
}

void play_until(uint64_t now_ns)
{
	while (play.next < play.count && play.lines[play.next].at_ns <= now_ns)
		play_line(play.lines[play.next++].text);
}

uint64_t play_next(void)
{
	return play.next < play.count ? play.lines[play.next].at_ns : UINT64_MAX;
}

static void add_line(char *text)
{
	char *end;
	double at = strtod(text, &end);

	if (play.count == LINES_MAX || end == text || *end != ' ' || at < 0)
		stage_fail("no line of a play: '%s'", text);
	play.lines[play.count] = (struct line){ play.began_ns + (uint64_t)(at * 1e9), strdup(end + 1) };
	if (play.count && play.lines[play.count].at_ns < play.lines[play.count - 1].at_ns)
		stage_fail("not in the order of time: '%s'", text);
	play.count++;
}

__attribute__((constructor)) static void play_begin(void)
{
	const char *path = getenv("CTSCOPE_PLAY");
	char line[8192];
	FILE *in;

	play.root = getenv("CTSCOPE_ROOT");
	play.began_ns = clock_now();
	in = path && play.root ? fopen(path, "r") : NULL;
	if (!in)
		stage_fail("CTSCOPE_PLAY and CTSCOPE_ROOT must name a play and a folder");
	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = '\0';
		/* The first lines, with a word and a colon, are for the one who runs it. */
		if (line[0] >= '0' && line[0] <= '9')
			add_line(line);
	}
	(void)fclose(in);
	play_until(clock_now());
	stage_types_put(play.root);
}

__attribute__((destructor)) static void play_end(void)
{
	while (play.count)
		free(play.lines[--play.count].text);
}
