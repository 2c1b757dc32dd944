/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The terminal of a live screen: alternate screen, keys without Enter, no
 * echo. Given back as it was on every way out: terminal_leave, exit(3), and
 * the signals that kill (SIGKILL alone cannot be helped; `reset` can).
 * There is one terminal, so there is one of this, and no object to pass.
 *
 *   terminal_enter -> terminal_size, terminal_read, terminal_write ... -> terminal_leave
 */
#ifndef SERVE_TERMINAL_H
#define SERVE_TERMINAL_H

#include <stddef.h>
#include <sys/types.h>

/*
 * -ENOTTY when stdout is no terminal. What is said on stderr meanwhile, if that
 * is a terminal too, is kept and shown after terminal_leave().
 */
int terminal_enter(void);
/* Where keys come from, -1: nowhere. */
int terminal_keys(void);
void terminal_size(int *rows, int *columns);	/* 24 and 80 when it does not tell */
/* 0 or -errno: the terminal is gone. */
int terminal_write(const char *bytes, size_t len);
/* Gives it back, stops as the shell's job control asked, and takes it again once continued. */
int terminal_suspend(void);
void terminal_leave(void);

#endif
