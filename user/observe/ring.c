// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include "ctscope/counters.h"
#include "ring.h"

static bool kind_fits(const struct ct_event *event)
{
	switch (event->kind) {
	case CT_EVENT_DROP:
		return event->counter >= CT_FIRST_DROP && event->counter < CT_COUNTER_COUNT;
	case CT_EVENT_EVICT:
		return event->counter == CT_evicted;
	default:
		return false;
	}
}

/* An IPv4 address fills four bytes; a record with more was not written by read_flow(). */
static bool rest_is_zero(const __u8 *address)
{
	for (int i = 4; i < 16; i++)
		if (address[i])
			return false;
	return true;
}

static bool flow_fits(const struct ct_flow *flow)
{
	return flow->family == AF_INET6 ||
	       (flow->family == AF_INET && rest_is_zero(flow->src) && rest_is_zero(flow->dst));
}

int ring_decode(const void *bytes, size_t size, struct ct_event *out)
{
	struct ct_event event;

	if (size != sizeof(event))
		return -EBADMSG;
	/* Whoever gives us the bytes does not promise that they are aligned. */
	memcpy(&event, bytes, sizeof(event));
	if (!kind_fits(&event) || !flow_fits(&event.flow))
		return -EBADMSG;
	*out = event;
	return 0;
}
