// SPDX-License-Identifier: GPL-2.0-only
/*
 * expiry.c - rules that hold for a limited time: a transient timer of systemd
 * takes them out again, whatever becomes of this program and its terminal.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/paths.h"
#include "base/util.h"
#include "verbs/expiry.h"

/* Runs a program of systemd's; its own messages go to stderr. */
static int run(const char *const *argv)
{
	pid_t pid;
	int status;

	/* Or what is still in the buffers would be written twice. */
	fflush(stdout);
	pid = fork();
	if (!pid) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[0], (char *const *)argv);
		msg_err("%s: %s", argv[0], strerror(errno));
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -ECHILD;
}

static bool systemd_runs(void)
{
	/* As sd_booted(3) documents it. */
	char *path = path_host("/run/systemd/system");
	bool runs = !access(path, F_OK);

	free(path);
	return runs;
}

static char *own_path(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

	return n > 0 && n < (ssize_t)sizeof(path) ? xstrndup(path, n) :
						    xstrdup("nfguard");
}

/**
 * expiry_arm - has names taken out again after a time
 * @inv: the deny or allow that puts them in
 * @seconds: the time
 * @unit: gets the name of the timer, EXPIRY_UNIT_SIZE bytes
 *
 * To be called before they are put in: what is in place must already be on its
 * way out.
 *
 * Return: 0, or a negative errno; then it was said.
 */
int expiry_arm(const struct invocation *inv, unsigned long seconds, char *unit)
{
	char active[64], unit_arg[64];
	char *exe = own_path();
	const char *const head[] = {
		"systemd-run", "--quiet", "--collect",
		active, "--timer-property=AccuracySec=1s", unit_arg,
		"--", exe, "remove", "--runtime",
		"--",
	};
	unsigned long long id;
	const char **argv;
	int i, err;

	if (!systemd_runs()) {
		msg_err("%s: --for needs systemd, whose timer takes the rule out again, and it does not run here: use --runtime, and nfguard remove --runtime in time",
			inv->command->name);
		free(exe);
		return -EOPNOTSUPP;
	}
	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		id = getpid();
	snprintf(unit, EXPIRY_UNIT_SIZE, "nfguard-for-%llx", id);
	snprintf(unit_arg, sizeof(unit_arg), "--unit=%s", unit);
	snprintf(active, sizeof(active), "--on-active=%lus", seconds);
	argv = xcalloc(ARRAY_SIZE(head) + inv->argc + 1, sizeof(*argv));
	memcpy(argv, head, sizeof(head));
	for (i = 0; i < inv->argc; i++)
		argv[ARRAY_SIZE(head) + i] = inv->argv[i];
	err = run(argv);
	if (err)
		msg_err("%s: systemd-run could not make the timer that takes the rule out again",
			inv->command->name);
	free(argv);
	free(exe);
	return err;
}

/**
 * expiry_disarm - takes the timer back, where the names were not put in
 * @unit: its name
 */
void expiry_disarm(const char *unit)
{
	char *timer = xasprintf("%s.timer", unit);
	const char *const argv[] = { "systemctl", "--quiet", "stop",
			 timer, NULL };

	if (run(argv))
		msg_warn("%s is left behind: it will try to remove what was not put in",
			 timer);
	free(timer);
}
