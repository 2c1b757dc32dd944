// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Takes the sums of refused packets out of their maps. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include "ctscope/tuning.h"
#include "hooks.skel.h"
#include "probes_state.h"
#include "refused.h"

/*
 * Reads and empties a map in as few calls as there may be: one, as the room
 * is for all of it. -ENOENT is the kernel's word for the end.
 */
static int take_all(const struct bpf_map *map, void *keys, uint64_t *sums, size_t *count)
{
	uint32_t size = bpf_map__max_entries(map), position, *from = NULL;
	int err = 0;

	*count = 0;
	while (!err && *count < size) {
		uint32_t got = size - (uint32_t)*count;

		err = bpf_map_lookup_and_delete_batch(bpf_map__fd(map), from, &position,
						      (char *)keys + *count * bpf_map__key_size(map),
						      sums + *count, &got, NULL);
		if (!err || err == -ENOENT)
			*count += got;
		from = &position;
	}
	return err == -ENOENT ? 0 : err;
}

int probes_refused_take(struct probes *probes, struct refused *out)
{
	const struct bpf_map *by_source = probes->skeleton->maps.refused_sources;
	const struct bpf_map *by_target = probes->skeleton->maps.refused_targets;
	uint32_t room = bpf_map__max_entries(by_source);
	struct ct_source *sources = calloc(room, sizeof(*sources));
	struct ct_target *targets = calloc(room, sizeof(*targets));
	uint64_t *sums = calloc(room, sizeof(*sums));
	int err = -ENOMEM;

	*out = (struct refused){ 0 };
	out->sources = calloc(room, sizeof(*out->sources));
	out->targets = calloc(room, sizeof(*out->targets));
	if (!sources || !targets || !sums || !out->sources || !out->targets)
		goto out;
	err = take_all(by_source, sources, sums, &out->source_count);
	for (size_t i = 0; !err && i < out->source_count; i++)
		out->sources[i] = (struct refused_source){ sources[i], sums[i] };
	if (!err)
		err = take_all(by_target, targets, sums, &out->target_count);
	for (size_t i = 0; !err && i < out->target_count; i++)
		out->targets[i] = (struct refused_target){ targets[i], sums[i] };
out:
	free(sources);
	free(targets);
	free(sums);
	if (err)
		refused_free(out);
	return err;
}
