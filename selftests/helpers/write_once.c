// SPDX-License-Identifier: GPL-2.0-only
/*
 * write_once.c - writes standard input to a file in one write(2), which no shell does
 * (it writes a long text in pieces), and prints what the kernel answered: "ok",
 * "short N", "open ERRNO" or "write ERRNO".
 *
 *	write_once [-d] [-o OFFSET] [-p SIZE] FILE
 *	write_once [...] -f FD
 *
 *	-d		drops CAP_MAC_ADMIN between open and write
 *	-f FD		writes to a descriptor that the caller opened
 *	-o OFFSET	writes there, with pwrite(2)
 *	-p SIZE		writes in pieces of that size, as cat does, until one is
 *			refused
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

/* A negative offset: wherever the file is. */
static int write_at(int fd, struct text text, long offset)
{
	ssize_t n = offset < 0 ? write(fd, text.p, text.len) :
				 pwrite(fd, text.p, text.len, offset);

	if (n < 0)
		return answer("write", errno);
	if ((size_t)n < text.len)
		printf("short %zd\n", n);
	else
		puts("ok");
	return 0;
}

struct options {
	int fd;
	int drop;
	long offset;
	size_t piece;
};

static struct options read_options(int argc, char **argv)
{
	struct options options = { .fd = -1, .offset = -1 };
	int opt;

	while ((opt = getopt(argc, argv, "df:o:p:")) != -1) {
		switch (opt) {
		case 'd':
			options.drop = 1;
			break;
		case 'f':
			options.fd = atoi(optarg);
			break;
		case 'o':
			options.offset = atol(optarg);
			break;
		case 'p':
			options.piece = strtoul(optarg, NULL, 0);
			break;
		default:
			exit(1);
		}
	}
	if (optind != (options.fd < 0 ? argc - 1 : argc))
		errx(1, "give one file, or one descriptor");
	return options;
}

int main(int argc, char **argv)
{
	struct options options = read_options(argc, argv);
	struct text text = read_all();
	int fd = options.fd;

	if (fd < 0)
		fd = open(argv[optind], O_WRONLY);
	if (fd < 0)
		return answer("open", errno);
	if (options.drop)
		drop_mac_admin();
	if (options.piece)
		return write_pieces(fd, text, options.piece);
	return write_at(fd, text, options.offset);
}
