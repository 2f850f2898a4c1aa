/*
 * Has ip of iproute2 read its answers from a file of netlink messages instead
 * of from the kernel, so that it renders links that this kernel does not have:
 *
 *	cc -shared -fPIC -o replay.so replay.c
 *	LD_PRELOAD=./replay.so REPLAY=x.nl ip -d -j link show
 *
 * A dump is answered with all messages of its kind, a question for one link
 * with the one that has its index or name. No namespace has an id. A change is
 * written to the file REQUESTS, if there is one, and done. Any other question is
 * refused.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAXFD 64
#define ROOM (1 << 22)

/* The number that every family of generic netlink has here. */
#define FAMILY 0x100

static char file[ROOM / 4];
static long size = -1;
static struct { char *b; long n, at; } answer[MAXFD];

static void load(void)
{
	const char *name = getenv("REPLAY");
	int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;

	size = fd < 0 ? 0 : read(fd, file, sizeof(file));
	if (fd >= 0)
		close(fd);
}

static void add(int fd, const struct nlmsghdr *m, const struct nlmsghdr *ask, int flags)
{
	struct sockaddr_nl own;
	socklen_t len = sizeof(own);
	struct nlmsghdr *h = (void *)(answer[fd].b + answer[fd].n);

	getsockname(fd, (struct sockaddr *)&own, &len);
	memcpy(h, m, m->nlmsg_len);
	h->nlmsg_flags = flags;
	h->nlmsg_seq = ask->nlmsg_seq;
	h->nlmsg_pid = own.nl_pid;
	answer[fd].n += NLMSG_ALIGN(m->nlmsg_len);
}

/* A change, which is no RTM_GETx: write it down. */
static int recorded(const struct nlmsghdr *q)
{
	const char *name = getenv("REQUESTS");
	int fd, ok;

	if (!name || (q->nlmsg_type & 3) == 2)
		return 0;
	fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return 0;
	ok = write(fd, q, NLMSG_ALIGN(q->nlmsg_len)) > 0;
	close(fd);
	return ok;
}

static int is_link(const struct nlmsghdr *m, const struct nlmsghdr *ask)
{
	const struct ifinfomsg *have = NLMSG_DATA(m), *want = NLMSG_DATA(ask);
	const struct rtattr *a, *b;
	int i, j;

	if (want->ifi_index)
		return want->ifi_index == have->ifi_index;
	i = IFLA_PAYLOAD(ask);
	for (a = IFLA_RTA(want); RTA_OK(a, i); a = RTA_NEXT(a, i)) {
		if (a->rta_type != IFLA_IFNAME && a->rta_type != IFLA_ALT_IFNAME)
			continue;
		j = IFLA_PAYLOAD(m);
		for (b = IFLA_RTA(have); RTA_OK(b, j); b = RTA_NEXT(b, j))
			if (b->rta_type == IFLA_IFNAME)
				return !strcmp(RTA_DATA(a), RTA_DATA(b));
	}
	return 0;
}

static void no_nsid(int fd, const struct nlmsghdr *q)
{
	struct { struct nlmsghdr h; struct rtgenmsg g; char pad[3]; struct rtattr a; int id; } m = {
		.h = { .nlmsg_len = sizeof(m), .nlmsg_type = RTM_NEWNSID },
		.a = { .rta_len = 8, .rta_type = NETNSA_NSID },
		.id = -1,
	};

	add(fd, &m.h, q, 0);
}

static int is_generic(int fd)
{
	int protocol = 0;
	socklen_t len = sizeof(protocol);

	return !getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len) &&
	       protocol == NETLINK_GENERIC;
}

static void family(int fd, const struct nlmsghdr *q)
{
	struct { struct nlmsghdr h; struct genlmsghdr g; struct rtattr a; __u16 id; __u16 pad; } m = {
		.h = { .nlmsg_len = sizeof(m), .nlmsg_type = GENL_ID_CTRL },
		.g = { .cmd = CTRL_CMD_NEWFAMILY },
		.a = { .rta_len = 6, .rta_type = CTRL_ATTR_FAMILY_ID },
		.id = FAMILY,
	};

	add(fd, &m.h, q, 0);
}

/* The end of a dump, or an answer without data. */
static void finish(int fd, const struct nlmsghdr *q, int type, int error)
{
	struct { struct nlmsghdr h; struct nlmsgerr e; } end = {
		.h = { .nlmsg_len = sizeof(end), .nlmsg_type = type },
		.e = { .error = error },
	};

	add(fd, &end.h, q, 0);
}

static int same_command(const struct nlmsghdr *m, const struct nlmsghdr *q)
{
	const struct genlmsghdr *a = NLMSG_DATA(m), *b = NLMSG_DATA(q);

	return a->cmd == b->cmd;
}

/*
 * Generic netlink: every family is there. A dump is answered with the messages of
 * type FAMILY that have its command, all else is a change.
 */
static void ask_generic(int fd, const struct nlmsghdr *q)
{
	long at;

	if (q->nlmsg_type == GENL_ID_CTRL) {
		family(fd, q);
		return;
	}
	if ((q->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP) {
		finish(fd, q, NLMSG_ERROR, recorded(q) ? 0 : -ENODEV);
		return;
	}
	for (at = 0; at + (long)sizeof(struct nlmsghdr) <= size;) {
		const struct nlmsghdr *m = (void *)(file + at);

		if (m->nlmsg_len < sizeof(*m) || at + (long)m->nlmsg_len > size)
			break;
		at += NLMSG_ALIGN(m->nlmsg_len);
		if (m->nlmsg_type == FAMILY && same_command(m, q))
			add(fd, m, q, NLM_F_MULTI);
	}
	finish(fd, q, NLMSG_DONE, 0);
}

/* Before its first change ip asks whether there is RTM_NEWLINK, by an empty one. */
static int is_probe(const struct nlmsghdr *q)
{
	return q->nlmsg_type == RTM_NEWLINK &&
	       q->nlmsg_len == NLMSG_LENGTH(sizeof(struct ifinfomsg));
}

static void ask(int fd, const struct nlmsghdr *q)
{
	struct { struct nlmsghdr h; struct nlmsgerr e; } end = {
		.h = { .nlmsg_len = sizeof(end), .nlmsg_type = NLMSG_ERROR },
	};
	int dump = (q->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	int group = q->nlmsg_type & ~3;
	long at;

	if (size < 0)
		load();
	if (!answer[fd].b)
		answer[fd].b = malloc(ROOM);
	answer[fd].n = answer[fd].at = 0;
	if (is_generic(fd)) {
		ask_generic(fd, q);
		return;
	}
	if (is_probe(q)) {
		finish(fd, q, NLMSG_ERROR, -ENODEV);
		return;
	}
	if (q->nlmsg_type == RTM_GETNSID) {
		no_nsid(fd, q);
		return;
	}
	if (recorded(q)) {
		add(fd, &end.h, q, 0);
		return;
	}
	for (at = 0; at + (long)sizeof(struct nlmsghdr) <= size;) {
		const struct nlmsghdr *m = (void *)(file + at);

		if (m->nlmsg_len < sizeof(*m) || at + (long)m->nlmsg_len > size)
			break;
		at += NLMSG_ALIGN(m->nlmsg_len);
		if ((m->nlmsg_type & ~3) != group)
			continue;
		if (dump) {
			add(fd, m, q, NLM_F_MULTI);
		} else if (group == RTM_NEWLINK && is_link(m, q)) {
			add(fd, m, q, 0);
			return;
		}
	}
	if (dump)
		end.h.nlmsg_type = NLMSG_DONE;
	else
		end.e.error = -ENODEV;
	add(fd, &end.h, q, 0);
}

static int is_netlink(int fd)
{
	struct sockaddr_storage own;
	socklen_t len = sizeof(own);

	return fd >= 0 && fd < MAXFD && !getsockname(fd, (struct sockaddr *)&own, &len) &&
	       own.ss_family == AF_NETLINK;
}

ssize_t send(int fd, const void *b, size_t n, int flags)
{
	if (is_netlink(fd)) {
		ask(fd, b);
		return n;
	}
	return sendto(fd, b, n, flags, NULL, 0);
}

ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	ssize_t (*real)(int, const struct msghdr *, int) = dlsym(RTLD_NEXT, "sendmsg");

	if (is_netlink(fd)) {
		ask(fd, m->msg_iov[0].iov_base);
		return m->msg_iov[0].iov_len;
	}
	return real(fd, m, flags);
}

/* No name but those of the file. */
char *if_indextoname(unsigned int index, char *name)
{
	errno = ENXIO;
	return NULL;
}

/* One datagram holds the whole messages that fit into 32 KB, or one longer one. */
static long datagram(int fd)
{
	long n = 0;

	while (answer[fd].at + n < answer[fd].n) {
		struct nlmsghdr *m = (void *)(answer[fd].b + answer[fd].at + n);
		long len = NLMSG_ALIGN(m->nlmsg_len);

		if (n && (n + len > 32768 || m->nlmsg_type == NLMSG_DONE))
			break;
		n += len;
	}
	return n;
}

ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
	ssize_t (*real)(int, struct msghdr *, int) = dlsym(RTLD_NEXT, "recvmsg");
	long n, room;

	if (!is_netlink(fd) || !answer[fd].b)
		return real(fd, m, flags);
	n = datagram(fd);
	room = m->msg_iov[0].iov_len;
	memcpy(m->msg_iov[0].iov_base, answer[fd].b + answer[fd].at, n < room ? n : room);
	memset(m->msg_name, 0, sizeof(struct sockaddr_nl));
	((struct sockaddr_nl *)m->msg_name)->nl_family = AF_NETLINK;
	m->msg_namelen = sizeof(struct sockaddr_nl);
	m->msg_flags = n > room ? MSG_TRUNC : 0;
	if (!(flags & MSG_PEEK))
		answer[fd].at += n;
	return flags & MSG_TRUNC ? n : n < room ? n : room;
}
