/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where /proc and /sys are mounted: --proc and --sys, for containers. */
#ifndef OBSERVE_ROOTS_H
#define OBSERVE_ROOTS_H

struct roots {
	const char *proc;
	const char *sys;
};

#endif
