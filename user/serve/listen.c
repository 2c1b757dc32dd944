// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <event2/listener.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "listen.h"

/* A full one makes clients wait a second for their next SYN. */
#define BACKLOG 1024

static bool parse_port(const char *text, in_port_t *port)
{
	char *end;
	unsigned long n = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : UINT16_MAX + 1UL;

	*port = htons((uint16_t)n);
	return n <= UINT16_MAX && !*end;
}

/* ":9818" is [::], which takes IPv4 as well, or 0.0.0.0 where there is no IPv6. */
static int parse_address(const char *text, bool ipv6, struct sockaddr_storage *out, int *len)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
	struct sockaddr_in *four = (struct sockaddr_in *)out;
	const char *colon = strrchr(text, ':');
	size_t size = colon ? (size_t)(colon - text) : 0;
	char host[INET6_ADDRSTRLEN + 2];
	in_port_t port;

	*out = (struct sockaddr_storage){ 0 };
	if (!colon || size >= sizeof(host) || !parse_port(colon + 1, &port))
		return -EINVAL;
	(void)snprintf(host, sizeof(host), "%.*s", (int)size, text);
	if (!size)
		(void)strcpy(host, ipv6 ? "[::]" : "0.0.0.0");
	size = strlen(host);
	if (host[0] == '[' && host[size - 1] == ']') {
		host[size - 1] = '\0';
		*six = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = port };
		*len = sizeof(*six);
		return inet_pton(AF_INET6, host + 1, &six->sin6_addr) == 1 ? 0 : -EINVAL;
	}
	*four = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = port };
	*len = sizeof(*four);
	return inet_pton(AF_INET, host, &four->sin_addr) == 1 ? 0 : -EINVAL;
}

int listen_address_valid(const char *text)
{
	struct sockaddr_storage address;
	int len;

	return parse_address(text, true, &address, &len);
}

struct evconnlistener *listen_on(struct event_base *base, const char *address_text)
{
	const unsigned int how = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE;
	struct evconnlistener *listener = NULL;
	struct sockaddr_storage address;
	int len;

	for (int ipv6 = 1; ipv6 >= 0 && !listener; ipv6--) {
		if (parse_address(address_text, ipv6, &address, &len)) {
			errno = EINVAL;
			return NULL;
		}
		listener = evconnlistener_new_bind(base, NULL, NULL, how, BACKLOG,
						   (struct sockaddr *)&address, len);
		if (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)
			break;
	}
	return listener;
}

unsigned int listen_port(struct evconnlistener *listener)
{
	struct sockaddr_storage address = { 0 };
	socklen_t len = sizeof(address);

	if (getsockname(evconnlistener_get_fd(listener), (struct sockaddr *)&address, &len))
		return 0;
	/* clang 14 takes getsockname() to fill in nothing. NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
	return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port :
						     ((struct sockaddr_in *)&address)->sin_port);
}
