// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `ctscope chains`: the length of every bucket's chain, and a verdict. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "command.h"
#include "observe/walk.h"
#include "options.h"
#include "stream.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = state->input; break;
	case ARGP_KEY_ARG: argp_error(state, "chains takes no argument, but got '%s'", arg); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_child children[] = { { &options_argp, 0, NULL, -1 }, { 0 } };

static const struct argp chains_argp = { .parser = parse, .children = children };

int command_chains(int argc, char **argv)
{
	struct options options;
	struct walk_options walk_options = { .chains = true };
	struct walk_refusal why;
	struct walker *walker;
	struct timespec a, b;
	int err;

	options_init(&options);
	(void)argp_parse(&chains_argp, argc, argv, 0, NULL, &options);
	walk_options.verbose = options.verbose;
	clock_gettime(CLOCK_MONOTONIC, &a);
	err = walk_open(&walker, &walk_options, &options.roots, &why);
	clock_gettime(CLOCK_MONOTONIC, &b);
	if (err) {
		fprintf(stderr, "ctscope: %s; %s\n", why.reason, why.cure);
		return EXIT_REFUSED;
	}
	err = walk_run(walker);
	if (err) {
		fprintf(stderr, "ctscope: %s\n", strerror(-err));
		return 1;
	}
	const struct walk_result *r = walk_result(walker);
	const volatile struct ct_chain *c = walk_chains(walker)->slots;
	unsigned long sum = 0, longest = 0, used = 0;
	for (uint32_t i = 0; i < r->buckets; i++) {
		sum += c[i].now;
		used += c[i].now != 0;
		if (c[i].now > longest) longest = c[i].now;
	}
	printf("{\"buckets\":%u,\"nodes\":%lu,\"sum\":%lu,\"used\":%lu,\"longest\":%lu,\"moved\":%lu,\"unsettled\":%lu,\"cut\":%lu,\"restarts\":%u,\"slices\":%lu,\"seconds\":%.6f,\"slowest\":%.6f,\"limits\":%d,\"open\":%.3f}\n",
	       r->buckets, r->nodes, sum, used, longest, r->moved, r->unsettled, r->cut, r->restarts, r->slices, r->seconds, r->slowest, r->limits_chains,
	       (b.tv_sec - a.tv_sec) + (b.tv_nsec - a.tv_nsec) / 1e9);
	walk_free(walker);
	return 0;
}
