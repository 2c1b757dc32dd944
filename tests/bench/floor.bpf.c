// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What no observer can do without: empty programs (a hook that has done no
 * work yet), and a walk of the table that follows pointers and counts nodes.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define CHAIN_MAX 128

#define EMPTY(how) \
	SEC(#how "/__nf_conntrack_confirm") \
	int empty_##how(void *ctx) \
	{ \
		return 0; \
	}

EMPTY(fentry)
EMPTY(fexit)
EMPTY(kprobe)
EMPTY(kretprobe)

extern const void nf_conntrack_hash __ksym;
extern const void nf_conntrack_htable_size __ksym;

struct slice {
	__u64 table, first, size;
	__u32 nodes;
};

static long one_bucket(__u32 i, struct slice *slice)
{
	__u64 bucket = slice->first + i, at = slice->table + bucket * 8;

	if (bucket >= slice->size)
		return 1;
	for (int n = 0; n <= CHAIN_MAX; n++) {
		if (bpf_probe_read_kernel(&at, sizeof(at), (void *)at) || at & 1)
			break;
		slice->nodes++;
	}
	return 0;
}

SEC("raw_tp/")
int walk(struct bpf_raw_tracepoint_args *ctx)
{
	struct slice slice = { .first = ctx->args[0] };
	__u32 size = 0;

	bpf_probe_read_kernel(&slice.table, sizeof(slice.table), &nf_conntrack_hash);
	bpf_probe_read_kernel(&size, sizeof(size), &nf_conntrack_htable_size);
	slice.size = size;
	bpf_loop((__u32)ctx->args[1], one_bucket, &slice, 0);
	return slice.nodes;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
