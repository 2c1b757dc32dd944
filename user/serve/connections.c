// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include "observe/clock.h"
#include "connections.h"

/* Twice what a cluster's scrapers and a few open status pages need. */
#define CONNECTIONS_MAX 32
/* Sent away at once when all places are taken. */
#define CROWD 8
/* For them to be gone before the next are let in. */
#define CROWD_PAUSE_MS 10
/* From one whole request to the end of the next. */
#define PATIENCE_NS (20 * 1000000000ULL)
/* What is read ahead of the request being answered. */
#define READ_AHEAD (16U << 10)

struct place {
	struct bufferevent *bev;	/* NULL: free */
	uint64_t since_ns;	/* of the last whole request, or of the connection */
	bool asked;		/* at least once */
};

struct connections {
	struct event_base *base;
	struct evconnlistener *listener;
	struct event *sweep, *reopen;
	struct place places[CONNECTIONS_MAX];
};

static void leave(struct place *place)
{
	bufferevent_decref(place->bev);
	*place = (struct place){ 0 };
}

/* evhttp does not tell when a connection ends, but takes its callbacks off one it has freed. */
static bool freed(const struct place *place)
{
	bufferevent_event_cb on_event = NULL;

	bufferevent_getcb(place->bev, NULL, NULL, &on_event, NULL);
	return !on_event;
}

/* evhttp sees the end of the stream, and frees the connection its own way. */
static void send_away(struct place *place)
{
	evutil_socket_t fd = bufferevent_getfd(place->bev);

	if (fd >= 0)
		(void)shutdown(fd, SHUT_RDWR);
	leave(place);
}

static size_t tidy(struct connections *all)
{
	uint64_t now = monotonic_ns();
	size_t taken = 0;

	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		struct place *place = &all->places[i];

		if (!place->bev)
			continue;
		if (freed(place))
			leave(place);
		else if (now - place->since_ns > PATIENCE_NS)
			send_away(place);
		else
			taken++;
	}
	return taken;
}

static void sweep(evutil_socket_t fd, short what, void *context)
{
	static const struct timeval pause = { .tv_sec = 5 };
	struct connections *all = context;

	(void)fd;
	(void)what;
	if (tidy(all))
		(void)event_add(all->sweep, &pause);
}

static void let_in_again(evutil_socket_t fd, short what, void *context)
{
	struct connections *all = context;

	(void)fd;
	(void)what;
	(void)evconnlistener_enable(all->listener);
}

/* Who has never asked goes before who has; then who has been silent for longest. */
static struct place *least_wanted(struct connections *all)
{
	struct place *worst = NULL;

	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		struct place *place = &all->places[i];

		if (place->bev && (!worst || place->asked < worst->asked ||
				   (place->asked == worst->asked && place->since_ns < worst->since_ns)))
			worst = place;
	}
	return worst;
}

static struct place *find_place(struct connections *all, const struct bufferevent *bev)
{
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (all->places[i].bev == bev)
			return &all->places[i];
	return NULL;
}

static struct place *make_place(struct connections *all)
{
	static const struct timeval pause = { .tv_usec = CROWD_PAUSE_MS * 1000 };
	struct place *place = find_place(all, NULL);

	if (place)
		return place;
	if (tidy(all) == CONNECTIONS_MAX) {
		for (int i = 0; i < CROWD; i++)
			send_away(least_wanted(all));
		(void)evconnlistener_disable(all->listener);
		(void)event_add(all->reopen, &pause);
	}
	return find_place(all, NULL);
}

/* For evhttp: what a connection that was just accepted is read and written with. */
static struct bufferevent *newcomer(struct event_base *base, void *context)
{
	static const struct timeval soon = { .tv_sec = 5 };
	struct connections *all = context;
	struct bufferevent *bev = bufferevent_socket_new(base, -1, 0);
	struct place *place;

	if (!bev)
		return NULL;
	bufferevent_setwatermark(bev, EV_READ, 0, READ_AHEAD);
	place = make_place(all);
	*place = (struct place){ .bev = bev, .since_ns = monotonic_ns() };
	bufferevent_incref(bev);
	if (!event_pending(all->sweep, EV_TIMEOUT, NULL))
		(void)event_add(all->sweep, &soon);
	return bev;
}

struct connections *connections_new(struct event_base *base, struct evhttp *http,
				    struct evconnlistener *listener)
{
	struct connections *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	all->base = base;
	all->listener = listener;
	all->sweep = evtimer_new(base, sweep, all);
	all->reopen = evtimer_new(base, let_in_again, all);
	if (!all->sweep || !all->reopen) {
		connections_free(all);
		return NULL;
	}
	evhttp_set_bevcb(http, newcomer, all);
	return all;
}

void connections_asked(struct connections *all, const struct bufferevent *bev)
{
	struct place *place = find_place(all, bev);

	if (place) {
		place->since_ns = monotonic_ns();
		place->asked = true;
	}
}

void connections_free(struct connections *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (all->places[i].bev)
			leave(&all->places[i]);
	if (all->sweep)
		event_free(all->sweep);
	if (all->reopen)
		event_free(all->reopen);
	free(all);
}
