// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which way each hook is to be attached: the best this kernel has, and the next when that fails. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "probes_state.h"
#include "probes_targets.h"
#include "read.h"

/*
 * Module BTF can be missing (5.10), or be out of reach: the kernel hands
 * out BTF by number to CAP_SYS_ADMIN only, and libbpf then skips it.
 */
static bool direct_possible(const struct roots *roots)
{
	uint32_t id = 0;

	if (!file_there(roots->sys, "module/nf_conntrack/initstate"))
		return true;	/* built in: vmlinux's BTF, which is a plain file */
	return file_there(roots->sys, "kernel/btf/nf_conntrack") && !bpf_btf_get_next_id(0, &id);
}

static bool avoided(const char *avoid, const char *what)
{
	size_t length = strlen(what);

	for (const char *at = avoid; at && *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == length && !strncmp(at, what, length))
			return true;
	return false;
}

void probes_plan(struct probes *probes, const struct probes_options *options, const struct roots *roots)
{
	bool direct = direct_possible(roots) && !avoided(options->avoid, "direct");

	/* Failing, both leave it to libbpf. */
	probes->types = kernel_types_read(roots);
	if (direct && probes->types)
		(void)probes_targets_find(probes->types);
	for (int h = 0; h < HOOK_COUNT; h++) {
		struct hook_state *state = &probes->state[h];

		state->wanted = h != HOOK_CTNETLINK;
		state->twice = h == HOOK_EARLY_DROP || options->twice & 1U << h;
		state->way = direct ? WAY_DIRECT : WAY_KPROBE;
		state->next = direct ? WAY_KPROBE : WAY_COUNT;
		if (avoided(options->avoid, hook_table[h].function)) {
			state->way = WAY_COUNT;
			(void)snprintf(state->reason, sizeof(state->reason), "left out by request");
		}
	}
}

/* This way does not work for this hook: the next one, and why. */
void probes_next_way(struct hook_state *state, int err)
{
	const char *words = err == -ENOENT || err == -ESRCH ? "this kernel has no such function" :
			    err == -LIBBPF_ENOTSUPP ? "this kernel cannot attach there" : strerror(-err);

	(void)snprintf(state->reason, sizeof(state->reason), "%s", words);
	state->error = err;
	state->way = state->next;
	state->next = WAY_COUNT;
}

/* The second at an allocation's end knows by the others' marks alone that the first has not told. */
static bool twice(const struct probes *probes, int h)
{
	const struct hook_state *state = probes->state;

	return state[h].twice && (h != HOOK_ALLOC || (state[HOOK_EARLY_DROP].way < WAY_COUNT &&
						      state[HOOK_NO_MEMORY].way < WAY_COUNT));
}

const char *probes_program(const struct probes *probes, int h, int p)
{
	enum hook_way way = probes->state[h].way;

	return way == WAY_COUNT || (p >= HOOK_SECOND && !twice(probes, h)) ? NULL :
		hook_table[h].programs[way][p];
}

int probes_planned(const struct probes *probes)
{
	for (int h = 0; h < HOOK_COUNT; h++)
		if (probes->state[h].wanted && probes->state[h].way < WAY_COUNT)
			return 0;
	return probes->state[0].error ? probes->state[0].error : -EOPNOTSUPP;
}
