// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "address.h"

void redact_address(uint8_t address[static 16], uint8_t family)
{
	size_t kept = family == AF_INET ? 3 : 6;

	memset(address + kept, 0, 16 - kept);
}

const char *redacted_suffix(uint8_t family)
{
	return family == AF_INET ? "/24" : "/48";
}

const char *address_text(char buf[static ADDRESS_MAX], const uint8_t bytes[static 16],
			 uint8_t family, bool redacted)
{
	bool known = family == AF_INET || family == AF_INET6;
	uint8_t shown[16];

	memcpy(shown, bytes, sizeof(shown));
	if (redacted)
		redact_address(shown, family);
	if (!known || !inet_ntop(family, shown, buf, ADDRESS_MAX))
		(void)snprintf(buf, ADDRESS_MAX, "?");
	else if (redacted)
		(void)strcat(buf, redacted_suffix(family));
	return buf;
}
