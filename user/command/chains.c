// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope chains`: the length of every chain, whether chance alone made it so, and a verdict. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "observe/clock.h"
#include "command.h"
#include "observe/machine.h"
#include "options.h"
#include "render/record_chains.h"
#include "render/text_chains.h"
#include "scan.h"
#include "serve/loop.h"
#include "stream.h"

#define DEFAULT_TOP 10

struct chains_command {
	struct options options;
	struct scan_options scan_options;
	struct scan scan;
	struct machine machine;
	struct stream stream;
	struct loop *loop;
	uint64_t scans, buckets_before;
	int failure;		/* -errno that ended it */
};

enum { KEY_TOP = 0x200 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct chains_command *command = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &command->options; break;
	case KEY_TOP:
		command->scan_options.top = option_number(state, "--top", arg, 0, CHAINS_TOP_MAX);
		break;
	case ARGP_KEY_ARG: argp_error(state, "chains takes no argument, but got '%s'", arg); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option chains_options[] = {
	{ "top", KEY_TOP, "N", 0, "so many of the longest buckets (10)", 0 },
	{ 0 },
};

static const struct argp_child children[] = { { &options_argp, 0, NULL, -1 }, { 0 } };

static const struct argp chains_argp = {
	.options = chains_options, .parser = parse, .children = children,
	.doc = "One exact scan of every bucket of the hash table, without a dump: how long the chains "
	       "are, how long chance alone would make them, and whether somebody is attacking the "
	       "hash. -i repeats it. Exit code 3 when the table cannot be walked.",
};

static void put_records(struct chains_command *command)
{
	const struct chains *chains = &command->scan.chains;
	const char *node = command->machine.node;
	char line[JSON_LINE_MAX];

	if (command->buckets_before && command->buckets_before != chains->buckets)
		stream_record(&command->stream, line,
			      record_resize(line, real_ns(), node, command->buckets_before, chains->buckets));
	stream_record(&command->stream, line,
		      record_chains(line, real_ns(), node, chains));
}

static void put_text(struct chains_command *command)
{
	char *buffer = NULL;
	size_t size = 0;
	FILE *out = stream_text_begin(&command->stream, &buffer, &size);

	if (!out)
		return;
	if (command->scans)
		(void)fputs(command->stream.terminal ? "\033[H\033[J" : "\n", out);
	text_chains(out, &command->stream.style, &command->scan.chains);
	stream_text_end(&command->stream, out, &buffer, &size);
}

static void step(void *context)
{
	struct chains_command *command = context;
	int err = scan_whole(&command->scan);

	if (err) {
		command->failure = err;
		loop_stop(command->loop, "failure");
		return;
	}
	if (command->options.json)
		put_records(command);
	else
		put_text(command);
	command->buckets_before = command->scan.chains.buckets;
	command->scans++;
	if (command->stream.reader_gone)
		loop_stop(command->loop, "reader gone");
	else if (command->options.count && command->scans >= command->options.count)
		loop_stop(command->loop, "count");
}

static void duration_over(void *context)
{
	loop_stop(((struct chains_command *)context)->loop, "duration");
}

static void reopen(void *context)
{
	(void)stream_reopen(&((struct chains_command *)context)->stream);
}

/* Once, or with -i again and again. */
static int run(struct chains_command *command)
{
	const struct options *options = &command->options;
	int err = 0;

	command->loop = loop_new();
	if (!command->loop)
		return -ENOMEM;
	step(command);
	if (options->interval_ns && !command->failure && command->scans != options->count) {
		err = loop_every(command->loop, options->interval_ns, step, command);
		if (!err && options->duration_ns)
			err = loop_after(command->loop, options->duration_ns, duration_over, command);
		if (!err)
			err = loop_on_signal(command->loop, SIGHUP, reopen, command);
		if (!err)
			err = loop_run(command->loop);
	}
	return err ? err : command->failure;
}

static int explain(int err)
{
	if (!err)
		return EXIT_DONE;
	if (err == -EAGAIN)
		fputs("ctscope: the hash table is being resized again and again; find out what writes to "
		      "net.netfilter.nf_conntrack_buckets and try again\n", stderr);
	else
		fprintf(stderr, "ctscope: chains failed: %s\n", strerror(-err));
	return EXIT_FAILED;
}

int command_chains(int argc, char **argv)
{
	struct chains_command *command = calloc(1, sizeof(*command));
	int code = EXIT_FAILED, err;

	if (!command)
		return code;
	options_init(&command->options);
	command->scan_options = (struct scan_options){ .top = DEFAULT_TOP, .look_at_all = true };
	(void)argp_parse(&chains_argp, argc, argv, 0, NULL, command);
	command->scan_options.verbose = command->options.verbose;
	command->scan_options.redact = command->options.redact;
	(void)machine_read(&command->options.roots, &command->machine);
	err = command->options.no_bpf ? -ENOTSUP :
	      scan_open(&command->scan, &command->scan_options, &command->options.roots);
	if (err) {
		fprintf(stderr, "ctscope: %s: the chains cannot be walked\nctscope: to change that, %s\n",
			command->options.no_bpf ? "--no-bpf was asked for" : command->scan.refusal.reason,
			command->options.no_bpf ? "leave --no-bpf out" : command->scan.refusal.cure);
		code = EXIT_REFUSED;
		goto out;
	}
	code = stream_open(&command->stream, &command->options);
	if (code)
		goto out;
	err = run(command);
	code = stream_close(&command->stream);
	if (err)
		code = explain(err);
out:
	scan_close(&command->scan);
	loop_free(command->loop);
	free(command);
	return code;
}
