// SPDX-License-Identifier: GPL-2.0-only
/*
 * option_slips.c - options that a verb does not take, or not together.
 */
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/near.h"
#include "base/util.h"
#include "verbs/verb.h"

/* Each of @one asks for something else than each of @others; @run: of this verb only. */
static const struct {
	int (*run)(const struct invocation *inv);
	unsigned long long one;
	unsigned long long others;
} exclusions[] = {
	{ NULL, OPT_BIT(OPT_CMDLINE),
	  OPT_BIT(OPT_MODPROBE) | OPT_BIT(OPT_EXPAND) | OPT_BIT(OPT_JSON) },
	{ NULL, OPT_BIT(OPT_MODPROBE), OPT_BIT(OPT_EXPAND) | OPT_BIT(OPT_JSON) },
	{ NULL, OPT_BIT(OPT_DOT), OPT_BIT(OPT_JSON) },
	{ cmd_apply, OPT_BIT(OPT_DRY_RUN),
	  OPT_BIT(OPT_STORE) | OPT_BIT(OPT_CONFIRM) | OPT_BIT(OPT_UNLOAD) },
	{ NULL, OPT_BIT(OPT_DRY_RUN), OPT_BIT(OPT_CONFIRM) | OPT_BIT(OPT_UNLOAD) },
	{ NULL, OPT_BIT(OPT_STORE), OPT_BIT(OPT_CONFIRM) | OPT_BIT(OPT_UNLOAD) },
	{ NULL, FOREIGN, OPT_BIT(OPT_CONFIRM) | OPT_BIT(OPT_UNLOAD) |
	  OPT_BIT(OPT_RUNTIME) | OPT_BIT(OPT_FOR) },
	{ NULL, OPT_BIT(OPT_ALLOW_LIST), OPT_BIT(OPT_DENY_LIST) },
	{ NULL, OPT_BIT(OPT_OUTPUT), OPT_BIT(OPT_JSON) },
	{ NULL, OPT_BIT(OPT_RECORD),
	  OPT_BIT(OPT_FOLLOW) | OPT_BIT(OPT_RULE) | OPT_BIT(OPT_NAME) |
	  OPT_BIT(OPT_PROGRAM) | OPT_BIT(OPT_CONTAINER) | OPT_BIT(OPT_SINCE) |
	  OPT_BIT(OPT_JSON) | OPT_BIT(OPT_WIDE) | OPT_BIT(OPT_NO_FOLD) },
};

/**
 * option_say_unknown - report an option that a verb does not take
 * @c: the verb
 * @arg: the argument
 */
void option_say_unknown(const struct command *c, const char *arg)
{
	char *name = xstrndup(arg, strcspn(arg, "="));
	struct near near = { .wanted = name + strspn(name, "-") };
	bool known = false;
	size_t o;

	for (o = 0; o < OPTIONS; o++) {
		known |= !strcmp(near.wanted, options[o].name);
		if (takes(c, o))
			near_try(&near, options[o].name);
	}
	near_try(&near, "help");
	near_try(&near, "version");
	if (near.best && !known)
		msg_err("%s: no option '%s': did you mean --%s?", c->name,
			esc(name), near.best);
	else
		msg_err("%s: no option '%s': nfguard help %s lists its options",
			c->name, esc(name), c->name);
	free(name);
}

/* "--a", "--a and --b", "--a, --b and --c". */
static char *option_names(unsigned long long which)
{
	struct buf b = { 0 };
	size_t o;

	for (o = 0; o < OPTIONS; o++) {
		if (!(which & OPT_BIT(o)))
			continue;
		which &= ~OPT_BIT(o);
		buf_addf(&b, "%s--%s", !b.len ? "" : which ? ", " : " and ",
			 options[o].name);
	}
	return b.s;
}

/* What edits this host's files does so for the kernel that runs. */
static bool has_root(const struct invocation *inv)
{
	static int (*const edits[])(const struct invocation *inv) = {
		cmd_deny, cmd_allow, cmd_remove, cmd_preset, cmd_mirror,
	};
	size_t i;

	if (!given(inv, OPT_KERNEL) || given(inv, OPT_ROOT))
		return true;
	for (i = 0; i < ARRAY_SIZE(edits); i++) {
		if (inv->command->run != edits[i])
			continue;
		msg_err("%s: --kernel needs --root: on this host the running kernel counts",
			inv->command->name);
		return false;
	}
	return true;
}

/**
 * options_agree - report options that exclude each other
 * @inv: the call
 *
 * Rather than doing only a part of what was asked for, nothing is done.
 *
 * Return: whether there are none.
 */
bool options_agree(const struct invocation *inv)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(exclusions); i++) {
		unsigned long long one = inv->options & exclusions[i].one;
		unsigned long long others = inv->options & exclusions[i].others;
		char *a, *b;

		if (!one || !others || (exclusions[i].run &&
					exclusions[i].run != inv->command->run))
			continue;
		a = option_names(one);
		b = option_names(others);
		msg_err("%s: %s excludes %s: give one or the other",
			inv->command->name, a, b);
		free(a);
		free(b);
		return false;
	}
	return has_root(inv);
}
