/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An address of IPv4 or IPv6 in sixteen bytes: as text, and cut to the network it may be shown as. */
#ifndef MODEL_ADDRESS_H
#define MODEL_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#define ADDRESS_MAX 50	/* 45 of an IPv6 address, "/48", NUL */

/* "10.0.0.1", "2001:db8::1"; redacted: "10.0.0.0/24", "2001:db8::/48". Another family: "?". */
const char *address_text(char buf[static ADDRESS_MAX], const uint8_t bytes[static 16],
			 uint8_t family, bool redacted);
/* What is written behind one of which no more is kept: "/24" or "/48". */
const char *redacted_suffix(uint8_t family);
/* Zeroes what --redact hides: all behind the first 24 bits of IPv4, 48 of IPv6. */
void redact_address(uint8_t address[static 16], uint8_t family);

#endif
