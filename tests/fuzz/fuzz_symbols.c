// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Any text as /proc/kallsyms: an address that is found stands in it, with the symbol's name. */
#include <errno.h>
#include <inttypes.h>
#include "memory_file.h"
#include "observe/symbols.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_stand_in(const uint8_t *data, size_t size, const struct symbol *symbol)
{
	char digits[24];
	/* without leading zeros, in either case of letters: the text is made small first */
	int len = snprintf(digits, sizeof(digits), "%" PRIx64, symbol->address);
	char *small = malloc(size + 1);

	if (!small)
		abort();
	for (size_t i = 0; i < size; i++)
		small[i] = (char)(data[i] >= 'A' && data[i] <= 'F' ? data[i] + 32 : data[i]);
	if (!memmem(data, size, symbol->name, strlen(symbol->name)) || !memmem(small, size, digits, (size_t)len))
		abort();
	free(small);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct symbol symbols[] = { { "nf_conntrack_hash", 1 }, { "nf_conntrack_htable_size", 1 } };
	struct roots roots = { .proc = memory_root_make(), .sys = memory_root_make() };
	size_t found = 0;
	int err;

	if (fd < 0)
		fd = memory_file("kallsyms");
	memory_fill(fd, data, size);
	err = symbols_find(&roots, symbols, 2);
	for (int i = 0; i < 2; i++)
		if (symbols[i].address) {
			found++;
			must_stand_in(data, size, &symbols[i]);
		}
	if (err ? err != -ENOENT && err != -EPERM : found != 2)
		abort();
	return 0;
}
