// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdlib.h>
#include "observation.h"

static int compare_netns(const void *key, const void *element)
{
	uint32_t a = *(const uint32_t *)key, b = ((const struct netns_view *)element)->netns;

	return a < b ? -1 : a > b;
}

const struct netns_view *observation_view(const struct observation *observation, uint32_t netns)
{
	if (!observation->view_count)
		return NULL;
	return bsearch(&netns, observation->views, observation->view_count,
		       sizeof(observation->views[0]), compare_netns);
}

const struct owner *observation_owner(const struct observation *observation, uint32_t netns)
{
	return observation->pods ? pods_find(observation->pods, netns) : NULL;
}

void observation_free(struct observation *observation)
{
	counts_free(&observation->counts);
	settings_free(&observation->settings);
	free(observation->views);
	*observation = (struct observation){ 0 };
}
