// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Loads the programs of the hooks that are planned, and attaches them. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "clock.h"
#include "ctscope/tuning.h"
#include "hooks.skel.h"
#include "probes_state.h"

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

static int hook_of_program(const struct probes *probes, const char *name)
{
	for (int h = 0; h < HOOK_COUNT; h++)
		for (int p = 0; p < HOOK_PROGRAMS; p++) {
			const char *program = probes_program(probes, h, p);

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

static int size_maps(const struct probes *probes)
{
	const struct hooks *skeleton = probes->skeleton;
	uint32_t sets = probes->cpus * probes->netns_slots / CT_SLOTS_A_SET;
	/* Each CPU keeps 128 free entries of an LRU map to itself (bpf_lru_list.c). */
	uint32_t own = 128 * probes->cpus;
	uint32_t sums = bpf_map__max_entries(skeleton->maps.refused_sources) + own;
	uint32_t tasks = bpf_map__max_entries(skeleton->maps.tasks) + own;

	return bpf_map__set_max_entries(skeleton->maps.births, sets) ||
	       bpf_map__set_max_entries(skeleton->maps.deaths, sets) ||
	       bpf_map__set_max_entries(skeleton->maps.met, probes->cpus) ||
	       bpf_map__set_max_entries(skeleton->maps.tasks, tasks) ||
	       bpf_map__set_max_entries(skeleton->maps.refused_sources, sums) ||
	       bpf_map__set_max_entries(skeleton->maps.refused_targets, sums);
}

static uint32_t places_told_twice(const struct probes *probes)
{
	uint32_t places = 0;

	for (int h = 0; h < HOOK_COUNT; h++)
		for (int p = HOOK_SECOND; p < HOOK_PROGRAMS; p++)
			if (probes_program(probes, h, p))
				places |= 1U << hook_table[h].twice[p - HOOK_SECOND];
	return places;
}

static int open_object(struct probes *probes, const struct probes_options *options)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .btf_custom_path = kernel_types_path(probes->types));
	struct hooks *skeleton = hooks__open_opts(&opts);
	struct bpf_program *program;
	uint32_t size = 0;
	const void *own;
	int err;

	if (!skeleton)
		return -errno;
	probes->skeleton = skeleton;
	own = btf__raw_data(bpf_object__btf(skeleton->obj), &size);
	err = kernel_types_keep(probes->types, own, size);
	if (err)
		return err;
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
		.twice = places_told_twice(probes),
	};
	bpf_object__for_each_program(program, skeleton->obj)
		bpf_program__set_autoload(program, false);
	for (int h = 0; h < HOOK_COUNT; h++)
		for (int p = 0; p < HOOK_PROGRAMS && probes->state[h].wanted; p++) {
			const char *name = probes_program(probes, h, p);

			if (name)
				bpf_program__set_autoload(
					bpf_object__find_program_by_name(skeleton->obj, name), true);
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
	probes_next_way(&probes->state[hook], err);
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
		const char *name = probes_program(probes, h, p);
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
		probes_next_way(state, err);
		/* Without direct calls in ftrace no function can be attached to that way. */
		for (int i = 0; err == -LIBBPF_ENOTSUPP && i < HOOK_COUNT; i++)
			if (i != h && probes->state[i].way == WAY_DIRECT)
				probes_next_way(&probes->state[i], err);
		return 1;
	}
	return 0;
}

void probes_unload(struct probes *probes)
{
	for (int h = 0; h < HOOK_COUNT; h++)
		detach_hook(&probes->state[h]);
	hooks__destroy(probes->skeleton);
	probes->skeleton = NULL;
}

int probes_load(struct probes *probes, const struct probes_options *options)
{
	int err;

	libbpf_said.verbose = options->verbose;
	(void)libbpf_set_print(hear_libbpf);
	probes->netns_slots = slots_for(probes->cpus);
	do {
		probes_unload(probes);
		probes->state[HOOK_CTNETLINK].wanted = probes->state[HOOK_INSERTED].way == WAY_COUNT;
		err = open_object(probes, options);
		if (!err)
			err = load(probes);
		if (!err)
			err = attach(probes);
	} while (err == 1);
	kernel_types_free(probes->types);
	probes->types = NULL;
	return err ? err : probes_planned(probes);
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
