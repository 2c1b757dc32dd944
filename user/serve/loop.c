// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include "observe/clock.h"
#include "loop.h"

#define NS_PER_S 1000000000ULL

struct watcher {
	struct watcher *next;
	struct event *event;
	struct loop *loop;
	loop_callback *call;
	void *context;
	uint64_t every_ns, due_ns;	/* timers on a grid */
};

struct loop {
	struct event_base *base;
	struct watcher *watchers;
	const char *reason;
};

/* Rounded up: what is not due for half a microsecond is not due at once, again and again. */
static struct timeval timeval_of(uint64_t ns)
{
	ns += 999;
	return (struct timeval){ (time_t)(ns / NS_PER_S), (suseconds_t)(ns % NS_PER_S / 1000) };
}

static int arm(struct watcher *watcher)
{
	uint64_t now = monotonic_ns();
	struct timeval left;

	/* Grid points that have passed meanwhile (a suspended machine) are left out. */
	if (watcher->due_ns <= now)
		watcher->due_ns += ((now - watcher->due_ns) / watcher->every_ns + 1) * watcher->every_ns;
	left = timeval_of(watcher->due_ns - now);
	return event_add(watcher->event, &left);
}

static void happened(evutil_socket_t fd, short what, void *argument)
{
	struct watcher *watcher = argument;

	(void)fd;
	(void)what;
	/* libevent counts from when the callbacks before began: what they took, it comes too early. */
	if (!watcher->every_ns || watcher->due_ns <= monotonic_ns())
		watcher->call(watcher->context);
	if (watcher->every_ns && !watcher->loop->reason && arm(watcher))
		loop_stop(watcher->loop, "failure");
}

static struct watcher *watch(struct loop *loop, evutil_socket_t fd, short what, loop_callback *call,
			     void *context)
{
	struct watcher *watcher = calloc(1, sizeof(*watcher));

	if (!watcher)
		return NULL;
	*watcher = (struct watcher){ .loop = loop, .call = call, .context = context,
				     .next = loop->watchers };
	watcher->event = event_new(loop->base, fd, what, happened, watcher);
	if (!watcher->event) {
		free(watcher);
		return NULL;
	}
	loop->watchers = watcher;
	return watcher;
}

static int watch_and_add(struct loop *loop, evutil_socket_t fd, short what, loop_callback *call,
			 void *context)
{
	struct watcher *watcher = watch(loop, fd, what, call, context);

	return watcher && !event_add(watcher->event, NULL) ? 0 : -ENOMEM;
}

static void stopped_by_signal(void *context)
{
	loop_stop(context, "signal");
}

struct loop *loop_new(void)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return NULL;
	loop->base = event_base_new();
	/* A reader that closes its end is an error of that write, not a signal to die of. */
	if (!loop->base || signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    loop_on_signal(loop, SIGINT, stopped_by_signal, loop) ||
	    loop_on_signal(loop, SIGTERM, stopped_by_signal, loop)) {
		loop_free(loop);
		return NULL;
	}
	return loop;
}

int loop_every(struct loop *loop, uint64_t ns, loop_callback *call, void *context)
{
	struct watcher *watcher = watch(loop, -1, 0, call, context);

	if (!watcher)
		return -ENOMEM;
	watcher->every_ns = ns;
	watcher->due_ns = monotonic_ns() + ns;
	return arm(watcher) ? -ENOMEM : 0;
}

int loop_after(struct loop *loop, uint64_t ns, loop_callback *call, void *context)
{
	struct watcher *watcher = watch(loop, -1, 0, call, context);
	struct timeval left = timeval_of(ns);

	return watcher && !event_add(watcher->event, &left) ? 0 : -ENOMEM;
}

int loop_on_signal(struct loop *loop, int signal, loop_callback *call, void *context)
{
	return watch_and_add(loop, signal, EV_SIGNAL | EV_PERSIST, call, context);
}

int loop_on_readable(struct loop *loop, int fd, loop_callback *call, void *context)
{
	return watch_and_add(loop, fd, EV_READ | EV_PERSIST, call, context);
}

int loop_when_writable(struct loop *loop, struct watcher **waiting, int fd, loop_callback *call,
		       void *context)
{
	struct watcher *watcher = *waiting ? *waiting : watch(loop, fd, EV_WRITE, call, context);

	if (!watcher)
		return -ENOMEM;
	*waiting = watcher;
	loop_forget(watcher);
	return event_assign(watcher->event, loop->base, fd, EV_WRITE, happened, watcher) ||
	       event_add(watcher->event, NULL) ? -ENOMEM : 0;
}

void loop_forget(struct watcher *waiting)
{
	if (waiting)
		(void)event_del(waiting->event);
}

struct watcher *loop_timer(struct loop *loop, loop_callback *call, void *context)
{
	return watch(loop, -1, 0, call, context);
}

int loop_timer_set(struct watcher *timer, uint64_t ns)
{
	struct timeval left = timeval_of(ns);

	return event_add(timer->event, &left) ? -ENOMEM : 0;
}

int loop_run(struct loop *loop)
{
	return loop->reason || event_base_dispatch(loop->base) >= 0 ? 0 : -EIO;
}

void loop_stop(struct loop *loop, const char *reason)
{
	if (!loop->reason)
		loop->reason = reason;
	(void)event_base_loopbreak(loop->base);
}

const char *loop_reason(const struct loop *loop)
{
	return loop->reason ? loop->reason : "nothing left to wait for";
}

struct event_base *loop_base(struct loop *loop)
{
	return loop->base;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	while (loop->watchers) {
		struct watcher *watcher = loop->watchers;

		loop->watchers = watcher->next;
		event_free(watcher->event);
		free(watcher);
	}
	if (loop->base)
		event_base_free(loop->base);
	free(loop);
}
