/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel_if.h - all access to the kernel module's files.
 */
#ifndef NFGUARD_KERNEL_IF_H
#define NFGUARD_KERNEL_IF_H

#include <stdbool.h>
#include <stddef.h>

#include "abi/abi.h"
#include "base/util.h"

/**
 * enum guard_state - how well the guard is in effect
 * @GUARD_NOT_LOADED: there is no kernel module
 * @GUARD_OFF: it was loaded with off=1
 * @GUARD_DEGRADED: a gate or the ftrace pin is missing
 * @GUARD_WHOLE: fully
 */
enum guard_state {
	GUARD_NOT_LOADED,
	GUARD_OFF,
	GUARD_DEGRADED,
	GUARD_WHOLE,
};

/* No value in the status file is that long. */
#define KIF_VALUE_SIZE	128

/**
 * struct kif_status - the status file
 * @state: the state, also if there is no file
 * @version: the kernel module's version; this and all below are as in abi.h,
 *	empty or 0 if the file lacks them
 */
struct kif_status {
	enum guard_state state;
	char version[KIF_VALUE_SIZE];
	char token[KIF_VALUE_SIZE];
	char sha256[KIF_VALUE_SIZE];
	char mode[KIF_VALUE_SIZE];
	char record[KIF_VALUE_SIZE];
	char dflt[KIF_VALUE_SIZE];
	char request_gate[KIF_VALUE_SIZE];
	char ftrace_pin[KIF_VALUE_SIZE];
	char load_gate[KIF_VALUE_SIZE];
	unsigned long long generation;
	unsigned long long locked;
	unsigned long long rules;
	unsigned long long names;
	unsigned long long patterns;
	unsigned long long load_seen;
	unsigned long long load_denied;
	unsigned long long load_proved;
};

/**
 * struct kif_policy - the policy in force
 * @token: must be written with the policy that is to replace it
 * @body: its text without the first line
 */
struct kif_policy {
	char token[NFG_TOKEN_MAX + 1];
	char *body;
};

/**
 * struct kif_rule - a line of the rules file
 * @number: its number; 0 is the default
 * @last: the time of the last hit, in seconds since 1970; 0: never
 * @name: the name asked for in the last hit, escaped by the kernel; "-": none
 * @comm: the asker's comm, escaped by the kernel
 * @text: the rule's text
 */
struct kif_rule {
	unsigned long long number;
	unsigned long long request_denied;
	unsigned long long request_would_deny;
	unsigned long long load_denied;
	unsigned long long load_would_deny;
	unsigned long long last;
	unsigned long long pid;
	unsigned long long uid;
	char *name;
	char *comm;
	char *text;
};

/**
 * struct kif_counter - a line of the counters file
 * @key: its key
 * @value: its value
 */
struct kif_counter {
	char *key;
	unsigned long long value;
};

struct kif_rules {
	struct kif_rule *list;
	size_t n;
};

struct kif_counters {
	struct kif_counter *list;
	size_t n;
};

int kif_read_status(struct kif_status *st);
int kif_read_policy(struct kif_policy *p);
void kif_policy_free(struct kif_policy *p);
int kif_write_policy(const char *token, size_t entries, const char *body);
int kif_write_word(const char *file, const char *word);
int kif_read_rules(struct kif_rules *rules);
void kif_rules_free(struct kif_rules *rules);
const struct kif_rule *kif_find_rule(const struct kif_rules *rules,
				     const char *text);
int kif_open_events(void);
int kif_each_event(int fd, void (*each)(char *line, void *data), void *data);
int kif_open_events_pipe(void);
void kif_unescape(char *s);
int kif_read_counters(struct kif_counters *counters);
unsigned long long kif_counter(const struct kif_counters *counters,
			       const char *key);
void kif_counters_free(struct kif_counters *counters);

bool kif_get_status(struct kif_status *st);
void kif_say_refused(const char *what, int err);
bool kif_change_word(const char *file, const char *word);
void kif_say_unreadable(const char *what, int err);
void kif_say_debugfs(const char *what, int err);
int kif_say_trouble(const struct kif_status *st);
bool kif_permissive(const struct kif_status *st);

/* What loads the kernel module, where nothing stands in the way; see kif_reload(). */
#define KIF_LOAD_IT	"nfguard boot"

const char *kif_reload(const struct kif_status *st);

#endif /* NFGUARD_KERNEL_IF_H */
