// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Accept headers come from anybody. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "serve/accept.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* exactly as long as it is, so that one byte too far is seen */
	char *header = malloc(size + 1);

	if (!header)
		return 0;
	memcpy(header, data, size);
	header[size] = '\0';
	assert(accept_quality(header, "gzip", NULL) <= 1000);
	assert(accept_quality(header, "application/openmetrics-text", "0.0.1 1.0.0") <=
	       accept_quality(header, "application/openmetrics-text", NULL));
	free(header);
	return 0;
}
