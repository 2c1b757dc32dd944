// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdlib.h>
#include <string.h>
#include "recent.h"

void recent_add(struct recent *recent, const char *line, size_t len)
{
	char *copy;

	if (len && line[len - 1] == '\n')
		len--;
	copy = strndup(line, len);
	if (!copy)
		return;
	free(recent->lines[recent->next]);
	recent->lines[recent->next] = copy;
	recent->next = (recent->next + 1) % RECENT_MAX;
	if (recent->count < RECENT_MAX)
		recent->count++;
}

const char *recent_at(const struct recent *recent, size_t i)
{
	size_t oldest = (recent->next + RECENT_MAX - recent->count) % RECENT_MAX;

	return i < recent->count ? recent->lines[(oldest + i) % RECENT_MAX] : NULL;
}

void recent_free(struct recent *recent)
{
	for (size_t i = 0; i < RECENT_MAX; i++)
		free(recent->lines[i]);
	*recent = (struct recent){ 0 };
}
