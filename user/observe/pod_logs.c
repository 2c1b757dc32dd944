// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pod_logs.h"

/* A node has 110 pods by default and 500 at most; logs of ended ones stay for a while. */
#define FOLDERS_MAX 16384

/* Kubernetes names: DNS labels and subdomains. Anything else was put there by someone else. */
static bool take_name(char *to, size_t size, const char *from, size_t len)
{
	if (!len || len >= size)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!(from[i] >= 'a' && from[i] <= 'z') && !(from[i] >= '0' && from[i] <= '9') &&
		    from[i] != '-' && from[i] != '.')
			return false;
	memcpy(to, from, len);
	to[len] = '\0';
	return true;
}

bool pod_logs_parse(const char *folder, struct pod_name *pod)
{
	const char *name = strchr(folder, '_');
	const char *uid = name ? strchr(name + 1, '_') : NULL;

	return uid && take_name(pod->namespace, sizeof(pod->namespace), folder, (size_t)(name - folder)) &&
	       take_name(pod->name, sizeof(pod->name), name + 1, (size_t)(uid - name - 1)) &&
	       take_name(pod->uid, sizeof(pod->uid), uid + 1, strlen(uid + 1));
}

static int add(struct pod_logs *logs, const struct pod_name *pod)
{
	if (logs->count == logs->room) {
		size_t room = logs->room ? logs->room * 2 : 64;
		struct pod_name *grown = reallocarray(logs->list, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		logs->list = grown;
		logs->room = room;
	}
	logs->list[logs->count++] = *pod;
	return 0;
}

int pod_logs_read(struct pod_logs *logs, const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	struct pod_name pod;
	int err = 0;

	*logs = (struct pod_logs){ 0 };
	if (!dir)
		return -errno;
	while (!err && logs->count < FOLDERS_MAX && (entry = readdir(dir)))
		if (pod_logs_parse(entry->d_name, &pod))
			err = add(logs, &pod);
	(void)closedir(dir);
	if (err)
		pod_logs_free(logs);
	return err;
}

bool pod_logs_name(const struct pod_logs *logs, struct pod_name *pod)
{
	for (size_t i = 0; i < logs->count; i++)
		if (!strcmp(logs->list[i].uid, pod->uid)) {
			*pod = logs->list[i];
			return true;
		}
	return false;
}

void pod_logs_free(struct pod_logs *logs)
{
	if (!logs)
		return;
	free(logs->list);
	*logs = (struct pod_logs){ 0 };
}
