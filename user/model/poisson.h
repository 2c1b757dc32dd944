/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What chance alone does when many things fall into many places independently. */
#ifndef MODEL_POISSON_H
#define MODEL_POISSON_H

#include <stdint.h>

/* Probability of exactly n where `mean` is to be expected. */
double poisson(double mean, uint64_t n);
/* Of n or more. Exact far into the tail, where 1 - (the rest) would be 0. */
double poisson_tail(double mean, uint64_t n);

#endif
