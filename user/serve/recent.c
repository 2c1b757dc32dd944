// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdlib.h>
#include <string.h>
#include "observe/clock.h"
#include "recent.h"

#define NS_PER_S 1000000000ULL

void recent_add(struct recent *recent, const char *line, size_t len)
{
	struct recent_line *place = &recent->ring[recent->next];
	char *copy;

	if (len && line[len - 1] == '\n')
		len--;
	copy = strndup(line, len);
	if (!copy)
		return;
	free(place->text);
	*place = (struct recent_line){ copy, monotonic_ns() };
	recent->next = (recent->next + 1) % RECENT_MAX;
	if (recent->count < RECENT_MAX)
		recent->count++;
}

size_t recent_list(const struct recent *recent, size_t seconds, const char *out[static RECENT_MAX])
{
	size_t oldest = (recent->next + RECENT_MAX - recent->count) % RECENT_MAX, count = 0;
	uint64_t now = monotonic_ns();

	for (size_t i = 0; i < recent->count; i++) {
		const struct recent_line *line = &recent->ring[(oldest + i) % RECENT_MAX];

		if (!seconds || now - line->monotonic_ns <= seconds * NS_PER_S)
			out[count++] = line->text;
	}
	return count;
}

void recent_free(struct recent *recent)
{
	for (size_t i = 0; i < RECENT_MAX; i++)
		free(recent->ring[i].text);
	*recent = (struct recent){ 0 };
}
