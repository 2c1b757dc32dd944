// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "persistence.h"
#include "read.h"
#include "sysctl_text.h"

#define FILE_SIZE_MAX (1U << 20)
#define FILES_MAX 512

/* A file of the same name further up hides those below (sysctl.d(5), modprobe.d(5)). */
static const char *const sysctl_folders[] = {
	"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d",
};

static const char *const modprobe_folders[] = {
	"/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d",
	"/lib/modprobe.d",
};

struct file {
	const char *folder;
	char name[NAME_MAX + 1];
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static bool ends_in_conf(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && !strcmp(name + len - 5, ".conf");
}

static bool hidden(const struct file *files, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(files[i].name, name))
			return true;
	return false;
}

static size_t list_folder(const char *root, const char *folder, struct file *files, size_t count)
{
	const struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir;

	if (snprintf(path, sizeof(path), "%s%s", root, folder) >= PATH_MAX)
		return count;
	dir = opendir(path);
	if (!dir)
		return count;
	while (count < FILES_MAX && (entry = readdir(dir))) {
		if (!ends_in_conf(entry->d_name) || hidden(files, count, entry->d_name))
			continue;
		files[count].folder = folder;
		(void)snprintf(files[count].name, sizeof(files[count].name), "%s", entry->d_name);
		count++;
	}
	(void)closedir(dir);
	return count;
}

/* The last assignment wins. */
static void set(struct persistence *out, const char *name, int64_t value, const char *file)
{
	struct persistent *p = (struct persistent *)persistence_find(out, name);

	if (!p && out->count == PERSISTENT_MAX)
		return;
	if (!p)
		p = &out->list[out->count++];
	(void)snprintf(p->name, sizeof(p->name), "%s", name);
	(void)snprintf(p->file, sizeof(p->file), "%s", file);
	p->value = value;
}

const struct persistent *persistence_find(const struct persistence *persistence, const char *name)
{
	for (size_t i = 0; i < persistence->count; i++)
		if (!strcmp(persistence->list[i].name, name))
			return &persistence->list[i];
	return NULL;
}

static void take_sysctl(struct persistence *out, const char *text, size_t len, const char *file)
{
	static const char *const prefixes[] = {
		"net.netfilter.nf_conntrack_", "net.nf_conntrack_", "net.ipv4.netfilter.ip_conntrack_",
	};
	struct sysctl_line line;
	int64_t value;
	bool bad;

	if (!sysctl_line(text, len, &line, &bad) ||
	    parse_whole_number(line.value, line.value_len, &value))
		return;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncmp(line.name, prefixes[i], strlen(prefixes[i])))
			set(out, line.name + strlen(prefixes[i]), value, file);
}

/* "hashsize=N" among the words of a text, up to `end`. */
static bool find_hashsize(const char *text, const char *end, const char *key, int64_t *value)
{
	size_t key_len = strlen(key);

	for (const char *at = text; at < end; at++) {
		size_t len = 0;

		if ((at > text && at[-1] != ' ' && at[-1] != '\t') || (size_t)(end - at) <= key_len ||
		    memcmp(at, key, key_len))
			continue;
		at += key_len;
		while (at + len < end && at[len] >= '0' && at[len] <= '9')
			len++;
		return !parse_whole_number(at, len, value);
	}
	return false;
}

/* "options nf_conntrack hashsize=N" */
static void take_modprobe(struct persistence *out, const char *text, size_t len, const char *file)
{
	const char *end = text + len;
	int64_t value;

	while (text < end && (*text == ' ' || *text == '\t'))
		text++;
	if ((size_t)(end - text) < 8 || memcmp(text, "options ", 8))
		return;
	for (text += 8; text < end && *text == ' '; text++)
		;
	if ((size_t)(end - text) > 13 && !memcmp(text, "nf_conntrack ", 13) &&
	    find_hashsize(text + 13, end, "hashsize=", &value))
		set(out, "hashsize", value, file);
}

typedef void take_line(struct persistence *, const char *line, size_t len, const char *file);

static void read_file(const char *root, const char *folder, const char *name, take_line *take,
		      struct persistence *out)
{
	char path[PATH_MAX], file[PATH_MAX + NAME_MAX], *text, *line;
	ssize_t size;

	(void)snprintf(path, sizeof(path), "%s%s", root, folder);
	(void)snprintf(file, sizeof(file), "%s/%s", folder, name);
	size = read_whole(path, name, FILE_SIZE_MAX, &text);
	if (size < 0)
		return;
	for (line = text; line < text + size;) {
		size_t left = (size_t)(text + size - line);
		char *lf = memchr(line, '\n', left);
		size_t len = lf ? (size_t)(lf - line) : left;

		take(out, line, len, file);
		line += len + 1;
	}
	free(text);
}

static void read_folders(const char *root, const char *const *folders, size_t folder_count,
			 take_line *take, struct persistence *out)
{
	struct file *files = calloc(FILES_MAX, sizeof(*files));
	size_t count = 0;

	if (!files)
		return;
	for (size_t i = 0; i < folder_count; i++)
		count = list_folder(root, folders[i], files, count);
	qsort(files, count, sizeof(*files), by_name);
	for (size_t i = 0; i < count; i++)
		read_file(root, files[i].folder, files[i].name, take, out);
	free(files);
}

static void read_command_line(const struct roots *roots, struct persistence *out)
{
	char text[4096];
	ssize_t len = read_small(roots->proc, "cmdline", text, sizeof(text));
	int64_t value;

	if (len > 0 && find_hashsize(text, text + len, "nf_conntrack.hashsize=", &value))
		set(out, "hashsize", value, "the kernel's command line");
}

/* Through process 1, as in /proc/1/root, so that no mount is needed; else, on the host itself, /. */
static bool find_root(const struct roots *roots, char root[static PATH_MAX])
{
	char etc[PATH_MAX + 8];

	(void)snprintf(root, PATH_MAX, "%s/1/root", roots->proc);
	(void)snprintf(etc, sizeof(etc), "%s/etc", root);
	if (!access(etc, R_OK | X_OK))
		return true;
	root[0] = '\0';
	return !strcmp(roots->proc, "/proc");
}

void persistence_read(const struct roots *roots, const char *root, struct persistence *out)
{
	char found[PATH_MAX];

	*out = (struct persistence){ 0 };
	if (!root && !find_root(roots, found))
		return;
	root = root ? root : found;
	out->known = true;
	read_command_line(roots, out);
	read_folders(root, modprobe_folders, sizeof(modprobe_folders) / sizeof(modprobe_folders[0]),
		     take_modprobe, out);
	read_folders(root, sysctl_folders, sizeof(sysctl_folders) / sizeof(sysctl_folders[0]),
		     take_sysctl, out);
	read_file(root, "/etc", "sysctl.conf", take_sysctl, out);
}
