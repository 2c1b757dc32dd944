// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope top`: a live screen. Where stdout is no terminal, it is `watch`. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "command.h"
#include "monitor.h"
#include "observe/clock.h"
#include "render/screen.h"
#include "serve/keys.h"
#include "serve/loop.h"
#include "serve/terminal.h"
#include "stream.h"
#include "survey.h"

#define NS_PER_S 1000000000ULL
#define DEFAULT_INTERVAL_S 2
/* For the bar alone, while no table is shown that a walk fills. */
#define BAR_WALK_S 10

struct top {
	struct options options;
	const char *avoid;
	struct monitor monitor;
	struct survey survey;
	struct loop *loop;
	struct screen_model model;
	struct view view;
	struct keys keys;
	struct style style;
	struct canvas frames[2];	/* now and before */
	unsigned int frame;
	bool repaint;
	pid_t parent;		/* the screen is for its terminal */
	uint64_t seconds;	/* ticks since the last step */
	uint64_t reports;
	int failure;		/* -errno that ended it */
};

enum { KEY_AVOID = 0x200 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct top *top = state->input;
	uint64_t interval = top->options.interval_ns;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &top->options; break;
	case KEY_AVOID: top->avoid = arg; break;
	case ARGP_KEY_ARG: argp_error(state, "top takes no argument, but got '%s'", arg); break;
	case ARGP_KEY_END:
		if (interval % NS_PER_S || interval > 3600 * NS_PER_S)
			argp_error(state, "--interval: top takes whole seconds from 1s to 1h");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option top_options[] = {
	{ "avoid", KEY_AVOID, "LIST", OPTION_HIDDEN, "\"direct\" or functions not to hook", 0 },
	{ 0 },
};

static const struct argp_child children[] = { { &options_argp, 0, NULL, -1 }, { 0 } };

static const struct argp top_argp = {
	.options = top_options, .parser = parse, .children = children,
	.doc = "A live screen (a report every 2s): how full the table is and when it will be, what comes "
	       "and goes, what was dropped and why, the last minutes as lines, and tables of who holds "
	       "the entries. Press h for its keys, q to quit. Where stdout is no terminal, it prints "
	       "the rows of `ctscope watch` instead.",
};

static void fail(struct top *top, int err)
{
	top->failure = err;
	loop_stop(top->loop, "failure");
}

static void draw(struct top *top)
{
	struct canvas *now = &top->frames[top->frame], *before = &top->frames[!top->frame];
	char *bytes = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&bytes, &len);

	if (!out) {
		fail(top, -ENOMEM);
		return;
	}
	screen_draw(now, &top->model, &top->view);
	canvas_write(out, &top->style, now, top->repaint ? NULL : before);
	if (fclose(out))
		fail(top, -ENOMEM);
	else if (terminal_write(bytes, len))
		loop_stop(top->loop, "reader gone");
	free(bytes);
	top->repaint = false;
	top->frame = !top->frame;
}

static void resized(void *context)
{
	struct top *top = context;
	int rows, columns;

	terminal_size(&rows, &columns);
	canvas_free(&top->frames[0]);
	canvas_free(&top->frames[1]);
	top->repaint = true;
	if (canvas_init(&top->frames[0], rows, columns) || canvas_init(&top->frames[1], rows, columns))
		fail(top, -ENOMEM);
	else
		draw(top);
}

static void step(struct top *top)
{
	int err = monitor_step(&top->monitor);

	if (err && err != -ENOENT) {
		fail(top, err);
		return;
	}
	top->seconds = 0;
	top->reports += !err && top->monitor.before;
	if (top->options.count && top->reports >= top->options.count)
		loop_stop(top->loop, "count");
	if (top->view.paused)
		return;
	top->model.loaded = !err;
	if (!err)
		screen_take_report(&top->model, &top->monitor.change.report);
}

static void walk(struct top *top)
{
	enum survey_topic topic = survey_topic(top->view.tab);
	uint64_t least = top->view.interval_seconds;

	if (top->view.paused || !top->model.loaded)
		return;
	if (topic == SURVEY_TOPICS) {
		topic = SURVEY_HOLDERS;
		least = least < BAR_WALK_S ? BAR_WALK_S : least;
	}
	survey_ask(&top->survey, topic, least * NS_PER_S, &top->model);
}

static void walked(void *context)
{
	struct top *top = context;
	int err = survey_answer(&top->survey, top->view.paused ? NULL : &top->model);

	if (err)
		fail(top, err);
	else if (!top->view.paused)
		draw(top);
}

/* Every second: the lines move on; every so many, there is a report. */
static void tick(void *context)
{
	struct top *top = context;
	int err = monitor_tick(&top->monitor);

	if (err) {
		fail(top, err);
		return;
	}
	/* Killed outright, it leaves the terminal to a shell above it: nobody tells us. */
	if (getppid() != top->parent)
		loop_stop(top->loop, "parent gone");
	if (++top->seconds >= top->view.interval_seconds)
		step(top);
	if (top->view.paused || top->failure)
		return;
	top->model.time_ns = real_ns();
	top->model.mode = monitor_mode(&top->monitor);
	top->model.history = top->monitor.history;
	walk(top);
	draw(top);
}

static void press(struct top *top, int key)
{
	enum view_change change = key == KEY_NONE ? VIEW_NOTHING : view_key(&top->view, key);

	if (change == VIEW_QUIT) {
		loop_stop(top->loop, "quit");
		return;
	}
	top->repaint |= change == VIEW_REPAINT;
	if (change == VIEW_NOTHING)
		return;
	walk(top);
	draw(top);
}

static void keys_arrived(void *context)
{
	struct top *top = context;
	unsigned char bytes[256];
	ssize_t count = read(terminal_keys(), bytes, sizeof(bytes));

	if (count < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (count <= 0) {
		loop_stop(top->loop, "reader gone");
		return;
	}
	for (ssize_t i = 0; i < count; i++)
		press(top, keys_next(&top->keys, bytes[i]));
	press(top, keys_pause(&top->keys));
}

static void hung_up(void *context)
{
	loop_stop(((struct top *)context)->loop, "reader gone");
}

static void suspended(void *context)
{
	struct top *top = context;

	if (terminal_suspend())
		loop_stop(top->loop, "reader gone");
	else
		resized(top);
}

static void duration_over(void *context)
{
	loop_stop(((struct top *)context)->loop, "duration");
}

static int set_up(struct top *top)
{
	const struct options *options = &top->options;
	int err = 0;

	if (terminal_keys() >= 0)
		err = loop_on_readable(top->loop, terminal_keys(), keys_arrived, top);
	if (!err && survey_fd(&top->survey) >= 0)
		err = loop_on_readable(top->loop, survey_fd(&top->survey), walked, top);
	if (!err)
		err = loop_every(top->loop, NS_PER_S, tick, top);
	if (!err && options->duration_ns)
		err = loop_after(top->loop, options->duration_ns, duration_over, top);
	if (!err)
		err = loop_on_signal(top->loop, SIGWINCH, resized, top);
	if (!err)
		err = loop_on_signal(top->loop, SIGTSTP, suspended, top);
	if (!err)
		err = loop_on_signal(top->loop, SIGHUP, hung_up, top);
	return err;
}

static int run(struct top *top)
{
	int err = terminal_enter();

	if (!err)
		err = set_up(top);
	if (!err) {
		step(top);
		resized(top);
		tick(top);
		err = loop_run(top->loop);
	}
	terminal_leave();
	return err ? err : top->failure;
}

/* There may be no locale at all in a container: what the terminal shows is told by these alone. */
static bool shows_utf8(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = getenv(variables[i]);

		if (value && value[0])
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return false;
}

static int open_and_run(struct top *top)
{
	struct probes_options probes_options = {
		.alloc_on_demand = true, .verbose = top->options.verbose, .avoid = top->avoid,
	};
	int err;

	top->parent = getppid();
	view_init(&top->view, shows_utf8(), top->options.interval_ns / NS_PER_S);
	top->style.colour = !getenv("NO_COLOR");
	top->loop = loop_new();
	err = top->loop ? monitor_open(&top->monitor, &top->options, &probes_options) : -ENOMEM;
	if (err)
		return err;
	top->model.node = top->monitor.machine.node;
	top->model.kernel = top->monitor.machine.kernel;
	err = survey_start(&top->survey, &top->options, &top->model);
	if (!err) {
		err = run(top);
		survey_stop(&top->survey);
	}
	monitor_close(&top->monitor);
	return err;
}

static bool is_for_a_screen(const struct options *options)
{
	const char *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && !options->json && !strcmp(options->output, OUTPUT_STDOUT) &&
	       (!terminal || strcmp(terminal, "dumb"));
}

int command_top(int argc, char **argv)
{
	struct top *top = calloc(1, sizeof(*top));
	int err;

	if (!top)
		return EXIT_FAILED;
	options_init(&top->options);
	(void)argp_parse(&top_argp, argc, argv, 0, NULL, top);
	if (!is_for_a_screen(&top->options)) {
		free(top);
		return command_watch(argc, argv);
	}
	if (!top->options.interval_ns)
		top->options.interval_ns = DEFAULT_INTERVAL_S * NS_PER_S;
	err = open_and_run(top);
	if (err)
		fprintf(stderr, "ctscope: top failed: %s\n", strerror(-err));
	loop_free(top->loop);
	canvas_free(&top->frames[0]);
	canvas_free(&top->frames[1]);
	free(top);
	return err ? EXIT_FAILED : EXIT_DONE;
}
