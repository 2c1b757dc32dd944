/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Once everything is attached, a daemon needs next to none of the privileges
 * that it took to get there. What is given up cannot be had back.
 */
#ifndef OBSERVE_PRIVILEGES_H
#define OBSERVE_PRIVILEGES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Bit per CAP_*: what observing goes on needs. With hooks attached, CAP_BPF:
 * to read maps (kernels before 5.19) and to make new ones after a resize of
 * the table. Always CAP_SYS_PTRACE: whose namespace is whose.
 */
uint64_t privileges_needed(bool hooks);
/* Gives up all others for good, and new ones by exec(2), too. 0 or -errno. */
int privileges_keep(uint64_t needed);

#endif
