// SPDX-License-Identifier: GPL-2.0-only
/*
 * rollback.c - a process that restores what was before a change unless the change
 * is confirmed in time.
 *
 * It runs in a session of its own, and reads the old policy before anything is
 * changed, so that it works whatever happens to the terminal and to the program
 * that armed it. It waits for a byte: a pipe that closes without one means that
 * the other end is dead, and nobody can confirm any more.
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

#include "abi/abi.h"
#include "base/msg.h"
#include "force/put_in_force.h"
#include "force/rollback.h"
#include "policy/source.h"

/* How it ended, as reported through the pipe; words for people may follow. */
enum outcome {
	STAYS = '0',
	RESTORED = '1',
	FAILED = '2',
};

/* What the program that armed it says. */
enum word {
	STARTS = 's',
	KEEP = 'k',
};

/* A change that takes longer than this is stuck. */
#define CHANGE_MAX	600

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

/* Whether it was confirmed before the deadline, which counts from STARTS on. */
static bool confirmed_in_time(int fd, unsigned long seconds)
{
	long long deadline = now_ms() + (CHANGE_MAX + seconds) * 1000ll;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char byte;

	for (;;) {
		long long left = deadline - now_ms();

		if (left <= 0)
			return false;
		if (poll(&p, 1, left > 60000 ? 60000 : (int)left) <= 0)
			continue;
		if (read(fd, &byte, 1) != 1)
			return false;
		if (byte == KEEP)
			return true;
		deadline = now_ms() + seconds * 1000ll;
	}
}

static const char *put_back_error(int err)
{
	return err == -ESTALE ? "another one took effect since" : strerror(-err);
}

static enum outcome restore_policy(const struct kif_policy *old, struct buf *told)
{
	int err = put_back(old);

	if (!err || err == -EALREADY) {
		buf_adds(told, "not confirmed: the previous policy was restored");
		return RESTORED;
	}
	buf_addf(told,
		 "not confirmed, but the previous policy could not be restored (%s): nfguard status",
		 put_back_error(err));
	return FAILED;
}

static enum outcome restore_mode(const struct unconfirmed *u, struct buf *told)
{
	int err = kif_write_word(NFG_MODE_FILE, u->mode);

	if (!err) {
		buf_addf(told, "not confirmed: the mode is %s again", u->mode);
		return RESTORED;
	}
	buf_addf(told, "not confirmed, but the mode could not be restored (%s): nfguard mode %s",
		 strerror(-err), u->mode);
	return FAILED;
}

/* The policy in force first: it is what can be the outage. */
static enum outcome restore_files(const struct unconfirmed *u, enum outcome policy,
				  struct buf *told)
{
	struct buf names = { 0 };
	int err = unconfirmed_restore_files(u, &names);

	if (err == -ENODATA) {
		buf_adds(told, "; the policy files stay as they are, as nobody recorded ");
		buf_adds(told, "what was in them before: fix them, or the next boot applies them");
		unconfirmed_clear(TRIAL_FILES);
	} else if (err) {
		buf_addf(told,
			 "; the policy files could not be restored (%s): nfguard boot tries again",
			 strerror(-err));
		policy = FAILED;
	} else {
		buf_addf(told, "; so were the policy files%s%s",
			 names.len ? ", and yours are kept as " : "",
			 names.len ? names.s : "");
		unconfirmed_clear(TRIAL_FILES);
	}
	buf_free(&names);
	return policy;
}

static enum outcome restore(const struct unconfirmed *u,
			    const struct kif_policy *old, struct buf *told)
{
	enum outcome outcome;

	if (u->what == TRIAL_MODE) {
		outcome = restore_mode(u, told);
	} else {
		outcome = restore_policy(old, told);
		if (u->what == TRIAL_FILES)
			outcome = restore_files(u, outcome, told);
	}
	if (u->what != TRIAL_FILES)
		unconfirmed_clear(u->what);
	openlog("nfguard", LOG_PID, LOG_DAEMON);
	syslog(outcome == RESTORED ? LOG_WARNING : LOG_ERR, "%s: %s",
	       u->command ? u->command : "a change", told->s);
	return outcome;
}

/* The process itself: reports that it is there, then waits. */
static void watch(int keep, int done, const struct rollback *r,
		  unsigned long seconds)
{
	int null = open("/dev/null", O_RDWR);
	struct buf told = { 0 };
	char outcome = STAYS;

	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	if (chdir("/"))
		_exit(1);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	if (write(done, "r", 1) != 1)
		_exit(1);
	buf_add(&told, "", 0);
	if (!confirmed_in_time(keep, seconds))
		outcome = restore(r->what, &r->old, &told);
	if (write(done, &outcome, 1) != 1 ||
	    write(done, told.s, told.len) != (ssize_t)told.len)
		_exit(1);	/* nobody is left to read it */
	_exit(0);
}

static int spawn(int keep[2], int done[2], const struct rollback *r,
		 unsigned long seconds)
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
			watch(keep[0], done[1], r, seconds);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return 0;
}

static int open_pipes(int keep[2], int done[2])
{
	int err;

	if (pipe2(keep, O_CLOEXEC))
		return -errno;
	if (!pipe2(done, O_CLOEXEC))
		return 0;
	err = -errno;
	close(keep[0]);
	close(keep[1]);
	return err;
}

/**
 * rollback_arm - starts the process that restores
 * @r: receives what rollback_wait() and rollback_call_off() take
 * @u: what is to be restored; must outlive @r
 * @seconds: the time to confirm it, which begins with rollback_wait()
 *
 * Call it before the change.
 *
 * Return: 0, or a negative errno: then nothing is armed.
 */
int rollback_arm(struct rollback *r, const struct unconfirmed *u,
		 unsigned long seconds)
{
	int keep[2], done[2], err;
	char byte;

	*r = (struct rollback){ .what = u };
	err = kif_read_policy(&r->old);
	if (err)
		return err;
	err = open_pipes(keep, done);
	if (!err) {
		err = spawn(keep, done, r, seconds);
		close(keep[0]);
		close(done[1]);
		r->keep = keep[1];
		r->done = done[0];
		if (!err && read(done[0], &byte, 1) != 1)
			err = -EIO;
		if (err) {
			close(keep[1]);
			close(done[0]);
		}
	}
	if (err)
		kif_policy_free(&r->old);
	return err;
}

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
	(void)signal_number;
	interrupted = 1;
}

/* Instead of dying silently: what is restored then is to be reported. */
static void catch_interrupts(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = interrupt };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

enum answer {
	ANSWER_YES,
	ANSWER_NO,
	ANSWER_OTHER,
	ANSWER_NONE,	/* and there will be none */
};

static enum answer read_answer(void)
{
	char line[16];
	ssize_t n = read(STDIN_FILENO, line, sizeof(line) - 1);

	if (n <= 0)
		return n < 0 && errno == EINTR ? ANSWER_OTHER : ANSWER_NONE;
	line[n] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	if (!strcmp(line, "yes"))
		return ANSWER_YES;
	return strcmp(line, "no") ? ANSWER_OTHER : ANSWER_NO;
}

/* Waits until it is over, and reports how; true if the change stays. */
static bool end(struct rollback *r)
{
	struct buf told = { 0 };
	const char *words = "";
	char outcome;

	if (!read_fd(r->done, 64u << 10, &told) && told.len) {
		outcome = told.s[0];
		words = told.s + 1;
	} else {
		/* It was killed, so this process does its work. */
		buf_free(&told);
		outcome = restore(r->what, &r->old, &told);
		words = told.s;
	}
	close(r->keep);
	close(r->done);
	if (outcome != STAYS)
		msg_err("%s", words);
	buf_free(&told);
	kif_policy_free(&r->old);
	return outcome == STAYS;
}

/* Nobody will confirm: the other end finds the pipe closed. */
static bool give_up(struct rollback *r)
{
	close(r->keep);
	r->keep = -1;
	return end(r);
}

/**
 * rollback_wait - waits for "yes" on standard input, or for the time to run out
 * @r: what rollback_arm() armed; not to be used afterwards
 *
 * Return: whether the change stays; if not, that was reported.
 */
bool rollback_wait(struct rollback *r)
{
	struct pollfd p[] = {
		{ .fd = r->done, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};
	char word = STARTS;

	catch_interrupts();
	if (write(r->keep, &word, 1) != 1)
		return end(r);
	for (;;) {
		if (interrupted)
			return give_up(r);
		if (poll(p, ARRAY_SIZE(p), -1) < 0)
			continue;
		if (p[0].revents)
			return end(r);
		switch (read_answer()) {
		case ANSWER_YES:
			return rollback_call_off(r);
		case ANSWER_NO:
			return give_up(r);
		case ANSWER_OTHER:
			break;
		case ANSWER_NONE:
			p[1].fd = -1;
		}
	}
}

/**
 * rollback_call_off - calls the rollback off, so that the change stays
 * @r: what rollback_arm() armed; not to be used afterwards
 *
 * Return: whether it stays; if not, that was reported.
 */
bool rollback_call_off(struct rollback *r)
{
	char word = KEEP;

	/* If nobody is left to read it, end() reports how it ended. */
	signal(SIGPIPE, SIG_IGN);
	if (write(r->keep, &word, 1) != 1)
		msg_warn("too late to call the rollback off: it has already ended");
	return end(r);
}
