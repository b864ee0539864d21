// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - the table of subcommands, and what it drives: dispatch, help and
 * completion.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/fit.h"
#include "base/msg.h"
#include "base/near.h"
#include "base/paths.h"
#include "base/util.h"
#include "force/history.h"
#include "verbs/complete.h"
#include "verbs/verb.h"

#define SAFETY	(OPT_BIT(OPT_FORCE) | OPT_BIT(OPT_YES))
#define TRIAL	(OPT_BIT(OPT_DRY_RUN) | OPT_BIT(OPT_CONFIRM))

static const struct command commands[] = {
	{ "status", cmd_status, "", "show whether this host is guarded, and by what",
	  "Without a verb, nfguard does the same.",
	  0, 0, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_WIDE), OPERAND_NONE },
	{ "deny", cmd_deny, "[unprivileged] NAME...",
	  "deny modules and everything that needs them",
	  "NAME: a module, a shell pattern over modules, @GROUP (a directory of the\n"
	  "module tree, such as @netfilter) or alias:NAME (the name of a request).\n"
	  "Writes a rule for each NAME above the other rules of\n"
	  "/etc/nfguard.d/50-nfguard.conf, in place of any earlier one for it there, and\n"
	  "applies all policy files.\n"
	  "With unprivileged: only for askers without CAP_SYS_MODULE.",
	  1, -1, OPT_BIT(OPT_RUNTIME) | OPT_BIT(OPT_FOR) | TRIAL | OPT_BIT(OPT_UNLOAD) |
	  SAFETY | OPT_BIT(OPT_JSON) | FOREIGN, OPERAND_NAMES },
	{ "allow", cmd_allow, "[unprivileged] NAME...",
	  "allow modules",
	  "Like deny, with the opposite verdict.",
	  1, -1, OPT_BIT(OPT_RUNTIME) | OPT_BIT(OPT_FOR) | TRIAL |
	  SAFETY | OPT_BIT(OPT_JSON) | FOREIGN, OPERAND_NAMES },
	{ "remove", cmd_remove, "[unprivileged] NAME...",
	  "remove names from their rules",
	  "Removes each NAME from /etc/nfguard.d/50-nfguard.conf, and applies all policy\n"
	  "files.",
	  1, -1, OPT_BIT(OPT_RUNTIME) | TRIAL | SAFETY | OPT_BIT(OPT_JSON) | FOREIGN,
	  OPERAND_NAMED },
	{ "preset", cmd_preset, "[list|show|enable|disable] [NAME]",
	  "list, show, enable or disable curated policy files",
	  "enable links /etc/nfguard.d/50-preset-NAME.conf to the preset, so that an update\n"
	  "of it is read too, and applies all policy files; disable takes that back.\n"
	  "NAME: one of those that nfguard preset list prints.",
	  0, 2, TRIAL | SAFETY | OPT_BIT(OPT_JSON) | OPT_BIT(OPT_WIDE) | FOREIGN,
	  OPERAND_PRESET },
	{ "list", cmd_list, "", "list the rules of the policy files and what they expand to",
	  NULL, 0, 0, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_EXPAND) | OPT_BIT(OPT_WIDE) |
	  OPT_BIT(OPT_CMDLINE) | OPT_BIT(OPT_MODPROBE) | FOREIGN, OPERAND_NONE },
	{ "mirror", cmd_mirror, "[on|off]", "keep a file of modprobe.d that has what is denied",
	  "Its lines hold where the guard does not, as in an initramfs without it, and\n"
	  "scanners know them. It is kept true with each change of policy and mode.\n"
	  "Without on or off: tell whether there is one, and whether it holds.",
	  0, 1, OPT_BIT(OPT_FORCE) | OPT_BIT(OPT_JSON) | FOREIGN, OPERAND_SWITCH },
	{ "apply", cmd_apply, "", "compile the policy files and put them into effect",
	  "Reads *.conf in /etc/nfguard.d, /run/nfguard.d and /usr/lib/nfguard.d.",
	  0, 0, OPT_BIT(OPT_DRY_RUN) | OPT_BIT(OPT_CONFIRM) | OPT_BIT(OPT_UNLOAD) |
	  OPT_BIT(OPT_FORCE) | OPT_BIT(OPT_YES) | OPT_BIT(OPT_JSON) |
	  OPT_BIT(OPT_STORE) | FOREIGN, OPERAND_NONE },
	{ "check", cmd_check, "[FILE]", "validate the policy files without applying them",
	  "Reports rules that can never match, allow rules that a denial defeats, denied\n"
	  "modules that are live or built in, and ways that stay open. With FILE: only\n"
	  "that file.",
	  0, 1, OPT_BIT(OPT_JSON) | FOREIGN, OPERAND_FILE },
	{ "why", cmd_why, "NAME", "show every way into a module, and the rule that decides",
	  NULL, 1, 1, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_DOT) | OPT_BIT(OPT_WIDE) | FOREIGN,
	  OPERAND_NAMES },
	{ "impact", cmd_impact, "NAME...", "show who and what needs modules before they are denied",
	  "NAME: as for deny. Shows what a denial would reach: the modules of it that are\n"
	  "live and what uses them, the programs and settings of this host that need one of\n"
	  "them, and who asked for one. Changes nothing.",
	  1, -1, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_WIDE) | FOREIGN, OPERAND_NAMES },
	{ "test", cmd_test, "NAME", "tell whether a name would be denied, and by which rule",
	  "NAME: a module, or the name of a request (an alias) as the kernel asks for it.\n"
	  "Loads nothing. Without --request and --load, asks both gates. The exit status\n"
	  "is 0 if NAME would be let through, and 5 if it would be denied.",
	  1, 1, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_AS) | OPT_BIT(OPT_REQUEST) |
	  OPT_BIT(OPT_LOAD) | FOREIGN, OPERAND_NAMES },
	{ "verify", cmd_verify, "[NAME...]",
	  "tell whether modules are out of reach, now and after the next boot",
	  "NAME: a module, alias or @GROUP; without NAME, all that the policy denies. Looks\n"
	  "at each kernel that is installed. The exit status is 0 only if all of it holds.",
	  0, -1, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_TRY) | OPT_BIT(OPT_NEXT_CMDLINE),
	  OPERAND_NAMES },
	{ "mode", cmd_mode, "[enforcing|permissive]", "show or change the mode",
	  "In permissive mode nothing is denied: what would be is counted and reported.\n"
	  "The mode is stored, and in effect again after a reboot.",
	  0, 1, OPT_BIT(OPT_RUNTIME) | OPT_BIT(OPT_STORE) | TRIAL | OPT_BIT(OPT_JSON),
	  OPERAND_MODE },
	{ "lock", cmd_lock, "", "lock the policy, mode and module until the host reboots",
	  "If the host is locked down, even root can't undo it: see nfguard(8). While a gate\n"
	  "does not hold it refuses, and says what to do.",
	  0, 0, OPT_BIT(OPT_YES) | OPT_BIT(OPT_DEGRADED), OPERAND_NONE },
	{ "history", cmd_history, "[N]", "show who changed policy, mode and lock, and when",
	  "Newest first. With N: that change alone, and how the policy files differed.\n"
	  "The last 200 changes are kept in " NFG_HISTORY_DIR ".",
	  0, 1, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_WIDE), OPERAND_NONE },
	{ "undo", cmd_undo, "[N]", "take back a change of the policy files or of the mode",
	  "Without N, the last one. That is a change too: undo it to have the other back.\n"
	  "What else was changed since in the same files stays.",
	  0, 1, TRIAL | SAFETY | OPT_BIT(OPT_JSON), OPERAND_NONE },
	{ "boot", cmd_boot, "", "load the kernel module and put mode and policy into effect",
	  "This is what nfguard.service runs. If the policy files have an error, it uses\n"
	  "the last good ones. With nfguard.off=1 on the kernel command line, it does not\n"
	  "load the module.",
	  0, 0, OPT_BIT(OPT_INITRAMFS), OPERAND_NONE },
	{ "events", cmd_events, "", "show who asked for what, and which rule decided",
	  "Shows a load, or the request of a kernel thread, with the request that caused\n"
	  "it, and who made that request. Equal verdicts are told as one, with their\n"
	  "number. NAME and COMM are shell patterns; RULE and CONTAINER are patterns or\n"
	  "substrings.\n"
	  "TIME: 10m (ago), 14:30, '2026-11-24 14:30'.",
	  0, 0, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_FOLLOW) |
	  OPT_BIT(OPT_VERDICT) | OPT_BIT(OPT_RULE) |
	  OPT_BIT(OPT_NAME) | OPT_BIT(OPT_PROGRAM) | OPT_BIT(OPT_CONTAINER) |
	  OPT_BIT(OPT_SINCE) | OPT_BIT(OPT_RECORD) | OPT_BIT(OPT_WIDE) |
	  OPT_BIT(OPT_NO_FOLD), OPERAND_NONE },
	{ "top", cmd_top, "", "watch denials live, by rule, program or container",
	  "Keys: s groups by rule, program or container; o changes the order; f filters;\n"
	  "arrows and page keys scroll; q quits.",
	  0, 0, 0, OPERAND_NONE },
	{ "generate", cmd_generate, "", "print a policy that allows what permissive mode has seen",
	  "Prints the smallest policy that allows what was used and denies the rest: an\n"
	  "allow-list if the policy files say default deny, otherwise a deny-list.\n"
	  "Review it, replace your policy files with it, and run nfguard apply.",
	  0, 0, OPT_BIT(OPT_SINCE) | OPT_BIT(OPT_ALLOW_LIST) | OPT_BIT(OPT_DENY_LIST) |
	  OPT_BIT(OPT_JSON), OPERAND_NONE },
	{ "import", cmd_import, "[FILE...]", "print rules in place of lines of modprobe.d",
	  "FILE: a file of modprobe.d, or a list with a name a line. Without FILE: this\n"
	  "host's modprobe.d and kernel command line. A comment above each rule says what\n"
	  "its line really kept out until now.",
	  0, -1, OPT_BIT(OPT_OUTPUT) | OPT_BIT(OPT_JSON) | FOREIGN, OPERAND_FILE },
	{ "stats", cmd_stats, "", "show the counters",
	  "Shows those of the gates, and any others that are not 0.",
	  0, 0, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_EXPLAIN) | OPT_BIT(OPT_ALL) |
	  OPT_BIT(OPT_WIDE), OPERAND_NONE },
	{ "metrics", cmd_metrics, "", "print the state and counters for Prometheus",
	  "For node_exporter's textfile collector; nfguard-metrics.timer runs it.",
	  0, 0, OPT_BIT(OPT_OUTPUT), OPERAND_NONE },
	{ "doctor", cmd_doctor, "", "find what defeats a denial on this host",
	  "Examines modprobe.d, modules-load.d, the initramfs, the kernel's switches, the\n"
	  "guard's own module, the modules that are live, and what needs a denied module.",
	  0, 0, OPT_BIT(OPT_JSON), OPERAND_NONE },
	{ "selftest", cmd_selftest, "", "prove that both gates work on this host now",
	  "Tries to insert the module " NFG_PROOF_MODULE ", which the load gate always\n"
	  "refuses.",
	  0, 0, OPT_BIT(OPT_JSON), OPERAND_NONE },
	{ "help", cmd_help, "[VERB]", "show this help, or the help of a verb",
	  NULL, 0, 1, 0, OPERAND_VERB },
};

const struct option_info options[OPTIONS] = {
	[OPT_JSON] = { "json", NULL, "print JSON" },
	[OPT_RUNTIME] = { "runtime", NULL,
		"only until the host reboots; rules: in /run/nfguard.d/00-runtime.conf" },
	[OPT_FOR] = { "for", "TIME",
		"only for this long: 90s, 10m, 2h, 1d; implies --runtime" },
	[OPT_DRY_RUN] = { "dry-run", NULL, "change nothing; print what would change" },
	[OPT_CONFIRM] = { "confirm", "SECONDS",
		"restore what was before unless yes is typed in time" },
	[OPT_FORCE] = { "force", NULL,
		"even if this host runs on it, uses it, or no kernel knows the name" },
	[OPT_YES] = { "yes", NULL, "answer yes to what would be asked" },
	[OPT_DEGRADED] = { "degraded", NULL, "lock even while a gate does not hold" },
	[OPT_UNLOAD] = { "unload", NULL, "remove denied modules that are live and unused" },
	[OPT_STORE] = { "store", NULL, "only store it for the next boot; keep what is in force" },
	[OPT_INITRAMFS] = { "initramfs", NULL,
		"in the initramfs: use the compiled policy that it carries" },
	[OPT_EXPAND] = { "expand", NULL, "show each rule's modules and other entries" },
	[OPT_CMDLINE] = { "cmdline", NULL,
		"print module_blacklist= and initcall_blacklist= for the kernel command line" },
	[OPT_MODPROBE] = { "modprobe", NULL,
		"print modprobe.d lines that keep denied modules out" },
	[OPT_DOT] = { "dot", NULL, "print a graph for Graphviz" },
	[OPT_TRY] = { "try", NULL, "also try to bring them in, which the guard refuses" },
	[OPT_NEXT_CMDLINE] = { "next-cmdline", "FILE",
		"FILE has the next command line of a kernel whose boot entry can't be read" },
	[OPT_EXPLAIN] = { "explain", NULL, "print what each counter means" },
	[OPT_FOLLOW] = { "follow", NULL, "then print further events as they come" },
	[OPT_VERDICT] = { "verdict", NFG_WORD_DENY "|" NFG_WORD_WOULD_DENY "|"
		NFG_WORD_UNENFORCED "|" NFG_WORD_UNJUDGED "|" NFG_WORD_ALLOW,
		"only this verdict; unenforced may have gone through" },
	[OPT_RULE] = { "rule", "RULE", "only what this rule decided" },
	[OPT_NAME] = { "name", "NAME", "only requests and loads of this name" },
	[OPT_PROGRAM] = { "program", "COMM", "only what this program asked for" },
	[OPT_CONTAINER] = { "container", "CONTAINER",
		"only from this container, pod, unit or cgroup" },
	[OPT_SINCE] = { "since", "TIME", "only what happened at this time or later" },
	[OPT_RECORD] = { "record", NFG_WORD_NONE "|" NFG_WORD_DENIED "|" NFG_WORD_ALL,
		"set what to record from now on; denied includes would-deny" },
	[OPT_ALL] = { "all", NULL, "include counters that are 0" },
	[OPT_ALLOW_LIST] = { "allow-list", NULL,
		"print an allow-list, whatever the policy files say" },
	[OPT_DENY_LIST] = { "deny-list", NULL, "print a deny-list, whatever the policy files say" },
	[OPT_OUTPUT] = { "output", "FILE", "write FILE atomically" },
	[OPT_AS] = { "as", "USER", "as this user or uid: unprivileged, unless it is root" },
	[OPT_REQUEST] = { "request", NULL, "only ask the request gate" },
	[OPT_LOAD] = { "load", NULL, "only ask the load gate" },
	[OPT_WIDE] = { "wide", NULL, "show all columns in full, however wide the terminal" },
	[OPT_NO_FOLD] = { "no-fold", NULL, "print equal events in a row one by one" },
	[OPT_ROOT] = { "root", "DIR", "the system under DIR, not this host" },
	[OPT_KERNEL] = { "kernel", "VERSION", "use the modules of this kernel instead" },
};

/* A test compares nfguard(8) with this. */
static const char *const exits[] = {
	[NFG_EXIT_WHOLE] = "done; the guard is fully in effect",
	[NFG_EXIT_FAILED] = "failed; nothing was changed",
	[NFG_EXIT_BAD_INPUT] =
		"usage error, or an error in a policy file or the module index; nothing was changed",
	[NFG_EXIT_NOT_HELD] =
		"done, but a denied module is live or built in, an earlier rule decides otherwise, or events are missing",
	[NFG_EXIT_NOT_GUARDING] =
		"done or shown, but the guard is not loaded, is off, or is degraded",
	[NFG_EXIT_WOULD_DENY] = "test: the request or load would be denied",
};

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static const struct command *find_or_say(const char *name)
{
	const struct command *c = find_command(name);
	struct near near = { .wanted = name };
	size_t i;

	for (i = 0; !c && i < ARRAY_SIZE(commands); i++)
		near_try(&near, commands[i].name);
	if (!c && near.best)
		msg_err("no verb '%s': did you mean %s?", esc(name), near.best);
	else if (!c)
		msg_err("no verb '%s': nfguard help lists them", esc(name));
	return c;
}

static void print_usage(FILE *f, const struct command *c)
{
	size_t i;

	fprintf(f, "nfguard %s", c->name);
	for (i = 0; i < OPTIONS; i++)
		if (takes(c, i))
			fprintf(f, " [--%s%s%s]", options[i].name,
				options[i].value ? " " : "",
				options[i].value ? options[i].value : "");
	fprintf(f, "%s%s\n", *c->args ? " " : "", c->args);
}

static void print_option(const struct command *c, size_t i)
{
	char *name = xasprintf("--%s%s%s", options[i].name,
			       options[i].value ? " " : "",
			       options[i].value ? options[i].value : "");

	if (strlen(name) > 26)
		printf("  %s\n  %-26s %s\n", name, "", option_help(c, i));
	else
		printf("  %-26s %s\n", name, option_help(c, i));
	free(name);
}

static void print_command_help(const struct command *c)
{
	size_t i;

	print_usage(stdout, c);
	printf("\n%s\n", c->help);
	if (c->detail)
		printf("%s\n", c->detail);
	for (i = 0; i < OPTIONS; i++)
		if (takes(c, i))
			print_option(c, i);
}

static void print_help(void)
{
	size_t i;

	puts("nfguard keeps chosen kernel modules out of this host.\n");
	puts("usage: nfguard [VERB] [OPTION...] [ARGUMENT...]\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-9s %-24s %s\n", commands[i].name, commands[i].args,
		       commands[i].help);
	puts("\noptions (nfguard help VERB lists those of a verb):");
	for (i = 0; i < OPTIONS; i++)
		print_option(NULL, i);
	puts("  -h, --help                 show this help; after a verb, the help of the verb");
	puts("  -V, --version              print the version");
	puts("\nexit status (the highest that applies):");
	for (i = 0; i < ARRAY_SIZE(exits); i++)
		printf("  %zu  %s\n", i, exits[i]);
}

int cmd_help(const struct invocation *inv)
{
	const struct command *c;

	if (!inv->argc) {
		print_help();
		return NFG_EXIT_WHOLE;
	}
	c = find_or_say(inv->argv[0]);
	if (!c)
		return NFG_EXIT_BAD_INPUT;
	print_command_help(c);
	return NFG_EXIT_WHOLE;
}

/*
 * For shell completion, hidden: prints the verbs, or what may follow @verb. An
 * option that takes a value ends with '=' and what the value is. "#FILE" can't be
 * a name, as none has a '#': it tells the shell to offer files.
 */
static int complete(const char *verb)
{
	const struct command *c = verb ? find_command(verb) : NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands) &&
	     (!verb || (c && c->operand == OPERAND_VERB)); i++)
		puts(commands[i].name);
	if (!c)
		return NFG_EXIT_WHOLE;
	for (i = 0; i < OPTIONS; i++)
		if (takes(c, i))
			printf("--%s%s%s\n", options[i].name,
			       options[i].value ? "=" : "",
			       options[i].value ? options[i].value : "");
	if (strstr(c->args, NFG_WORD_UNPRIVILEGED))
		puts(NFG_WORD_UNPRIVILEGED);
	if (c->operand == OPERAND_FILE)
		puts("#FILE");
	complete_operand(c->operand);
	return NFG_EXIT_WHOLE;
}

static int bad_usage(const struct command *c)
{
	fprintf(stderr, "usage: ");
	print_usage(stderr, c);
	return NFG_EXIT_BAD_INPUT;
}

/* Takes "--NAME", "--NAME VALUE" or "--NAME=VALUE"; @i moves past the value. */
static bool take_option(struct invocation *inv, int argc, char **argv, int *i)
{
	const struct command *c = inv->command;
	const char *name = argv[*i] + 2;
	size_t len = strcspn(name, "="), o;
	const char *value = name[len] ? name + len + 1 : NULL;

	for (o = 0; o < OPTIONS; o++)
		if (takes(c, o) && strlen(options[o].name) == len &&
		    !strncmp(name, options[o].name, len))
			break;
	if (o == OPTIONS) {
		option_say_unknown(c, argv[*i]);
		return false;
	}
	if (value && !options[o].value) {
		msg_err("%s: --%s takes no value", c->name, options[o].name);
		return false;
	}
	if (options[o].value && !value) {
		if (*i + 1 == argc) {
			msg_err("%s: --%s: %s is missing", c->name,
				options[o].name, options[o].value);
			return false;
		}
		value = argv[++*i];
	}
	inv->options |= OPT_BIT(o);
	inv->values[o] = value;
	return true;
}

static bool is_help(const char *arg)
{
	return !strcmp(arg, "--help") || !strcmp(arg, "-h");
}

static bool is_version(const char *arg)
{
	return !strcmp(arg, "--version") || !strcmp(arg, "-V");
}

/*
 * Options may be anywhere after the verb, up to "--". No module's name begins with
 * a dash, so whatever does is an option.
 */
static int run(const struct command *c, int argc, char **argv)
{
	struct invocation inv = { .command = c, .argv = argv };
	bool ended = false;
	int i;

	for (i = 0; i < argc; i++) {
		if (ended || argv[i][0] != '-') {
			argv[inv.argc++] = argv[i];
		} else if (!strcmp(argv[i], "--")) {
			ended = true;
		} else if (is_help(argv[i])) {
			print_command_help(c);
			return NFG_EXIT_WHOLE;
		} else if (is_version(argv[i])) {
			puts("nfguard " NFG_VERSION);
			return NFG_EXIT_WHOLE;
		} else if (argv[i][1] != '-') {
			option_say_unknown(c, argv[i]);
			return bad_usage(c);
		} else if (!take_option(&inv, argc, argv, &i)) {
			return bad_usage(c);
		}
	}
	if (inv.argc < c->min_args) {
		msg_err("%s: missing argument: %s", c->name, c->args);
		return bad_usage(c);
	}
	if (c->max_args >= 0 && inv.argc > c->max_args) {
		msg_err("%s: unexpected argument '%s'", c->name,
			esc(argv[c->max_args]));
		return bad_usage(c);
	}
	if (!options_agree(&inv))
		return bad_usage(c);
	if (!paths_set(inv.values[OPT_ROOT], inv.values[OPT_KERNEL]))
		return NFG_EXIT_BAD_INPUT;
	fit_set_wide(given(&inv, OPT_WIDE));
	say_nothing(given(&inv, OPT_JSON));
	return c->run(&inv);
}

/* An option in place of a verb goes to status, which takes no verb: "nfguard --json". */
static int run_status(int argc, char **argv)
{
	int i;

	for (i = 2; i < argc; i++) {
		if (!find_command(argv[i]))
			continue;
		msg_err("options come after the verb: nfguard %s %s...", argv[i],
			esc(argv[1]));
		return NFG_EXIT_BAD_INPUT;
	}
	return run(&commands[0], argc - 1, argv + 1);
}

static int dispatch(int argc, char **argv)
{
	const struct command *c;
	const char *verb = argc > 1 ? argv[1] : NULL;

	if (!verb)
		return run(&commands[0], 0, argv);
	if (is_help(verb)) {
		print_help();
		return NFG_EXIT_WHOLE;
	}
	if (!strcmp(verb, "--complete"))
		return complete(argc > 2 ? argv[2] : NULL);
	if (verb[0] == '-')
		return run_status(argc, argv);
	c = find_or_say(verb);
	if (!c)
		return NFG_EXIT_BAD_INPUT;
	return run(c, argc - 2, argv + 2);
}

int main(int argc, char **argv)
{
	int status;

	/* Not LC_ALL: a pattern's ranges must mean the same everywhere. */
	setlocale(LC_CTYPE, "");
	history_command(argc, argv);
	status = dispatch(argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		msg_err("the output could not be written");
		if (!status)
			status = NFG_EXIT_FAILED;
	}
	return status;
}
