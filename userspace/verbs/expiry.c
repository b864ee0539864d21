// SPDX-License-Identifier: GPL-2.0-only
/*
 * expiry.c - rules that last for a limited time: a transient systemd timer removes
 * them, whatever becomes of this program and its terminal.
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

/* Runs a systemd program; all that it prints goes to stderr. */
static int run(const char *const *argv)
{
	pid_t pid;
	int status;

	/* Otherwise the child's msg_err() would write what is buffered, too. */
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
	/* The test of sd_booted(3). */
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
 * expiry_arm - arms a timer that removes names after a time
 * @inv: the deny or allow that adds them
 * @seconds: the time
 * @unit: gets the name of the timer, EXPIRY_UNIT_SIZE bytes
 *
 * To be called before the names are added: no name may be in place without its
 * timer.
 *
 * Return: 0, or a negative errno after an error message.
 */
int expiry_arm(const struct invocation *inv, unsigned long seconds, char *unit)
{
	char active[64], unit_arg[64];
	char *exe = own_path();
	const char *const head[] = {
		"systemd-run", "--quiet", "--collect",
		active, "--timer-property=AccuracySec=1s", unit_arg,
		/* 3: a denied module is live, or the names were removed by hand. */
		"--property=SuccessExitStatus=3",
		"--", exe, "remove", "--runtime",
		"--",
	};
	unsigned long long id;
	const char **argv;
	int i, err;

	if (!systemd_runs()) {
		msg_err("%s: --for needs systemd, whose timer removes the rule, and systemd is not running: use --runtime, and nfguard remove --runtime in time",
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
		msg_err("%s: systemd-run could not create the timer that removes the rule",
			inv->command->name);
	free(argv);
	free(exe);
	return err;
}

/**
 * expiry_disarm - stops the timer, as the names were not added
 * @unit: its name
 */
void expiry_disarm(const char *unit)
{
	char *timer = xasprintf("%s.timer", unit);
	const char *const argv[] = { "systemctl", "--quiet", "stop",
			 timer, NULL };

	if (run(argv))
		msg_warn("%s is left behind and will try to remove what was not added: systemctl stop %s",
			 timer, timer);
	free(timer);
}
