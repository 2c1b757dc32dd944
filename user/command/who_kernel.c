// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `who` without --from: the kernel's own table, by one walk inside the kernel. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "observe/clock.h"
#include "command.h"
#include "observe/kernel_stats.h"
#include "observe/settings.h"
#include "observe/walk_census.h"
#include "who_command.h"

static int read_namespaces(struct who_command *who)
{
	int err = namespaces_read(&who->options.roots, &who->namespaces);

	if (err) {
		fprintf(stderr, "ctscope: cannot read the processes in %s: %s\n",
			who->options.roots.proc, strerror(-err));
		return EXIT_FAILED;
	}
	who->pods = pods_new(&who->options.roots, NULL);
	/* Names are a help: without them the numbers stand alone. */
	if (who->pods)
		(void)pods_look(who->pods, &who->namespaces, monotonic_ns());
	return EXIT_DONE;
}

/* "cart-7d9f8b", "shop/cart-7d9f8b", "nginx.service", ... */
static bool is_named(const struct owner *owner, const char *name)
{
	const char *slash = strchr(name, '/');

	if (!owner)
		return false;
	if (owner->kind != OWNER_POD)
		return !strcmp(owner->unit, name);
	if (!slash)
		return !strcmp(owner->pod.name, name) || !strcmp(owner->pod.uid, name);
	return strlen(owner->pod.namespace) == (size_t)(slash - name) &&
	       !strncmp(owner->pod.namespace, name, (size_t)(slash - name)) &&
	       !strcmp(owner->pod.name, slash + 1);
}

static int add_namespace(struct who_command *who, uint32_t netns)
{
	struct ct_census_filter *filter = &who->filter;

	if (filter->netns_count == CT_FILTER_NETNS) {
		fprintf(stderr, "ctscope: more than %d namespaces are asked for; ask for fewer at once\n",
			CT_FILTER_NETNS);
		return EXIT_USAGE;
	}
	filter->netns[filter->netns_count++] = netns;
	return EXIT_DONE;
}

/* --netns host and --pod, as the numbers they stand for. */
static int resolve(struct who_command *who)
{
	bool found = !who->pod;
	int code = EXIT_DONE;

	for (size_t i = 0; i < who->namespaces.count && !code; i++) {
		const struct namespace *ns = &who->namespaces.list[i];
		const struct owner *owner = who->pods ? pods_find(who->pods, ns->netns) : NULL;

		if (who->pod && !ns->host && is_named(owner, who->pod)) {
			found = true;
			code = add_namespace(who, ns->netns);
		} else if (who->host && ns->host) {
			code = add_namespace(who, ns->netns);
		}
	}
	if (!code && !found) {
		fprintf(stderr, "ctscope: --pod: no pod, container, service or process '%s' has a network "
			"namespace of its own; `ctscope who --by netns,pod` lists those that hold entries\n",
			who->pod);
		return EXIT_FAILED;
	}
	return code;
}

/* The namespace that would drop first decides how full it is. */
static double used_ratio(const struct who_command *who)
{
	const struct setting *max;
	struct settings settings;
	uint64_t limit, fullest = 0;

	if (settings_read(&who->options.roots, &settings))
		return -1;
	max = settings_find(&settings, "max");
	limit = max && max->known && max->value > 0 ? (uint64_t)max->value : 0;
	settings_free(&settings);
	for (size_t i = 0; i < who->namespaces.count; i++) {
		struct kernel_stats stats;

		if (!kernel_stats_read(&who->options.roots, who->namespaces.list[i].pid, &stats) &&
		    stats.entries > fullest)
			fullest = stats.entries;
	}
	return limit && fullest ? (double)fullest / (double)limit : -1;
}

static int refused(const struct walk_refusal *why)
{
	fprintf(stderr, "ctscope: %s\nctscope: to see who holds the table, %s; a saved dump can be read with "
		"--from FILE\n", why->reason, why->cure);
	return EXIT_REFUSED;
}

static int walk(struct who_command *who)
{
	const struct walk_options options = {
		.census = true, .into = who->census, .verbose = who->options.verbose,
	};
	const struct walk_result *result;
	struct walk_refusal why;
	struct walker *walker;
	int err;

	if (walk_open(&walker, &options, &who->options.roots, &why))
		return refused(&why);
	err = walk_census_run(walker, who->census);
	result = walk_result(walker);
	who->who.seconds = result->seconds;
	who->who.slowest = result->slowest;
	who->who.slices = result->slices;
	who->who.unassured_known = !err;
	who->who.unassured = result->unassured;
	walk_free(walker);
	if (err == -EAGAIN)
		fputs("ctscope: the table is resized again and again; try once more\n", stderr);
	else if (err)
		fprintf(stderr, "ctscope: the walk failed: %s\n", strerror(-err));
	return err ? EXIT_FAILED : EXIT_DONE;
}

int who_from_kernel(struct who_command *who)
{
	int code;

	if (who->options.no_bpf) {
		fputs("ctscope: who walks the table with BPF, and --no-bpf was given; a saved dump can be read "
		      "with --from FILE\n", stderr);
		return EXIT_USAGE;
	}
	code = read_namespaces(who);
	if (!code)
		code = resolve(who);
	if (code)
		return code;
	/* The filter is complete only now. */
	who->census->filter = who->filter;
	if (!who->filter.fields)
		who->who.used_ratio = used_ratio(who);
	return walk(who);
}
