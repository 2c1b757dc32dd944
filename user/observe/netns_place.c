// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns_place.h"

size_t netns_place(const void *rows, size_t count, size_t row_size, uint32_t netns)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (*(const uint32_t *)((const char *)rows + middle * row_size) < netns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
