// SPDX-License-Identifier: GPL-2.0-only
/*
 * mode.c - shows or changes the mode.
 */
#include <stdio.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/msg.h"
#include "guard/kernel_if.h"
#include "verbs/verb.h"

static int set(const char *word, const struct kif_status *st)
{
	if (strcmp(word, NFG_WORD_ENFORCING) && strcmp(word, NFG_WORD_PERMISSIVE)) {
		msg_err("mode '%s': must be %s or %s", esc(word),
			NFG_WORD_ENFORCING, NFG_WORD_PERMISSIVE);
		return NFG_EXIT_BAD_INPUT;
	}
	if (st->state == GUARD_NOT_LOADED || st->state == GUARD_OFF) {
		kif_say_trouble(st);
		return NFG_EXIT_FAILED;
	}
	if (!strcmp(word, st->mode)) {
		printf("unchanged: %s\n", word);
		return kif_say_trouble(st);
	}
	if (!kif_change_word(NFG_MODE_FILE, word))
		return NFG_EXIT_FAILED;
	printf("%s -> %s\n", esc(st->mode), word);
	return kif_say_trouble(st);
}

int cmd_mode(const struct invocation *inv)
{
	struct kif_status st;

	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	if (inv->argc)
		return set(inv->argv[0], &st);
	if (*st.mode)
		printf("%s\n", esc(st.mode));
	return kif_say_trouble(&st);
}
