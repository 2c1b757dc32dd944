/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A /proc or /sys of the test's own, in a temporary folder.
 *
 *   tree_new -> tree_file, tree_link, tree_folder ... -> tree_free
 */
#ifndef UNIT_FAKE_TREE_H
#define UNIT_FAKE_TREE_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static inline char *tree_new(void)
{
	char *root = strdup("/tmp/ctscope-tree.XXXXXX");

	assert_non_null(root);
	assert_non_null(mkdtemp(root));
	return root;
}

/* Makes the folders above root/path and gives its full name. */
static inline void tree_path(const char *root, const char *path, char full[static PATH_MAX])
{
	assert_true(snprintf(full, PATH_MAX, "%s/%s", root, path) < PATH_MAX);
	for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		assert_true(!mkdir(full, 0755) || errno == EEXIST);
	}
}

static inline void tree_folder(const char *root, const char *path)
{
	char full[PATH_MAX];

	tree_path(root, path, full);
	assert_int_equal(mkdir(full, 0755), 0);
}

static inline void tree_bytes(const char *root, const char *path, const char *bytes, size_t size)
{
	char full[PATH_MAX];
	int fd;

	tree_path(root, path, full);
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	assert_int_equal(close(fd), 0);
}

static inline void tree_file(const char *root, const char *path, const char *text)
{
	tree_bytes(root, path, text, strlen(text));
}

static inline void tree_link(const char *root, const char *path, const char *target)
{
	char full[PATH_MAX];

	tree_path(root, path, full);
	assert_int_equal(symlink(target, full), 0);
}

static inline int tree_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void tree_remove(const char *root, const char *path)
{
	char full[PATH_MAX];

	assert_true(snprintf(full, sizeof(full), "%s/%s", root, path) < PATH_MAX);
	assert_int_equal(nftw(full, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void tree_free(char *root)
{
	tree_remove(root, "");
	free(root);
}

#endif
