// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "observe/clock.h"
#include "observation.h"

#define NS_PER_S 1000000000ULL
/* A walk of /proc costs most of a quiet interval: no more often than this without a reason. */
#define REFRESH_NS (60 * NS_PER_S)
/* And with a reason (newcomers.h, or one that is gone) no more often than this. */
#define REFRESH_MIN_NS (1 * NS_PER_S)

void observer_init(struct observer *observer, const struct roots *roots, struct probes *probes)
{
	*observer = (struct observer){
		.roots = roots, .probes = probes, .pods = pods_new(roots, NULL),
	};
}

/* One that may live now and not in a second; each is looked for a few times only. */
static bool newcomer(struct observer *observer, const struct counts *counts)
{
	bool any = false;

	for (size_t i = 0; i < counts->count; i++) {
		uint32_t netns = counts->list[i].netns;

		if (netns && !namespaces_find(&observer->namespaces, netns))
			any |= newcomers_seek(&observer->newcomers, netns);
	}
	return any;
}

static int refresh(struct observer *observer, uint64_t now)
{
	struct namespaces fresh;
	int err = namespaces_read(observer->roots, &fresh);

	if (err)
		return err;
	namespaces_free(&observer->namespaces);
	observer->namespaces = fresh;
	observer->refreshed_ns = now;
	return 0;
}

static int read_views(const struct observer *observer, struct observation *out)
{
	size_t count = observer->namespaces.count;
	struct netns_view *views = realloc(out->views, (count ? count : 1) * sizeof(*views));

	if (!views)
		return -ENOMEM;
	out->views = views;
	out->view_count = count;
	for (size_t i = 0; i < count; i++) {
		const struct namespace *ns = &observer->namespaces.list[i];

		views[i] = (struct netns_view){ .netns = ns->netns, .host = ns->host };
		/* A namespace may go at any moment: its counters stay, its statistics are unknown. */
		views[i].known = !kernel_stats_read(observer->roots, ns->pid, &views[i].stats);
	}
	return 0;
}

static bool any_gone(const struct observer *observer)
{
	for (size_t i = 0; i < observer->namespaces.count; i++)
		if (!namespace_still(observer->roots, &observer->namespaces.list[i]))
			return true;
	return false;
}

static bool outdated(struct observer *observer, const struct observation *out)
{
	uint64_t age = out->monotonic_ns - observer->refreshed_ns;

	if (!observer->refreshed_ns || age >= REFRESH_NS)
		return true;
	return age >= REFRESH_MIN_NS && (newcomer(observer, &out->counts) || any_gone(observer));
}

static int look_at_namespaces(struct observer *observer, struct observation *out)
{
	int err = outdated(observer, out) ? refresh(observer, out->monotonic_ns) : 0;

	if (!err)
		err = read_views(observer, out);
	/* Names are a help, not a count: without them the numbers stand alone. */
	if (!err && observer->pods)
		(void)pods_look(observer->pods, &observer->namespaces, out->monotonic_ns);
	out->pods = observer->pods;
	return err;
}

int observer_look(struct observer *observer, struct observation *out)
{
	int err = 0;

	out->monotonic_ns = monotonic_ns();
	out->real_ns = real_ns();
	out->counted = observer->probes != NULL;
	counts_clear(&out->counts);
	if (out->counted) {
		err = probes_read(observer->probes, &out->counts);
		if (!err)
			err = probes_losses(observer->probes, out->counts.total, &out->losses);
	}
	if (!err)
		err = look_at_namespaces(observer, out);
	if (!err)
		err = settings_kept_read(&observer->settings, observer->roots, out->monotonic_ns,
					 &out->settings);
	if (!err)
		err = self_usage_read(&out->self);
	return err;
}

int observer_notice(struct observer *observer)
{
	uint64_t now = monotonic_ns();
	int err;

	if (!observer->probes)
		return 0;
	counts_clear(&observer->noticed);
	err = probes_read(observer->probes, &observer->noticed);
	if (err || !newcomer(observer, &observer->noticed))
		return err;
	err = refresh(observer, now);
	if (!err && observer->pods)
		(void)pods_look(observer->pods, &observer->namespaces, now);
	return err;
}

void observer_free(struct observer *observer)
{
	newcomers_free(&observer->newcomers);
	counts_free(&observer->noticed);
	namespaces_free(&observer->namespaces);
	settings_kept_free(&observer->settings);
	pods_free(observer->pods);
	observer->pods = NULL;
}
