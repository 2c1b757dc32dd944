/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The TCP stack's own settings, which a time-out of conntrack is to be held
 * against. IPv6 goes by the same ones.
 */
#ifndef OBSERVE_TCP_STACK_H
#define OBSERVE_TCP_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "roots.h"

/* net.ipv4.NAME */
#define TCP_STACK(X) \
	X(tcp_keepalive_time) \
	X(tcp_keepalive_intvl) \
	X(tcp_keepalive_probes) \
	X(tcp_fin_timeout) \
	X(tcp_retries2) \
	X(tcp_tw_reuse) \
	X(tcp_timestamps) \
	X(tcp_syncookies)

enum tcp_stack_setting {
#define TCP_STACK_ENUM(name) TCP_STACK_##name,
	TCP_STACK(TCP_STACK_ENUM)
#undef TCP_STACK_ENUM
	TCP_STACK_COUNT
};

extern const char *const tcp_stack_names[TCP_STACK_COUNT];

struct tcp_stack {
	uint32_t known;		/* bit per enum tcp_stack_setting */
	int64_t n[TCP_STACK_COUNT];
};

/* What cannot be read stays unknown. */
void tcp_stack_read(const struct roots *, struct tcp_stack *out);
/* By the name's last part; false: it is none of them. */
bool tcp_stack_set(struct tcp_stack *, const char *name, int64_t value);
/* Seconds of silence after which keep-alive gives a vanished peer up; 0: not known. */
int64_t tcp_stack_keepalive(const struct tcp_stack *);

#endif
