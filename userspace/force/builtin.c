// SPDX-License-Identifier: GPL-2.0-only
/*
 * builtin.c - whether a module that is built into the kernel can be switched off: the
 * kernel leaves out the init functions that initcall_blacklist= names.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/boot_entries.h"
#include "base/boot_loader.h"
#include "base/cmdline.h"
#include "base/paths.h"
#include "force/builtin.h"
#include "force/carriers.h"
#include "tree/initcalls.h"

#define PARAMETER	"initcall_blacklist"

/**
 * struct knowledge - what is read once, at the first built-in module
 * @tree_dir: the module tree of the kernel
 * @calls: its init functions
 * @now: the command line of the running kernel; empty for another one
 * @carriers: what this host runs on, with whatever kernel; none for another system
 */
struct knowledge {
	const char *tree_dir;
	struct initcalls calls;
	struct cmdline now;
	struct carriers carriers;
};

static const struct knowledge *know(const struct tree *tree)
{
	static struct knowledge k;

	if (k.tree_dir)
		return &k;
	k.tree_dir = tree->dir;
	initcalls_read(&k.calls, tree->dir);
	if (!paths_elsewhere())
		cmdline_read(&k.now);
	if (!paths_root())
		carriers_find(&k.carriers);
	return &k;
}

/* Lists the init functions; returns whether one of them is not left out. */
static bool list_functions(const struct knowledge *k, const char *module,
			   struct buf *list)
{
	const char *function;
	bool runs = false;
	size_t at = 0;

	while ((function = initcalls_next(&k->calls, module, &at))) {
		buf_addf(list, "%s%s", list->len ? "," : "", function);
		runs |= !cmdline_lists(&k->now, PARAMETER, function);
	}
	return runs;
}

/**
 * builtin_read - find out what can be done about a built-in module
 * @b: filled in; free it with builtin_free()
 * @tree: the module tree, the same at each call
 * @module: the module
 */
void builtin_read(struct builtin *b, const struct tree *tree, size_t module)
{
	const struct knowledge *k = know(tree);
	const struct carrier *carrier;
	struct buf list = { 0 };
	bool runs = list_functions(k, tree->modules[module].name, &list);

	*b = (struct builtin){ .functions = list.s };
	carrier = carriers_of(&k->carriers, tree, module);
	if (!k->calls.known)
		b->state = BUILTIN_UNKNOWN;
	else if (!list.len)
		b->state = BUILTIN_NO_INIT;
	else
		b->state = runs ? BUILTIN_CAN_BE_OFF : BUILTIN_OFF;
	if (!carrier || b->state == BUILTIN_OFF)
		return;
	b->state = BUILTIN_CARRIER;
	b->carries = xstrdup(esc(carrier->what));
}

/* Whether a built-in module was left out of this boot. */
bool builtin_is_off(const struct tree *tree, size_t module)
{
	struct builtin b;
	bool off;

	builtin_read(&b, tree, module);
	off = b.state == BUILTIN_OFF;
	builtin_free(&b);
	return off;
}

/* Whether a sentence about one is true of the other too, but for names. */
bool builtin_alike(const struct builtin *a, const struct builtin *b)
{
	if (a->state != b->state)
		return false;
	return a->state != BUILTIN_CARRIER || !strcmp(a->carries, b->carries);
}

/**
 * builtin_why - what goes after "is built into this kernel"
 * @b: the module, or one of several that are alike
 * @several: whether it is one of several
 *
 * Return: the rest of the sentence, to be freed.
 */
char *builtin_why(const struct builtin *b, bool several)
{
	switch (b->state) {
	case BUILTIN_NO_INIT:
		return xasprintf(", and %s no init function to leave out",
				 several ? "have" : "has");
	case BUILTIN_CARRIER:
		return xasprintf(", and carr%s %s", several ? "y" : "ies", b->carries);
	case BUILTIN_UNKNOWN:
		return xasprintf(", whose symbols (%s) do not name %s init function%s",
				 paths_elsewhere() ? "System.map" : "/proc/kallsyms",
				 several ? "their" : "its", several ? "s" : "");
	case BUILTIN_CAN_BE_OFF:
		return xasprintf(", and stay%s until a boot without %s init function%s",
				 several ? "" : "s", several ? "their" : "its",
				 several || strchr(b->functions, ',') ? "s" : "");
	case BUILTIN_OFF:
		break;
	}
	return xasprintf(", but this boot left out %s (%s=)", b->functions, PARAMETER);
}

/* A kernel with this patch can make single functions fail at once, until it reboots. */
static bool has_killswitch(void)
{
	char *path = path_sys("kernel/security/killswitch/control");
	bool has = !access(path, F_OK);

	free(path);
	return has;
}

/* With --kernel, what its boot loader's entry has now must be kept, not what this boot has. */
static char *add_functions(const char *functions)
{
	struct boot_entries entries = { 0 };
	struct cmdline now = { 0 };
	char *add;

	if (!paths_kernel())
		return boot_loader_add(PARAMETER, functions, NULL, NULL);
	boot_entries_find(&entries, paths_kernel());
	if (entries.n && entries.list[0].cmdline)
		cmdline_parse(&now, entries.list[0].cmdline);
	add = boot_loader_add(PARAMETER, functions, paths_kernel(), &now);
	cmdline_free(&now);
	boot_entries_free(&entries);
	return add;
}

/**
 * builtin_remedy - what to do about a built-in module that is denied
 * @b: the module, or one of several that are alike
 * @functions: its init functions, or those of all
 * @several: whether it is one of several
 *
 * Return: the remedy, to be freed.
 */
char *builtin_remedy(const struct builtin *b, const char *functions, bool several)
{
	const char *it = several ? "them" : "it";
	char *add, *remedy;

	if (b->state == BUILTIN_CARRIER)
		return xasprintf("leave %s out of the rule, or boot a kernel without %s",
				 it, it);
	if (b->state != BUILTIN_CAN_BE_OFF)
		return xasprintf("boot a kernel without %s", it);
	add = add_functions(functions);
	if (paths_root())
		return add;
	remedy = xasprintf("%s, then %s%s", add, paths_kernel() ? "boot that kernel" : "reboot",
			   paths_kernel() || !has_killswitch() ? "" :
			   "; until then /sys/kernel/security/killswitch/control can make its functions fail");
	free(add);
	return remedy;
}

void builtin_free(struct builtin *b)
{
	free(b->functions);
	free(b->carries);
	*b = (struct builtin){ 0 };
}
