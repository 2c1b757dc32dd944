/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RENDER_TEXT_CHAINS_H
#define RENDER_TEXT_CHAINS_H

#include "model/chains.h"
#include "text.h"

/* One scan: the verdict, the distribution beside what chance would give, the longest buckets. */
void text_chains(FILE *, const struct style *, const struct chains *);

#endif
