/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unconfirmed.h - the mark of a change that waits to be confirmed, and what it
 * takes to undo that change.
 */
#ifndef NFGUARD_UNCONFIRMED_H
#define NFGUARD_UNCONFIRMED_H

#include "force/snapshot.h"

/**
 * enum trial - what a change that waits to be confirmed has changed
 * @TRIAL_FILES: the policy files, edited beforehand, and the policy in force
 * @TRIAL_POLICY: only the policy in force
 * @TRIAL_MODE: only the mode in force
 * @TRIALS: how many there are
 */
enum trial {
	TRIAL_FILES,
	TRIAL_POLICY,
	TRIAL_MODE,
	TRIALS,
};

/**
 * struct unconfirmed - a mark
 * @what: what was changed
 * @deadline: until when it can be confirmed, in seconds since 1970
 * @pid: the command that waits
 * @same_boot: it was made since this boot
 * @mode: for TRIAL_MODE, the mode to restore, otherwise NULL
 * @command: the command line
 * @known: for TRIAL_FILES, whether @before is known
 * @before: for TRIAL_FILES, the policy files as they last took effect
 */
struct unconfirmed {
	enum trial what;
	unsigned long long deadline;
	unsigned long pid;
	bool same_boot;
	char *mode;
	char *command;
	bool known;
	struct snapshot before;
};

int trial_lock(void);
bool trial_waits(void);
bool trial_wait_for_end(void);

int unconfirmed_mark(const struct unconfirmed *u);
bool unconfirmed_read(enum trial what, struct unconfirmed *u);
void unconfirmed_clear(enum trial what);
void unconfirmed_free(struct unconfirmed *u);

int unconfirmed_restore_files(const struct unconfirmed *u, struct buf *told);
bool unconfirmed_refuses(void);
bool unconfirmed_left(char **text, const char **remedy);
void unconfirmed_say(void);

#endif /* NFGUARD_UNCONFIRMED_H */
