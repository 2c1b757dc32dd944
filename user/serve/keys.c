// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "keys.h"

#define BYTE_DELETE 0x7f
#define NUMBER_MAX 999

/* The cursor keys end alike after CSI and, in application mode, after SS3. */
static int key_of_final(unsigned char byte)
{
	switch (byte) {
	case 'A': return KEY_UP;
	case 'B': return KEY_DOWN;
	case 'C': return KEY_RIGHT;
	case 'D': return KEY_LEFT;
	case 'H': return KEY_HOME;
	case 'F': return KEY_END;
	case 'Z': return KEY_BACKTAB;
	default: return KEY_NONE;
	}
}

/* "CSI 5 ~": the number of VT220's editing keys; 7 and 8 are rxvt's. */
static int key_of_number(unsigned int number)
{
	switch (number) {
	case 1: case 7: return KEY_HOME;
	case 4: case 8: return KEY_END;
	case 5: return KEY_PAGE_UP;
	case 6: return KEY_PAGE_DOWN;
	default: return KEY_NONE;
	}
}

static int in_csi(struct keys *keys, unsigned char byte)
{
	if (byte >= '0' && byte <= '9' && !keys->parameters) {
		keys->number = keys->number * 10 + (unsigned int)(byte - '0');
		if (keys->number > NUMBER_MAX)
			keys->number = NUMBER_MAX;
		return KEY_NONE;
	}
	if (byte == ';')
		keys->parameters = 1;
	if (byte < 0x40)
		return KEY_NONE;
	keys->state = KEYS_GROUND;
	return byte == '~' ? key_of_number(keys->number) : key_of_final(byte);
}

static int at_ground(struct keys *keys, unsigned char byte)
{
	if (byte == KEY_ESCAPE)
		keys->state = KEYS_ESCAPE;
	return byte == KEY_ESCAPE || byte >= 0x80 ? KEY_NONE : byte == BYTE_DELETE ? '\b' : byte;
}

int keys_next(struct keys *keys, unsigned char byte)
{
	/* A control byte in the middle of a sequence ends it: a person has pressed something new. */
	if (keys->state != KEYS_GROUND && byte < ' ') {
		int pressed = keys->state == KEYS_ESCAPE ? KEY_ESCAPE : KEY_NONE;

		*keys = (struct keys){ 0 };
		byte = (unsigned char)at_ground(keys, byte);
		return pressed ? pressed : byte;
	}
	switch (keys->state) {
	case KEYS_ESCAPE:
		*keys = (struct keys){
			.state = byte == '[' ? KEYS_CSI : byte == 'O' ? KEYS_SS3 : KEYS_GROUND,
		};
		return KEY_NONE;
	case KEYS_CSI:
		return in_csi(keys, byte);
	case KEYS_SS3:
		keys->state = KEYS_GROUND;
		return key_of_final(byte);
	default:
		return at_ground(keys, byte);
	}
}

int keys_pause(struct keys *keys)
{
	if (keys->state != KEYS_ESCAPE)
		return KEY_NONE;
	keys->state = KEYS_GROUND;
	return KEY_ESCAPE;
}
