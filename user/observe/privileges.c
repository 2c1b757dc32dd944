// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "privileges.h"

/* Kernels since 5.8 have it; headers may be older. */
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

#define BIT(capability) (UINT64_C(1) << (capability))

uint64_t privileges_needed(bool hooks)
{
	return BIT(CAP_SYS_PTRACE) | (hooks ? BIT(CAP_BPF) : 0);
}

/* Needs CAP_SETPCAP; without it there is nothing that could give them back either (no_new_privs). */
static void shrink_bounding_set(uint64_t needed)
{
	for (unsigned int c = 0; prctl(PR_CAPBSET_READ, c) >= 0; c++)
		if (c >= 64 || !(needed & BIT(c)))
			(void)prctl(PR_CAPBSET_DROP, c);
}

int privileges_keep(uint64_t needed)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		return -errno;
	if (syscall(SYS_capget, &header, data))
		return -errno;
	shrink_bounding_set(needed);
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		data[i].permitted &= (uint32_t)(needed >> 32 * i);
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}
