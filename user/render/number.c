// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Numbers for people: short, and exact enough for the eye. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include "text.h"

/* Two or three digits that matter, and the unit they are counted in. */
static const char *scaled(char *buf, size_t size, double value, double step,
			  const char *const *units, size_t count)
{
	size_t unit = 0;

	while (value >= 999.5 && unit + 1 < count) {
		value /= step;
		unit++;
	}
	(void)snprintf(buf, size, "%.*f%s", value < 99.95 ? 1 : 0, value,
		       units[unit]);
	return buf;
}

const char *text_count(char buf[static 16], uint64_t n)
{
	static const char *const units[] = { "", "k", "M", "G", "T", "P", "E" };

	if (n < 10000) {
		(void)snprintf(buf, 16, "%" PRIu64, n);
		return buf;
	}
	return scaled(buf, 16, (double)n, 1000, units, sizeof(units) / sizeof(units[0]));
}

const char *text_bytes(char buf[static 16], uint64_t n)
{
	static const char *const units[] = { " B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB" };

	if (n < 1000) {
		(void)snprintf(buf, 16, "%" PRIu64 " B", n);
		return buf;
	}
	return scaled(buf, 16, (double)n, 1024, units, sizeof(units) / sizeof(units[0]));
}

const char *text_seconds(char buf[static 24], double seconds)
{
	uint64_t s;

	if (!isfinite(seconds) || seconds < 0 || seconds >= 0x1p62) {
		(void)snprintf(buf, 24, "-");
		return buf;
	}
	s = (uint64_t)(seconds + 0.5);
	if (seconds < 9.95 && fabs(seconds - (double)s) >= 0.05)
		(void)snprintf(buf, 24, "%.1fs", seconds);
	else if (s < 60)
		(void)snprintf(buf, 24, "%" PRIu64 "s", s);
	else if (s < 3600)
		(void)snprintf(buf, 24, "%" PRIu64 "m %02" PRIu64 "s", s / 60, s % 60);
	else if (s < 86400)
		(void)snprintf(buf, 24, "%" PRIu64 "h %02" PRIu64 "m", s / 3600, s / 60 % 60);
	else
		(void)snprintf(buf, 24, "%" PRIu64 "d %02" PRIu64 "h", s / 86400, s / 3600 % 24);
	return buf;
}

const char *text_duration(char buf[static 24], double seconds)
{
	if (!(seconds >= 0) || seconds >= 0.9995)
		return text_seconds(buf, seconds);
	if (seconds < 0.001)
		(void)snprintf(buf, 24, "<1 ms");
	else
		(void)snprintf(buf, 24, "%.0f ms", seconds * 1000);
	return buf;
}

const char *text_percent(char buf[static 16], double ratio)
{
	/* 1e-9: 0.29 * 100 is a hair below 29 in binary */
	double percent = ratio * 100 + 1e-9;

	if (!(ratio >= 0) || percent >= 1e9)
		(void)snprintf(buf, 16, "-");
	else if (percent < 0.1 && ratio > 0)
		(void)snprintf(buf, 16, "<0.1 %%");
	else if (percent < 10 && ratio > 0)
		(void)snprintf(buf, 16, "%.1f %%", floor(percent * 10) / 10);
	else
		(void)snprintf(buf, 16, "%.0f %%", floor(percent));
	return buf;
}

const char *text_rate(char buf[static 24], uint64_t count, double seconds)
{
	double rate = seconds > 0 ? (double)count / seconds : NAN;

	if (!isfinite(rate))
		(void)snprintf(buf, 24, "-");
	else if (!count || rate >= 9.95)
		(void)snprintf(buf, 24, "%.0f", rate < 1e18 ? rate : 1e18);
	else if (rate < 0.05)
		(void)snprintf(buf, 24, "<0.1");
	else
		(void)snprintf(buf, 24, "%.1f", rate);
	return buf;
}
