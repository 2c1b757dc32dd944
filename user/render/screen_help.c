// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The help of the live screen: its keys, and how to read it. */
#include "screen.h"

static const char *const words[] = {
	"The bar shows the namespace that is nearest to its limit. Evictable entries",
	"(no traffic both ways yet) give way to new ones when it is full; packets are",
	"dropped once there are none. Lines show the highest second of a column, of",
	"drops all that fell into it. Sources, destinations, states and chains are read",
	"by a walk of the table inside the kernel: every interval while you look at one",
	"of them, every 10 s for the bar, never for more than 2 % of a processor.",
};

void screen_draw_help(struct canvas *canvas, struct screen_place place)
{
	int row = place.row;

	(void)canvas_text(canvas, row, 0, MARK_BOLD, "ctscope top: keys");
	row += 2;
	for (size_t i = 0; i < view_keys_count; i++, row++) {
		(void)canvas_text(canvas, row, 2, MARK_BOLD, "%s", view_keys[i].keys);
		(void)canvas_text(canvas, row, 24, MARK_PLAIN, "%s", view_keys[i].meaning);
	}
	row++;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++, row++)
		(void)canvas_text(canvas, row, 2, MARK_PLAIN, "%s", words[i]);
	(void)canvas_text(canvas, place.row + place.rows - 1, 0, MARK_DIM, "any key: back   q: quit");
}
