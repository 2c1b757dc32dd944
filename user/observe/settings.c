// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "read.h"
#include "settings.h"

/* Seven times what any kernel has. */
#define SETTINGS_MAX 400

/*
 * Where they are, in this order; a name met again further down is the same
 * variable once more. The second pair belongs to kernels that have nothing in
 * the first, or repeats it (NF_CONNTRACK_PROC_COMPAT, until 4.8).
 */
static const struct tree {
	const char *folder, *sysctl, *prefix;
	bool old;
} trees[] = {
	{ "sys/net/netfilter", "net.netfilter", "nf_conntrack_", false },
	{ "sys/net/netfilter", "net.netfilter", "nf_flowtable_", false },
	{ "sys/net", "net", "nf_conntrack_", false },
	{ "sys/net/ipv4/netfilter", "net.ipv4.netfilter", "ip_conntrack_", true },
	{ "sys/net/ipv4", "net.ipv4", "ip_conntrack_", true },
};

static bool begins(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* "nf_conntrack_max" or a full name with it -> "max"; "nf_flowtable_x" -> "flowtable_x". */
static const char *short_name(const char *name)
{
	static const char *const prefixes[] = { "nf_conntrack_", "ip_conntrack_", "nf_" };
	const char *dot = strrchr(name, '.'), *file = dot ? dot + 1 : name;

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (begins(file, prefixes[i]))
			return file + strlen(prefixes[i]);
	return file;
}

static const struct setting_info *find_info(const char *name)
{
	for (size_t i = 0; i < settings_table_count; i++)
		if (!strcmp(settings_table[i].name, name))
			return &settings_table[i];
	return NULL;
}

const struct setting *settings_named(const struct settings *settings, const char *name, size_t near)
{
	if (near < settings->count && !strcmp(settings->list[near].name, name))
		return &settings->list[near];
	for (size_t i = 0; i < settings->count; i++)
		if (!strcmp(settings->list[i].name, name))
			return &settings->list[i];
	return NULL;
}

const struct setting *settings_find(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->count; i++)
		if (!strcmp(short_name(settings->list[i].name), name))
			return &settings->list[i];
	return NULL;
}

static int append(struct settings *all, const struct setting *new)
{
	struct setting *grown;

	if (all->count == SETTINGS_MAX)
		return -E2BIG;
	grown = reallocarray(all->list, all->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	all->list = grown;
	all->list[all->count++] = *new;
	return 0;
}

/* Reads one and appends it, unless it is there already or has just gone. */
static int add(struct settings *all, const char *folder, const struct tree *tree, const char *file)
{
	struct setting new = { .info = find_info(short_name(file)) };
	char text[64];
	ssize_t len;

	if (settings_find(all, short_name(file)))
		return 0;
	(void)snprintf(new.name, sizeof(new.name), "%s.%s", tree->sysctl, file);
	len = read_small(folder, file, text, sizeof(text));
	if (len == -ENOENT)
		return 0;
	new.known = len > 0 && !parse_whole_number(text, (size_t)len, &new.value);
	return append(all, &new);
}

/* The tree a full name belongs to: what is behind the folder begins as its files do. */
static bool is_ours(const char *name)
{
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		size_t n = strlen(trees[i].sysctl);

		if (begins(name, trees[i].sysctl) && name[n] == '.' &&
		    begins(name + n + 1, trees[i].prefix) && !strchr(name + n + 1, '.'))
			return true;
	}
	return false;
}

int settings_add(struct settings *all, const char *name, const char *value, size_t len)
{
	struct setting new = { 0 };
	struct setting *old;

	if (!is_ours(name) || strlen(name) >= sizeof(new.name))
		return 0;
	(void)snprintf(new.name, sizeof(new.name), "%s", name);
	new.info = find_info(short_name(name));
	new.known = !parse_whole_number(value, len, &new.value);
	old = (struct setting *)settings_find(all, short_name(name));
	if (!old)
		return append(all, &new);
	if (!old->known)
		*old = new;
	return 0;
}

/* A folder that is not there holds nothing. */
static int read_tree(const struct roots *roots, const struct tree *tree, struct settings *all)
{
	const struct dirent *entry;
	char folder[PATH_MAX];
	int err = 0;
	DIR *dir;

	if (snprintf(folder, sizeof(folder), "%s/%s", roots->proc, tree->folder) >= PATH_MAX)
		return -ENAMETOOLONG;
	dir = opendir(folder);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while (!err && (errno = 0, entry = readdir(dir)))
		if (begins(entry->d_name, tree->prefix))
			err = add(all, folder, tree, entry->d_name);
	if (!err)
		err = -errno;
	(void)closedir(dir);
	return err;
}

/* frag6 settings alone do not prove it: they come with nf_defrag_ipv6. */
static bool conntrack_loaded(const struct settings *all)
{
	return settings_find(all, "max") || settings_find(all, "count");
}

static int by_table_and_name(const void *a, const void *b)
{
	const struct setting *x = a, *y = b;

	if (x->info && y->info)
		return (x->info > y->info) - (x->info < y->info);
	if (x->info || y->info)
		return x->info ? -1 : 1;
	return strcmp(x->name, y->name);
}

void settings_sort(struct settings *settings)
{
	if (settings->count)
		qsort(settings->list, settings->count, sizeof(*settings->list), by_table_and_name);
}

static int why_none(const struct roots *roots)
{
	char byte[1];

	return read_small(roots->proc, "sys/net", byte, sizeof(byte)) == -EISDIR ? -ENOENT : -ENODEV;
}

int settings_read(const struct roots *roots, struct settings *out)
{
	struct settings all = { 0 };
	int err = 0;

	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]) && !err; i++)
		if (!trees[i].old || !conntrack_loaded(&all))
			err = read_tree(roots, &trees[i], &all);
	if (!err && !conntrack_loaded(&all))
		err = why_none(roots);
	if (err) {
		settings_free(&all);
		return err;
	}
	settings_sort(&all);
	settings_defaults(roots, &all);
	*out = all;
	return 0;
}

void settings_free(struct settings *settings)
{
	if (!settings)
		return;
	free(settings->list);
	*settings = (struct settings){ 0 };
}
