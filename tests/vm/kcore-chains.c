// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * kcore-chains: the hash table's chains, counted through /proc/kcore and nothing of ctscope's: one
 * line of JSON. kcore-chains N [TO]: the addresses of all nodes in bucket N (and up to that one),
 * "SOURCE DESTINATION" a line: what an attacker with a side channel would learn about where his
 * packets land.
 */
#include <arpa/inet.h>
#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORTS_MAX 512
#define STRINGS_MAX 65536
#define CHAIN_MAX 1000000	/* a chain that long goes round in circles */

struct memory {
	int fd;
	Elf64_Phdr parts[512];
	size_t count;
};

/* struct nf_conntrack_tuple_hash on 64 bits */
struct node {
	uint64_t next, pprev;
	uint8_t src[16];
	uint16_t src_id, family;
	uint8_t dst[16];
	uint16_t dst_id;
	uint8_t protocol, reply;
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void memory_open(struct memory *memory)
{
	Elf64_Ehdr head;

	memory->fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	if (memory->fd < 0 || pread(memory->fd, &head, sizeof(head), 0) != sizeof(head))
		fail("/proc/kcore");
	memory->count = head.e_phnum < 512 ? head.e_phnum : 512;
	if (pread(memory->fd, memory->parts, memory->count * sizeof(Elf64_Phdr), head.e_phoff) < 0)
		fail("/proc/kcore");
}

static void memory_read(const struct memory *memory, uint64_t at, void *to, size_t size)
{
	for (size_t i = 0; i < memory->count; i++) {
		const Elf64_Phdr *part = &memory->parts[i];

		if (part->p_type != PT_LOAD || at < part->p_vaddr ||
		    at + size > part->p_vaddr + part->p_memsz)
			continue;
		if (pread(memory->fd, to, size, part->p_offset + (at - part->p_vaddr)) != (ssize_t)size)
			fail("reading kernel memory");
		return;
	}
	fprintf(stderr, "kcore-chains: no memory at 0x%" PRIx64 "\n", at);
	exit(1);
}

/* Where a section of the module was loaded; 0: there is none of this name. */
static uint64_t section(const char *name)
{
	uint64_t address = 0;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/module/nf_conntrack/sections/%s", name);
	file = fopen(path, "re");
	if (file && fscanf(file, "%" SCNx64, &address) != 1)
		address = 0;
	if (file)
		fclose(file);
	return address;
}

/*
 * Kernels without CONFIG_KALLSYMS_ALL list functions only. The module's exports end where the names
 * begin to lie outside of its strings; value and name are given by their distance.
 */
static void exports(const struct memory *memory, uint64_t *table, uint64_t *size)
{
	uint64_t at = section("__ksymtab_gpl"), strings = section("__ksymtab_strings");
	char name[32] = "";

	for (int i = 0; at && strings && i < EXPORTS_MAX && (!*table || !*size); i++, at += 12) {
		int32_t distance[2];
		uint64_t name_at;

		memory_read(memory, at, distance, sizeof(distance));
		name_at = at + 4 + (int64_t)distance[1];
		if (name_at < strings || name_at >= strings + STRINGS_MAX)
			return;
		memory_read(memory, name_at, name, sizeof(name) - 1);
		if (!strcmp(name, "nf_conntrack_hash"))
			*table = at + (int64_t)distance[0];
		else if (!strcmp(name, "nf_conntrack_htable_size"))
			*size = at + (int64_t)distance[0];
	}
}

/* Both in one pass: writing the list out is hard work for the kernel. */
static void symbols(const struct memory *memory, uint64_t *table, uint64_t *size)
{
	char line[1024], name[512];
	uint64_t address;
	FILE *file = fopen("/proc/kallsyms", "re");

	*table = *size = 0;
	while (file && (!*table || !*size) && fgets(line, sizeof(line), file)) {
		if (!strstr(line, " nf_conntrack_h") ||
		    sscanf(line, "%" SCNx64 " %*c %511s", &address, name) != 2)
			continue;
		if (!strcmp(name, "nf_conntrack_hash"))
			*table = address;
		else if (!strcmp(name, "nf_conntrack_htable_size"))
			*size = address;
	}
	if (!*table || !*size)
		exports(memory, table, size);
	if (*table && *size)
		return;
	fprintf(stderr, "kcore-chains: the table's address is neither in /proc/kallsyms nor exported\n");
	exit(1);
}

static void show(const struct node *node)
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];

	inet_ntop(node->family, node->src, src, sizeof(src));
	inet_ntop(node->family, node->dst, dst, sizeof(dst));
	printf("%s %s\n", src, dst);
}

/* The length of a chain; its nodes are printed when asked for. */
static uint32_t follow(const struct memory *memory, uint64_t at, uint32_t bucket, int print)
{
	uint32_t length = 0;
	struct node node;

	for (; !(at & 1) && length < CHAIN_MAX; at = node.next, length++) {
		memory_read(memory, at, &node, print ? sizeof(node) : sizeof(node.next));
		if (print)
			show(&node);
	}
	if (at >> 1 != bucket) {
		fprintf(stderr, "kcore-chains: the chain of %u ends in %" PRIu64 "\n", bucket, at >> 1);
		exit(1);
	}
	return length;
}

static void count(const struct memory *memory, const uint64_t *heads, uint32_t buckets)
{
	static uint32_t histogram[CHAIN_MAX + 1];
	uint32_t longest = 0, longest_bucket = 0;
	uint64_t nodes = 0;

	for (uint32_t b = 0; b < buckets; b++) {
		uint32_t length = follow(memory, heads[b], b, 0);

		histogram[length]++;
		nodes += length;
		if (length > longest) {
			longest = length;
			longest_bucket = b;
		}
	}
	printf("{\"buckets\":%u,\"nodes\":%" PRIu64 ",\"longest\":%u,\"longest_bucket\":%u,\"histogram\":[",
	       buckets, nodes, longest, longest_bucket);
	for (uint32_t n = 0; n <= longest; n++)
		printf("%s%u", n ? "," : "", histogram[n]);
	printf("]}\n");
}

int main(int argc, char **argv)
{
	static struct memory memory;
	uint64_t table_at, size_at, table, *heads;
	uint32_t buckets, wanted, last;

	memory_open(&memory);
	symbols(&memory, &table_at, &size_at);
	memory_read(&memory, table_at, &table, sizeof(table));
	memory_read(&memory, size_at, &buckets, sizeof(buckets));
	heads = calloc(buckets, sizeof(*heads));
	if (!heads)
		fail("memory");
	memory_read(&memory, table, heads, buckets * sizeof(*heads));
	if (argc < 2) {
		count(&memory, heads, buckets);
		return 0;
	}
	wanted = (uint32_t)strtoul(argv[1], NULL, 10);
	last = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : wanted;
	if (wanted > last || last >= buckets) {
		fprintf(stderr, "kcore-chains: there are %u\n", buckets);
		return 1;
	}
	for (uint32_t b = wanted; b <= last; b++)
		(void)follow(&memory, heads[b], b, 1);
	return 0;
}
