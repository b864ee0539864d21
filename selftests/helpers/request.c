// SPDX-License-Identifier: GPL-2.0-only
/*
 * request.c - makes the kernel request a module by a name that the caller chooses,
 * without a tool that would load modules by itself.
 *
 *	request [-s] [-p PROCESSES] KIND NAME
 *
 *	KIND		the kernel requests
 *	family		net-pf-NAME: socket(2), by anybody
 *	interface	netdev-NAME, or failing that NAME: an ioctl, by root
 *	filesystem	fs-NAME: mount(2), by root
 *	congestion	tcp_NAME: setsockopt(2), by root
 *	aead		crypto-NAME, and its parts in kernel threads: bind(2), by anybody
 *
 * With -p that many processes ask at the same moment. Prints what each got: "ok", or the
 * name of the errno. With -s it then spins, until it is killed.
 */
#include <err.h>
#include <errno.h>
#include <linux/if_alg.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "errno_name.h"

static int request_family(const char *name)
{
	return socket(atoi(name), SOCK_DGRAM, 0);
}

static int request_interface(const char *name)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct ifreq request = {};

	memcpy(request.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
	return ioctl(fd, SIOCGIFFLAGS, &request);
}

static int request_filesystem(const char *name)
{
	return mount("none", "/", name, 0, NULL);
}

static int request_congestion(const char *name)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, strlen(name));
}

static int request_aead(const char *name)
{
	struct sockaddr_alg alg = {
		.salg_family = AF_ALG,
		.salg_type = "aead",
	};
	int fd = socket(AF_ALG, SOCK_SEQPACKET, 0);

	memcpy(alg.salg_name, name, strnlen(name, sizeof(alg.salg_name) - 1));
	return bind(fd, (struct sockaddr *)&alg, sizeof(alg));
}

static const struct kind {
	const char *name;
	int (*request)(const char *name);
} kinds[] = {
	{ "family", request_family },
	{ "interface", request_interface },
	{ "filesystem", request_filesystem },
	{ "congestion", request_congestion },
	{ "aead", request_aead },
};

static const struct kind *find_kind(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	}
	errx(1, "%s: no such kind of request", name);
}

static void ask(const struct kind *kind, const char *name)
{
	int ret = kind->request(name);

	puts(ret < 0 ? errno_name(errno) : "ok");
	fflush(stdout);
}

/* All processes wait on a pipe, and begin when it is closed. */
static void ask_at_once(int processes, const struct kind *kind,
			const char *name)
{
	int go[2];
	char byte;

	if (pipe(go))
		err(1, "pipe");
	while (processes--) {
		pid_t pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (!pid) {
			close(go[1]);
			if (read(go[0], &byte, 1))
				err(1, "the pipe");
			ask(kind, name);
			exit(0);
		}
	}
	close(go[1]);
	while (wait(NULL) > 0)
		;
}

int main(int argc, char **argv)
{
	const struct kind *kind;
	int opt, processes = 0;
	volatile int spin = 0;

	while ((opt = getopt(argc, argv, "p:s")) != -1) {
		if (opt == 'p')
			processes = atoi(optarg);
		else if (opt == 's')
			spin = 1;
		else
			return 1;
	}
	if (argc - optind != 2)
		errx(1, "give a kind and a name");
	kind = find_kind(argv[optind]);
	if (processes)
		ask_at_once(processes, kind, argv[optind + 1]);
	else
		ask(kind, argv[optind + 1]);
	while (spin)
		;
	return 0;
}
