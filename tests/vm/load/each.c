// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "load.h"
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int load_ready(const struct plan *plan)
{
	int fd;

	if (!plan->ready)
		return 0;
	fd = open(plan->ready, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

int load_hold(const struct plan *plan, struct tally *tally)
{
	int err = load_ready(plan);

	(void)tally;
	return err ? err : stop_wait(-1);
}

int load_each(const struct plan *plan, int (*send)(void *context, const struct flow *flow,
						    uint64_t number), void *context)
{
	struct flow flow;
	struct pace pace;
	int end;

	pace_init(&pace, plan->rate);
	for (uint64_t round = 0; round < plan->times; round++) {
		if (round && plan->gap_ms) {
			end = stop_wait(plan->gap_ms);
			if (end)
				return end;
		}
		for (uint64_t i = 0; i < plan->count; i++) {
			end = pace_next(&pace);
			if (end)
				return end;
			flow_at(plan, i, &flow);
			end = send(context, &flow, i);
			if (end)
				return end;
		}
	}
	return 0;
}
