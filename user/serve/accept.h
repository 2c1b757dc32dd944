/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a client takes: the Accept headers, text from anywhere. */
#ifndef SERVE_ACCEPT_H
#define SERVE_ACCEPT_H

/*
 * The quality (0 to 1000 thousandths) at which a header such as
 * "text/plain;version=0.0.4;q=0.5, text/html" takes name; 0: not at all.
 * Wildcards count for nothing. versions NULL: any; else words separated by
 * spaces of which a "version" parameter must be one, if there is any.
 * header NULL: 0.
 */
unsigned int accept_quality(const char *header, const char *name, const char *versions);

#endif
