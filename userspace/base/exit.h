/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exit.h - the exit statuses.
 */
#ifndef NFGUARD_EXIT_H
#define NFGUARD_EXIT_H

/**
 * enum nfg_exit - the exit statuses; main.c has the sentences for "nfguard help"
 * @NFG_EXIT_WHOLE: done, and the guard is whole
 * @NFG_EXIT_FAILED: failed, and nothing was changed
 * @NFG_EXIT_BAD_INPUT: wrong usage or an error in a policy file, and nothing
 *	was changed
 * @NFG_EXIT_NOT_HELD: done, but a denied module is live or built in, or an
 *	earlier rule decides otherwise
 * @NFG_EXIT_NOT_GUARDING: done or shown, but the guard is not loaded, off, or
 *	degraded
 *
 * When two apply, the higher says more: whoever scripts this must hear first
 * that nothing is guarded, then that a denial does not hold.
 */
enum nfg_exit {
	NFG_EXIT_WHOLE		= 0,
	NFG_EXIT_FAILED		= 1,
	NFG_EXIT_BAD_INPUT	= 2,
	NFG_EXIT_NOT_HELD	= 3,
	NFG_EXIT_NOT_GUARDING	= 4,
};

/* Of two statuses that both apply, the one to exit with. */
static inline int nfg_exit_worse(int a, int b)
{
	return a > b ? a : b;
}

#endif /* NFGUARD_EXIT_H */
