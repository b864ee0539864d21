// SPDX-License-Identifier: GPL-2.0-only
/*
 * option_help.c - the help of an option, where it means something else for a verb.
 */
#include "base/util.h"
#include "verbs/verb.h"

static const struct {
	int (*run)(const struct invocation *inv);
	enum option option;
	const char *help;
} own[] = {
	{ cmd_mirror, OPT_FORCE,
	  "replace or remove the file even if it is not nfguard's, or was edited" },
};

/**
 * option_help - the line of help for an option
 * @c: the verb whose help it is; NULL: the help of all
 * @option: the option
 *
 * Return: the line.
 */
const char *option_help(const struct command *c, enum option option)
{
	size_t i;

	for (i = 0; c && i < ARRAY_SIZE(own); i++)
		if (own[i].run == c->run && own[i].option == option)
			return own[i].help;
	return options[option].help;
}
