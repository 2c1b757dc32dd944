// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "read.h"
#include "settings_kept.h"

/* A module that is loaded brings sysctls with it: the folders are read anew this often. */
#define LIST_NS 60000000000ULL

static int open_setting(const struct roots *roots, const struct setting *setting)
{
	char path[PATH_MAX];
	int prefix = snprintf(path, sizeof(path), "%s/sys/", roots->proc);

	if (prefix < 0 || prefix + strlen(setting->name) >= sizeof(path))
		return -1;
	strcpy(path + prefix, setting->name);
	for (char *at = path + prefix; *at; at++)
		if (*at == '.')
			*at = '/';
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void forget(struct settings_kept *kept)
{
	for (size_t i = 0; kept->files && i < kept->known.count; i++)
		if (kept->files[i] >= 0)
			(void)close(kept->files[i]);
	free(kept->files);
	settings_free(&kept->known);
	*kept = (struct settings_kept){ 0 };
}

static int read_all(struct settings_kept *kept, const struct roots *roots, uint64_t now_ns)
{
	int err;

	forget(kept);
	err = settings_read(roots, &kept->known);
	if (err)
		return err;
	kept->files = malloc((kept->known.count + 1) * sizeof(*kept->files));
	if (!kept->files) {
		forget(kept);
		return -ENOMEM;
	}
	for (size_t i = 0; i < kept->known.count; i++)
		kept->files[i] = kept->known.list[i].known ? open_setting(roots, &kept->known.list[i]) : -1;
	kept->listed_ns = now_ns;
	return 0;
}

/*
 * Whether all is as it was, but for what moves by itself. Any other change
 * can move defaults, too (of max, with the buckets): all is read anew.
 */
static bool still_the_same(struct settings_kept *kept)
{
	for (size_t i = 0; i < kept->known.count; i++) {
		struct setting *setting = &kept->known.list[i];
		char text[64];
		int64_t value;
		ssize_t len;

		if (!setting->known)
			continue;
		len = pread(kept->files[i], text, sizeof(text), 0);
		if (len <= 0 || parse_whole_number(text, (size_t)len, &value))
			return false;
		if (value != setting->value && !(setting->info && setting->info->live))
			return false;
		setting->value = value;
	}
	return true;
}

static int copy(const struct settings *from, struct settings *to)
{
	struct setting *list = reallocarray(to->list, from->count, sizeof(*list));

	if (!list)
		return -ENOMEM;
	memcpy(list, from->list, from->count * sizeof(*list));
	*to = (struct settings){ list, from->count };
	return 0;
}

int settings_kept_read(struct settings_kept *kept, const struct roots *roots, uint64_t now_ns,
		       struct settings *out)
{
	bool listed = kept->listed_ns && now_ns - kept->listed_ns < LIST_NS;
	int err = listed && still_the_same(kept) ? 0 : read_all(kept, roots, now_ns);

	return err ? err : copy(&kept->known, out);
}

void settings_kept_free(struct settings_kept *kept)
{
	forget(kept);
}
