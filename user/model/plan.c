// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <ctype.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include "plan.h"
#include "protocol.h"

#define WHAT_IF_KINDS 3

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

static int64_t value_of(const struct settings *settings, const char *name)
{
	const struct setting *setting = settings_find(settings, name);

	return setting && setting->known ? setting->value : 0;
}

int64_t plan_timeout(const struct settings *settings, const char *state)
{
	static const char *const patterns[] = { "tcp_timeout_%s", "%s_timeout", "udp_timeout_stream" };
	char name[64];

	for (size_t i = 0; i < 2; i++) {
		int64_t seconds;

		(void)snprintf(name, sizeof(name), patterns[i], state);
		seconds = value_of(settings, name);
		if (seconds > 0)
			return seconds;
	}
	return strcmp(state, "udp_stream") ? 0 : value_of(settings, patterns[2]);
}

/* "tcp_timeout_established" and its seconds; 0: this kind has no time-out that could be set. */
static int64_t timeout_of_kind(const struct settings *settings, const struct kind *kind, char name[static 40])
{
	char protocol[16], setting[64];
	const char *state = kind->state ? state_name(kind->state) : NULL;
	size_t len = 0;

	for (const char *from = state ? state : protocol_name(protocol, kind->protocol); *from && len < 38; from++)
		name[len++] = (char)tolower((unsigned char)*from);
	name[len] = '\0';
	if (kind->stream)
		(void)snprintf(name + len, 40 - len, "_stream");
	(void)snprintf(setting, sizeof(setting), "%s", name);
	return kind->state && kind->protocol != IPPROTO_TCP ? 0 : plan_timeout(settings, setting);
}

void plan_what_if(struct plan *plan, const struct population *p, const struct settings *settings)
{
	size_t told = 0;

	for (size_t i = 0; i < p->kind_count && told < WHAT_IF_KINDS; i++) {
		char name[40], label[48];
		int64_t now = timeout_of_kind(settings, &p->kinds[i], name);

		for (int part = 2; now && part <= 4; part += 2) {
			uint32_t seconds = idle_from(idle_index((uint32_t)(now / part)));
			uint64_t gone = kind_idle(&p->kinds[i], seconds);

			(void)snprintf(label, sizeof(label), "%.15s %u s", name, seconds);
			if (seconds)
				sizing_what_if_add(&plan->what_if, label,
						   plan->sizing.entries - (gone < plan->sizing.entries ?
									   gone : plan->sizing.entries));
		}
		told += now != 0;
	}
}
