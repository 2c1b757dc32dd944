/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The event loop: timers, signals and file descriptors; asleep when idle.
 *
 *   loop_new -> loop_every, loop_after, loop_on_readable ... -> loop_run -> loop_free
 */
#ifndef SERVE_LOOP_H
#define SERVE_LOOP_H

#include <stdint.h>

struct loop;
struct event_base;

typedef void loop_callback(void *context);

struct loop *loop_new(void);
/* Every ns, on a fixed grid from now on: a late call does not shift the next. */
int loop_every(struct loop *, uint64_t ns, loop_callback *, void *context);
int loop_after(struct loop *, uint64_t ns, loop_callback *, void *context);
int loop_on_signal(struct loop *, int signal, loop_callback *, void *context);
int loop_on_readable(struct loop *, int fd, loop_callback *, void *context);
/*
 * Calls once, as soon as fd has room. *waiting is NULL at first, then to be
 * passed again; a second call before it happened waits for the new fd alone.
 */
struct watcher;
int loop_when_writable(struct loop *, struct watcher **waiting, int fd, loop_callback *, void *context);
/* No longer: to be called before fd is closed. NULL is accepted. */
void loop_forget(struct watcher *waiting);
/* A timer that runs out once each time it is set; NULL without memory. loop_forget() ends it early. */
struct watcher *loop_timer(struct loop *, loop_callback *, void *context);
int loop_timer_set(struct watcher *, uint64_t ns);
/* Runs until loop_stop(); INT and TERM stop it with reason "signal". -errno on failure. */
int loop_run(struct loop *);
/* Ends loop_run() after the callback under way; the first reason is kept. */
void loop_stop(struct loop *, const char *reason);
/* Why it ended: "signal", "duration", ... */
const char *loop_reason(const struct loop *);
struct event_base *loop_base(struct loop *);
void loop_free(struct loop *);

#endif
