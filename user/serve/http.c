// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "observe/clock.h"
#include "accept.h"
#include "body.h"
#include "connections.h"
#include "http.h"
#include "listen.h"

/* A browser's cookies for localhost and the like; Prometheus sends 400 bytes. */
#define HEADERS_MAX 8192
/* Nobody has a reason to send a body: what is longer is refused unread. */
#define REQUEST_BODY_MAX 1024
/* Between two bytes; connections.c limits the whole. */
#define SILENCE_SECONDS 10
#define CACHE_NS 1000000000ULL
#define GZIP_FROM 1000
#define ROUTES_MAX 8

#define OPENMETRICS "application/openmetrics-text"
#define NOTHING_ALLOWED "default-src 'none'"

/* The last answer of a route, as text and as OpenMetrics. */
struct cached {
	struct body *plain, *gzip;
	struct http_answer answer;
	uint64_t made_ns;
};

struct http {
	struct evhttp *evhttp;
	struct connections *connections;
	const struct http_route *routes;
	void *context;
	unsigned int port;
	struct cached cache[ROUTES_MAX][2];
};

static void body_sent(const void *bytes, size_t size, void *body)
{
	(void)bytes;
	(void)size;
	body_drop(body);
}

static void add_header(struct evhttp_request *request, const char *name, const char *value)
{
	(void)evhttp_add_header(evhttp_request_get_output_headers(request), name, value);
}

/* HEAD gets the length of what GET would have got. */
static void send_body(struct evhttp_request *request, const struct http_answer *answer, struct body *body,
		      bool compressed)
{
	struct evbuffer *out = evhttp_request_get_output_buffer(request);
	char length[24];

	(void)snprintf(length, sizeof(length), "%zu", body->size);
	if (answer->status != HTTP_NOCONTENT)
		add_header(request, "Content-Length", length);
	add_header(request, "Content-Type", answer->type);
	add_header(request, "Content-Security-Policy", answer->policy ? answer->policy : NOTHING_ALLOWED);
	add_header(request, "X-Content-Type-Options", "nosniff");
	add_header(request, "Referrer-Policy", "no-referrer");
	add_header(request, "Cache-Control", "no-store");
	add_header(request, "Vary", "Accept, Accept-Encoding");
	if (compressed)
		add_header(request, "Content-Encoding", "gzip");
	if (evhttp_request_get_command(request) != EVHTTP_REQ_HEAD &&
	    evbuffer_add_reference(out, body->bytes, body->size, body_sent, body_share(body)))
		body_drop(body);
	evhttp_send_reply(request, answer->status, NULL, NULL);
}

static void send_words(struct evhttp_request *request, int status, const char *words)
{
	const struct http_answer answer = { .status = status, .type = "text/plain; charset=utf-8" };
	char *copy = strdup(words);
	struct body *body = body_new(copy, strlen(words));

	if (!body) {
		evhttp_send_error(request, HTTP_SERVUNAVAIL, NULL);
		return;
	}
	send_body(request, &answer, body, false);
	body_drop(body);
}

static struct body *render(struct http *http, const struct http_route *route,
			   const struct http_wish *wish, struct http_answer *answer)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);

	if (!out)
		return NULL;
	*answer = (struct http_answer){ .status = 200, .type = "text/plain; charset=utf-8" };
	route->render(out, wish, answer, http->context);
	if (fclose(out)) {
		free(bytes);
		return NULL;
	}
	return body_new(bytes, size);
}

static void forget(struct cached *cached)
{
	body_drop(cached->plain);
	body_drop(cached->gzip);
	*cached = (struct cached){ 0 };
}

static struct cached *look_up(struct http *http, const struct http_route *route, const struct http_wish *wish)
{
	struct cached *cached = &http->cache[route - http->routes][wish->openmetrics];
	uint64_t now = monotonic_ns();

	if (cached->plain && now - cached->made_ns < CACHE_NS)
		return cached;
	forget(cached);
	cached->plain = render(http, route, wish, &cached->answer);
	cached->made_ns = now;
	return cached->plain ? cached : NULL;
}

static const char *header(struct evhttp_request *request, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(request), name);
}

static void answer_with(struct http *http, struct evhttp_request *request,
			const struct http_route *route, const struct http_wish *wish)
{
	bool gzip = accept_quality(header(request, "Accept-Encoding"), "gzip", NULL) > 0;
	struct cached own = { 0 }, *cached = &own;

	/* A part of the whole is made for the one who asks. */
	if (wish->seconds)
		own.plain = render(http, route, wish, &own.answer);
	else
		cached = look_up(http, route, wish);
	if (!cached || !cached->plain) {
		evhttp_send_error(request, HTTP_SERVUNAVAIL, NULL);
		return;
	}
	gzip = gzip && cached->plain->size >= GZIP_FROM;
	if (gzip && !cached->gzip)
		cached->gzip = body_gzip(cached->plain);
	gzip = gzip && cached->gzip;
	send_body(request, &cached->answer, gzip ? cached->gzip : cached->plain, gzip);
	forget(&own);
}

static const struct http_route *find(const struct http *http, const char *path)
{
	for (const struct http_route *route = http->routes; route->path; route++)
		if (!strcmp(route->path, path))
			return route;
	return NULL;
}

/* false: there is a query that we do not understand. */
static bool parse_query(const char *query, struct http_wish *wish)
{
	struct evkeyvalq pairs;
	const char *seconds;
	char *end = NULL;
	unsigned long n = 0;

	if (!query || !*query)
		return true;
	if (evhttp_parse_query_str(query, &pairs))
		return false;
	seconds = evhttp_find_header(&pairs, "seconds");
	if (seconds && *seconds >= '0' && *seconds <= '9')
		n = strtoul(seconds, &end, 10);
	end = end && *end ? NULL : end;
	evhttp_clear_headers(&pairs);
	if (seconds && (!end || n < 1 || n > HTTP_SECONDS_MAX))
		return false;
	wish->seconds = (unsigned int)n;
	return true;
}

static struct http_wish wish_of(struct evhttp_request *request)
{
	const char *accept = header(request, "Accept");
	unsigned int open = accept_quality(accept, OPENMETRICS, "0.0.1 1.0.0");

	return (struct http_wish){
		.openmetrics = open && open >= accept_quality(accept, "text/plain", "0.0.4"),
	};
}

static void asked(struct evhttp_request *request, void *context)
{
	struct http *http = context;
	enum evhttp_cmd_type command = evhttp_request_get_command(request);
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
	const char *path = uri ? evhttp_uri_get_path(uri) : NULL;
	const struct http_route *route = path ? find(http, path) : NULL;
	struct http_wish wish = wish_of(request);

	connections_asked(http->connections, evhttp_connection_get_bufferevent(
						     evhttp_request_get_connection(request)));
	if (command != EVHTTP_REQ_GET && command != EVHTTP_REQ_HEAD) {
		add_header(request, "Allow", "GET, HEAD");
		send_words(request, HTTP_BADMETHOD, "only GET and HEAD\n");
	} else if (!route) {
		send_words(request, HTTP_NOTFOUND, "there is no such page; / is the status page\n");
	} else if (!parse_query(evhttp_uri_get_query(uri), &wish)) {
		send_words(request, HTTP_BADREQUEST, "?seconds=N takes a whole number from 1 to 86400\n");
	} else {
		answer_with(http, request, route, &wish);
	}
}

static void set_limits(struct evhttp *evhttp)
{
	evhttp_set_max_headers_size(evhttp, HEADERS_MAX);
	evhttp_set_max_body_size(evhttp, REQUEST_BODY_MAX);
	evhttp_set_timeout(evhttp, SILENCE_SECONDS);
	/* All of them are understood, so that the answer to most is 405 and says what is allowed. */
	evhttp_set_allowed_methods(evhttp, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
					   EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS |
					   EVHTTP_REQ_TRACE | EVHTTP_REQ_CONNECT | EVHTTP_REQ_PATCH);
}

int http_new(struct http **out, struct event_base *base, const char *address,
	     const struct http_route *routes, void *context)
{
	struct http *http = calloc(1, sizeof(*http));
	struct evconnlistener *listener = NULL;
	int err = -ENOMEM;

	*out = NULL;
	if (!http)
		return -ENOMEM;
	http->routes = routes;
	http->context = context;
	http->evhttp = evhttp_new(base);
	if (!http->evhttp)
		goto fail;
	listener = listen_on(base, address);
	err = listener ? -ENOMEM : -errno;
	if (!listener)
		goto fail;
	http->port = listen_port(listener);
	if (!evhttp_bind_listener(http->evhttp, listener)) {
		evconnlistener_free(listener);
		goto fail;
	}
	http->connections = connections_new(base, http->evhttp, listener);
	if (!http->connections)
		goto fail;
	set_limits(http->evhttp);
	evhttp_set_gencb(http->evhttp, asked, http);
	*out = http;
	return 0;
fail:
	http_free(http);
	return err;
}

unsigned int http_port(const struct http *http)
{
	return http->port;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	if (http->evhttp)
		evhttp_free(http->evhttp);
	connections_free(http->connections);
	for (size_t i = 0; i < ROUTES_MAX; i++)
		for (size_t j = 0; j < 2; j++)
			forget(&http->cache[i][j]);
	free(http);
}
