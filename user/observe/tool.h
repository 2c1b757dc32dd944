/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Other programs, asked to print what they know: bounded in time and in what they may say. */
#ifndef OBSERVE_TOOL_H
#define OBSERVE_TOOL_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Runs argv[0], looked for in the system's own folders, without a shell, with
 * nothing on stdin and stderr, and waits. *text (NUL-terminated, for the
 * caller to free) is what it printed: the length. -ENOENT: there is no such
 * program, -ETIMEDOUT, -EFBIG, -EIO: it failed.
 */
ssize_t tool_run(const char *const argv[], size_t limit, int timeout_ms, char **text);

#endif
