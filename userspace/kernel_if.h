/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel_if.h - all dealings with the kernel module's files.
 */
#ifndef NFGUARD_KERNEL_IF_H
#define NFGUARD_KERNEL_IF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "util.h"

enum guard_state {
	GUARD_NOT_LOADED,
	GUARD_OFF,
	GUARD_DEGRADED,
	GUARD_WHOLE,
};

/**
 * struct kif_status - the status file
 * @state: what it amounts to
 * @version: of the kernel module; this and all below as abi.h has them,
 *	empty or 0 where the file lacks them
 */
struct kif_status {
	enum guard_state state;
	char version[32];
	char token[NFG_TOKEN_MAX + 1];
	char sha256[65];
	char mode[16];
	char dflt[16];
	char request_gate[64];
	char ftrace_pin[64];
	char load_gate[64];
	uint64_t generation;
	uint64_t locked;
	uint64_t rules;
	uint64_t names;
	uint64_t patterns;
	uint64_t load_seen;
	uint64_t load_denied;
	uint64_t load_proved;
};

/**
 * struct kif_policy - the policy in force
 * @token: to be written with what is to replace it
 * @body: its text without the first line
 */
struct kif_policy {
	char token[NFG_TOKEN_MAX + 1];
	char *body;
};

/**
 * struct kif_rule - a line of the rules file
 * @number: 0 is the default
 * @last: seconds since 1970 of the last hit, 0: never
 * @name: what was asked for then, escaped by the kernel; "-": nothing
 * @comm: who asked, escaped by the kernel
 * @text: the rule
 */
struct kif_rule {
	uint64_t number;
	uint64_t request_denied;
	uint64_t request_would_deny;
	uint64_t load_denied;
	uint64_t load_would_deny;
	uint64_t last;
	uint64_t pid;
	uint64_t uid;
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
	uint64_t value;
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
int kif_read_counters(struct kif_counters *counters);
void kif_counters_free(struct kif_counters *counters);

void kif_say_refused(const char *what, int err);
void kif_say_unreadable(const char *what, int err);
void kif_say_debugfs(const char *what, int err);
int kif_say_trouble(const struct kif_status *st);
bool kif_permissive(const struct kif_status *st);

#endif /* NFGUARD_KERNEL_IF_H */
