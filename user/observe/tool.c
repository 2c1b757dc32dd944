// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "clock.h"
#include "tool.h"

static const char *const folders[] = { "/usr/sbin", "/sbin", "/usr/bin", "/bin" };
static char *const environment[] = { "PATH=/usr/sbin:/sbin:/usr/bin:/bin", "LC_ALL=C", NULL };

static bool find_program(const char *name, char path[static PATH_MAX])
{
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		(void)snprintf(path, PATH_MAX, "%s/%s", folders[i], name);
		if (!access(path, X_OK))
			return true;
	}
	return false;
}

static int start(const char *path, const char *const argv[], int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	int err = posix_spawn_file_actions_init(&files);

	if (err)
		return -err;
	err = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	if (!err)
		err = posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = posix_spawn(pid, path, &files, NULL, (char *const *)argv, environment);
	(void)posix_spawn_file_actions_destroy(&files);
	return -err;
}

static ssize_t read_until(int fd, size_t limit, int64_t deadline, char **text)
{
	char *buf = NULL;
	size_t len = 0, size = 0;

	for (;;) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		int64_t left = deadline - monotonic_ms();
		ssize_t got;

		if (len + 1 >= size) {
			size_t want = size ? size * 2 : 16384;
			char *grown = len > limit ? NULL : realloc(buf, want);

			if (!grown) {
				free(buf);
				return len > limit ? -EFBIG : -ENOMEM;
			}
			buf = grown;
			size = want;
		}
		if (left <= 0 || poll(&ready, 1, (int)left) == 0) {
			free(buf);
			return -ETIMEDOUT;
		}
		got = read(fd, buf + len, size - len - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		len += (size_t)got;
	}
	buf[len] = '\0';
	*text = buf;
	return (ssize_t)len;
}

ssize_t tool_run(const char *const argv[], size_t limit, int timeout_ms, char **text)
{
	char path[PATH_MAX];
	int ends[2], status = 0, err;
	ssize_t len;
	pid_t pid;

	if (!find_program(argv[0], path))
		return -ENOENT;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = start(path, argv, ends[1], &pid);
	(void)close(ends[1]);
	if (err) {
		(void)close(ends[0]);
		return err;
	}
	len = read_until(ends[0], limit, monotonic_ms() + timeout_ms, text);
	(void)close(ends[0]);
	/* clang 14 takes start() to return 0 without a pid, for errno could be 0. */
	if (len < 0)
		(void)kill(pid, SIGKILL);	/* NOLINT(clang-analyzer-core.CallAndMessage) */
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)	/* NOLINT(clang-analyzer-core.CallAndMessage) */
		;
	if (len >= 0 && (!WIFEXITED(status) || WEXITSTATUS(status))) {
		free(*text);
		len = -EIO;
	}
	return len;
}
