// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <bpf/bpf.h>
#include <sys/mman.h>
#include <unistd.h>
#include "chain_map.h"

static size_t bytes_of(const struct chain_map *map)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return ((size_t)map->count * sizeof(struct ct_chain) + page - 1) & ~(page - 1);
}

int chain_map_make(struct chain_map *map, uint32_t buckets)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = CT_CHAINS_FLAGS);
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "chains", sizeof(uint32_t),
				sizeof(struct ct_chains),
				(buckets + CT_CHAINS_BLOCK - 1) / CT_CHAINS_BLOCK, &options);

	*map = (struct chain_map){ 0 };
	if (fd < 0)
		return fd;
	map->fd = fd;
	map->count = buckets;
	return 0;
}

/*
 * Unmapped in between, because madvise() would not do: the pages are put in
 * place by mmap() alone, and on 5.10 a page given back by MADV_DONTNEED is a
 * SIGBUS at the next look.
 */
const volatile struct ct_chain *chain_map_read(const struct chain_map *map)
{
	void *slots = mmap(NULL, bytes_of(map), PROT_READ, MAP_SHARED, map->fd, 0);

	return slots == MAP_FAILED ? NULL : slots;
}

void chain_map_done(const struct chain_map *map, const volatile struct ct_chain *slots)
{
	if (slots)
		(void)munmap((void *)slots, bytes_of(map));
}

void chain_map_free(struct chain_map *map)
{
	if (map->count)
		(void)close(map->fd);
	*map = (struct chain_map){ 0 };
}
