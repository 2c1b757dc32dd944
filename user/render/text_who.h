/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RENDER_TEXT_WHO_H
#define RENDER_TEXT_WHO_H

#include "model/who.h"
#include "text.h"

/* All groupings, one block each; the numbers stand first, as `uniq -c` has them. */
void text_who(FILE *, const struct style *, const struct who *);

#endif
