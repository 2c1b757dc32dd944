/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The bytes of a keyboard as keys. Sequences of ECMA-48 (CSI, SS3) of any
 * length are followed to their end and, where they are no key of ours, ignored.
 *
 *   struct keys k = { 0 }; for each byte of a read: keys_next(&k, byte); then keys_pause(&k)
 */
#ifndef SERVE_KEYS_H
#define SERVE_KEYS_H

/* A key is a byte of ASCII, or one of these. */
enum key {
	KEY_NONE = 0,
	KEY_ESCAPE = 0x1b,
	KEY_UP = 0x100, KEY_DOWN, KEY_LEFT, KEY_RIGHT,
	KEY_HOME, KEY_END, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_BACKTAB,
};

struct keys {
	enum { KEYS_GROUND, KEYS_ESCAPE, KEYS_CSI, KEYS_SS3 } state;
	unsigned int number;	/* first parameter of a CSI sequence, bounded */
	unsigned char parameters;	/* how many so far */
};

/* KEY_NONE: in the middle of something, or nothing of ours. */
int keys_next(struct keys *, unsigned char byte);
/* No more bytes for now: an escape that stands alone is the key. */
int keys_pause(struct keys *);

#endif
