// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tally.h"

#include <errno.h>
#include <string.h>

static const char *const keys[TALLY_KINDS] = {
#define X(name, key) [TALLY_##name] = key,
	TALLIES(X)
#undef X
};

void tally_send(struct tally *tally, int error)
{
	if (!error)
		tally->of[TALLY_SENT]++;
	else if (error == EPERM)
		tally->of[TALLY_REFUSED]++;
	else
		tally_error(tally, error);
}

void tally_error(struct tally *tally, int error)
{
	tally->error[error > 0 && error < TALLY_ERRORS ? error : 0]++;
}

uint64_t tally_errors(const struct tally *tally)
{
	uint64_t sum = 0;

	for (int i = 0; i < TALLY_ERRORS; i++)
		sum += tally->error[i];
	return sum;
}

void tally_print(const struct tally *tally, const char *command, unsigned int mask, FILE *out)
{
	const char *comma = "";

	fprintf(out, "{\"command\":\"%s\"", command);
	for (int i = 0; i < TALLY_KINDS; i++)
		if (mask & 1u << i)
			fprintf(out, ",\"%s\":%llu", keys[i], (unsigned long long)tally->of[i]);
	fprintf(out, ",\"ns\":%llu,\"errors\":{", (unsigned long long)tally->ns);
	for (int i = 0; i < TALLY_ERRORS; i++) {
		const char *name = strerrorname_np(i);

		if (!tally->error[i])
			continue;
		fprintf(out, "%s\"%s\":%llu", comma, i && name ? name : "unknown",
			(unsigned long long)tally->error[i]);
		comma = ",";
	}
	fputs("}}\n", out);
}
