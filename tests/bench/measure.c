// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * measure COMMAND...: does one thing and prints how long it took, in ns. On a machine where guest
 * time counts instructions (tests/vm/boot with -icount) that is the number of instructions.
 *
 *   measure loop               a loop of 100 million instructions: is the clock what it should be?
 *   measure udp COUNT [NETNS...]   COUNT datagrams to 1024 addresses, each a new flow, from these in turn
 *   measure tcp COUNT PORT     COUNT connections to as many addresses, all of this machine
 *   measure flush [NETNS...]   empty the table of this namespace, or of these
 *   measure run COMMAND...     what a command and its children use in their whole life, output thrown away
 *   measure part FILE COMMAND...   the same of one command of a pipeline; the number is written to FILE
 *   measure start COMMAND...   what a command uses until the first line of its output is there
 *   measure spent PID          what a process has used so far
 *
 * A second number says how many datagrams were refused, or how the command ended.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIRST_FAR 0x0a400000	/* 10.64.0.0, out of the dummy interface */
#define FIRST_NEAR 0x0a800000	/* 10.128.0.0, addresses of this machine */
#define FIRST_PORT 1024
#define ADDRESSES 1024
#define SPACES_MAX 1000

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int fail(const char *what)
{
	fprintf(stderr, "measure: %s: %s\n", what, strerror(errno));
	return 1;
}

static int loop(void)
{
	long long begin = now();
	long turns = 50000000;

	__asm__ volatile("1: dec %0; jnz 1b" : "+r"(turns) : : "cc");
	printf("%lld 0\n", now() - begin);
	return 0;
}

/* Into that namespace of `ip netns`. */
static int enter(const char *netns)
{
	char path[128];
	int fd, err;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	err = setns(fd, CLONE_NEWNET);
	close(fd);
	return err;
}

static int udp_socket(const char *netns)
{
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_port = htons(FIRST_PORT) };
	int fd;

	if (netns && enter(netns))
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	return fd < 0 || bind(fd, (void *)&from, sizeof(from)) ? -1 : fd;
}

static int udp(long count, int spaces, char **netns)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd[SPACES_MAX];
	long refused = 0;
	long long begin;

	if (spaces > SPACES_MAX)
		return fail("too many namespaces");
	for (int i = 0; i < (spaces ? spaces : 1); i++) {
		fd[i] = udp_socket(spaces ? netns[i] : NULL);
		if (fd[i] < 0)
			return fail("udp");
	}
	begin = now();
	for (long i = 0; i < count; i++) {
		to.sin_addr.s_addr = htonl(FIRST_FAR + (uint32_t)i % ADDRESSES);
		to.sin_port = htons((uint16_t)(FIRST_PORT + i / ADDRESSES));
		if (sendto(fd[spaces ? i % spaces : 0], &i, sizeof(i), 0, (void *)&to, sizeof(to)) >= 0)
			continue;
		if (errno != EPERM)
			return fail("udp");
		refused++;
	}
	printf("%lld %ld\n", now() - begin, refused);
	return 0;
}

/* The kernel's whole answer to one connection: SYN, SYN-ACK and ACK, all on this machine. */
static int tcp(long count, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	/* Ours: looking for a free one costs more or less by chance. */
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_port = htons(FIRST_PORT) };
	struct linger reset = { .l_onoff = 1 };
	long long total = 0;
	int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(listener, (void *)&to, sizeof(to)) || listen(listener, 16))
		return fail("tcp");
	for (long i = 0; i < count; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0), accepted;
		long long begin;

		if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
		    bind(fd, (void *)&from, sizeof(from)))
			return fail("tcp");
		to.sin_addr.s_addr = htonl(FIRST_NEAR + (uint32_t)i);
		begin = now();
		if (connect(fd, (void *)&to, sizeof(to)))
			return fail("tcp");
		total += now() - begin;
		accepted = accept(listener, NULL, NULL);
		if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)))
			return fail("tcp");
		close(fd);
		close(accepted);
	}
	printf("%lld 0\n", total);
	return 0;
}

static int flush_here(void)
{
	struct {
		struct nlmsghdr head;
		struct nfgenmsg body;
	} request = {
		.head = { sizeof(request), NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE,
			  NLM_F_REQUEST | NLM_F_ACK, 1, 0 },
		.body = { .nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0 },
	};
	char answer[256];
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);

	if (fd < 0 || send(fd, &request, sizeof(request), 0) < 0 ||
	    recv(fd, answer, sizeof(answer), 0) < 0)
		return fail("flush");
	close(fd);
	return 0;
}

static int flush(int spaces, char **netns)
{
	long long begin = now();

	if (!spaces && flush_here())
		return 1;
	for (int i = 0; i < spaces; i++)
		if (enter(netns[i]) ? fail(netns[i]) : flush_here())
			return 1;
	printf("%lld 0\n", now() - begin);
	return 0;
}

/* Not the time that passes: a command that waits for the kernel to free something costs nothing meanwhile. */
static long long used(const struct rusage *usage)
{
	return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000000LL +
	       (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1000LL;
}

/* RESULT: where the number goes, NULL for the output; the command's own output is thrown away then. */
static int run(char **command, const char *result)
{
	FILE *told = result ? fopen(result, "we") : stdout;
	struct rusage usage;
	pid_t child;
	int status;

	if (!told)
		return fail(result);
	child = fork();
	if (!child) {
		int null = open("/dev/null", O_WRONLY);

		if (!result)
			dup2(null, 1);
		execvp(command[0], command);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0)
		return fail("run");
	fprintf(told, "%lld %d\n", used(&usage), status);
	if (fclose(told))
		return fail("run");
	/* 4 is ctscope's way to say that it found something. */
	return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 4) ? 0 : 1;
}

static long long spent_by(pid_t pid)
{
	char path[64], text[128];
	long long ns;
	FILE *file;
	char *line;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	file = fopen(path, "r");
	if (!file)
		return -fail(path);
	line = fgets(text, sizeof(text), file);
	fclose(file);
	if (!line || sscanf(line, "%lld", &ns) != 1)
		return -fail(path);
	return ns;
}

static int spent(const char *pid)
{
	long long ns = spent_by(atoi(pid));

	if (ns >= 0)
		printf("%lld 0\n", ns);
	return ns < 0;
}

static int start(char **command)
{
	char text[16384];
	int ends[2], status;
	long long ns = -1;
	ssize_t got;
	pid_t child;

	if (pipe(ends))
		return fail("start");
	child = fork();
	if (!child) {
		dup2(ends[1], 1);
		close(ends[0]);
		execvp(command[0], command);
		_exit(127);
	}
	close(ends[1]);
	while (child > 0 && ns < 0 && (got = read(ends[0], text, sizeof(text))) > 0)
		if (memchr(text, '\n', (size_t)got))
			ns = spent_by(child);
	if (child < 0 || kill(child, SIGTERM) || waitpid(child, &status, 0) < 0)
		return fail("start");
	if (ns >= 0)
		printf("%lld 0\n", ns);
	return ns < 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "loop") && argc == 2)
		return loop();
	if (!strcmp(what, "udp") && argc > 2)
		return udp(atol(argv[2]), argc - 3, argv + 3);
	if (!strcmp(what, "tcp") && argc == 4)
		return tcp(atol(argv[2]), atoi(argv[3]));
	if (!strcmp(what, "flush"))
		return flush(argc - 2, argv + 2);
	if (!strcmp(what, "run") && argc > 2)
		return run(argv + 2, NULL);
	if (!strcmp(what, "part") && argc > 3)
		return run(argv + 3, argv[2]);
	if (!strcmp(what, "start") && argc > 2)
		return start(argv + 2);
	if (!strcmp(what, "spent") && argc == 3)
		return spent(argv[2]);
	fprintf(stderr, "usage: measure loop | udp COUNT [NETNS...] | tcp COUNT PORT | flush [NETNS...] | "
		"run COMMAND... | part FILE COMMAND... | start COMMAND... | spent PID\n");
	return 2;
}
