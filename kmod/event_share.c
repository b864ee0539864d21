// SPDX-License-Identifier: GPL-2.0-only
/*
 * event_share.c - how many of the slots an asker may have, so that none can take those
 * of another. The more are waiting, the fewer may an owner have, and of these a process
 * (the dynamic thresholds of switches that share a buffer; Choudhury and Hahne, 1998).
 * Each of n owners that want all gets about 1/(n + 2) of them, and 2/(n + 2) stay free
 * for others.
 */
#include "nfguard.h"

/* Uids and pids are given in a row, so that few share a counter. */
#define COUNTERS	8192
static u8 of_owner[COUNTERS], of_process[COUNTERS];
static int held;

/* Both below: the caller holds events.c's slots_lock. */

/**
 * nfg_share_take - take one of the slots
 * @who: who is behind the event; the same when it is returned, whatever becomes of the
 *	task meanwhile
 *
 * Return: how many of theirs go before it, or -1 if they have their share.
 */
int nfg_share_take(const struct nfg_asker *who)
{
	u8 *owner = &of_owner[nfg_owner(who) % COUNTERS];
	u8 *process = &of_process[who->pid % COUNTERS];
	int before = *owner + 4 * *process;

	if (((NFG_SLOTS - held) / 2 - *owner) / 4 <= *process)
		return -1;
	++*owner;
	++*process;
	held++;
	return before;
}

/**
 * nfg_share_return - give a slot back
 * @who: who has taken it
 */
void nfg_share_return(const struct nfg_asker *who)
{
	of_owner[nfg_owner(who) % COUNTERS]--;
	of_process[who->pid % COUNTERS]--;
	held--;
}
