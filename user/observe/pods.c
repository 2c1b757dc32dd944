// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "netns_place.h"
#include "pod_logs.h"
#include "pods.h"
#include "process.h"

#define NS_PER_S 1000000000ULL
#define KEEP_NS (300 * NS_PER_S)	/* after the namespace is gone */
/*
 * A pod's namespace is made by its runtime, whose own processes are the first
 * in it; the pod's come seconds later, and its log folder may.
 */
#define YOUNG_NS (60 * NS_PER_S)
#define YOUNG_AGAIN_NS (5 * NS_PER_S)
/* The process it was found by ended before it could be looked at: the next one's may not live for long, either. */
#define NOBODY_AGAIN_NS (1 * NS_PER_S)
#define PODS_MAX 8192	/* more than a node has namespaces; one more stays a number */

struct known {
	uint32_t netns;
	uint64_t seen_ns, resolved_ns;
	uint64_t gone_ns;	/* 0: it is there */
	bool stale;		/* to be resolved */
	struct process by;	/* the process it is known by; pid 0: none */
	struct owner owner;
	enum owner_kind found;	/* in this walk; while nobody is, the owner stays who it was */
};

struct pods {
	const struct roots *roots;
	char logs[PATH_MAX];
	struct known *list;	/* by netns, ascending */
	size_t count, room;
	unsigned int walks;
};

struct pods *pods_new(const struct roots *roots, const char *logs)
{
	struct pods *pods = calloc(1, sizeof(*pods));

	if (!pods)
		return NULL;
	pods->roots = roots;
	if (logs)
		(void)snprintf(pods->logs, sizeof(pods->logs), "%s", logs);
	else
		(void)snprintf(pods->logs, sizeof(pods->logs), "%s/1/root/var/log/pods", roots->proc);
	return pods;
}

static size_t place_of(const struct pods *pods, uint32_t netns)
{
	return netns_place(pods->list, pods->count, sizeof(pods->list[0]), netns);
}

static struct known *known_find(const struct pods *pods, uint32_t netns)
{
	size_t at = place_of(pods, netns);

	return at < pods->count && pods->list[at].netns == netns ? &pods->list[at] : NULL;
}

static void remove_at(struct pods *pods, size_t at)
{
	pods->count--;
	memmove(&pods->list[at], &pods->list[at + 1], (pods->count - at) * sizeof(*pods->list));
}

static void forget_gone(struct pods *pods, const struct namespaces *there, uint64_t now)
{
	for (size_t i = pods->count; i-- > 0;) {
		struct known *known = &pods->list[i];

		if (namespaces_find(there, known->netns))
			continue;
		if (!known->gone_ns)
			known->gone_ns = now;
		else if (now - known->gone_ns >= KEEP_NS || pods->count >= PODS_MAX)
			remove_at(pods, i);
	}
}

static int add(struct pods *pods, uint32_t netns, uint64_t now)
{
	size_t at = place_of(pods, netns);

	if (pods->count == PODS_MAX)
		return 0;
	if (pods->count == pods->room) {
		size_t room = pods->room ? pods->room * 2 : 32;
		struct known *grown = reallocarray(pods->list, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		pods->list = grown;
		pods->room = room;
	}
	memmove(&pods->list[at + 1], &pods->list[at], (pods->count - at) * sizeof(*pods->list));
	pods->list[at] = (struct known){ .netns = netns, .seen_ns = now, .stale = true };
	pods->count++;
	return 0;
}

static bool complete(const struct owner *owner)
{
	return owner->kind == OWNER_CONTAINER || (owner->kind == OWNER_POD && owner->pod.name[0]);
}

static bool is_stale(const struct pods *pods, const struct known *known, uint64_t now)
{
	if (known->gone_ns)
		return true;	/* an inode number is given out again at once */
	if (!known->by.pid)	/* or its processes may not be looked at */
		return now - known->resolved_ns >= (now - known->seen_ns < YOUNG_NS ? NOBODY_AGAIN_NS : YOUNG_NS);
	if (!process_still(pods->roots, &known->by, known->netns))
		return true;
	return !complete(&known->owner) && now - known->seen_ns < YOUNG_NS &&
	       now - known->resolved_ns >= YOUNG_AGAIN_NS;
}

/* Marks what must be read again; how many, or -errno. */
static int mark_stale(struct pods *pods, const struct namespaces *there, uint64_t now)
{
	int stale = 0;

	for (size_t i = 0; i < there->count; i++) {
		const struct namespace *ns = &there->list[i];
		struct known *known = known_find(pods, ns->netns);

		if (ns->host)
			continue;
		if (!known) {
			int err = add(pods, ns->netns, now);

			if (err)
				return err;
			stale++;
			continue;
		}
		known->stale = is_stale(pods, known, now);
		if (!known->stale)
			continue;
		if (known->gone_ns) {
			known->seen_ns = now;
			known->owner = (struct owner){ 0 };
		}
		known->gone_ns = 0;
		stale++;
	}
	return stale;
}

/* A process that lives in one of the namespaces asked for: what it tells, if it tells more. */
static void take_process(struct pods *pods, pid_t pid)
{
	struct known *known;
	struct process process;
	struct cgroup_owner owner;
	uint32_t netns;

	if (process_netns(pods->roots, pid, &netns))
		return;
	known = known_find(pods, netns);
	if (!known || !known->stale || known->found == OWNER_POD)
		return;
	if (process_read(pods->roots, pid, &process, &owner))
		return;
	if (owner.kind == OWNER_NONE)
		owner.kind = OWNER_PROCESS;
	if (owner.kind <= known->found)
		return;
	known->found = owner.kind;
	known->by = process;
	known->owner = (struct owner){ .kind = owner.kind };
	(void)snprintf(known->owner.unit, sizeof(known->owner.unit), "%s",
		       owner.kind == OWNER_PROCESS ? process.name : owner.unit);
	memcpy(known->owner.pod.uid, owner.uid, sizeof(owner.uid));
}

static int walk(struct pods *pods)
{
	DIR *dir = opendir(pods->roots->proc);
	const struct dirent *entry;
	int err;

	if (!dir)
		return -errno;
	while (errno = 0, (entry = readdir(dir))) {
		pid_t pid = process_folder(entry->d_name);

		if (pid)
			take_process(pods, pid);
	}
	err = -errno;
	(void)closedir(dir);
	return err;
}

/* A nested node (kind) keeps its pods' logs for itself: there, the pod's parent sees them. */
static void name_pod(const struct pods *pods, const struct pod_logs *logs, struct known *known)
{
	char path[PATH_MAX];
	struct pod_logs inner;

	if (pod_logs_name(logs, &known->owner.pod) || known->by.parent < 2)
		return;
	(void)snprintf(path, sizeof(path), "%s/%d/root/var/log/pods", pods->roots->proc,
		       (int)known->by.parent);
	if (pod_logs_read(&inner, path))
		return;
	(void)pod_logs_name(&inner, &known->owner.pod);
	pod_logs_free(&inner);
}

static void resolve_done(struct pods *pods, uint64_t now)
{
	struct pod_logs logs = { 0 };
	bool tried = false;

	for (size_t i = 0; i < pods->count; i++) {
		struct known *known = &pods->list[i];

		if (!known->stale)
			continue;
		known->stale = false;
		known->resolved_ns = now;
		if (known->owner.kind != OWNER_POD)
			continue;
		if (!tried && pod_logs_read(&logs, pods->logs))
			(void)pod_logs_read(&logs, "/var/log/pods");
		tried = true;
		name_pod(pods, &logs, known);
	}
	pod_logs_free(&logs);
}

int pods_look(struct pods *pods, const struct namespaces *there, uint64_t now_ns)
{
	int stale, err;

	forget_gone(pods, there, now_ns);
	stale = mark_stale(pods, there, now_ns);
	if (stale <= 0)
		return stale;
	for (size_t i = 0; i < pods->count; i++)
		if (pods->list[i].stale) {
			pods->list[i].found = OWNER_NONE;
			pods->list[i].by = (struct process){ 0 };
		}
	pods->walks++;
	err = walk(pods);
	resolve_done(pods, now_ns);
	return err;
}

const struct owner *pods_find(const struct pods *pods, uint32_t netns)
{
	const struct known *known = known_find(pods, netns);

	return known && known->owner.kind != OWNER_NONE ? &known->owner : NULL;
}

unsigned int pods_walks(const struct pods *pods)
{
	return pods->walks;
}

void pods_free(struct pods *pods)
{
	if (!pods)
		return;
	free(pods->list);
	free(pods);
}
