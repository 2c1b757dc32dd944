// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The chains that insertions meet: what the probes that count them see on the way. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <string.h>
#include "ctscope/tuning.h"
#include "hooks.skel.h"
#include "probes_state.h"

int probes_share_chains(struct probes *probes, const struct chain_map *map)
{
	uint32_t zero = 0;

	return bpf_map_update_elem(bpf_map__fd(probes->skeleton->maps.chains), &zero, &map->fd, BPF_ANY);
}

bool probes_met(const struct probes *probes, uint64_t lengths[static CT_MET_LONGEST + 1])
{
	memset(lengths, 0, (CT_MET_LONGEST + 1) * sizeof(lengths[0]));
	/* A hook elsewhere does not see the bucket. */
	if (!probes->skeleton->rodata->tuning.insertions_a_look ||
	    probes->skeleton->rodata->tuning.insert_at_confirm)
		return false;
	for (uint32_t cpu = 0; cpu < probes->cpus; cpu++)
		for (int n = 0; n <= CT_MET_LONGEST; n++)
			lengths[n] += probes->met[cpu].lengths[n];
	return true;
}
