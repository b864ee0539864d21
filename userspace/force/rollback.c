// SPDX-License-Identifier: GPL-2.0-only
/*
 * rollback.c - a process that restores the previous policy unless the new one is
 * confirmed in time.
 *
 * It runs in a session of its own, and reads the old policy before anything is
 * changed, so that it works whatever happens to the terminal and to the program
 * that armed it. It waits for a byte: a pipe that closes without one means that
 * the other end is dead.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/msg.h"
#include "force/put_in_force.h"
#include "force/rollback.h"
#include "policy/source.h"

/* How it ended, as reported through the pipe. */
enum outcome {
	NOT_NEEDED = '0',
	RESTORED = '1',
	FAILED = '2',
};

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

/* Whether a byte came before the deadline. */
static bool confirmed_in_time(int fd, long long deadline)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char byte;

	for (;;) {
		long long left = deadline - now_ms();

		if (left <= 0)
			return false;
		if (poll(&p, 1, left > 60000 ? 60000 : (int)left) <= 0)
			continue;
		if (read(fd, &byte, 1) == 1)
			return true;
		/* The other end is dead: nobody will confirm. */
		p.fd = -1;
	}
}

static enum outcome restore(const struct kif_policy *old)
{
	int err = put_back(old);

	openlog("nfguard", LOG_PID, LOG_DAEMON);
	switch (err) {
	case 0:
		syslog(LOG_NOTICE, "not confirmed: the previous policy was restored");
		return RESTORED;
	case -EALREADY:
		return NOT_NEEDED;
	default:
		syslog(LOG_ERR, "not confirmed, but the previous policy could not be restored: %s",
		       err == -ESTALE ? "another one took effect since" :
		       strerror(-err));
		return FAILED;
	}
}

/* The process itself: reports that it holds the old policy, then waits. */
static void watch(int keep, int done, unsigned long seconds)
{
	long long deadline = now_ms() + seconds * 1000ll;
	struct kif_policy old;
	int null = open("/dev/null", O_RDWR);
	char outcome;

	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	if (chdir("/"))
		_exit(1);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	if (kif_read_policy(&old) || write(done, "r", 1) != 1)
		_exit(1);
	outcome = confirmed_in_time(keep, deadline) ? NOT_NEEDED : restore(&old);
	if (write(done, &outcome, 1) != 1)
		_exit(1);	/* nobody is left to read it */
	_exit(0);
}

static int spawn(int keep[2], int done[2], unsigned long seconds)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		close(keep[1]);
		close(done[0]);
		setsid();
		/* Forks twice, so that nobody has to wait for it. */
		if (!fork())
			watch(keep[0], done[1], seconds);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return 0;
}

/**
 * rollback_arm - starts the time in which a change must be confirmed
 * @r: receives what rollback_wait() and rollback_call_off() take
 * @seconds: the time
 *
 * Call it before the change.
 *
 * Return: 0, or a negative errno: then nothing is armed.
 */
int rollback_arm(struct rollback *r, unsigned long seconds)
{
	int keep[2], done[2], err;
	char byte;

	if (pipe2(keep, O_CLOEXEC))
		return -errno;
	if (pipe2(done, O_CLOEXEC)) {
		err = -errno;
		close(keep[0]);
		close(keep[1]);
		return err;
	}
	err = spawn(keep, done, seconds);
	close(keep[0]);
	close(done[1]);
	*r = (struct rollback){ .keep = keep[1], .done = done[0] };
	if (!err && read(done[0], &byte, 1) != 1)
		err = -EIO;
	if (err) {
		close(keep[1]);
		close(done[0]);
	}
	return err;
}

/* Reads a line; 1: it is "yes", 0: it is not, -1: there will be no more. */
static int confirmed(void)
{
	char line[16];
	ssize_t n = read(STDIN_FILENO, line, sizeof(line) - 1);

	if (n <= 0)
		return -1;
	line[n] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	return !strcmp(line, "yes");
}

/* Waits until it is over, and reports how; true if the new policy stays. */
static bool end(struct rollback *r)
{
	char outcome = FAILED;

	if (read(r->done, &outcome, 1) != 1)
		outcome = FAILED;
	close(r->keep);
	close(r->done);
	switch (outcome) {
	case NOT_NEEDED:
		return true;
	case RESTORED:
		msg_err("not confirmed: the previous policy was restored, but the policy files still hold the new one and the next boot applies them: fix the files");
		return false;
	default:
		msg_err("not confirmed, but the previous policy could not be restored (the system log says why): nfguard status");
		return false;
	}
}

/**
 * rollback_wait - waits for "yes" on standard input, or for the time to run out
 * @r: what rollback_arm() armed; not to be used afterwards
 *
 * Return: whether the new policy stays; if not, that was reported.
 */
bool rollback_wait(struct rollback *r)
{
	struct pollfd p[] = {
		{ .fd = r->done, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};

	for (;;) {
		if (poll(p, ARRAY_SIZE(p), -1) < 0)
			continue;
		if (p[0].revents)
			return end(r);
		switch (confirmed()) {
		case 1:
			return rollback_call_off(r);
		case -1:
			p[1].fd = -1;
		}
	}
}

/**
 * rollback_call_off - calls the rollback off, so that the policy in force stays
 * @r: what rollback_arm() armed; not to be used afterwards
 *
 * Return: whether the policy stays; if not, that was reported.
 */
bool rollback_call_off(struct rollback *r)
{
	/* If nobody is left to read it, end() reports how it ended. */
	signal(SIGPIPE, SIG_IGN);
	if (write(r->keep, "k", 1) != 1)
		msg_warn("too late to call the rollback off: it has already ended");
	return end(r);
}
