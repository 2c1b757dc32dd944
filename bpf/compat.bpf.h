/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every difference between kernels and processors, one function an
 * intention. Nothing here looks at a version: only at what is there.
 */
#ifndef CTSCOPE_COMPAT_H
#define CTSCOPE_COMPAT_H

#include "kernel.h"

/*
 * Whether an entry about to be freed has been in the hash table. Before its
 * insertion the reply node's pprev holds the raw 32-bit hash (or 0); taking a
 * node out of the list poisons it, far above 32 bits. The CONFIRMED bit
 * does not tell: ctnetlink sets it before an insertion that may still fail.
 */
#define WAS_IN_TABLE(pprev) ((__u64)(pprev) > 0xffffffffULL)

/* Chains have a limit since 5.15; before it a refused insertion has no such cause. */
static __always_inline bool kernel_limits_chains(void)
{
	return bpf_core_field_exists(struct ip_conntrack_stat, chaintoolong);
}

/* What is exported under the GPL only has a list of its own, but for the newest kernels (7.2). */
static __always_inline bool kernel_parts_exports(void)
{
	return bpf_core_field_exists(struct module, gpl_syms);
}

/* Exports point to name and value by distance, or, on processors without that, by address. */
static __always_inline __u64 export_name(__u64 at)
{
	struct kernel_symbol *export = (struct kernel_symbol *)at;

	if (!bpf_core_field_exists(struct kernel_symbol, name_offset))
		return (__u64)BPF_CORE_READ((struct kernel_symbol___absolute *)at, name);
	return (__u64)&export->name_offset + (__s64)BPF_CORE_READ(export, name_offset);
}

static __always_inline __u64 export_value(__u64 at)
{
	struct kernel_symbol *export = (struct kernel_symbol *)at;

	if (!bpf_core_field_exists(struct kernel_symbol, value_offset))
		return BPF_CORE_READ((struct kernel_symbol___absolute *)at, value);
	return (__u64)&export->value_offset + (__s64)BPF_CORE_READ(export, value_offset);
}

/*
 * The stack address that names one call of a function: as its kprobe sees it,
 * and as its kretprobe sees it, when x86 has popped the return address.
 */
#define FRAME_AT_ENTRY(ctx) ((__u64)PT_REGS_SP(ctx))
#if defined(__TARGET_ARCH_x86)
#define FRAME_AT_RETURN(ctx) ((__u64)PT_REGS_SP(ctx) - 8)
#define ARGUMENT_6(ctx) ((__u64)__PT_REGS_CAST(ctx)->r9)
#elif defined(__TARGET_ARCH_arm64)
#define FRAME_AT_RETURN(ctx) ((__u64)PT_REGS_SP(ctx))
#define ARGUMENT_6(ctx) ((__u64)__PT_REGS_CAST(ctx)->regs[5])
#else
#error "this processor is not supported yet"
#endif

#endif
