// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A user of netfilter queue 0: holds packets, unconfirmed as they are there,
 * until it has --times of them, lets them go on in order, and begins anew.
 */
#include "load.h"
#include "stop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HELD_MAX 1024

struct message {
	struct nlmsghdr head;
	struct nfgenmsg gen;
	char attributes[64];
};

static void message_begin(struct message *message, uint16_t type, uint16_t flags)
{
	*message = (struct message) {
		.head = { .nlmsg_len = NLMSG_LENGTH(sizeof(message->gen)), .nlmsg_flags = NLM_F_REQUEST | flags,
			  .nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | type },
		.gen = { .nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0 },
	};
}

static void message_add(struct message *message, uint16_t type, const void *bytes, size_t size)
{
	struct nlattr *attribute = (void *)((char *)message + message->head.nlmsg_len);

	attribute->nla_type = type;
	attribute->nla_len = NLA_HDRLEN + size;
	memcpy((char *)attribute + NLA_HDRLEN, bytes, size);
	message->head.nlmsg_len += NLA_ALIGN(attribute->nla_len);
}

static int message_send(int fd, const struct message *message)
{
	return send(fd, message, message->head.nlmsg_len, 0) < 0 ? -errno : 0;
}

/* Ours is the only queue: its acknowledgement is all there is to read yet. */
static int acknowledged(int fd)
{
	struct { struct nlmsghdr head; struct nlmsgerr error; char rest[128]; } answer;

	if (recv(fd, &answer, sizeof(answer), 0) < (ssize_t)NLMSG_LENGTH(sizeof(answer.error)))
		return -EPROTO;
	return answer.head.nlmsg_type == NLMSG_ERROR ? answer.error.error : -EPROTO;
}

static int queue_open(void)
{
	const struct nfqnl_msg_config_cmd bind_queue = { .command = NFQNL_CFG_CMD_BIND };
	const struct nfqnl_msg_config_params params = { .copy_mode = NFQNL_COPY_META };
	struct message message;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER), err;

	if (fd < 0)
		return -errno;
	message_begin(&message, NFQNL_MSG_CONFIG, NLM_F_ACK);
	message_add(&message, NFQA_CFG_CMD, &bind_queue, sizeof(bind_queue));
	message_add(&message, NFQA_CFG_PARAMS, &params, sizeof(params));
	err = message_send(fd, &message);
	if (!err)
		err = acknowledged(fd);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

/* The packet's id in network order; 0 when the message is something else. */
static uint32_t packet_id(const struct nlmsghdr *head)
{
	const char *at = (const char *)NLMSG_DATA(head) + NLMSG_ALIGN(sizeof(struct nfgenmsg));
	const char *end = (const char *)head + head->nlmsg_len;
	struct nfqnl_msg_packet_hdr packet;

	if (head->nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET))
		return 0;
	while (at + NLA_HDRLEN <= end) {
		const struct nlattr *attribute = (const void *)at;

		if (attribute->nla_len < NLA_HDRLEN || at + attribute->nla_len > end)
			return 0;
		if ((attribute->nla_type & NLA_TYPE_MASK) == NFQA_PACKET_HDR) {
			memcpy(&packet, at + NLA_HDRLEN, sizeof(packet));
			return packet.packet_id;
		}
		at += NLA_ALIGN(attribute->nla_len);
	}
	return 0;
}

static int let_go(int fd, uint32_t id)
{
	struct nfqnl_msg_verdict_hdr verdict = { .verdict = htonl(NF_ACCEPT), .id = id };
	struct message message;

	message_begin(&message, NFQNL_MSG_VERDICT, 0);
	message_add(&message, NFQA_VERDICT_HDR, &verdict, sizeof(verdict));
	return message_send(fd, &message);
}

static int take(const struct plan *plan, struct tally *tally, int fd, uint32_t *held, size_t *count)
{
	char buffer[8192] __attribute__((aligned(NLMSG_ALIGNTO)));
	ssize_t size = recv(fd, buffer, sizeof(buffer), 0);
	int left = (int)size;

	if (size < 0)
		return -errno;
	for (struct nlmsghdr *head = (void *)buffer; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left)) {
		uint32_t id = packet_id(head);

		if (!id)
			continue;
		tally->of[TALLY_RECEIVED]++;
		held[(*count)++] = id;
		if (*count < plan->times)
			continue;
		for (size_t i = 0; i < *count; i++) {
			int err = let_go(fd, held[i]);

			if (err)
				return err;
			tally->of[TALLY_SENT]++;
		}
		*count = 0;
	}
	return 0;
}

int load_queue(const struct plan *plan, struct tally *tally)
{
	uint32_t held[HELD_MAX];
	size_t count = 0;
	struct pollfd wait[2] = { { .events = POLLIN }, { .events = POLLIN } };
	int end = 0;

	if (plan->times > HELD_MAX)
		return -E2BIG;
	wait[0].fd = queue_open();
	if (wait[0].fd < 0)
		return wait[0].fd;
	wait[1].fd = stop_fd();
	end = wait[1].fd < 0 ? wait[1].fd : load_ready(plan);
	/* What is there comes before a wish to stop. */
	while (!end) {
		if (poll(wait, 2, -1) < 0)
			end = -errno;
		else if (wait[0].revents)
			end = take(plan, tally, wait[0].fd, held, &count);
		else
			end = stop_fd_signal(wait[1].fd);
	}
	close(wait[0].fd);
	return end;
}
