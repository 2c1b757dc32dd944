/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the agent serves by HTTP: one function a path. */
#ifndef COMMAND_PAGES_H
#define COMMAND_PAGES_H

#include "bursts.h"
#include "journal.h"
#include "monitor.h"
#include "scrape.h"
#include "serve/http.h"

struct pages {
	struct monitor *monitor;
	const struct journal *journal;
	const struct bursts *bursts;	/* NULL: they cannot be seen */
	struct scrape scrape;
};

extern const struct http_route page_routes[];	/* their context: a struct pages */
void pages_free(struct pages *);

#endif
