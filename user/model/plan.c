// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <stdio.h>
#include "plan.h"

/*
 * Buckets first, so that no chain grows long in between. In /etc/sysctl.d the
 * names exist only once the module is loaded, which modules-load.d sees to;
 * hashsize= alone would make max eight times as large.
 */
void plan_commands(plan_command commands[static PLAN_COMMANDS], uint64_t max, uint64_t buckets)
{
	(void)snprintf(commands[0], PLAN_COMMAND_MAX,
		       "sysctl -w net.netfilter.nf_conntrack_buckets=%" PRIu64, buckets);
	(void)snprintf(commands[1], PLAN_COMMAND_MAX,
		       "sysctl -w net.netfilter.nf_conntrack_max=%" PRIu64, max);
	(void)snprintf(commands[2], PLAN_COMMAND_MAX,
		       "echo net.netfilter.nf_conntrack_buckets=%" PRIu64
		       " >>/etc/sysctl.d/conntrack.conf", buckets);
	(void)snprintf(commands[3], PLAN_COMMAND_MAX,
		       "echo net.netfilter.nf_conntrack_max=%" PRIu64 " >>/etc/sysctl.d/conntrack.conf",
		       max);
	(void)snprintf(commands[4], PLAN_COMMAND_MAX,
		       "echo options nf_conntrack hashsize=%" PRIu64 " >/etc/modprobe.d/conntrack.conf",
		       buckets);
	(void)snprintf(commands[5], PLAN_COMMAND_MAX,
		       "echo nf_conntrack >/etc/modules-load.d/conntrack.conf");
}

void plan_make(struct plan *plan)
{
	sizing_compute(&plan->request, &plan->sizing);
	if (plan->ram_bytes)
		plan->by_ram = sizing_by_ram(plan->ram_bytes, 64);
	sizing_what_if_begin(&plan->request, &plan->sizing, &plan->what_if);
	sizing_what_if_flows(&plan->request, &plan->what_if);
	if (plan->measured_seconds > 0) {
		sizing_what_if_add(&plan->what_if, "twice as many", 2 * plan->sizing.entries);
		sizing_what_if_add(&plan->what_if, "four times as many", 4 * plan->sizing.entries);
	}
	plan->enough = plan->max_now >= plan->sizing.max && plan->buckets_now >= plan->sizing.buckets;
	plan_commands(plan->commands, plan->sizing.max, plan->sizing.buckets);
}
