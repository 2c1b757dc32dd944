// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The ring buffer's reader: libbpf brings the bytes, ring_decode() judges them. */
#include <bpf/libbpf.h>
#include <errno.h>
#include "ctscope/tuning.h"
#include "hooks.skel.h"
#include "probes_state.h"

static int take(void *context, void *bytes, size_t size)
{
	struct probes *probes = context;
	struct ct_event event;

	if (ring_decode(bytes, size, &event))
		probes->rejected++;
	else if (event.time_ns >= probes->before_ns)
		probes->ring_handler(probes->ring_context, &event);
	return 0;
}

int probes_ring_open(struct probes *probes, ring_handler *handler, void *context)
{
	probes->ring_handler = handler;
	probes->ring_context = context;
	probes->ring = ring_buffer__new(bpf_map__fd(probes->skeleton->maps.events), take, probes, NULL);
	return probes->ring ? 0 : -errno;
}

int probes_ring_fd(const struct probes *probes)
{
	return ring_buffer__epoll_fd(probes->ring);
}

int probes_ring_drain(struct probes *probes)
{
	return ring_buffer__consume(probes->ring);
}
