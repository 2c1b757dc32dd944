// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "plan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void plan_init(struct plan *plan)
{
	*plan = (struct plan) {
		.to = { .size = 1 }, .from = { .size = 1 },
		.to_port = { .size = 1 }, .from_port = { .size = 1 },
		.count = 1, .times = 1, .limit_s = 600, .cpu = UINT64_MAX, .protocol = IPPROTO_TCP,
		.tcp_flags = 2,
	};
}

/* ADDR or ADDR/BITS; the range starts at ADDR and is as large as the prefix. */
int range_parse(struct range *range, const char *text)
{
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t)(slash - text) : strlen(text);
	unsigned long width, bits;
	char *end;

	if (length >= sizeof(address))
		return -EINVAL;
	memcpy(address, text, length);
	address[length] = '\0';
	range->family = strchr(address, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(range->family, address, range->first) != 1)
		return -EINVAL;
	width = range->family == AF_INET6 ? 128 : 32;
	bits = width;
	if (slash) {
		bits = strtoul(slash + 1, &end, 10);
		if (end == slash + 1 || *end || bits > width || width - bits > 32)
			return -EINVAL;
	}
	range->size = 1ull << (width - bits);
	return 0;
}

/* P or P-Q */
int ports_parse(struct ports *ports, const char *text)
{
	unsigned long first, last;
	char *end;

	first = strtoul(text, &end, 10);
	last = first;
	if (end == text)
		return -EINVAL;
	if (*end == '-') {
		const char *second = end + 1;

		last = strtoul(second, &end, 10);
		if (end == second)
			return -EINVAL;
	}
	if (*end || first > last || last > UINT16_MAX)
		return -EINVAL;
	ports->given = true;
	ports->first = first;
	ports->size = last - first + 1;
	return 0;
}

const char *plan_check(const struct plan *plan)
{
	uint64_t flows;

	if (plan->from.family && plan->to.family != plan->from.family)
		return "--to and --from are of different families";
	if (plan->rate && plan->over_s)
		return "--rate and --over exclude each other";
	/* Each factor is at most 2^32 or 2^16: stop before the product could wrap. */
	flows = plan->to.size * plan->to_port.size;
	if (flows < plan->count)
		flows *= plan->from_port.size;
	if (flows < plan->count)
		flows *= plan->from.size > UINT16_MAX ? UINT16_MAX : plan->from.size;
	if (flows < plan->count)
		return "--count is more than the distinct flows of these addresses and ports";
	return NULL;
}

static void address_at(union address *address, const struct range *range, uint64_t number,
		       const struct ports *ports, uint64_t port)
{
	in_port_t number_of_port = ports->given ? htons(ports->first + port) : 0;
	uint32_t low;

	memset(address, 0, sizeof(*address));
	if (range->family == AF_INET6) {
		address->in6.sin6_family = AF_INET6;
		address->in6.sin6_port = number_of_port;
		memcpy(&address->in6.sin6_addr, range->first, 16);
		memcpy(&low, range->first + 12, 4);
		low = htonl(ntohl(low) + (uint32_t)number);
		memcpy(&address->in6.sin6_addr.s6_addr[12], &low, 4);
	} else {
		address->in.sin_family = AF_INET;
		address->in.sin_port = number_of_port;
		memcpy(&low, range->first, 4);
		address->in.sin_addr.s_addr = htonl(ntohl(low) + (uint32_t)number);
	}
}

void flow_at(const struct plan *plan, uint64_t number, struct flow *flow)
{
	struct range from = plan->from;
	uint64_t to_port, to, source;

	to_port = number % plan->to_port.size;
	number /= plan->to_port.size;
	to = number % plan->to.size;
	number /= plan->to.size;
	source = number % plan->from.size;
	number /= plan->from.size;
	from.family = plan->to.family;
	address_at(&flow->to, &plan->to, to, &plan->to_port, to_port);
	address_at(&flow->from, &from, source, &plan->from_port, number % plan->from_port.size);
}

socklen_t address_length(const union address *address)
{
	return address->any.sa_family == AF_INET6 ? sizeof(address->in6) : sizeof(address->in);
}
