// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - the table of subcommands, and what comes from it: dispatch, help
 * and completion.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/util.h"
#include "verbs/complete.h"
#include "verbs/verb.h"

#define FOREIGN	(OPT_BIT(OPT_ROOT) | OPT_BIT(OPT_KERNEL))

static const struct command commands[] = {
	{ "status", cmd_status, "", "whether this host is guarded, and by what",
	  "This is also what nfguard does without a verb.",
	  0, 0, OPT_BIT(OPT_JSON), OPERAND_NONE },
	{ "deny", cmd_deny, "[unprivileged] NAME...",
	  "deny modules and all that needs them, and apply",
	  "NAME: a module, a shell pattern over modules, @GROUP (a directory of the\n"
	  "module tree, as @netfilter), or alias:NAME (a request as it stands).\n"
	  "Writes a rule for each NAME before the other rules of\n"
	  "/etc/nfguard.d/50-nfguard.conf, in place of an earlier one for it there.\n"
	  "With unprivileged: only to askers without CAP_SYS_MODULE.",
	  1, -1, OPT_BIT(OPT_RUNTIME) | OPT_BIT(OPT_FOR), OPERAND_NAMES },
	{ "allow", cmd_allow, "[unprivileged] NAME...",
	  "allow modules, and apply",
	  "As deny, with the other verdict.",
	  1, -1, OPT_BIT(OPT_RUNTIME) | OPT_BIT(OPT_FOR), OPERAND_NAMES },
	{ "remove", cmd_remove, "[unprivileged] NAME...",
	  "take names out of their rules, and apply",
	  "Takes each NAME out of /etc/nfguard.d/50-nfguard.conf.",
	  1, -1, OPT_BIT(OPT_RUNTIME), OPERAND_NAMED },
	{ "list", cmd_list, "", "the rules of the policy files, and what they expand to",
	  NULL, 0, 0, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_EXPAND) |
	  OPT_BIT(OPT_CMDLINE) | OPT_BIT(OPT_MODPROBE) | FOREIGN, OPERAND_NONE },
	{ "apply", cmd_apply, "", "make what the policy files say the policy in force",
	  "The files: /etc/nfguard.d/*.conf, /run/nfguard.d, /usr/lib/nfguard.d.",
	  0, 0, OPT_BIT(OPT_DRY_RUN) | OPT_BIT(OPT_CONFIRM) | OPT_BIT(OPT_UNLOAD) |
	  OPT_BIT(OPT_STORE) | FOREIGN, OPERAND_NONE },
	{ "check", cmd_check, "[FILE]", "validate the policy files without applying them",
	  "Says what can never match, what a denial beneath defeats, what is live or\n"
	  "built in, and what stays open. With FILE: that file alone.",
	  0, 1, FOREIGN, OPERAND_FILE },
	{ "why", cmd_why, "NAME", "each way into a module, and the rule that decides about it",
	  NULL, 1, 1, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_DOT) | FOREIGN, OPERAND_NAMES },
	{ "mode", cmd_mode, "[enforcing|permissive]", "show the mode, or change it",
	  "In permissive mode nothing is denied, only counted and reported.",
	  0, 1, 0, OPERAND_MODE },
	{ "lock", cmd_lock, "", "lock policy, mode and module until the host reboots",
	  "Root can't undo it either, where the host is locked down: nfguard(8).",
	  0, 0, 0, OPERAND_NONE },
	{ "boot", cmd_boot, "", "load the kernel module, and put the policy in force",
	  "What nfguard.service does. Where the policy files have an error, the last good\n"
	  "ones take force. nfguard.off=1 on the kernel's command line keeps it from all.",
	  0, 0, OPT_BIT(OPT_INITRAMFS), OPERAND_NONE },
	{ "events", cmd_events, "", "who asked for what, and which rule decided",
	  "A load is shown with the request that caused it, and who made that. NAME and\n"
	  "COMM are shell patterns; RULE and CONTAINER are patterns, or a part of it.\n"
	  "TIME: 10m (ago), 14:30, '2026-11-24 14:30'.",
	  0, 0, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_FOLLOW) | OPT_BIT(OPT_RULE) |
	  OPT_BIT(OPT_NAME) | OPT_BIT(OPT_PROGRAM) | OPT_BIT(OPT_CONTAINER) |
	  OPT_BIT(OPT_SINCE) | OPT_BIT(OPT_RECORD), OPERAND_NONE },
	{ "generate", cmd_generate, "", "the policy that allows what permissive mode has seen",
	  "Prints the smallest policy that allows what was used, and denies the rest;\n"
	  "an allow-list where the policy files say default deny, else a deny-list.\n"
	  "Read it, put it in place of your files, and nfguard apply.",
	  0, 0, OPT_BIT(OPT_SINCE) | OPT_BIT(OPT_ALLOW_LIST) | OPT_BIT(OPT_DENY_LIST),
	  OPERAND_NONE },
	{ "stats", cmd_stats, "", "the counters",
	  "Those of the gates, and of the others those that are not 0.",
	  0, 0, OPT_BIT(OPT_JSON) | OPT_BIT(OPT_EXPLAIN) | OPT_BIT(OPT_ALL),
	  OPERAND_NONE },
	{ "metrics", cmd_metrics, "", "the state and the counters, for Prometheus",
	  "For node_exporter's textfile collector; nfguard-metrics.timer writes them.",
	  0, 0, OPT_BIT(OPT_OUTPUT), OPERAND_NONE },
	{ "doctor", cmd_doctor, "", "what on this host defeats a denial",
	  "Looks at modprobe.d, modules-load.d, the initramfs, the kernel's switches,\n"
	  "the guard's own module, and at what is live.",
	  0, 0, OPT_BIT(OPT_JSON), OPERAND_NONE },
	{ "selftest", cmd_selftest, "", "prove both gates on this host now",
	  "Tries to insert the module " NFG_PROOF_MODULE ", which the load gate refuses.",
	  0, 0, 0, OPERAND_NONE },
	{ "help", cmd_help, "[VERB]", "this help, or that of a verb",
	  NULL, 0, 1, 0, OPERAND_VERB },
};

/* By their place in enum option; @value: what must follow, or NULL. */
static const struct {
	const char *name;
	const char *value;
	const char *help;
} options[OPTIONS] = {
	[OPT_JSON] = { "json", NULL, "print JSON" },
	[OPT_RUNTIME] = { "runtime", NULL,
		"edit /run/nfguard.d/00-runtime.conf: until the host reboots" },
	[OPT_FOR] = { "for", "TIME",
		"for so long only, as 90s, 10m, 2h, 1d; implies --runtime" },
	[OPT_DRY_RUN] = { "dry-run", NULL, "change nothing, print what would change" },
	[OPT_CONFIRM] = { "confirm", "SECONDS",
		"go back to the policy before, unless yes is typed in time" },
	[OPT_UNLOAD] = { "unload", NULL, "remove denied modules that are live and unused" },
	[OPT_STORE] = { "store", NULL,
		"change nothing that is in force, but what the next boot puts in force" },
	[OPT_INITRAMFS] = { "initramfs", NULL,
		"in the initramfs: with the compiled policy that it carries" },
	[OPT_EXPAND] = { "expand", NULL, "show each module and entry of a rule" },
	[OPT_CMDLINE] = { "cmdline", NULL,
		"print module_blacklist= for the kernel command line" },
	[OPT_MODPROBE] = { "modprobe", NULL,
		"print lines for modprobe.d that load the guard before denied modules" },
	[OPT_DOT] = { "dot", NULL, "print a graph for Graphviz" },
	[OPT_EXPLAIN] = { "explain", NULL, "say what each counter means" },
	[OPT_FOLLOW] = { "follow", NULL, "wait for further events" },
	[OPT_RULE] = { "rule", "RULE", "only those that this rule decided" },
	[OPT_NAME] = { "name", "NAME", "only requests and loads of this name" },
	[OPT_PROGRAM] = { "program", "COMM", "only what this program asked for" },
	[OPT_CONTAINER] = { "container", "CONTAINER",
		"only from this container, pod, unit or cgroup" },
	[OPT_SINCE] = { "since", "TIME", "only what came at that time or later" },
	[OPT_RECORD] = { "record", NFG_WORD_NONE "|" NFG_WORD_DENIED "|" NFG_WORD_ALL,
		"what to record from now on; would-deny goes with denied" },
	[OPT_ALL] = { "all", NULL, "also counters that are 0" },
	[OPT_ALLOW_LIST] = { "allow-list", NULL,
		"print an allow-list, whatever the policy files are" },
	[OPT_DENY_LIST] = { "deny-list", NULL,
		"print a deny-list, whatever the policy files are" },
	[OPT_OUTPUT] = { "output", "FILE", "write to FILE, at once and whole" },
	[OPT_ROOT] = { "root", "DIR", "of the system below DIR, not of this host" },
	[OPT_KERNEL] = { "kernel", "VERSION", "for that kernel's modules" },
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
};

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static bool takes(const struct command *c, size_t option)
{
	return c->options & OPT_BIT(option);
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

static void print_option(size_t i)
{
	char *name = xasprintf("--%s%s%s", options[i].name,
			       options[i].value ? " " : "",
			       options[i].value ? options[i].value : "");

	printf("  %-26s %s\n", name, options[i].help);
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
			print_option(i);
}

static void print_help(void)
{
	size_t i;

	puts("nfguard keeps chosen kernel modules out of this host.\n");
	puts("usage: nfguard [VERB] [OPTION...] [ARGUMENT...]\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-9s %-24s %s\n", commands[i].name, commands[i].args,
		       commands[i].help);
	puts("\noptions, where the verb has them:");
	for (i = 0; i < OPTIONS; i++)
		print_option(i);
	puts("  --help                     this help; after a verb, that of the verb");
	puts("  --version                  the version");
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
	c = find_command(inv->argv[0]);
	if (!c) {
		msg_err("no verb '%s': nfguard help lists them",
			esc(inv->argv[0]));
		return NFG_EXIT_BAD_INPUT;
	}
	print_command_help(c);
	return NFG_EXIT_WHOLE;
}

/*
 * For shell completion, hidden: the verbs, or what can follow the verb that is
 * given. Behind an option's '=' stands what its value is. "#FILE" is no offer,
 * as no name has a '#': files are for the shell to find.
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
		msg_err("%s: no option '%s'", c->name, esc(argv[*i]));
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

static bool look_elsewhere(const struct invocation *inv)
{
	return paths_set(inv->values[OPT_ROOT], inv->values[OPT_KERNEL]);
}

/*
 * Options may stand anywhere behind the verb, until "--". No name of a module
 * begins with a dash, so what does is an option.
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
		} else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			print_command_help(c);
			return NFG_EXIT_WHOLE;
		} else if (argv[i][1] != '-') {
			msg_err("%s: no option '%s'", c->name, esc(argv[i]));
			return bad_usage(c);
		} else if (!take_option(&inv, argc, argv, &i)) {
			return bad_usage(c);
		}
	}
	if (inv.argc < c->min_args) {
		msg_err("%s: %s is missing", c->name, c->args);
		return bad_usage(c);
	}
	if (c->max_args >= 0 && inv.argc > c->max_args) {
		msg_err("%s: '%s' is too much", c->name,
			esc(argv[c->max_args]));
		return bad_usage(c);
	}
	if (!look_elsewhere(&inv))
		return NFG_EXIT_BAD_INPUT;
	return c->run(&inv);
}

static int dispatch(int argc, char **argv)
{
	const struct command *c;
	const char *verb = argc > 1 ? argv[1] : NULL;

	if (!verb)
		return run(&commands[0], 0, argv);
	if (!strcmp(verb, "--version")) {
		puts("nfguard " NFG_VERSION);
		return NFG_EXIT_WHOLE;
	}
	if (!strcmp(verb, "--help") || !strcmp(verb, "-h")) {
		print_help();
		return NFG_EXIT_WHOLE;
	}
	if (!strcmp(verb, "--complete"))
		return complete(argc > 2 ? argv[2] : NULL);
	/* An option alone goes to status: "nfguard --json". */
	if (verb[0] == '-')
		return run(&commands[0], argc - 1, argv + 1);
	c = find_command(verb);
	if (!c) {
		msg_err("no verb '%s': nfguard help lists them", esc(verb));
		return NFG_EXIT_BAD_INPUT;
	}
	return run(c, argc - 2, argv + 2);
}

int main(int argc, char **argv)
{
	int status;

	/* Not LC_ALL: a pattern's ranges are to mean the same everywhere. */
	setlocale(LC_CTYPE, "");
	status = dispatch(argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		msg_err("the output could not be written");
		if (!status)
			status = NFG_EXIT_FAILED;
	}
	return status;
}
