/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The options every command understands, and the words for values that are wrong. */
#ifndef COMMAND_OPTIONS_H
#define COMMAND_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>
#include "observe/roots.h"

#define CTSCOPE_VERSION_TEXT "ctscope " CTSCOPE_VERSION

struct options {
	uint64_t interval_ns;	/* 0: not given */
	uint64_t duration_ns;	/* 0: not given, no end */
	uint64_t count;		/* 0: not given, no end */
	bool json;
	bool no_bpf;
	bool redact;
	const char *output;	/* "-": stdout */
	struct roots roots;
	int verbose;
};

/* A child parser for a command's argp; its input is a struct options. */
extern const struct argp options_argp;
void options_init(struct options *);

/* "500ms" "5" "5s" "2m" "1h" -> nanoseconds; -EINVAL when it is none, -ERANGE when too large. */
int parse_time(const char *text, uint64_t *ns);
/* A whole number within [min, max]; -EINVAL, -ERANGE. */
int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *out);
/* The same for an option: one sentence with the value and the range, then exit code 2. */
uint64_t option_time(const struct argp_state *, const char *option, const char *text,
		     uint64_t min_ns, uint64_t max_ns);
uint64_t option_number(const struct argp_state *, const char *option, const char *text,
		       uint64_t min, uint64_t max);

#endif
