// SPDX-License-Identifier: GPL-2.0-only
/*
 * output.c - what a program prints.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/output.h"

/**
 * output_of - run a program and keep what it prints to stdout
 * @program: the program, found in PATH
 * @arg: its argument
 * @out: replaced with what it prints
 *
 * Return: whether the program succeeded.
 */
bool output_of(const char *program, const char *arg, struct buf *out)
{
	int fds[2], status = -1;
	pid_t pid;

	buf_free(out);
	if (pipe(fds))
		return false;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		if (!freopen("/dev/null", "w", stderr))
			_exit(127);
		execlp(program, program, arg, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	if (pid > 0) {
		read_fd(fds[0], 64u << 20, out);
		waitpid(pid, &status, 0);
	}
	close(fds[0]);
	return pid > 0 && WIFEXITED(status) && !WEXITSTATUS(status);
}
