// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>
#include "evidence.h"

int64_t evidence_setting(const struct evidence *e, const char *short_name, int64_t otherwise)
{
	const struct setting *setting = e->settings_known ? settings_find(&e->settings, short_name) : NULL;

	return setting && setting->known ? setting->value : otherwise;
}

double evidence_used(const struct evidence *e)
{
	int64_t max = evidence_setting(e, "max", 0);
	uint64_t entries = e->table_known ? e->peak : e->population.known ? e->population.entries : 0;

	if (max <= 0 || (!e->table_known && !e->population.known))
		return -1;
	return (double)entries / (double)max;
}

uint64_t evidence_entries(const struct evidence *e)
{
	return e->population.known ? e->population.entries : e->table_known ? e->table.entries : 0;
}

void evidence_gap(struct evidence *e, const char *what, const char *why)
{
	struct evidence_gap *gap = &e->gaps[e->gap_count];

	if (e->gap_count == sizeof(e->gaps) / sizeof(e->gaps[0]))
		return;
	(void)snprintf(gap->what, sizeof(gap->what), "%s", what);
	(void)snprintf(gap->why, sizeof(gap->why), "%s", why);
	e->gap_count++;
}

void evidence_free(struct evidence *e)
{
	settings_free(&e->settings);
	population_free(&e->population);
	population_free(&e->before);
}
