/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Lists of rows by namespace, ascending: where one is, or would go. */
#ifndef OBSERVE_NETNS_PLACE_H
#define OBSERVE_NETNS_PLACE_H

#include <stddef.h>
#include <stdint.h>

/* Each row begins with its namespace's number, a uint32_t. */
size_t netns_place(const void *rows, size_t count, size_t row_size, uint32_t netns);

#endif
