/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Records of refused packets and evicted entries, as they come out of the
 * kernel's ring buffer. Nothing in them is believed before it was looked at.
 *
 *   probes_ring_open -> (readable) probes_ring_drain ... -> probes_free
 */
#ifndef OBSERVE_RING_H
#define OBSERVE_RING_H

#include <stddef.h>
#include "ctscope/event.h"

struct probes;

/* 0 with a whole and sensible record in *out; -EBADMSG. */
int ring_decode(const void *bytes, size_t size, struct ct_event *out);

typedef void ring_handler(void *context, const struct ct_event *);

/* The handler is called from probes_ring_drain(), oldest record first. */
int probes_ring_open(struct probes *, ring_handler *, void *context);
/* To be watched for readability. */
int probes_ring_fd(const struct probes *);
/* Everything there is now: how many records, or -errno. */
int probes_ring_drain(struct probes *);

#endif
