// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "scrape.h"

int scrape_look(struct scrape *scrape, struct monitor *monitor)
{
	struct observation *fresh = &scrape->seen[scrape->now == &scrape->seen[0]];
	int err;

	/* Attached meanwhile: counts begin anew. */
	if (scrape->probes != monitor->probes)
		scrape->now = NULL;
	scrape->probes = monitor->probes;
	err = observer_look(&monitor->observer, fresh);
	if (err)
		return err;
	scrape->before = scrape->now;
	scrape->now = fresh;
	err = change_between(&scrape->change, scrape->before, fresh, &monitor->machine,
			     monitor->probes ? probes_counters_known(monitor->probes) : 0);
	if (err)
		return err;
	scrape->change.report.table.fill_seconds =
		forecast_fill_seconds(&monitor->forecast, scrape->change.report.table.max);
	scrape->change.report.table.unassured_known = monitor->change.report.table.unassured_known;
	scrape->change.report.table.unassured = monitor->change.report.table.unassured;
	netns_series_update(&scrape->series, scrape->before, fresh);
	return 0;
}

void scrape_free(struct scrape *scrape)
{
	observation_free(&scrape->seen[0]);
	observation_free(&scrape->seen[1]);
}
