// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdlib.h>
#include "who.h"

const char *const who_idle_titles[WHO_IDLE_CLASSES] = {
	"<10s", "10s-1m", "1m-10m", "10m-1h", "1h-1d", ">1d", "unknown",
};

/* The bounds between them, each one of ct_idle_bounds. */
static const uint32_t class_bounds[WHO_IDLE_CLASSES - 2] = { 10, 60, 600, 3600, 86400 };

static size_t class_of(uint8_t index)
{
	size_t class = 0;

	if (index == CT_IDLE_UNKNOWN)
		return WHO_IDLE_CLASSES - 1;
	while (class < WHO_IDLE_CLASSES - 2 && idle_from(index) >= class_bounds[class])
		class++;
	return class;
}

static int most_first(const void *a, const void *b)
{
	const struct who_idle *x = a, *y = b;

	if (x->entries != y->entries)
		return x->entries > y->entries ? -1 : 1;
	if (x->protocol != y->protocol)
		return x->protocol < y->protocol ? -1 : 1;
	return (x->state > y->state) - (x->state < y->state);
}

size_t who_idle_table(const struct group_row *rows, size_t count, struct who_idle *out, size_t max)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		const struct ct_group *keys = &rows[i].keys;
		size_t at = 0;

		while (at < found && (out[at].protocol != keys->protocol || out[at].state != keys->state))
			at++;
		if (at == max)
			continue;
		if (at == found)
			out[found++] = (struct who_idle){ .protocol = keys->protocol, .state = keys->state };
		out[at].entries += rows[i].entries;
		out[at].in[class_of(keys->idle)] += rows[i].entries;
	}
	qsort(out, found, sizeof(*out), most_first);
	return found;
}
