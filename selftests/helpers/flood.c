// SPDX-License-Identifier: GPL-2.0-only
/*
 * flood.c - requests modules as fast as it can: socket families that the kernel does not
 * know, which anybody may ask for.
 *
 *	flood [-c] PROCESSES [COUNT]
 *
 * Each process asks for net-pf-13, COUNT times, else until SIGTERM ends all of them. With
 * -c each request has another comm, and every second is for net-pf-14. Prints how many
 * requests were made.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int stop;

static void on_term(int signal)
{
	(void)signal;
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
}

static int stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

static void ask(unsigned long count, int change, unsigned long *made)
{
	char comm[16];
	unsigned long i;

	for (i = 0; i < count && !stopped(); i++) {
		if (change) {
			snprintf(comm, sizeof(comm), "f%lu", i % 100000);
			prctl(PR_SET_NAME, comm);
		}
		socket(change ? 13 + i % 2 : 13, SOCK_DGRAM, 0);
		__atomic_add_fetch(made, 1, __ATOMIC_RELAXED);
	}
}

int main(int argc, char **argv)
{
	int change = argc > 1 && !strcmp(argv[1], "-c");
	unsigned long count = ~0ul, *made;
	/* Without SA_RESTART: it ends wait(2) too. */
	struct sigaction term = { .sa_handler = on_term };
	pid_t pids[64];
	int i, processes;

	argv += change;
	argc -= change;
	if (argc < 2)
		errx(2, "flood [-c] PROCESSES [COUNT]");
	processes = atoi(argv[1]);
	if (processes < 1 || processes > 64)
		errx(2, "1 to 64 processes");
	if (argc > 2)
		count = strtoul(argv[2], NULL, 10);
	made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (made == MAP_FAILED)
		err(1, "mmap");
	sigaction(SIGTERM, &term, NULL);
	for (i = 0; i < processes; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			err(1, "fork");
		if (!pids[i]) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			ask(count, change, made);
			_exit(0);
		}
	}
	while (wait(NULL) > 0 || errno == EINTR) {
		for (i = 0; stopped() && i < processes; i++)
			kill(pids[i], SIGTERM);
	}
	printf("%lu\n", *made);
	return 0;
}
