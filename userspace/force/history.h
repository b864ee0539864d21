/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history.h - who changed the policy, the mode and the lock, when, how and what.
 */
#ifndef NFGUARD_HISTORY_H
#define NFGUARD_HISTORY_H

#include "force/snapshot.h"

#define NFG_STATE_DIR	"/var/lib/nfguard"
#define NFG_HISTORY_DIR	NFG_STATE_DIR "/history"

#define HISTORY_FORMAT		"nfguard-history 1\n"
#define HISTORY_BYTES_MAX	(4u << 20)

/* Kinds of changes. */
#define HISTORY_POLICY	"policy"
#define HISTORY_MODE	"mode"
#define HISTORY_LOCK	"lock"

/**
 * struct change - a change
 * @number: its number; 0 as long as it has none
 * @time: when, in seconds since 1970
 * @uid: the user ID that made it
 * @user: that user's name, or NULL
 * @login: the name of who logged in, or NULL if nobody did
 * @sudo_user: who called sudo, or NULL
 * @tty: the terminal, or NULL
 * @unit: the systemd unit or container, or NULL
 * @command: the command line
 * @kind: one of the kinds above
 * @note: more about it, or NULL
 * @mode_before: if it is one of the mode: the mode before
 * @mode_after: the mode after
 * @boot: boot made it: nobody's decision
 * @omitted: the policy files were too large to be kept
 * @before: the policy files that it removed or changed, as they were
 * @after: those that it added or changed, as it left them
 */
struct change {
	unsigned long number;
	unsigned long long time;
	unsigned int uid;
	char *user;
	char *login;
	char *sudo_user;
	char *tty;
	char *unit;
	char *command;
	char *kind;
	char *note;
	char *mode_before;
	char *mode_after;
	bool boot;
	bool omitted;
	struct snapshot before;
	struct snapshot after;
};

/**
 * struct history - changes, oldest first
 * @list: the changes
 * @n: how many
 */
struct history {
	struct change *list;
	size_t n;
};

void history_command(int argc, char **argv);
const char *history_command_line(void);
void history_note(const char *note);
void history_add_who(struct buf *b);
void history_add_key(struct buf *b, const char *key, const char *value);
void history_add_policy(const struct snapshot *before,
			const struct snapshot *after);
void history_add_mode(const char *before, const char *after, bool in_force);
void history_add_boot_mode(const char *first, const char *now);
void history_add_lock(void);
size_t history_list(const char *dir, unsigned long **numbers);
int history_open(const char *dir);
int history_read(struct history *h);
const struct change *history_find(const struct history *h, unsigned long number);
void history_free(struct history *h);

#endif /* NFGUARD_HISTORY_H */
