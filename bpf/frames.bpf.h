/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a kprobe keeps of a call for its kretprobe, which sees the returned value alone. */
#ifndef CTSCOPE_FRAMES_H
#define CTSCOPE_FRAMES_H

#include "maps.bpf.h"
#include "compat.bpf.h"

static __always_inline void keep_frame(struct pt_regs *ctx)
{
	struct ct_frame frame = {
		{ PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx), PT_REGS_PARM3(ctx) }, ARGUMENT_6(ctx)
	};
	__u64 key = FRAME_AT_ENTRY(ctx);

	bpf_map_update_elem(&frames, &key, &frame, BPF_ANY);
}

static __always_inline bool take_frame(struct pt_regs *ctx, struct ct_frame *frame)
{
	__u64 key = FRAME_AT_RETURN(ctx);
	struct ct_frame *kept = bpf_map_lookup_elem(&frames, &key);

	if (!kept)
		return false;
	*frame = *kept;
	bpf_map_delete_elem(&frames, &key);
	return true;
}

/* The program for a function of which only the end is of interest. */
#define KEEPS_FRAME(function, name) \
	SEC("kprobe/" #function) \
	int name(struct pt_regs *ctx) \
	{ \
		keep_frame(ctx); \
		return 0; \
	}

#endif
