/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The status page (user/render/page): one document that loads nothing from
 * elsewhere and draws itself from /v1/history and /v1/report. Without
 * JavaScript it is the tables written here, true at the moment of asking.
 */
#ifndef RENDER_PAGE_H
#define RENDER_PAGE_H

#include <stdio.h>
#include "model/hook.h"
#include "model/report.h"
#include "observe/settings.h"

#define PAGE_TYPE "text/html; charset=utf-8"

struct page {
	const char *node, *version, *kernel;
	const char *refused;		/* why there is no BPF; NULL: there is */
	const struct report *report;	/* NULL: conntrack is not loaded */
	const struct settings *settings;
};

/* For Content-Security-Policy: this style and this script, nothing else. */
extern const char *const page_policy;
void page(FILE *, const struct page *);

#endif
