// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "read.h"
#include "tcp_stack.h"

#define TCP_STACK_NAME(name) #name,
const char *const tcp_stack_names[TCP_STACK_COUNT] = { TCP_STACK(TCP_STACK_NAME) };

bool tcp_stack_set(struct tcp_stack *stack, const char *name, int64_t value)
{
	for (int i = 0; i < TCP_STACK_COUNT; i++) {
		if (strcmp(tcp_stack_names[i], name))
			continue;
		stack->known |= 1U << i;
		stack->n[i] = value;
		return true;
	}
	return false;
}

void tcp_stack_read(const struct roots *roots, struct tcp_stack *out)
{
	char folder[PATH_MAX], text[32];

	*out = (struct tcp_stack){ 0 };
	if (snprintf(folder, sizeof(folder), "%s/sys/net/ipv4", roots->proc) >= PATH_MAX)
		return;
	for (int i = 0; i < TCP_STACK_COUNT; i++) {
		ssize_t len = read_small(folder, tcp_stack_names[i], text, sizeof(text));
		int64_t value;

		if (len > 0 && !parse_whole_number(text, (size_t)len, &value))
			(void)tcp_stack_set(out, tcp_stack_names[i], value);
	}
}

int64_t tcp_stack_keepalive(const struct tcp_stack *stack)
{
	const uint32_t needed = 1U << TCP_STACK_tcp_keepalive_time |
				1U << TCP_STACK_tcp_keepalive_intvl | 1U << TCP_STACK_tcp_keepalive_probes;
	int64_t probing, seconds;

	if ((stack->known & needed) != needed ||
	    __builtin_mul_overflow(stack->n[TCP_STACK_tcp_keepalive_intvl],
				   stack->n[TCP_STACK_tcp_keepalive_probes], &probing) ||
	    __builtin_add_overflow(stack->n[TCP_STACK_tcp_keepalive_time], probing, &seconds))
		return 0;
	return seconds > 0 ? seconds : 0;
}
