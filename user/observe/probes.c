// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "ctscope/tuning.h"
#include "hooks.skel.h"
#include "probes_state.h"
#include "probes_targets.h"
#include "refused.h"

#define LIBBPF_ENOTSUPP 524	/* the kernel's own ENOTSUPP, in no user header */

/* libbpf tells which program failed in words only; its callback takes no argument. */
static struct {
	char program[64];
	int verbose;
} libbpf_said;

static int hear_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	char line[256];
	char *quote;
	va_list again;

	va_copy(again, args);
	if (libbpf_said.verbose > 1)
		(void)vfprintf(stderr, format, again);
	va_end(again);
	(void)vsnprintf(line, sizeof(line), format, args);
	quote = strstr(line, "prog '");
	if (level != LIBBPF_WARN || !quote || libbpf_said.program[0])
		return 0;
	quote += strlen("prog '");
	quote[strcspn(quote, "'")] = '\0';
	(void)snprintf(libbpf_said.program, sizeof(libbpf_said.program), "%s", quote);
	return 0;
}

static bool is_there(const char *root, const char *path)
{
	char full[512];

	return (size_t)snprintf(full, sizeof(full), "%s/%s", root, path) < sizeof(full) &&
	       !access(full, F_OK);
}

/*
 * Module BTF can be missing (5.10), or be out of reach: the kernel hands
 * out BTF by number to CAP_SYS_ADMIN only, and libbpf then skips it.
 */
static bool direct_possible(const struct roots *roots)
{
	uint32_t id = 0;

	if (!is_there(roots->sys, "module/nf_conntrack/initstate"))
		return true;	/* built in: vmlinux's BTF, which is a plain file */
	return is_there(roots->sys, "kernel/btf/nf_conntrack") && !bpf_btf_get_next_id(0, &id);
}

static bool avoided(const char *avoid, const char *what)
{
	size_t length = strlen(what);

	for (const char *at = avoid; at && *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == length && !strncmp(at, what, length))
			return true;
	return false;
}

static void plan_hooks(struct probes *probes, const struct probes_options *options,
		       const struct roots *roots)
{
	bool direct = direct_possible(roots) && !avoided(options->avoid, "direct");

	if (direct)
		(void)probes_targets_find();	/* failing, it leaves the search to libbpf */
	for (int h = 0; h < HOOK_COUNT; h++) {
		struct hook_state *state = &probes->state[h];

		state->wanted = h != HOOK_CTNETLINK;
		state->way = direct ? WAY_DIRECT : WAY_KPROBE;
		state->next = direct ? WAY_KPROBE : WAY_COUNT;
		if (direct && options->kprobe_first & 1U << h) {
			state->way = WAY_KPROBE;
			state->next = WAY_DIRECT;
		}
		if (avoided(options->avoid, hook_table[h].function)) {
			state->way = WAY_COUNT;
			(void)snprintf(state->reason, sizeof(state->reason), "left out by request");
		}
	}
}

/* This way does not work for this hook: the next one, and why. */
static void try_next_way(struct hook_state *state, int err)
{
	const char *words = err == -ENOENT || err == -ESRCH ? "this kernel has no such function" :
			    err == -LIBBPF_ENOTSUPP ? "this kernel cannot attach there" : strerror(-err);

	(void)snprintf(state->reason, sizeof(state->reason), "%s", words);
	state->error = err;
	state->way = state->next;
	state->next = WAY_COUNT;
}

static int hook_of_program(const struct probes *probes, const char *name)
{
	for (int h = 0; h < HOOK_COUNT; h++)
		for (int p = 0; p < HOOK_PROGRAMS; p++) {
			enum hook_way way = probes->state[h].way;
			const char *program = way < WAY_COUNT ? hook_table[h].programs[way][p] : NULL;

			if (program && !strcmp(program, name))
				return h;
		}
	return -1;
}

/*
 * 2048 slots a CPU are 80 KiB, and room for a thousand namespaces. The more
 * CPUs, the fewer, down to 64: together never above 2.5 MiB up to 1024 CPUs.
 */
static uint32_t slots_for(uint32_t cpus)
{
	uint32_t slots = 2048;

	while (slots > 64 && slots * cpus > 65536)
		slots /= 2;
	return slots;
}

static uint32_t ticks_per_second(void)
{
	struct timespec tick;

	/* The coarse clock moves once a tick, and says how long that is. */
	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) || tick.tv_nsec <= 0)
		return 0;
	return (uint32_t)(1000000000L / tick.tv_nsec);
}

static int size_maps(const struct probes *probes)
{
	const struct hooks *skeleton = probes->skeleton;
	uint32_t sets = probes->cpus * probes->netns_slots / CT_SLOTS_A_SET;
	/* Each CPU keeps 128 free entries of an LRU map to itself (bpf_lru_list.c). */
	uint32_t sums = bpf_map__max_entries(skeleton->maps.refused_sources) + 128 * probes->cpus;

	return bpf_map__set_max_entries(skeleton->maps.births, sets) ||
	       bpf_map__set_max_entries(skeleton->maps.deaths, sets) ||
	       bpf_map__set_max_entries(skeleton->maps.met, probes->cpus) ||
	       bpf_map__set_max_entries(skeleton->maps.refused_sources, sums) ||
	       bpf_map__set_max_entries(skeleton->maps.refused_targets, sums);
}

static int open_object(struct probes *probes, const struct probes_options *options)
{
	struct hooks *skeleton = hooks__open();
	struct bpf_program *program;

	if (!skeleton)
		return -errno;
	probes->skeleton = skeleton;
	skeleton->rodata->tuning = (struct ct_tuning){
		.netns_sets = probes->netns_slots / CT_SLOTS_A_SET,
		.cpus = probes->cpus,
		.insert_at_confirm = probes->state[HOOK_INSERTED].way == WAY_COUNT,
		.insertions_a_look = options->insertions_a_look,
		.records = options->records,
		.records_per_second = options->records_per_second,
		.quiet_ms = options->quiet_ms,
		.clash_watched = probes->state[HOOK_CLASH].way < WAY_COUNT,
		.early_drop_watched = probes->state[HOOK_EARLY_DROP].way < WAY_COUNT,
		.hz = ticks_per_second(),
	};
	bpf_object__for_each_program(program, skeleton->obj)
		bpf_program__set_autoload(program, false);
	for (int h = 0; h < HOOK_COUNT; h++) {
		const struct hook_state *state = &probes->state[h];

		for (int p = 0; p < HOOK_PROGRAMS && state->wanted && state->way < WAY_COUNT; p++) {
			const char *name = hook_table[h].programs[state->way][p];

			if (name)
				bpf_program__set_autoload(
					bpf_object__find_program_by_name(skeleton->obj, name), true);
		}
	}
	return size_maps(probes) ? -EINVAL : 0;
}

/* 0: loaded; 1: one hook was given another way, try again; else -errno. */
static int load(struct probes *probes)
{
	int err, hook;

	libbpf_said.program[0] = '\0';
	err = hooks__load(probes->skeleton);
	if (!err)
		return 0;
	hook = hook_of_program(probes, libbpf_said.program);
	if (hook < 0 || err == -EPERM)
		return err;
	try_next_way(&probes->state[hook], err);
	return 1;
}

static void detach_hook(struct hook_state *state)
{
	for (int p = 0; p < HOOK_PROGRAMS; p++) {
		(void)bpf_link__destroy(state->links[p]);
		state->links[p] = NULL;
	}
}

static int attach_hook(struct probes *probes, int h)
{
	struct hook_state *state = &probes->state[h];

	for (int p = 0; p < HOOK_PROGRAMS; p++) {
		const char *name = hook_table[h].programs[state->way][p];
		struct bpf_program *program;

		if (!name)
			continue;
		program = bpf_object__find_program_by_name(probes->skeleton->obj, name);
		state->links[p] = bpf_program__attach(program);
		if (!state->links[p])
			return -errno;
	}
	return 0;
}

/* As load(): hooks are attached one by one, and one that fails costs its own feature only. */
static int attach(struct probes *probes)
{
	for (int h = 0; h < HOOK_COUNT; h++) {
		struct hook_state *state = &probes->state[h];
		int err;

		/* A kprobe cannot be attached any more once the privileges for it are given up. */
		if (h == HOOK_ALLOC && (state->way != WAY_DIRECT ||
					probes->state[HOOK_NO_MEMORY].way == WAY_COUNT))
			probes->alloc_on_demand = false;
		if (!state->wanted || state->way == WAY_COUNT ||
		    (h == HOOK_ALLOC && probes->alloc_on_demand))
			continue;
		err = attach_hook(probes, h);
		if (!err)
			continue;
		try_next_way(state, err);
		/* Without direct calls in ftrace no function can be attached to that way. */
		for (int i = 0; err == -LIBBPF_ENOTSUPP && i < HOOK_COUNT; i++)
			if (i != h && probes->state[i].way == WAY_DIRECT)
				try_next_way(&probes->state[i], err);
		return 1;
	}
	return 0;
}

/* Programs that load but cannot be attached anywhere are no better than none. */
static int attached_any(const struct probes *probes)
{
	for (int h = 0; h < HOOK_COUNT; h++)
		if (probes->state[h].wanted && probes->state[h].way < WAY_COUNT)
			return 0;
	return probes->state[0].error ? probes->state[0].error : -EOPNOTSUPP;
}

static void unload(struct probes *probes)
{
	for (int h = 0; h < HOOK_COUNT; h++)
		detach_hook(&probes->state[h]);
	hooks__destroy(probes->skeleton);
	probes->skeleton = NULL;
}

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
	struct timespec now = { 0 };
	int err = probes_refused_take(probes, &refused);

	if (err)
		return err;
	refused_free(&refused);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	probes->before_ns = (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
	err = probes_read(probes, &seen);
	probes->before = seen;
	return err;
}

int probes_open(struct probes **out, const struct probes_options *options, const struct roots *roots,
		struct probes_refusal *why)
{
	struct probes *probes = calloc(1, sizeof(*probes));
	int cpus = libbpf_num_possible_cpus();
	int err = -ENOMEM;

	*out = NULL;
	libbpf_said.verbose = options->verbose;
	(void)libbpf_set_print(hear_libbpf);
	if (!probes || cpus < 1)
		goto fail;
	err = -ENOENT;
	if (!is_there(roots->proc, "sys/net/netfilter/nf_conntrack_max"))
		goto fail;
	probes->cpus = (uint32_t)cpus;
	probes->netns_slots = slots_for(probes->cpus);
	probes->alloc_on_demand = options->alloc_on_demand;
	probes->counters_known = (1U << CT_COUNTER_COUNT) - 1;
	plan_hooks(probes, options, roots);
	do {
		unload(probes);
		probes->state[HOOK_CTNETLINK].wanted = probes->state[HOOK_INSERTED].way == WAY_COUNT;
		err = open_object(probes, options);
		if (!err)
			err = load(probes);
		if (!err)
			err = attach(probes);
	} while (err == 1);
	if (!err)
		err = attached_any(probes);
	if (!err)
		err = map_all(probes);
	if (err)
		goto fail;
	show_hooks(probes);
	/* libbpf has parsed and freed the kernel's types: give that memory back. */
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

int probes_set_hook(struct probes *probes, enum hook_id h, bool attached)
{
	struct hook_state *state = &probes->state[h];
	int err;

	if (!state->wanted || state->way == WAY_COUNT)
		return -ENOENT;
	if ((state->links[0] != NULL) == attached || (h == HOOK_ALLOC && !probes->alloc_on_demand))
		return 0;
	err = attached ? attach_hook(probes, h) : 0;
	if (!attached || err)
		detach_hook(state);
	return err;
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
	unload(probes);
	counts_free(&probes->before);
	free(probes);
}
