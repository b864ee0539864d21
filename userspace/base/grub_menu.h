/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grub_menu.h - which of the entries in a grub.cfg GRUB boots if nobody chooses another.
 */
#ifndef NFGUARD_GRUB_MENU_H
#define NFGUARD_GRUB_MENU_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cmdline.h"
#include "base/grub_words.h"

/* Submenus in submenus; of what is deeper nothing is known. */
#define GRUB_DEPTH	8

/**
 * struct grub_level - an entry or a submenu
 * @words: its title, its id, and the rest of its line
 * @number: which of its menu it is
 * @next: the number of the next one in it
 */
struct grub_level {
	struct cmdline words;
	unsigned int number;
	unsigned int next;
};

/**
 * struct grub_menu - the place in a grub.cfg that is read
 * @vars: GRUB's variables
 * @levels: the whole menu, and what the place is in
 * @depth: how many entries and submenus it is in
 * @defaults: what the default may be set to, such as "1>2" or "SUBMENU>TITLE"
 * @n: how many
 */
struct grub_menu {
	const struct grub_vars *vars;
	struct grub_level levels[GRUB_DEPTH + 1];
	size_t depth;
	char **defaults;
	size_t n;
};

bool grub_menu_line(struct grub_menu *menu, const char *command, const char *rest);
bool grub_menu_is_default(const struct grub_menu *menu);
void grub_menu_free(struct grub_menu *menu);

#endif /* NFGUARD_GRUB_MENU_H */
