// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The walk's programs: where the table is, and loading them for it. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include "ctscope/census.h"
#include "ctscope/walk.h"
#include "kernel_types.h"
#include "walk.skel.h"
#include "walk_census.h"
#include "walk_state.h"

/*
 * What keeps a slice below a million instructions: a step of the chains costs
 * some 130, one of the census some 750 at most (tests/bench measures them);
 * a slice ends half-way where chains are short.
 */
#define STEPS_CHAINS 7168
#define STEPS_CENSUS 1536

static int say_all(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return vfprintf(stderr, format, args);
}

static int say_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static struct ct_walk_tuning tuning_of(const struct walker *walker)
{
	uint32_t steps = walker->options.census ? STEPS_CENSUS : STEPS_CHAINS;

	return (struct ct_walk_tuning){
		.hash_at = walker->symbols[SYMBOL_HASH].address,
		.size_at = walker->symbols[SYMBOL_SIZE].address,
		.generation_at = walker->symbols[SYMBOL_GENERATION].address,
		.steps = steps,
		.enough = steps / 2,
		.followed = steps - steps / 2 - 2 * CT_WALK_TURN,
		.chains = walker->options.chains,
		.census = walker->options.census,
	};
}

/* Either the one program that looks for the table, or those that walk it. */
static void choose_programs(struct walk *skeleton, bool search, bool watch_resizes)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, skeleton->obj)
		bpf_program__set_autoload(program, (program == skeleton->progs.walk_exports) == search);
	bpf_program__set_autoload(skeleton->progs.walk_resize_begins, watch_resizes);
	bpf_program__set_autoload(skeleton->progs.walk_resize_ends, watch_resizes);
}

static int watch_resizes(struct walker *walker)
{
	struct bpf_program *programs[] = { walker->skeleton->progs.walk_resize_begins,
					   walker->skeleton->progs.walk_resize_ends };

	for (int i = 0; i < 2; i++) {
		walker->resizes[i] = bpf_program__attach(programs[i]);
		if (!walker->resizes[i])
			return errno == EPERM ? -EPERM : -ENOSYS;
	}
	return 0;
}

void walk_unload(struct walker *walker)
{
	for (int i = 0; i < 2; i++) {
		(void)bpf_link__destroy(walker->resizes[i]);
		walker->resizes[i] = NULL;
	}
	walk__destroy(walker->skeleton);
	walker->skeleton = NULL;
}

/* With as much of the kernel's types as it needs. */
static int open_skeleton(struct walker *walker, struct kernel_types **types)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	uint32_t size = 0;
	const void *own;

	*types = kernel_types_read(walker->roots);
	opts.btf_custom_path = kernel_types_path(*types);
	walker->skeleton = walk__open_opts(&opts);
	if (!walker->skeleton)
		return -errno;
	own = btf__raw_data(bpf_object__btf(walker->skeleton->obj), &size);
	return kernel_types_keep(*types, own, size);
}

/* The addresses that /proc/kallsyms does not give, but for the generation's. */
static int search_exports(struct walker *walker)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	volatile struct ct_walk_exports *exports;
	struct kernel_types *types;
	uint64_t module = 0;
	int err = symbols_module(walker->roots, "nf_conntrack", &module);

	if (err)
		return err == -ENOENT ? -ENOSYS : err == -EPERM ? -EACCES : err;
	err = open_skeleton(walker, &types);
	if (!err) {
		choose_programs(walker->skeleton, true, false);
		err = walk__load(walker->skeleton);
	}
	if (!err) {
		exports = &walker->skeleton->bss->exports;
		exports->module_at = module;
		err = bpf_prog_test_run_opts(bpf_program__fd(walker->skeleton->progs.walk_exports), &opts);
		walker->symbols[SYMBOL_HASH].address = exports->hash_at;
		walker->symbols[SYMBOL_SIZE].address = exports->size_at;
		walker->symbols[SYMBOL_GENERATION].address = 0;
		if (!err && !(exports->hash_at && exports->size_at))
			err = -ENOSYS;
	}
	walk_unload(walker);
	kernel_types_free(types);
	return err;
}

static int find_table(struct walker *walker)
{
	int err = symbols_find(walker->roots, walker->symbols, SYMBOL_COUNT);

	if (err == -ENOENT)
		return search_exports(walker);
	return err == -EPERM ? -EACCES : err;
}

int walk_load(struct walker *walker)
{
	libbpf_print_fn_t before = libbpf_set_print(walker->options.verbose > 1 ? say_all : say_nothing);
	struct kernel_types *types = NULL;
	bool watched;
	int err = find_table(walker);

	if (!err)
		err = open_skeleton(walker, &types);
	if (err)
		goto out;
	watched = !walker->symbols[SYMBOL_GENERATION].address;
	choose_programs(walker->skeleton, false, watched);
	walker->skeleton->rodata->walk_tuning = tuning_of(walker);
	err = walk_census_prepare(walker);
	if (!err)
		err = walk__load(walker->skeleton);
	if (!err && watched)
		err = watch_resizes(walker);
out:
	kernel_types_free(types);
	/* What the kernel's types took goes back to the system. */
	(void)malloc_trim(0);
	(void)libbpf_set_print(before);
	return err;
}
