/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The time-outs in a saved `sysctl -a`, for idle times of a saved dump. */
#ifndef OBSERVE_SAVED_TIMEOUTS_H
#define OBSERVE_SAVED_TIMEOUTS_H

#include <stddef.h>
#include "model/idle.h"

/* How many were found; -errno. */
int saved_timeouts_read(const char *path, struct timeouts *out);
/* One line; true: it was one of them. */
bool saved_timeouts_line(const char *line, struct timeouts *out);

#endif
