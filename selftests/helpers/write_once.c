// SPDX-License-Identifier: GPL-2.0-only
/*
 * write_once.c - writes standard input to a file in one write(2), and says what
 * the kernel answered: "ok", "short N", "open ERRNO" or "write ERRNO". No shell
 * does that: they write a long text in pieces.
 *
 *	write_once [-c] [-d] [-o OFFSET] [-p SIZE] FILE
 *	write_once [...] -f FD
 *
 *	-c		announces the open file on a line "open", then waits
 *			for the end of /dev/fd/4, so that a test can change
 *			things between open and write
 *	-d		drops CAP_MAC_ADMIN between open and write
 *	-f FD		a descriptor that somebody else opened
 *	-o OFFSET	pwrite(2) there
 *	-p SIZE		in pieces of that size, as cat does, up to the first
 *			that is refused
 *
 * Exit status: 0 whatever the answer, 1 if there was none.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "errno_name.h"

struct text {
	char *p;
	size_t len;
};

static struct text read_all(void)
{
	struct text text = { .p = malloc(1) };
	size_t room = 1;
	ssize_t n;

	for (;;) {
		if (text.len == room) {
			room *= 2;
			text.p = realloc(text.p, room);
		}
		if (!text.p)
			err(1, "no memory");
		n = read(STDIN_FILENO, text.p + text.len, room - text.len);
		if (n < 0)
			err(1, "standard input");
		if (!n)
			return text;
		text.len += n;
	}
}

static void drop_mac_admin(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		err(1, "capget");
	data[CAP_TO_INDEX(CAP_MAC_ADMIN)].effective &=
		~CAP_TO_MASK(CAP_MAC_ADMIN);
	if (syscall(SYS_capset, &header, data))
		err(1, "capset");
}

static int answer(const char *what, int error)
{
	printf("%s %s\n", what, errno_name(error));
	return 0;
}

static int write_pieces(int fd, struct text text, size_t size)
{
	while (text.len) {
		size_t n = text.len < size ? text.len : size;

		if (write(fd, text.p, n) != (ssize_t)n)
			return answer("write", errno);
		text.p += n;
		text.len -= n;
	}
	puts("ok");
	return 0;
}

static void wait_for_go(void)
{
	char byte;

	puts("open");
	fflush(stdout);
	while (read(4, &byte, 1) > 0)
		;
}

int main(int argc, char **argv)
{
	int opt, fd = -1, drop = 0, wait = 0;
	struct text text;
	long offset = -1;
	size_t piece = 0;
	ssize_t n;

	while ((opt = getopt(argc, argv, "cdf:o:p:")) != -1) {
		switch (opt) {
		case 'c':
			wait = 1;
			break;
		case 'd':
			drop = 1;
			break;
		case 'f':
			fd = atoi(optarg);
			break;
		case 'o':
			offset = atol(optarg);
			break;
		case 'p':
			piece = strtoul(optarg, NULL, 0);
			break;
		default:
			return 1;
		}
	}
	if (optind != (fd < 0 ? argc - 1 : argc))
		errx(1, "one file, or one descriptor");

	text = read_all();
	if (fd < 0)
		fd = open(argv[optind], O_WRONLY);
	if (fd < 0)
		return answer("open", errno);
	if (wait)
		wait_for_go();
	if (drop)
		drop_mac_admin();
	if (piece)
		return write_pieces(fd, text, piece);

	n = offset < 0 ? write(fd, text.p, text.len) :
			 pwrite(fd, text.p, text.len, offset);
	if (n < 0)
		return answer("write", errno);
	if ((size_t)n < text.len)
		printf("short %zd\n", n);
	else
		puts("ok");
	return 0;
}
