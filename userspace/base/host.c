// SPDX-License-Identifier: GPL-2.0-only
/*
 * host.c - what the kernel's command line and lockdown say, and what
 * this process may do.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cmdline.h"
#include "base/host.h"
#include "base/paths.h"
#include "base/util.h"

/* As file_has(); frees the path. */
static bool path_contains(char *path, const char *what)
{
	bool has = file_has(path, what);

	free(path);
	return has;
}

bool host_guard_off(void)
{
	struct cmdline line;
	bool off;

	cmdline_read(&line);
	off = cmdline_true(&line, "nfguard.off");
	cmdline_free(&line);
	return off;
}

bool host_not_locked_down(void)
{
	char *path = path_sys("kernel/security/lockdown");
	bool none = file_has(path, "[none]");

	free(path);
	return none;
}

bool host_may_load_modules(void)
{
	char *path = path_proc("self/status");
	struct buf b = { 0 };
	unsigned long long caps = ~0ull;
	const char *line;

	if (!read_whole(path, 1 << 16, &b)) {
		line = strstr(b.s, "CapEff:");
		if (line)
			caps = strtoull(line + strlen("CapEff:"), NULL, 16);
	}
	buf_free(&b);
	free(path);
	return caps >> 16 & 1;	/* CAP_SYS_MODULE */
}

/* The inode number of the initial one is fixed: PROC_USER_INIT_INO, linux/proc_ns.h. */
bool host_in_initial_userns(void)
{
	char *path = path_proc("self/ns/user");
	char link[64] = "";
	ssize_t n = readlink(path, link, sizeof(link) - 1);

	free(path);
	return n < 0 || !strcmp(link, "user:[4026531837]");
}

bool host_locked_down(void)
{
	return path_contains(path_sys("kernel/security/lockdown"), "[integrity]") ||
	       path_contains(path_sys("kernel/security/lockdown"), "[confidentiality]");
}

bool host_wants_signature(void)
{
	return host_locked_down() ||
	       path_contains(path_sys("module/module/parameters/sig_enforce"), "Y");
}
