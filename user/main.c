// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A table of commands, nothing else. */
#include <argp.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "command/command.h"
#include "command/options.h"
#include "render/record.h"

static const struct command commands[] = {
	{ "watch", "report rates, fill and drops at every interval, like vmstat", command_watch },
	{ "catch", "who was refused, why, when, where to; exit code 4 when anybody was", command_catch },
	{ "top", "live screen: fill, rates, drops, the last minutes, who holds it all", command_top },
	{ "chains", "the length of every hash chain: distribution, longest, verdict", command_chains },
	{ "doctor", "what could be better here, by how much, and how", command_doctor },
	{ "plan", "how large the table should be: limit, buckets, memory, commands", command_plan },
	{ "who", "who holds the table: entries by state, pod, source; --from a dump", command_who },
	{ "settings", "every conntrack sysctl: value, unit, default, changed, meaning", command_settings },
	{ "agent", "the node daemon: JSON stream, metrics, status page", command_agent },
	{ "check", "one line and an exit code for Nagios or node-problem-detector", command_check },
	{ "kernel", "what this kernel and these privileges allow ctscope to see", command_kernel },
};

static void help(FILE *out)
{
	fputs("Usage: ctscope COMMAND [OPTIONS]\n"
	      "Sees what fills Linux connection tracking, what it drops, and why.\n\n", out);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	fputs("\n  ctscope help COMMAND   options of a command\n"
	      "  ctscope --version      version, stream schema, libbpf\n\n"
	      "Start with: sudo ctscope watch. All there is to know: man ctscope\n", out);
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "help";
	bool wants_help = !strcmp(name, "help") || !strcmp(name, "--help") || !strcmp(name, "-h");
	char program[64], *help_argv[] = { program, "--help", NULL };
	const struct command *command;

	argp_err_exit_status = EXIT_USAGE;
	(void)setenv("ARGP_HELP_FMT", "no-dup-args-note", 0);
	if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
		printf("%s (stream %s, libbpf %s)\n", CTSCOPE_VERSION_TEXT, RECORD_SCHEMA,
		       libbpf_version_string());
		return EXIT_DONE;
	}
	if (wants_help && argc <= 2) {
		help(stdout);
		return EXIT_DONE;
	}
	command = find(wants_help ? argv[2] : name);
	if (!command) {
		fprintf(stderr, "ctscope: there is no command '%s'; `ctscope help` lists them\n",
			wants_help ? argv[2] : name);
		return EXIT_USAGE;
	}
	/* argp begins its messages with it. */
	(void)snprintf(program, sizeof(program), "ctscope %s", command->name);
	argv[1] = program;
	return wants_help ? command->run(2, help_argv) : command->run(argc - 1, argv + 1);
}
