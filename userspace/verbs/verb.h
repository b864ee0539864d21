/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verb.h - what a subcommand is given, and what it returns.
 */
#ifndef NFGUARD_VERB_H
#define NFGUARD_VERB_H

#include <stdbool.h>
#include <stddef.h>

/* The options; the table in main.c names them. */
enum option {
	OPT_JSON,
	OPT_RUNTIME,
	OPT_FOR,
	OPT_DRY_RUN,
	OPT_CONFIRM,
	OPT_UNLOAD,
	OPT_FORCE,
	OPT_YES,
	OPT_DEGRADED,
	OPT_STORE,
	OPT_INITRAMFS,
	OPT_EXPAND,
	OPT_CMDLINE,
	OPT_MODPROBE,
	OPT_DOT,
	OPT_TRY,
	OPT_NEXT_CMDLINE,
	OPT_EXPLAIN,
	OPT_FOLLOW,
	OPT_VERDICT,
	OPT_RULE,
	OPT_NAME,
	OPT_PROGRAM,
	OPT_CONTAINER,
	OPT_SINCE,
	OPT_RECORD,
	OPT_ALL,
	OPT_ALLOW_LIST,
	OPT_DENY_LIST,
	OPT_OUTPUT,
	OPT_AS,
	OPT_REQUEST,
	OPT_LOAD,
	OPT_WIDE,
	OPT_NO_FOLD,
	OPT_ROOT,
	OPT_KERNEL,
	OPTIONS,
};

#define OPT_BIT(option)	(1ull << (option))

/* These show another system or kernel than the host's own. */
#define FOREIGN	(OPT_BIT(OPT_ROOT) | OPT_BIT(OPT_KERNEL))

/**
 * struct option_info - an option
 * @name: its name without dashes
 * @value: what must follow, or NULL
 * @help: one line of help
 */
struct option_info {
	const char *name;
	const char *value;
	const char *help;
};

/* Indexed by enum option; in main.c. */
extern const struct option_info options[OPTIONS];

/* What may follow a verb, for completion. */
enum operand {
	OPERAND_NONE,
	OPERAND_NAMES,		/* modules and groups */
	OPERAND_NAMED,		/* what the policy files name */
	OPERAND_MODE,
	OPERAND_SWITCH,		/* on or off */
	OPERAND_PRESET,
	OPERAND_FILE,
	OPERAND_VERB,
};

struct command;

/**
 * struct invocation - one call of a subcommand
 * @command: its entry in the table
 * @options: OPT_BIT()s of the options that were given
 * @values: by option: its value, NULL if it takes none or was not given
 * @argc: number of arguments that are not options, within the command's bounds
 * @argv: the arguments
 */
struct invocation {
	const struct command *command;
	unsigned long long options;
	const char *values[OPTIONS];
	int argc;
	char **argv;
};

static inline bool given(const struct invocation *inv, enum option option)
{
	return inv->options & OPT_BIT(option);
}

/**
 * struct command - an entry of the table that drives dispatch, help and completion
 * @name: the verb
 * @run: carries it out and returns an enum nfg_exit
 * @args: the arguments as the usage shows them
 * @help: one line of help
 * @detail: further lines for "nfguard help VERB", or NULL
 * @min_args: fewest arguments
 * @max_args: most arguments, -1: no bound
 * @options: OPT_BIT()s of the options that it takes
 * @operand: what its arguments are
 */
struct command {
	const char *name;
	int (*run)(const struct invocation *inv);
	const char *args;
	const char *help;
	const char *detail;
	int min_args;
	int max_args;
	unsigned long long options;
	enum operand operand;
};

struct kif_status;

int mode_set(const struct invocation *inv, const char *word,
	     const struct kif_status *st);
static inline bool takes(const struct command *c, size_t option)
{
	return c->options & OPT_BIT(option);
}

const char *option_help(const struct command *c, enum option option);
void option_say_unknown(const struct command *c, const char *arg);
bool options_agree(const struct invocation *inv);

int cmd_status(const struct invocation *inv);
int cmd_deny(const struct invocation *inv);
int cmd_allow(const struct invocation *inv);
int cmd_remove(const struct invocation *inv);
int cmd_preset(const struct invocation *inv);
int cmd_list(const struct invocation *inv);
int cmd_apply(const struct invocation *inv);
int cmd_check(const struct invocation *inv);
int cmd_why(const struct invocation *inv);
int cmd_impact(const struct invocation *inv);
int cmd_test(const struct invocation *inv);
int cmd_verify(const struct invocation *inv);
int cmd_mode(const struct invocation *inv);
int cmd_boot(const struct invocation *inv);
int cmd_lock(const struct invocation *inv);
int cmd_doctor(const struct invocation *inv);
int cmd_stats(const struct invocation *inv);
int cmd_events(const struct invocation *inv);
int cmd_top(const struct invocation *inv);
int cmd_import(const struct invocation *inv);
int cmd_mirror(const struct invocation *inv);
int cmd_generate(const struct invocation *inv);
int cmd_metrics(const struct invocation *inv);
int cmd_selftest(const struct invocation *inv);
int cmd_history(const struct invocation *inv);
int cmd_undo(const struct invocation *inv);
int cmd_help(const struct invocation *inv);

#endif /* NFGUARD_VERB_H */
