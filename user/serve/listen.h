/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a server listens: "127.0.0.1:9818", "[::1]:9818", ":9818" for every address. */
#ifndef SERVE_LISTEN_H
#define SERVE_LISTEN_H

struct event_base;
struct evconnlistener;

/* 0 or -EINVAL. */
int listen_address_valid(const char *text);
/* NULL with errno, of bind(2) and the like. */
struct evconnlistener *listen_on(struct event_base *, const char *address_text);
/* The port, where "0" asked for any free one; 0 when it cannot be told. */
unsigned int listen_port(struct evconnlistener *);

#endif
