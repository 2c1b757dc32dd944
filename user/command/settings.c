// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope settings`: every conntrack sysctl with value, default, changed or not, meaning. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "command.h"
#include "observe/clock.h"
#include "observe/machine.h"
#include "observe/settings.h"
#include "options.h"
#include "render/record.h"
#include "stream.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = state->input; break;
	case ARGP_KEY_ARG: argp_error(state, "settings takes no argument, but got '%s'", arg); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_child children[] = { { &options_argp, 0, NULL, -1 }, { 0 } };

static const struct argp settings_argp = {
	.parser = parse, .children = children,
	.doc = "Every conntrack sysctl this kernel has: value, default, whether it was changed, "
	       "and what it means. Exit code 3 when conntrack is not loaded.",
};

static int explain(int err, const struct roots *roots)
{
	switch (err) {
	case -ENOENT:
		fputs("ctscope: connection tracking is not loaded; `modprobe nf_conntrack` loads it\n",
		      stderr);
		return EXIT_REFUSED;
	case -ENODEV:
		fprintf(stderr, "ctscope: '%s' has no sys/net; --proc must name a mounted /proc\n",
			roots->proc);
		return EXIT_REFUSED;
	default:
		fprintf(stderr, "ctscope: cannot read the settings in %s/sys/net: %s\n",
			roots->proc, strerror(-err));
		return EXIT_FAILED;
	}
}

static void put_records(struct stream *stream, const struct roots *roots,
			const struct settings *settings)
{
	char line[JSON_LINE_MAX];
	struct machine machine = { 0 };
	uint64_t time_ns = real_ns();

	(void)machine_read(roots, &machine);
	for (size_t i = 0; i < settings->count; i++)
		stream_record(stream, line,
			      record_setting(line, time_ns, machine.node, &settings->list[i]));
}

static void put_text(struct stream *stream, const struct settings *settings)
{
	char *buffer = NULL;
	size_t size = 0;
	FILE *out = stream_text_begin(stream, &buffer, &size);

	if (!out)
		return;
	text_settings(out, &stream->style, settings);
	stream_text_end(stream, out, &buffer, &size);
}

int command_settings(int argc, char **argv)
{
	struct options options;
	struct settings settings;
	struct stream stream;
	int err, code;

	options_init(&options);
	(void)argp_parse(&settings_argp, argc, argv, 0, NULL, &options);
	err = settings_read(&options.roots, &settings);
	if (err)
		return explain(err, &options.roots);
	code = stream_open(&stream, &options);
	if (!code) {
		if (options.json)
			put_records(&stream, &options.roots, &settings);
		else
			put_text(&stream, &settings);
		code = stream_close(&stream);
	}
	settings_free(&settings);
	return code;
}
