// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope check`: one line and an exit code for a monitoring system; procfs alone, no BPF. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "command.h"
#include "model/check.h"
#include "observe/namespaces.h"
#include "observe/settings.h"
#include "options.h"
#include "stream.h"

#define DEFAULT_WARNING 80
#define DEFAULT_CRITICAL 95

struct check_command {
	struct options options;
	enum check_codes codes;
	struct check check;
};

enum { KEY_EXIT_CODES = 0x200 };

/* "80" or "80%" */
static uint32_t percent(const struct argp_state *state, const char *option, char *text)
{
	size_t len = strlen(text);

	if (len > 1 && text[len - 1] == '%')
		text[len - 1] = '\0';
	return (uint32_t)option_number(state, option, text, 1, 100);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct check_command *command = state->input;
	struct check *check = &command->check;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &command->options; break;
	case 'w': check->warning = percent(state, "--warning", arg); break;
	case 'c': check->critical = percent(state, "--critical", arg); break;
	case KEY_EXIT_CODES:
		command->codes = strcmp(arg, "npd") ? CODES_NAGIOS : CODES_NPD;
		if (strcmp(arg, "npd") && strcmp(arg, "nagios"))
			argp_error(state, "--exit-codes: '%s' is neither nagios nor npd", arg);
		break;
	case ARGP_KEY_ARG: argp_error(state, "check takes no argument, but got '%s'", arg); break;
	case ARGP_KEY_END:
		if (command->options.json)
			argp_error(state, "check prints one line for a monitoring system, no JSON");
		if (check->warning > check->critical)
			argp_error(state, "--warning %u is above --critical %u: a warning comes first",
				   check->warning, check->critical);
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option check_options[] = {
	{ "warning", 'w', "PCT", 0, "WARNING from this share of the limit on (80)", 0 },
	{ "critical", 'c', "PCT", 0, "CRITICAL from this share of the limit on (95)", 0 },
	{ "exit-codes", KEY_EXIT_CODES, "KIND", 0, "nagios: 0 to 3; npd: 0 fine, 1 problem, 2 unknown", 0 },
	{ 0 },
};

static const struct argp_child children[] = { { &options_argp, 0, NULL, -1 }, { 0 } };

static const struct argp check_argp = {
	.options = check_options, .parser = parse, .children = children,
	.doc = "How full the host's table is (that of process 1), on one line. Exit code 0 OK, "
	       "1 WARNING, 2 CRITICAL, 3 UNKNOWN; with --exit-codes npd 0 fine, 1 problem, 2 unknown.\v"
	       "Example: ctscope check -w 70 -c 90",
};

/* Without its statistics (a build option): our own namespace's count, where that is the host's. */
static int count_of_own(const struct roots *roots, const struct settings *settings, uint64_t *entries)
{
	const struct setting *count = settings_find(settings, "count");

	if (!count || !count->known || count->value < 0 || !namespace_is_hosts(roots))
		return -ENOENT;
	*entries = (uint64_t)count->value;
	return 0;
}

static const char *look(struct check *check, const struct roots *roots)
{
	const struct setting *max;
	struct settings settings;
	int err = settings_read(roots, &settings);

	if (err == -ENOENT)
		return "nf_conntrack is not loaded, nothing is tracked";
	if (err)
		return err == -ENODEV ? "--proc names no mounted /proc" : "cannot read the sysctls of conntrack";
	max = settings_find(&settings, "max");
	if (!max || !max->known || max->value < 0) {
		settings_free(&settings);
		return "cannot read nf_conntrack_max";
	}
	check->max = (uint64_t)max->value;
	err = kernel_stats_read(roots, 1, &check->stats);
	check->entries = check->stats.entries;
	if (err)
		err = count_of_own(roots, &settings, &check->entries);
	settings_free(&settings);
	return err ? "cannot see the host's table: need its /proc (hostPID)" : NULL;
}

int command_check(int argc, char **argv)
{
	struct check_command command = {
		.check = { .warning = DEFAULT_WARNING, .critical = DEFAULT_CRITICAL },
	};
	struct check *check = &command.check;
	struct stream stream;
	char *buffer = NULL;
	size_t size = 0;
	FILE *out;

	/* A wrong option must not look like CRITICAL. */
	argp_err_exit_status = check_exit_code(CODES_NAGIOS, CHECK_UNKNOWN);
	options_init(&command.options);
	(void)argp_parse(&check_argp, argc, argv, 0, NULL, &command);
	check->unknown = look(check, &command.options.roots);
	check->state = check_judge(check);
	if (stream_open(&stream, &command.options))
		return check_exit_code(command.codes, CHECK_UNKNOWN);
	out = stream_text_begin(&stream, &buffer, &size);
	if (out) {
		text_check(out, check);
		stream_text_end(&stream, out, &buffer, &size);
	}
	if (stream_close(&stream))
		return check_exit_code(command.codes, CHECK_UNKNOWN);
	return check_exit_code(command.codes, check->state);
}
