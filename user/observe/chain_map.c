// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <bpf/bpf.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>
#include "chain_map.h"

int chain_map_make(struct chain_map *map, uint32_t buckets)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = CT_CHAINS_FLAGS);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *slots;
	int err;

	*map = (struct chain_map){ .count = buckets };
	map->fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "chains", sizeof(uint32_t), sizeof(struct ct_chain),
				 buckets, &options);
	if (map->fd < 0) {
		err = map->fd;
		*map = (struct chain_map){ 0 };
		return err;
	}
	map->bytes = ((size_t)buckets * sizeof(struct ct_chain) + page - 1) & ~(page - 1);
	slots = mmap(NULL, map->bytes, PROT_READ, MAP_SHARED, map->fd, 0);
	if (slots == MAP_FAILED) {
		err = -errno;
		(void)close(map->fd);
		*map = (struct chain_map){ 0 };
		return err;
	}
	map->slots = slots;
	return 0;
}

void chain_map_rest(const struct chain_map *map)
{
	if (map->slots)
		(void)madvise((void *)map->slots, map->bytes, MADV_DONTNEED);
}

void chain_map_free(struct chain_map *map)
{
	if (!map->slots)
		return;
	(void)munmap((void *)map->slots, map->bytes);
	(void)close(map->fd);
	*map = (struct chain_map){ 0 };
}
