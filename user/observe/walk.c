// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "observe/clock.h"
#include "ctscope/census.h"
#include "ctscope/walk.h"
#include "read.h"
#include "walk.skel.h"
#include "walk_census.h"
#include "walk_state.h"

/* Resizes in a row that are put up with before a walk gives up: two seconds of them at least. */
#define RESTARTS_MAX 100
#define RESTART_PAUSE_NS 20000000

#define LOOKS_MAX 4

#define BUCKETS_FILE "sys/net/netfilter/nf_conntrack_buckets"

static int read_buckets(const struct roots *roots, uint32_t *out)
{
	char text[32];
	int64_t number;
	ssize_t length = read_small(roots->proc, BUCKETS_FILE, text, sizeof(text));
	int err = length < 0 ? (int)length : parse_whole_number(text, (size_t)length, &number);

	if (err)
		return err;
	if (number < 1 || number > UINT32_MAX)
		return -ERANGE;
	*out = (uint32_t)number;
	return 0;
}

/* A map of the size the table has now, empty, in the place of the one there was. */
static int make_chains(struct walker *walker)
{
	struct chain_map map;
	uint32_t buckets = 0, zero = 0;
	int err = read_buckets(walker->roots, &buckets);

	if (!err)
		err = chain_map_make(&map, buckets);
	if (err)
		return err;
	err = bpf_map_update_elem(bpf_map__fd(walker->skeleton->maps.chains), &zero, &map.fd, BPF_ANY);
	if (err) {
		chain_map_free(&map);
		return err;
	}
	map.serial = walker->chains.serial + 1;
	chain_map_free(&walker->chains);
	walker->chains = map;
	return 0;
}

static void explain(struct walk_refusal *why, int err)
{
	const char *reason = strerror(-err), *cure = "run with -vv to see what libbpf and the kernel say";

	switch (err) {
	case -ENOENT:
		reason = "nf_conntrack is not loaded";
		cure = "`modprobe nf_conntrack` loads it";
		break;
	case -ENOSYS:
		reason = "this kernel does not tell where the table is, neither in /proc/kallsyms nor by a module's exports";
		cure = "use a kernel with CONFIG_KALLSYMS_ALL, or with nf_conntrack as a module";
		break;
	case -EACCES:
		reason = "the kernel hides the table's address in /proc/kallsyms";
		cure = "run as root or with CAP_SYSLOG, and with kernel.kptr_restrict below 2";
		break;
	case -EPERM:
		reason = geteuid() ? "the kernel refuses BPF tracing programs to this user" :
				     "the kernel refuses BPF tracing programs, even to root";
		cure = geteuid() ? "run as root, or with CAP_BPF and CAP_PERFMON (CAP_SYS_ADMIN before 5.8)" :
				   "in a container add CAP_BPF and CAP_PERFMON; else the kernel's lockdown or its builder forbids it";
		break;
	}
	(void)snprintf(why->reason, sizeof(why->reason), "%s", reason);
	(void)snprintf(why->cure, sizeof(why->cure), "%s", cure);
}

int walk_open(struct walker **out, const struct walk_options *options, const struct roots *roots,
	      struct walk_refusal *why)
{
	struct walker *walker = calloc(1, sizeof(*walker));
	int err = -ENOMEM;
	uint32_t buckets;

	*out = NULL;
	if (!walker)
		goto fail;
	*walker = (struct walker){
		.options = *options, .roots = roots,
		.symbols = { { "nf_conntrack_hash", 0 }, { "nf_conntrack_htable_size", 0 },
			     { "nf_conntrack_generation", 0 } },
	};
	err = read_buckets(roots, &buckets);
	if (err)
		goto fail;
	err = walk_load(walker);
	if (!err && options->chains)
		err = make_chains(walker);
	if (err)
		goto fail;
	*out = walker;
	return 0;
fail:
	explain(why, err);
	walk_free(walker);
	return err;
}

/* The walk is over, or void: the next slice begins a new one. */
static void start_over(struct walker *walker)
{
	memset(&walker->skeleton->bss->walk, 0, sizeof(walker->skeleton->bss->walk));
}

static void finish(struct walker *walker)
{
	const struct ct_walk_state *state = &walker->skeleton->bss->walk;

	walker->done = walker->under_way;
	walker->done.time_ns = monotonic_ns();
	walker->done.buckets = state->buckets;
	walker->done.nodes = state->nodes;
	walker->done.unassured = state->unassured;
	walker->done.moved = state->moved;
	walker->done.unsettled = state->unsettled;
	walker->done.cut = state->cut;
	walker->done.limits_chains = state->limits_chains;
	walker->under_way = (struct walk_result){ 0 };
	start_over(walker);
}

static int begin_again(struct walker *walker)
{
	int err = 0;

	start_over(walker);
	if (walker->options.chains)
		err = make_chains(walker);
	if (!err && ++walker->under_way.restarts > RESTARTS_MAX)
		err = -EAGAIN;
	if (err)
		walker->under_way = (struct walk_result){ 0 };
	return err ? err : 1;
}

static int run_slice(struct walker *walker)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	uint64_t began = monotonic_ns();
	int err = bpf_prog_test_run_opts(bpf_program__fd(walker->skeleton->progs.walk_slice), &opts);
	double seconds = (double)(monotonic_ns() - began) / 1e9;

	walker->under_way.slices++;
	walker->under_way.seconds += seconds;
	if (seconds > walker->under_way.slowest)
		walker->under_way.slowest = seconds;
	return err;
}

int walk_slice(struct walker *walker)
{
	const volatile struct ct_walk_state *state = &walker->skeleton->bss->walk;
	int err = 0;

	if (!state->table && walker->options.census)
		err = walk_census_clear(walker);
	if (!err)
		err = run_slice(walker);
	if (err)
		return err;
	/* A map of the wrong size: the table was resized before the first slice. */
	if (state->outcome == CT_WALK_RESIZED ||
	    (walker->options.chains && state->buckets != walker->chains.count))
		return begin_again(walker);
	if (state->outcome == CT_WALK_MORE)
		return 1;
	finish(walker);
	return 0;
}

int walk_run(struct walker *walker)
{
	const struct timespec pause = { .tv_nsec = RESTART_PAUSE_NS };
	uint32_t restarts = walker->under_way.restarts;
	int more;

	while ((more = walk_slice(walker)) == 1) {
		if (walker->under_way.restarts == restarts)
			continue;
		restarts = walker->under_way.restarts;
		(void)nanosleep(&pause, NULL);
	}
	return more;
}

const struct walk_result *walk_result(const struct walker *walker)
{
	return &walker->done;
}

const struct chain_map *walk_chains(const struct walker *walker)
{
	return &walker->chains;
}

/* A bucket whose nodes move while they are looked at is looked at again, a few times. */
ssize_t walk_look(struct walker *walker, uint32_t bucket,
		  struct ct_chain_node nodes[static CT_LOOK_NODES])
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	volatile struct ct_walk_look *look = &walker->skeleton->bss->look;
	int fd = bpf_map__fd(walker->skeleton->maps.looked), err = 0;
	uint32_t i;

	look->bucket = bucket;
	for (int tries = 0; tries < LOOKS_MAX && !err; tries++) {
		err = bpf_prog_test_run_opts(bpf_program__fd(walker->skeleton->progs.walk_look), &opts);
		if (look->whole || look->count == CT_LOOK_NODES)
			break;
	}
	for (i = 0; i < look->count && !err; i++)
		err = bpf_map_lookup_elem(fd, &i, &nodes[i]);
	return err ? err : (ssize_t)i;
}

void walk_free(struct walker *walker)
{
	if (!walker)
		return;
	chain_map_free(&walker->chains);
	walk_unload(walker);
	free(walker);
}
