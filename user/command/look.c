// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "command.h"
#include "look.h"
#include "serve/loop.h"

#define STEP_NS 1000000000ULL

struct looking {
	struct monitor *monitor;
	struct look *look;
	struct loop *loop;
	int failure;
};

static void step(void *context)
{
	struct looking *looking = context;
	const struct report *report = &looking->monitor->change.report;
	struct look *look = looking->look;
	int err = monitor_step(looking->monitor);

	if (err) {
		looking->failure = err;
		loop_stop(looking->loop, "failure");
		return;
	}
	if (report->table.fullest_entries > look->peak)
		look->peak = report->table.fullest_entries;
	if (!looking->monitor->before)
		return;
	look->seconds += report->interval_seconds;
	for (int c = 0; c < CT_COUNTER_COUNT; c++)
		look->delta[c] += report->delta[c];
	for (int s = 0; s < KERNEL_STAT_COUNT; s++)
		look->kernel[s] += report->kernel[s];
}

static void over(void *context)
{
	loop_stop(((struct looking *)context)->loop, "duration");
}

int look_for(struct monitor *monitor, uint64_t duration_ns, struct look *look)
{
	struct looking looking = { .monitor = monitor, .look = look, .loop = loop_new() };
	int err;

	*look = (struct look){ 0 };
	if (!looking.loop)
		return -ENOMEM;
	step(&looking);
	err = looking.failure;
	if (!err)
		err = loop_every(looking.loop, STEP_NS, step, &looking);
	if (!err)
		err = loop_after(looking.loop, duration_ns, over, &looking);
	if (!err)
		err = loop_run(looking.loop);
	if (!err && !looking.failure)
		step(&looking);
	if (!err)
		err = looking.failure;
	loop_free(looking.loop);
	return err;
}

int look_explain(int err, const struct options *options)
{
	switch (err) {
	case -ENOENT:
		fputs("ctscope: connection tracking is not loaded; `modprobe nf_conntrack` loads it\n",
		      stderr);
		return EXIT_REFUSED;
	case -ENODEV:
		fprintf(stderr, "ctscope: '%s' has no sys/net; --proc must name a mounted /proc\n",
			options->roots.proc);
		return EXIT_REFUSED;
	default:
		fprintf(stderr, "ctscope: cannot observe conntrack through %s: %s\n",
			options->roots.proc, strerror(-err));
		return EXIT_FAILED;
	}
}
