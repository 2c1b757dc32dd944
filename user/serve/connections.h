/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The clients of the HTTP server: how many, and for how long. evhttp limits a
 * request's size and the time between two bytes, not the number of clients
 * nor the time of a whole request; this does. A newcomer always gets in: the
 * one that has done nothing for longest goes, so that a scrape gets through
 * a crowd of idlers.
 *
 *   connections_new -> connections_asked ... -> connections_free
 */
#ifndef SERVE_CONNECTIONS_H
#define SERVE_CONNECTIONS_H

struct connections;
struct event_base;
struct evhttp;
struct evconnlistener;
struct bufferevent;

/* Installs itself in evhttp; both are to be freed before it. */
struct connections *connections_new(struct event_base *, struct evhttp *, struct evconnlistener *);
/* A whole request has come in on it. */
void connections_asked(struct connections *, const struct bufferevent *);
void connections_free(struct connections *);

#endif
