// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The census: what the walk does with each entry it meets. */
#include "walk.bpf.h"

__attribute__((noinline)) int census_entry(__u64 entry)
{
	/* Keeps the compiler from seeing through the call. */
	return entry != 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
