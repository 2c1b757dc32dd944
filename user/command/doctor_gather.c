// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Evidence of `doctor` from this machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "command.h"
#include "doctor_gather.h"
#include "look.h"
#include "observe/kernel_log.h"

uint32_t gather_own_netns(const struct roots *roots)
{
	char path[4096], link[64];
	ssize_t len;

	(void)snprintf(path, sizeof(path), "%s/self/ns/net", roots->proc);
	len = readlink(path, link, sizeof(link));
	return len > 0 ? netns_of_link(link, (size_t)len) : 0;
}

static void read_log(struct evidence *e)
{
	struct kernel_log log;

	if (kernel_log_open(&log, "/dev/kmsg")) {
		evidence_gap(e, "kernel_log", "/dev/kmsg may not be read");
		return;
	}
	e->log_known = !kernel_log_read(&log);
	e->log_lines = log.lines;
	e->log_suppressed = log.suppressed;
	kernel_log_close(&log);
}

static void sum_since_boot(struct evidence *e, const struct observation *now)
{
	for (size_t i = 0; i < now->view_count; i++) {
		if (!now->views[i].known)
			continue;
		e->kernel_known |= now->views[i].stats.present;
		for (int s = 0; s < KERNEL_STAT_COUNT; s++)
			e->kernel_boot[s] += now->views[i].stats.n[s];
	}
}

static void take_look(struct evidence *e, const struct monitor *monitor, const struct look *look)
{
	const struct report *report = &monitor->change.report;

	e->mode = monitor_mode(monitor);
	e->seconds = look->seconds;
	e->table_known = true;
	e->table = report->table;
	e->peak = look->peak;
	e->counters_known = report->counters_known;
	memcpy(e->delta, look->delta, sizeof(e->delta));
	memcpy(e->kernel_delta, look->kernel, sizeof(e->kernel_delta));
	sum_since_boot(e, monitor->now);
	if (!monitor->probes)
		evidence_gap(e, "drops_by_cause", monitor->refusal.reason[0] ? monitor->refusal.reason : "no BPF");
}

static void look_around(struct evidence *e, const struct roots *roots, const struct machine *machine)
{
	e->settings_known = !settings_read(roots, &e->settings);
	tcp_stack_read(roots, &e->tcp);
	persistence_read(roots, NULL, &e->persistence);
	if (!e->persistence.known)
		evidence_gap(e, "files", "/etc of the machine's first process cannot be read");
	e->ram_bytes = machine->ram_bytes;
	settings_default_sizes(roots, &e->settings, machine->ram_bytes, &e->default_max, &e->default_buckets);
	e->holders_known = true;
	holders_read(roots, &e->holders);
	ruleset_read(roots, &e->ruleset);
	if (!e->ruleset.known)
		evidence_gap(e, "rules", e->ruleset.reason);
	read_log(e);
}

/* By pod, container, service or process. */
static void name_spaces(struct population *p, const struct monitor *monitor)
{
	for (size_t i = 0; i < p->space_count; i++) {
		struct space *space = &p->spaces[i];
		const struct namespace *seen = namespaces_find(&monitor->observer.namespaces, space->netns);
		const struct owner *owner = observation_owner(monitor->now, space->netns);

		space->pid = seen ? seen->pid : 0;
		if (owner && owner->kind == OWNER_POD && owner->pod.name[0])
			(void)snprintf(space->name, sizeof(space->name), "%.40s/%.54s", owner->pod.namespace,
				       owner->pod.name);
		else if (owner && owner->kind == OWNER_POD)
			(void)snprintf(space->name, sizeof(space->name), "pod %s", owner->pod.uid);
		else if (owner)
			(void)snprintf(space->name, sizeof(space->name), "%.95s", owner->unit);
	}
}

int gather_live(struct evidence *e, const struct options *options, uint64_t duration_ns, struct machine *machine)
{
	struct probes_options probes_options = { .alloc_on_demand = true, .verbose = options->verbose };
	uint32_t own = gather_own_netns(&options->roots);
	struct gather_table table;
	struct monitor *monitor;
	struct look look;
	int err = settings_read(&options->roots, &e->settings);

	/* Before anything waits for the module. */
	settings_free(&e->settings);
	if (err)
		return look_explain(err, options);
	monitor = calloc(1, sizeof(*monitor));
	if (!monitor)
		return look_explain(-ENOMEM, options);
	gather_table_open(&table, options);
	gather_population(&table, &e->before, own);
	err = monitor_open(monitor, options, &probes_options);
	if (!err)
		err = look_for(monitor, duration_ns, &look);
	if (!err) {
		*machine = monitor->machine;
		take_look(e, monitor, &look);
		look_around(e, &options->roots, machine);
		gather_chains(&table, e);
		gather_population(&table, &e->population, own);
		gather_targets(&table, &e->population);
		if (!e->population.known)
			evidence_gap(e, "entries", e->population.reason);
		else
			name_spaces(&e->population, monitor);
	}
	monitor_close(monitor);
	gather_table_close(&table);
	free(monitor);
	return err ? look_explain(err, options) : EXIT_DONE;
}
