// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What confirmation refuses: a clash, too long a chain, a dying entry; and
 * insertions where __nf_conntrack_hash_insert is not there to be hooked. Of a
 * connection that goes well only the exit of __nf_conntrack_confirm is seen,
 * which looks at the returned value.
 */
#include "count.bpf.h"
#include "frames.bpf.h"
#include "refused.bpf.h"
#include "task.bpf.h"

static __always_inline struct nf_conn *entry_of(struct sk_buff *skb)
{
	return (struct nf_conn *)(BPF_CORE_READ(skb, _nfct) & NFCT_POINTER_MASK);
}

static __always_inline struct ct_clash *this_clash(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&clashing, &zero);
}

static __always_inline void clash_begins(struct sk_buff *skb)
{
	struct nf_conn *ct = entry_of(skb);
	struct ct_clash *clash = this_clash();

	if (!clash)
		return;
	clash->ct = (__u64)ct;
	clash->netns = BPF_CORE_READ(ct, ct_net.net, ns.inum);
}

/*
 * A resolved clash either merged our entry into the winner (the packet now
 * carries the winner, ours is freed: aborted) or put ours in beside it, by its
 * reply only, without __nf_conntrack_hash_insert.
 */
static __always_inline void clash_ends(struct sk_buff *skb, bool resolved)
{
	struct ct_refusal_key key = { bpf_get_current_task(), (__u64)skb };
	struct ct_clash *clash = this_clash();
	__u32 cause = CT_dropped_clash, netns;
	struct nf_conn *ct;

	if (!clash)
		return;
	ct = (struct nf_conn *)clash->ct;
	netns = (__u32)clash->netns;
	if (!resolved) {
		count_refused(netns, CT_dropped_clash);
		bpf_map_update_elem(&refusals, &key, &cause, BPF_ANY);
		name_refused(&ct->tuplehash[0].tuple, BPF_CORE_READ(ct, zone.id), netns, CT_dropped_clash);
		return;
	}
	count(netns, CT_clash_resolved, 1);
	if (tuning.insert_at_confirm) {
		cause = CT_clash_resolved;
		bpf_map_update_elem(&refusals, &key, &cause, BPF_ANY);
	}
	if (entry_of(skb) == ct &&
	    (BPF_CORE_READ(ct, status) & IPS_NAT_CLASH))
		count(netns, CT_inserted, 1);
}

SEC("fentry/nf_ct_resolve_clash")
int BPF_PROG(clash_fentry, struct sk_buff *skb)
{
	clash_begins(skb);
	return 0;
}

SEC("fexit/nf_ct_resolve_clash")
int BPF_PROG(clash_fexit, struct sk_buff *skb, void *h, __u32 reply_hash, int ret)
{
	clash_ends(skb, ret == NF_ACCEPT);
	return 0;
}

SEC("kprobe/nf_ct_resolve_clash")
int clash_kprobe(struct pt_regs *ctx)
{
	clash_begins((struct sk_buff *)PT_REGS_PARM1(ctx));
	keep_frame(ctx);
	return 0;
}

SEC("kretprobe/nf_ct_resolve_clash")
int clash_kretprobe(struct pt_regs *ctx)
{
	struct ct_frame frame;

	if (take_frame(ctx, &frame))
		clash_ends((struct sk_buff *)frame.arg[0], (int)PT_REGS_RC(ctx) == NF_ACCEPT);
	return 0;
}

/*
 * __nf_conntrack_confirm said NF_DROP. A clash was counted where it was
 * decided. Of the rest, an entry that is dying (or that is already in the
 * table: a cloned packet) is "other"; what remains is the chain's limit, save
 * for an entry whose helper's module was unloaded this very moment.
 */
static __noinline int confirm_refused(struct sk_buff *skb)
{
	struct ct_refusal_key key = { bpf_get_current_task(), (__u64)skb };
	enum ct_counter cause = CT_dropped_other;
	struct nf_conn *ct;
	__u32 netns;

	if (!bpf_map_delete_elem(&refusals, &key))
		return 0;
	ct = entry_of(skb);
	if (tuning.clash_watched && kernel_limits_chains() &&
	    !(BPF_CORE_READ(ct, status) & (IPS_DYING | IPS_CONFIRMED)))
		cause = CT_dropped_chain_too_long;
	netns = BPF_CORE_READ(ct, ct_net.net, ns.inum);
	count_refused(netns, cause);
	name_refused(&ct->tuplehash[0].tuple, BPF_CORE_READ(ct, zone.id), netns, cause);
	return 0;
}

/*
 * Where the compiler left no __nf_conntrack_hash_insert to hook: an entry that
 * is confirmed now went in, unless a clash had decided its fate.
 */
static __always_inline void confirm_accepted(struct sk_buff *skb)
{
	struct ct_refusal_key key = { bpf_get_current_task(), (__u64)skb };
	struct nf_conn *ct;

	if (!bpf_map_delete_elem(&refusals, &key))
		return;
	ct = entry_of(skb);
	if (BPF_CORE_READ(ct, status) & IPS_CONFIRMED)
		count(BPF_CORE_READ(ct, ct_net.net, ns.inum), CT_inserted, 1);
}

static __always_inline void confirm_ends(struct sk_buff *skb, int verdict)
{
	if (verdict == NF_DROP)
		confirm_refused(skb);
	else if (tuning.insert_at_confirm)
		confirm_accepted(skb);
}

/* Whether the other program at confirmation's end has told of this packet; if not, it will hear that we do. */
static __always_inline bool told_already(struct sk_buff *skb)
{
	struct ct_task *task = task_made(true);

	for (__u32 i = 0; task && i < REFUSALS_KEPT; i++)
		if (task->told[i] == (__u64)skb) {
			task->told[i] = 0;
			return true;
		}
	if (task)
		task->told[task->tellings++ & (REFUSALS_KEPT - 1)] = (__u64)skb;
	return false;
}

static __always_inline void confirm_ends_once(struct sk_buff *skb, int verdict, int who)
{
	/* What was accepted is for the first alone. */
	if (verdict != NF_DROP ? who : tuning.twice & 1U << CT_TWICE_CONFIRM && told_already(skb))
		return;
	confirm_ends(skb, verdict);
	if (verdict == NF_DROP)
		told_by(CT_TWICE_CONFIRM, who);
}

SEC("fexit/__nf_conntrack_confirm")
int BPF_PROG(confirm_fexit, struct sk_buff *skb, int ret)
{
	confirm_ends_once(skb, ret, 0);
	return 0;
}

SEC("fexit/__nf_conntrack_confirm")
int BPF_PROG(confirm_2, struct sk_buff *skb, int ret)
{
	confirm_ends_once(skb, ret, 1);
	return 0;
}

KEEPS_FRAME(__nf_conntrack_confirm, confirm_kprobe)

SEC("kretprobe/__nf_conntrack_confirm")
int confirm_kretprobe(struct pt_regs *ctx)
{
	struct ct_frame frame;

	if (take_frame(ctx, &frame))
		confirm_ends((struct sk_buff *)frame.arg[0], (int)PT_REGS_RC(ctx));
	return 0;
}

/* ctnetlink's own way into the table, for the same kernels. */
SEC("fexit/nf_conntrack_hash_check_insert")
int BPF_PROG(ctnetlink_fexit, struct nf_conn *ct, int ret)
{
	if (!ret)
		count(ct->ct_net.net->ns.inum, CT_inserted, 1);
	return 0;
}

KEEPS_FRAME(nf_conntrack_hash_check_insert, ctnetlink_kprobe)

SEC("kretprobe/nf_conntrack_hash_check_insert")
int ctnetlink_kretprobe(struct pt_regs *ctx)
{
	struct ct_frame frame;
	struct nf_conn *ct;

	if (!take_frame(ctx, &frame) || (int)PT_REGS_RC(ctx))
		return 0;
	ct = (struct nf_conn *)frame.arg[0];
	count(BPF_CORE_READ(ct, ct_net.net, ns.inum), CT_inserted, 1);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
