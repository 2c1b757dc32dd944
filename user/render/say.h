/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A sentence, said piece by piece: begins as "", and what does not fit into SENTENCE_MAX bytes is cut. */
#ifndef RENDER_SAY_H
#define RENDER_SAY_H

#include <stdint.h>
#include "ctscope/counters.h"
#include "sentence.h"

__attribute__((format(printf, 2, 3)))
void say(char sentence[static SENTENCE_MAX], const char *format, ...);
/* ": table_full 3, clash 1"; nothing when there are no drops. */
void say_causes(char sentence[static SENTENCE_MAX], const uint64_t n[static CT_COUNTER_COUNT], uint32_t known);

#endif
