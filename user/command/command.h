/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What main dispatches to: one row a command, the same table is the help. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,	/* failed while running */
	EXIT_USAGE = 2,		/* wrong usage */
	EXIT_REFUSED = 3,	/* this kernel or these privileges do not allow it */
	EXIT_FOUND = 4,		/* looked for and found */
};

struct command {
	const char *name;
	const char *summary;	/* one line of `ctscope help` */
	int (*run)(int argc, char **argv);	/* argv[0]: the command's name */
};

int command_watch(int argc, char **argv);
int command_catch(int argc, char **argv);
int command_top(int argc, char **argv);
int command_chains(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_plan(int argc, char **argv);
int command_who(int argc, char **argv);
int command_settings(int argc, char **argv);
int command_check(int argc, char **argv);
int command_agent(int argc, char **argv);
int command_kernel(int argc, char **argv);

#endif
