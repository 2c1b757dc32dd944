/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RENDER_RECORD_WHO_H
#define RENDER_RECORD_WHO_H

#include "model/who.h"
#include "record.h"

/* One grouping, event "who". */
ssize_t record_who(char *line, const struct who *, const struct who_view *);

#endif
