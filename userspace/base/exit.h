/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exit.h - the exit statuses.
 */
#ifndef NFGUARD_EXIT_H
#define NFGUARD_EXIT_H

/*
 * What each means is in the table of verbs/main.c, which "nfguard help" prints. If
 * two apply, the higher wins: a script must learn first that nothing is guarded,
 * then that a denial does not hold. The last is an answer of test's, and no trouble.
 */
enum nfg_exit {
	NFG_EXIT_WHOLE		= 0,
	NFG_EXIT_FAILED		= 1,
	NFG_EXIT_BAD_INPUT	= 2,
	NFG_EXIT_NOT_HELD	= 3,
	NFG_EXIT_NOT_GUARDING	= 4,
	NFG_EXIT_WOULD_DENY	= 5,
};

/* The status to exit with if both apply. */
static inline int nfg_exit_worse(int a, int b)
{
	return a > b ? a : b;
}

#endif /* NFGUARD_EXIT_H */
