// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include "cgroup.h"

#define CONTAINER_ID_LEN 64	/* hexadecimal digits */
#define CONTAINER_ID_SHOWN 12	/* as every runtime shows it */
#define STATIC_UID_LEN 32	/* static pods: a hash instead of a UUID */
#define UUID_LEN 36

struct part {
	const char *at;
	size_t len;
};

static bool part_is(struct part p, const char *word)
{
	return p.len == strlen(word) && !memcmp(p.at, word, p.len);
}

static bool cut_prefix(struct part *p, const char *prefix)
{
	size_t n = strlen(prefix);

	if (p->len < n || memcmp(p->at, prefix, n))
		return false;
	p->at += n;
	p->len -= n;
	return true;
}

static bool cut_suffix(struct part *p, const char *suffix)
{
	size_t n = strlen(suffix);

	if (p->len < n || memcmp(p->at + p->len - n, suffix, n))
		return false;
	p->len -= n;
	return true;
}

static bool all_hex(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isxdigit((unsigned char)at[i]))
			return false;
	return true;
}

static bool container_id(struct part p)
{
	return p.len == CONTAINER_ID_LEN && all_hex(p.at, p.len);
}

/* A UUID with dashes, with underscores as the systemd driver writes it, or a static pod's hash. */
static bool pod_uid(struct part p, char uid[static CGROUP_UID_MAX])
{
	if (p.len == STATIC_UID_LEN && all_hex(p.at, p.len)) {
		memcpy(uid, p.at, p.len);
		uid[p.len] = '\0';
		return true;
	}
	if (p.len != UUID_LEN)
		return false;
	for (size_t i = 0; i < UUID_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? p.at[i] != '-' && p.at[i] != '_' : !isxdigit((unsigned char)p.at[i]))
			return false;
		uid[i] = dash ? '-' : p.at[i];
	}
	uid[UUID_LEN] = '\0';
	return true;
}

/* "pod<UID>" of the cgroupfs driver, "kubepods-burstable-pod<UID_>.slice" of systemd's. */
static bool pod_folder(struct part p, char uid[static CGROUP_UID_MAX])
{
	const char *pod = NULL;

	(void)cut_suffix(&p, ".slice");
	for (size_t i = 0; i + 3 <= p.len; i++)
		if (!memcmp(p.at + i, "pod", 3) && (!i || p.at[i - 1] == '-'))
			pod = p.at + i + 3;
	if (!pod)
		return false;
	p.len -= (size_t)(pod - p.at);
	p.at = pod;
	return pod_uid(p, uid);
}

static void put_unit(struct cgroup_owner *owner, enum owner_kind kind, const char *prefix,
		     struct part name, size_t shown)
{
	size_t room = sizeof(owner->unit) - 1, at = strlen(prefix);

	if (name.len > shown)
		name.len = shown;
	owner->kind = kind;
	memcpy(owner->unit, prefix, at);
	/* Whoever owns a cgroup names what is below it. */
	for (size_t i = 0; i < name.len && at < room; i++, at++)
		owner->unit[at] = (unsigned char)name.at[i] < ' ' || name.at[i] == 0x7f ? '?' : name.at[i];
	owner->unit[at] = '\0';
}

/* "docker-<id>.scope", "docker/<id>", "libpod-<id>", "lxc.payload.NAME", ... */
static bool container_folder(struct part before, struct part p, struct cgroup_owner *owner)
{
	static const struct { const char *prefix, *shown; } runtimes[] = {
		{ "docker-", "docker-" }, { "libpod-", "libpod-" }, { "crio-", "crio-" },
		{ "cri-containerd-", "containerd-" }, { "nerdctl-", "nerdctl-" },
	};
	struct part name = p;

	if (cut_prefix(&name, "lxc.payload.") || (part_is(before, "lxc") && name.len)) {
		put_unit(owner, OWNER_CONTAINER, "lxc-", name, name.len);
		return true;
	}
	(void)cut_suffix(&name, ".scope");
	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		struct part id = name;

		if (!cut_prefix(&id, runtimes[i].prefix) || !container_id(id))
			continue;
		put_unit(owner, OWNER_CONTAINER, runtimes[i].shown, id, CONTAINER_ID_SHOWN);
		return true;
	}
	if (!part_is(before, "docker") || !container_id(p))
		return false;
	put_unit(owner, OWNER_CONTAINER, "docker-", p, CONTAINER_ID_SHOWN);
	return true;
}

/* One folder of the path; a later one tells more than an earlier one of the same kind. */
static void take_folder(struct part before, struct part p, bool *kubernetes,
			struct cgroup_owner *owner)
{
	struct part name = p;
	char uid[CGROUP_UID_MAX];

	if (memmem(p.at, p.len, "kubepods", 8))
		*kubernetes = true;
	if (*kubernetes && pod_folder(p, uid)) {
		owner->kind = OWNER_POD;
		memcpy(owner->uid, uid, sizeof(uid));
		return;
	}
	if (owner->kind == OWNER_POD || container_folder(before, p, owner))
		return;
	if (owner->kind <= OWNER_SERVICE && cut_suffix(&name, ".service") && name.len)
		put_unit(owner, OWNER_SERVICE, "", p, p.len);
}

static void read_path(struct part path, struct cgroup_owner *owner)
{
	struct part before = { 0 };
	bool kubernetes = false;

	*owner = (struct cgroup_owner){ .kind = OWNER_NONE };
	/* conmon watches over a container, it is not in it. */
	if (memmem(path.at, path.len, "crio-conmon-", 12))
		return;
	while (path.len) {
		struct part p = { path.at, 0 };

		/* ":" parts what containerd writes when it is told a systemd path it does not use. */
		while (p.len < path.len && p.at[p.len] != '/' && p.at[p.len] != ':')
			p.len++;
		path.at += p.len;
		path.len -= p.len;
		if (p.len) {
			take_folder(before, p, &kubernetes, owner);
			before = p;
		}
		if (path.len) {
			path.at++;
			path.len--;
		}
	}
}

/* "12:cpu,cpuacct:/path", "0::/path" */
static struct part path_of(struct part line)
{
	const char *colon = memchr(line.at, ':', line.len);
	size_t left = colon ? line.len - (size_t)(colon + 1 - line.at) : 0;

	colon = colon ? memchr(colon + 1, ':', left) : NULL;
	if (!colon)
		return (struct part){ line.at, 0 };
	return (struct part){ colon + 1, line.len - (size_t)(colon + 1 - line.at) };
}

void cgroup_owner(const char *text, size_t size, struct cgroup_owner *out)
{
	*out = (struct cgroup_owner){ .kind = OWNER_NONE };
	while (size) {
		const char *end = memchr(text, '\n', size);
		struct part line = { text, end ? (size_t)(end - text) : size };
		struct cgroup_owner owner;

		read_path(path_of(line), &owner);
		if (owner.kind > out->kind)
			*out = owner;
		text += line.len;
		size -= line.len;
		if (size) {
			text++;
			size--;
		}
	}
}
