// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Dumps that are larger than the buffer, compressed, cut off, damaged, without an end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <zlib.h>
#include "dump_lines.h"
#include "fake_tree.h"
#include "observe/dump.h"

struct file {
	char *root;
	char path[PATH_MAX];
};

static void file_with(struct file *file, const char *bytes, size_t size)
{
	file->root = tree_new();
	(void)snprintf(file->path, sizeof(file->path), "%s/dump", file->root);
	tree_bytes(file->root, "dump", bytes, size);
}

static size_t read_all(struct dump *dump, int *end)
{
	struct entry entry;
	size_t n = 0;

	while ((*end = dump_next(dump, &entry)) == 1)
		n++;
	return n;
}

/* The same lines, each once, as one text. */
static char *all_lines(size_t times, size_t *size)
{
	char *text = malloc(times * 16384);
	size_t len = 0;

	assert_non_null(text);
	for (size_t t = 0; t < times; t++)
		for (size_t i = 0; i < LEN(lines); i++)
			len += (size_t)sprintf(text + len, "%s\n", lines[i].line);
	*size = len;
	return text;
}

static void a_file_larger_than_the_buffer(void **state)
{
	size_t size;
	char *text = all_lines(200, &size);
	struct file file;
	struct dump *dump;
	int end;

	(void)state;
	assert_true(size > 512 << 10);
	file_with(&file, text, size - 1);	/* without its last LF */
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_int_equal(dump_size(dump), size - 1);
	assert_int_equal(read_all(dump, &end), 200 * LEN(lines));
	assert_int_equal(end, 0);
	assert_int_equal(dump_count(dump)->bad, 0);
	assert_true(dump_progress(dump) > 0.99);
	assert_int_equal(dump_rewind(dump), 0);
	assert_int_equal(read_all(dump, &end), 200 * LEN(lines));
	assert_int_equal(dump_count(dump)->lines, 200 * LEN(lines));
	dump_free(dump);
	tree_free(file.root);
	free(text);
}

static size_t compress_text(const char *text, size_t size, unsigned char **out)
{
	z_stream stream = { .next_in = (unsigned char *)(uintptr_t)text, .avail_in = (unsigned int)size };
	size_t room = size + 1024;

	*out = malloc(room);
	assert_non_null(*out);
	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	stream.next_out = *out;
	stream.avail_out = (unsigned int)room;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(deflateEnd(&stream), Z_OK);
	return stream.total_out;
}

static void gzip_whole_cut_and_damaged(void **state)
{
	size_t size, packed;
	char *text = all_lines(50, &size);
	unsigned char *gzip;
	struct file file;
	struct dump *dump;
	int end;

	(void)state;
	packed = compress_text(text, size, &gzip);
	file_with(&file, (char *)gzip, packed);
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_int_equal(read_all(dump, &end), 50 * LEN(lines));
	assert_int_equal(end, 0);
	dump_free(dump);

	tree_bytes(file.root, "dump", (char *)gzip, packed / 2);
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_in_range(read_all(dump, &end), 1, 50 * LEN(lines));
	assert_int_equal(end, -EBADMSG);
	dump_free(dump);

	memset(gzip + packed / 2, 0x55, 64);
	tree_bytes(file.root, "dump", (char *)gzip, packed);
	assert_int_equal(dump_open(&dump, file.path), 0);
	(void)read_all(dump, &end);
	assert_int_equal(end, -EBADMSG);
	dump_free(dump);
	tree_free(file.root);
	free(gzip);
	free(text);
}

static void bad_lines_are_counted_and_the_first_shown(void **state)
{
	static const char text[] = "first\ntcp 6 9 CLOSE " TUPLES "\n\nse\033cond\nthird\nfourth\n"
				   "conntrack v1.4.4 (conntrack-tools): 2 flow entries have been shown.\n";
	const struct dump_count *count;
	struct file file;
	struct dump *dump;
	int end;

	(void)state;
	file_with(&file, text, sizeof(text) - 1);
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_int_equal(read_all(dump, &end), 1);
	count = dump_count(dump);
	assert_int_equal(end, 0);
	assert_int_equal(count->lines, 7);
	assert_int_equal(count->entries, 1);
	assert_int_equal(count->bad, 4);
	assert_int_equal(count->first[0].line, 1);
	assert_string_equal(count->first[0].text, "first");
	assert_int_equal(count->first[1].line, 4);
	assert_string_equal(count->first[1].text, "se?cond");
	assert_int_equal(count->first[2].line, 5);
	assert_true(count->shown_known);
	assert_int_equal(count->shown, 2);
	dump_free(dump);
	tree_free(file.root);
}

/* Longer than the buffer: one bad line, and the next is read again. */
static void a_line_without_end(void **state)
{
	size_t size = 900000;
	char *text = malloc(size + 256);
	struct file file;
	struct dump *dump;
	int end, len;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	len = sprintf(text + size, "\ntcp 6 9 CLOSE %s\n", TUPLES);
	file_with(&file, text, size + (size_t)len);
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_int_equal(read_all(dump, &end), 1);
	assert_int_equal(dump_count(dump)->bad, 1);
	assert_int_equal(dump_count(dump)->lines, 2);
	assert_int_equal(strlen(dump_count(dump)->first[0].text), DUMP_BAD_TEXT - 1);
	dump_free(dump);

	tree_bytes(file.root, "dump", text, size);	/* and no end of file either */
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_int_equal(read_all(dump, &end), 0);
	assert_int_equal(dump_count(dump)->bad, 1);
	assert_int_equal(dump_count(dump)->lines, 1);
	dump_free(dump);
	tree_free(file.root);
	free(text);
}

static void no_file(void **state)
{
	struct file file;
	struct dump *dump;
	int end;

	(void)state;
	file_with(&file, "", 0);
	assert_int_equal(dump_open(&dump, file.path), 0);
	assert_int_equal(read_all(dump, &end), 0);
	assert_int_equal(end, 0);
	assert_true(dump_progress(dump) < 0);
	dump_free(dump);
	assert_int_equal(dump_open(&dump, file.root), -EISDIR);
	assert_null(dump);
	tree_free(file.root);
	assert_int_equal(dump_open(&dump, file.path), -ENOENT);
	dump_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_larger_than_the_buffer),
		cmocka_unit_test(gzip_whole_cut_and_damaged),
		cmocka_unit_test(bad_lines_are_counted_and_the_first_shown),
		cmocka_unit_test(a_line_without_end),
		cmocka_unit_test(no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
