// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <math.h>
#include "poisson.h"

/* Terms smaller than this beside the sum change no digit of it. */
#define NOTHING 1e-17

double poisson(double mean, uint64_t n)
{
	if (mean <= 0)
		return n ? 0 : 1;
	return exp((double)n * log(mean) - mean - lgamma((double)n + 1));
}

double poisson_tail(double mean, uint64_t n)
{
	double sum = 0, term;

	if (!n)
		return 1;
	if ((double)n > mean) {
		term = poisson(mean, n);
		for (uint64_t i = n; term > sum * NOTHING; i++) {
			sum += term;
			term *= mean / (double)(i + 1);
		}
		return sum;
	}
	/* Below the mean the terms grow: from n - 1 downwards they shrink. */
	term = poisson(mean, n - 1);
	for (uint64_t i = n - 1; term > sum * NOTHING; i--) {
		sum += term;
		if (!i)
			break;
		term *= (double)i / mean;
	}
	return sum < 1 ? 1 - sum : 0;
}
