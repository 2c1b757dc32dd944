// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* ctscope settings: every conntrack sysctl with value, unit, default, changed or not, meaning. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "command.h"
#include "observe/machine.h"
#include "observe/settings.h"
#include "options.h"
#include "output.h"
#include "render/record.h"
#include "render/text.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = state->input;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is not understood: this command takes options only", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_child children[] = { { &options_argp, 0, NULL, 0 }, { 0 } };

static const struct argp settings_argp = {
	.parser = parse,
	.doc = "Every conntrack sysctl of this kernel: value, default, whether it was changed, meaning.",
	.children = children,
};

static int explain(int err, const struct roots *roots)
{
	switch (err) {
	case -ENOENT:
		fputs("ctscope settings: connection tracking is not loaded in this kernel; "
		      "load it with: modprobe nf_conntrack\n", stderr);
		return EXIT_REFUSED;
	case -ENODEV:
		fprintf(stderr, "ctscope settings: there is no sys/net in %s; "
			"--proc must name a mounted proc file system\n", roots->proc);
		return EXIT_REFUSED;
	default:
		fprintf(stderr, "ctscope settings: cannot read the sysctls in %s/sys/net: %s\n",
			roots->proc, strerror(-err));
		return EXIT_FAILED;
	}
}

static int write_records(FILE *out, const struct roots *roots, const struct settings *settings)
{
	char line[JSON_LINE_MAX];
	struct machine machine;
	struct timespec now;
	uint64_t time_ns;
	int err = machine_read(roots, &machine);

	if (err)
		return err;
	if (clock_gettime(CLOCK_REALTIME, &now))
		return -errno;
	time_ns = (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
	for (size_t i = 0; i < settings->count; i++) {
		ssize_t len = record_setting(line, time_ns, machine.node, &settings->list[i]);

		if (len < 0)
			return (int)len;
		(void)fwrite(line, 1, (size_t)len, out);	/* output_close() tells */
	}
	return 0;
}

static int write_settings(const struct options *options, const struct settings *settings)
{
	struct output output;
	int code, err = output_open(&output, options->output);

	if (err) {
		fprintf(stderr, "ctscope settings: --output: cannot open %s: %s\n", options->output,
			strerror(-err));
		return EXIT_FAILED;
	}
	if (options->json)
		err = write_records(output.file, &options->roots, settings);
	else
		text_settings(output.file, &output.style, settings);
	code = output_close(&output, "settings");
	if (!err)
		return code;
	fprintf(stderr, "ctscope settings: cannot make a record: %s\n", strerror(-err));
	return EXIT_FAILED;
}

int command_settings(int argc, char **argv)
{
	static char name[] = "ctscope settings";
	struct options options;
	struct settings settings;
	int err, code;

	argv[0] = name;	/* argp begins its messages with it */
	options_init(&options);
	err = argp_parse(&settings_argp, argc, argv, 0, NULL, &options);
	if (err) {
		fprintf(stderr, "ctscope settings: cannot read the options: %s\n", strerror(err));
		return EXIT_FAILED;
	}
	err = settings_read(&options.roots, &settings);
	if (err)
		return explain(err, &options.roots);
	code = write_settings(&options, &settings);
	settings_free(&settings);
	return code;
}
