// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Bytes as they might stand in the ring: rejected, or a record that renders to one valid line. */
#include <stdint.h>
#include <stdlib.h>
#include "../unit/json_check.h"
#include "observe/ring.h"
#include "render/record_drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ct_event event;
	struct packet packet = { .event = &event, .time_ns = 1760000000123456789ull, .max_known = true };
	char line[JSON_LINE_MAX];

	if (ring_decode(data, size, &event))
		return 0;
	if (size != sizeof(event) || event.kind < CT_EVENT_DROP || event.kind > CT_EVENT_EVICT ||
	    event.counter >= CT_COUNTER_COUNT)
		abort();
	for (int redacted = 0; redacted < 2; redacted++) {
		ssize_t len;

		packet.redacted = redacted;
		len = record_packet(line, "node", &packet);
		if (len <= 0 || !json_line_is_valid(line, (size_t)len))
			abort();
	}
	return 0;
}
