/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A small HTTP server on the event loop: a fixed set of paths, each rendered
 * when asked for, at most once a second. GET and HEAD only; nothing of a
 * request reaches a file system.
 *
 *   http_new -> (the loop runs) -> http_free
 */
#ifndef SERVE_HTTP_H
#define SERVE_HTTP_H

#include <stdbool.h>
#include <stdio.h>

struct event_base;
struct http;

/* What the client would like. */
struct http_wish {
	bool openmetrics;	/* rather than Prometheus' older text */
	unsigned int seconds;	/* ?seconds=N, 1 to HTTP_SECONDS_MAX; 0: not given */
};

#define HTTP_SECONDS_MAX 86400

struct http_answer {
	int status;		/* 200 */
	const char *type;	/* Content-Type */
	const char *policy;	/* Content-Security-Policy, NULL: nothing at all may be loaded */
};

typedef void http_render(FILE *out, const struct http_wish *, struct http_answer *, void *context);

struct http_route {
	const char *path;
	http_render *render;
};

/* address: as listen.h has it. routes end with an empty one, and stay the caller's. -errno of bind(2) and the like. */
int http_new(struct http **, struct event_base *, const char *address,
	     const struct http_route *routes, void *context);
/* The port, where "0" asked for any free one. */
unsigned int http_port(const struct http *);
void http_free(struct http *);	/* NULL is accepted */

#endif
