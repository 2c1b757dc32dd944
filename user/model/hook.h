/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How one hook stands on this kernel: attached (and by which way), or missing (and why). */
#ifndef MODEL_HOOK_H
#define MODEL_HOOK_H

#include <stdbool.h>

struct hook {
	const char *name;	/* what it counts: "inserted" */
	const char *function;	/* kernel function: "__nf_conntrack_hash_insert" */
	const char *how;	/* "fentry", "fexit", "kprobe", "kretprobe"; NULL: missing */
	const char *reason;	/* missing: why */
	const char *effect;	/* missing: what cannot be seen */
	const char *cure;	/* missing: what to do about it */
};

/* Something the kernel offers or not. */
struct feature {
	const char *name;
	bool there;
};

#endif
