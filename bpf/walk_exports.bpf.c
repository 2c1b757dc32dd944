// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The way to the table where /proc/kallsyms lists functions only (a kernel
 * without CONFIG_KALLSYMS_ALL): what the module exports to other modules tells
 * where its pointer and size are. Its generation is not exported; the two
 * kprobes here keep one of ours, while a walker exists.
 */
#include "walk.bpf.h"
#include "compat.bpf.h"

#define EXPORTS_MAX 512		/* nf_conntrack of 6.1 has 99 */
#define NAME_WORDS 4

struct ct_walk_exports exports;
volatile struct ct_walk_resizes resizes;

static const char hash_name[NAME_WORDS * 8] = "nf_conntrack_hash";
static const char size_name[NAME_WORDS * 8] = "nf_conntrack_htable_size";

static __always_inline bool same_name(const __u64 *name, const char *other)
{
	__u64 words[NAME_WORDS];

	__builtin_memcpy(words, other, sizeof(words));
	return name[0] == words[0] && name[1] == words[1] && name[2] == words[2] &&
	       name[3] == words[3];
}

/* A name that does not fit is cut, and none of ours then. */
static __always_inline void look_at_export(__u64 at)
{
	__u64 name[NAME_WORDS] = { 0 };

	if (bpf_probe_read_kernel_str(name, sizeof(name), (void *)export_name(at)) < 0)
		return;
	if (same_name(name, hash_name))
		exports.hash_at = export_value(at);
	else if (same_name(name, size_name))
		exports.size_at = export_value(at);
}

SEC("raw_tp")
int walk_exports(void *ctx)
{
	struct module *module = (struct module *)exports.module_at;
	__u64 at = 0;
	__u32 count = 0;

	if (kernel_parts_exports()) {
		BPF_CORE_READ_INTO(&at, module, gpl_syms);
		BPF_CORE_READ_INTO(&count, module, num_gpl_syms);
	} else {
		BPF_CORE_READ_INTO(&at, module, syms);
		BPF_CORE_READ_INTO(&count, module, num_syms);
	}
	for (__u32 i = 0; i < EXPORTS_MAX && i < count; i++)
		look_at_export(at + (__u64)i * bpf_core_type_size(struct kernel_symbol));
	return 0;
}

SEC("kprobe/nf_conntrack_hash_resize")
int walk_resize_begins(void *ctx)
{
	__sync_fetch_and_add(&resizes.begun, 1);
	return 0;
}

SEC("kretprobe/nf_conntrack_hash_resize")
int walk_resize_ends(void *ctx)
{
	__sync_fetch_and_add(&resizes.ended, 1);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
