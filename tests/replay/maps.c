// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>
#include "stage.h"

#define MAPS_MAX 64
#define RING_MAX 256

static struct stage_map maps[MAPS_MAX];

static struct {
	struct ct_event list[RING_MAX];
	size_t count;
	int fd;
	ring_buffer_sample_fn take;
	void *context;
} ring = { .fd = -1 };

static bool is_hash(enum bpf_map_type type)
{
	return type == BPF_MAP_TYPE_HASH || type == BPF_MAP_TYPE_LRU_HASH ||
	       type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

/* Of a map's descriptor, or with -1 of nobody's. */
static char *memory(size_t bytes, int fd)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);

	if (at == MAP_FAILED || (fd >= 0 && ftruncate(fd, (off_t)bytes)))
		stage_fail("no memory for a map of %zu bytes", bytes);
	return at;
}

static size_t keys_bytes(const struct stage_map *map)
{
	return map->hash ? (size_t)STAGE_ROWS * map->key_size : 0;
}

/* Whole pages, as mmap() takes them. */
static size_t values_bytes(const struct stage_map *map)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return ((map->hash ? STAGE_ROWS : (size_t)map->max_entries) * map->value_size + page - 1) & ~(page - 1);
}

static void unmap(const struct stage_map *map)
{
	if (map->keys)
		(void)munmap(map->keys, keys_bytes(map));
	if (map->values)
		(void)munmap(map->values, values_bytes(map));
}

static struct stage_map *make(const struct stage_map *like, enum bpf_map_type type)
{
	struct stage_map *new = NULL;
	int fd = memfd_create(like->name, MFD_CLOEXEC);

	if (fd < 0)
		stage_fail("no memory for map %s", like->name);
	/* Whoever had this number has closed it. */
	for (size_t i = 0; i < MAPS_MAX && !new; i++)
		if (maps[i].fd == fd)
			new = &maps[i];
	if (new)
		unmap(new);
	for (size_t i = 0; i < MAPS_MAX && !new; i++)
		if (!maps[i].fd)
			new = &maps[i];
	if (!new)
		stage_fail("more than %d maps", MAPS_MAX);
	*new = *like;
	new->fd = fd;
	new->hash = is_hash(type);
	if (type == BPF_MAP_TYPE_RINGBUF)
		return new;
	if (new->hash)
		new->keys = memory(keys_bytes(new), -1);
	else
		new->value_size = (new->value_size + 7) & ~7U;
	new->values = memory(values_bytes(new), new->hash ? -1 : fd);
	return new;
}

void stage_maps_make(const struct bpf_object_skeleton *s)
{
	for (int i = 0; i < s->map_cnt; i++) {
		const struct bpf_map *map = *s->maps[i].map;
		struct stage_map like = {
			.map = map, .key_size = bpf_map__key_size(map),
			.value_size = bpf_map__value_size(map), .max_entries = bpf_map__max_entries(map),
		};

		(void)snprintf(like.object, sizeof(like.object), "%s", s->name);
		(void)snprintf(like.name, sizeof(like.name), "%s", s->maps[i].name);
		(void)make(&like, bpf_map__type(map));
	}
}

void stage_maps_drop(const struct bpf_object_skeleton *s)
{
	for (size_t i = 0; i < MAPS_MAX; i++) {
		if (!maps[i].fd || strcmp(maps[i].object, s->name))
			continue;
		unmap(&maps[i]);
		(void)close(maps[i].fd);
		maps[i] = (struct stage_map){ 0 };
	}
}

struct stage_map *stage_map(const char *object, const char *name)
{
	for (size_t i = 0; i < MAPS_MAX; i++)
		if (maps[i].fd && !strcmp(maps[i].object, object) && !strcmp(maps[i].name, name))
			return &maps[i];
	return NULL;
}

struct stage_map *stage_map_of_fd(int fd)
{
	for (size_t i = 0; i < MAPS_MAX; i++)
		if (maps[i].fd == fd && fd > 0)
			return &maps[i];
	stage_fail("there is no map %d", fd);
}

static char *value_at(const struct stage_map *map, size_t i)
{
	return map->values + i * map->value_size;
}

static char *find(const struct stage_map *map, const void *key)
{
	uint32_t at;

	if (!map->hash) {
		memcpy(&at, key, sizeof(at));
		return at < map->max_entries ? value_at(map, at) : NULL;
	}
	for (size_t i = 0; i < map->count; i++)
		if (!memcmp(map->keys + i * map->key_size, key, map->key_size))
			return value_at(map, i);
	return NULL;
}

void *stage_row(struct stage_map *map, const void *key)
{
	char *value = find(map, key);

	if (value)
		return value;
	if (!map->hash || map->count == STAGE_ROWS)
		stage_fail("no room in map %s", map->name);
	memcpy(map->keys + map->count * map->key_size, key, map->key_size);
	value = value_at(map, map->count++);
	memset(value, 0, map->value_size);
	return value;
}

/* --- what libbpf is asked for ------------------------------------------------- */

int bpf_map__fd(const struct bpf_map *map)
{
	for (size_t i = 0; i < MAPS_MAX; i++)
		if (maps[i].fd && maps[i].map == map)
			return maps[i].fd;
	return -EINVAL;
}

int bpf_map_create(enum bpf_map_type type, const char *name, __u32 key_size, __u32 value_size,
		   __u32 max_entries, const struct bpf_map_create_opts *opts)
{
	struct stage_map like = { .key_size = key_size, .value_size = value_size,
				  .max_entries = max_entries };
	int err = play_refuses("create", name);

	(void)opts;
	if (err)
		return -err;
	(void)snprintf(like.name, sizeof(like.name), "%s", name);
	return make(&like, type)->fd;
}

int bpf_map_lookup_elem(int fd, const void *key, void *value)
{
	const struct stage_map *map = stage_map_of_fd(fd);
	const char *found = find(map, key);

	if (!found)
		return -ENOENT;
	memcpy(value, found, map->map ? bpf_map__value_size(map->map) : map->value_size);
	return 0;
}

int bpf_map_update_elem(int fd, const void *key, const void *value, __u64 flags)
{
	struct stage_map *map = stage_map_of_fd(fd);
	int err = play_refuses("update", map->name);

	(void)flags;
	if (err)
		return -err;
	memcpy(stage_row(map, key), value, map->map ? bpf_map__value_size(map->map) : map->value_size);
	return 0;
}

int bpf_map_get_next_key(int fd, const void *key, void *next)
{
	const struct stage_map *map = stage_map_of_fd(fd);
	size_t i = 0;

	while (key && i < map->count && memcmp(map->keys + i++ * map->key_size, key, map->key_size))
		;
	if (i >= map->count)
		return -ENOENT;
	memcpy(next, map->keys + i * map->key_size, map->key_size);
	return 0;
}

int bpf_map_lookup_and_delete_batch(int fd, void *in, void *out, void *keys, void *values, __u32 *count,
				    const struct bpf_map_batch_opts *opts)
{
	struct stage_map *map = stage_map_of_fd(fd);

	(void)in;
	(void)out;
	(void)opts;
	if (*count < map->count)
		return -ENOSPC;
	memcpy(keys, map->keys, (size_t)map->count * map->key_size);
	memcpy(values, map->values, (size_t)map->count * map->value_size);
	*count = map->count;
	map->count = 0;
	return -ENOENT;	/* there is no more */
}

/* --- the ring ----------------------------------------------------------------- */

void stage_ring_put(const struct ct_event *event)
{
	uint64_t one = 1;

	if (ring.count == RING_MAX)
		stage_fail("more than %d records wait in the ring", RING_MAX);
	ring.list[ring.count++] = *event;
	if (ring.fd >= 0 && write(ring.fd, &one, sizeof(one)) < 0)
		stage_fail("the ring cannot be rung");
}

struct ring_buffer *ring_buffer__new(int fd, ring_buffer_sample_fn take, void *context,
				     const struct ring_buffer_opts *opts)
{
	(void)fd;
	(void)opts;
	errno = play_refuses("ring", "events");
	if (errno)
		return NULL;
	ring.fd = eventfd(ring.count != 0, EFD_CLOEXEC | EFD_NONBLOCK);
	ring.take = take;
	ring.context = context;
	return (struct ring_buffer *)&ring;
}

int ring_buffer__epoll_fd(const struct ring_buffer *buffer)
{
	(void)buffer;
	return ring.fd;
}

int ring_buffer__consume(struct ring_buffer *buffer)
{
	uint64_t rung;
	int count = (int)ring.count;

	(void)buffer;
	if (read(ring.fd, &rung, sizeof(rung)) < 0 && errno != EAGAIN)
		return -errno;
	for (int i = 0; i < count; i++)
		(void)ring.take(ring.context, &ring.list[i], sizeof(ring.list[i]));
	ring.count = 0;
	return count;
}

void ring_buffer__free(struct ring_buffer *buffer)
{
	if (buffer)
		(void)close(ring.fd);
}
