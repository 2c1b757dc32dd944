/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What this kernel and these privileges have that the hooks rely on: looked for, never guessed. */
#ifndef OBSERVE_FEATURES_H
#define OBSERVE_FEATURES_H

#include "model/hook.h"
#include "roots.h"

enum { FEATURE_COUNT = 6 };

void features_read(const struct roots *roots, struct feature out[FEATURE_COUNT]);

#endif
