// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "clock.h"
#include "ctscope/tuning.h"
#include "hooks.skel.h"
#include "probes_state.h"
#include "read.h"
#include "refused.h"

static const volatile void *map_memory(const struct bpf_map *map, size_t *bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *at;

	*bytes = (size_t)bpf_map__max_entries(map) * ((bpf_map__value_size(map) + 7) & ~7U);
	*bytes = (*bytes + page - 1) & ~(page - 1);
	at = mmap(NULL, *bytes, PROT_READ, MAP_SHARED, bpf_map__fd(map), 0);
	return at == MAP_FAILED ? NULL : at;
}

static int map_all(struct probes *probes)
{
	probes->births = map_memory(probes->skeleton->maps.births, &probes->births_bytes);
	probes->deaths = map_memory(probes->skeleton->maps.deaths, &probes->deaths_bytes);
	probes->gate = map_memory(probes->skeleton->maps.gate, &probes->gate_bytes);
	probes->met = map_memory(probes->skeleton->maps.met, &probes->met_bytes);
	return probes->births && probes->deaths && probes->gate && probes->met ?
		0 : -ENOMEM;
}

/* -EACCES is what perf_event_open() answers without the privilege for kprobes. */
static const char *cure_of(int error)
{
	if (error == -EACCES || error == -EPERM)
		return "give it CAP_SYS_ADMIN, or CAP_PERFMON with sysctl kernel.perf_event_paranoid=2 or less";
	return "use a kernel with kprobes, or with BTF for nf_conntrack, that has this function";
}

static void show_hooks(struct probes *probes)
{
	const struct hook_state *inserted = &probes->state[HOOK_INSERTED];
	bool alloc_counts = probes->state[HOOK_ALLOC].way < WAY_COUNT;
	bool at_confirm = inserted->way == WAY_COUNT && probes->state[HOOK_CONFIRM].way < WAY_COUNT;

	for (int h = 0; h < HOOK_COUNT; h++) {
		const struct hook_row *row = &hook_table[h];
		const struct hook_state *state = &probes->state[h];
		bool attached = state->way < WAY_COUNT;
		struct hook *hook = &probes->hooks[probes->hook_count];

		/* The other of the two does its work. */
		if (!state->wanted || (h == HOOK_NO_MEMORY && !attached && alloc_counts))
			continue;
		*hook = (struct hook){ .name = row->name, .function = row->function };
		if (h == HOOK_INSERTED && at_confirm) {
			hook->function = hook_table[HOOK_CONFIRM].function;
			hook->how = hook_table[HOOK_CONFIRM].how[probes->state[HOOK_CONFIRM].way];
			attached = true;
		} else if (attached) {
			hook->how = row->how[state->way];
		} else {
			hook->reason = state->reason;
			hook->effect = row->effect;
			hook->cure = cure_of(state->error);
		}
		if (!attached)
			probes->counters_known &= ~row->counters;
		probes->hook_count++;
	}
}

static void explain(struct probes_refusal *why, int err)
{
	const char *reason, *cure;

	if (err == -ENOENT) {
		reason = "nf_conntrack is not loaded";
		cure = "nothing to do: ctscope attaches when it is loaded; `modprobe nf_conntrack` loads it now";
	} else if (err == -EACCES) {
		reason = "the kernel refuses kprobes to this user";
		cure = cure_of(err);
	} else if (err == -EPERM) {
		reason = geteuid() ? "the kernel refuses BPF tracing programs to this user" :
				     "the kernel refuses BPF tracing programs, even to root";
		cure = geteuid() ? "run as root, or with CAP_BPF and CAP_PERFMON (before Linux 5.11 CAP_SYS_RESOURCE, too)" :
				   "in a container add CAP_BPF and CAP_PERFMON; else the kernel's lockdown or its builder forbids it";
	} else {
		reason = strerror(-err);
		cure = "run with -vv to see what libbpf and the kernel say";
	}
	(void)snprintf(why->reason, sizeof(why->reason), "%s", reason);
	(void)snprintf(why->cure, sizeof(why->cure), "%s", cure);
}

/* What the hooks saw one by one, while the others were being attached, does not add up: it is left out. */
static int begin_here(struct probes *probes)
{
	struct counts seen = { 0 };
	struct refused refused;
	int err = probes_refused_take(probes, &refused);

	if (err)
		return err;
	refused_free(&refused);
	probes->before_ns = monotonic_ns();
	err = probes_read(probes, &seen);
	probes->before = seen;
	return err;
}

/* The kernel numbers its files anew whenever the module is loaded. */
static uint64_t loaded_module(const struct roots *roots)
{
	char path[PATH_MAX];
	struct stat file;
	int len = snprintf(path, sizeof(path), "%s/module/nf_conntrack/initstate", roots->sys);

	return len < PATH_MAX && !stat(path, &file) ? file.st_ino : 0;
}

int probes_open(struct probes **out, const struct probes_options *options, const struct roots *roots,
		struct probes_refusal *why)
{
	struct probes *probes = calloc(1, sizeof(*probes));
	int cpus = libbpf_num_possible_cpus();
	int err = -ENOMEM;

	*out = NULL;
	if (!probes || cpus < 1)
		goto fail;
	err = -ENOENT;
	if (!file_there(roots->proc, "sys/net/netfilter/nf_conntrack_max"))
		goto fail;
	probes->roots = roots;
	probes->module = loaded_module(roots);
	probes->cpus = (uint32_t)cpus;
	probes->alloc_on_demand = options->alloc_on_demand;
	probes->counters_known = (1U << CT_COUNTER_COUNT) - 1;
	probes_plan(probes, options, roots);
	err = probes_load(probes, options);
	if (!err)
		err = map_all(probes);
	if (err)
		goto fail;
	show_hooks(probes);
	/* What the kernel's types took goes back to the system. */
	(void)malloc_trim(0);
	err = begin_here(probes);
	if (err)
		goto fail;
	*out = probes;
	return 0;
fail:
	explain(why, err);
	probes_free(probes);
	return err;
}

const struct hook *probes_hooks(const struct probes *probes, size_t *count)
{
	*count = probes->hook_count;
	return probes->hooks;
}

bool probes_stale(const struct probes *probes)
{
	return loaded_module(probes->roots) != probes->module;
}

uint32_t probes_counters_known(const struct probes *probes)
{
	return probes->counters_known;
}

void probes_free(struct probes *probes)
{
	if (!probes)
		return;
	if (probes->births)
		(void)munmap((void *)probes->births, probes->births_bytes);
	if (probes->deaths)
		(void)munmap((void *)probes->deaths, probes->deaths_bytes);
	if (probes->met)
		(void)munmap((void *)probes->met, probes->met_bytes);
	if (probes->gate)
		(void)munmap((void *)probes->gate, probes->gate_bytes);
	ring_buffer__free(probes->ring);
	probes_unload(probes);
	counts_free(&probes->before);
	free(probes);
}
