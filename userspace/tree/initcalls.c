// SPDX-License-Identifier: GPL-2.0-only
/*
 * initcalls.c - the init functions of the modules that are built into a kernel, from
 * its own symbols.
 *
 * include/linux/init.h makes a symbol of each, whose level stands at its end:
 *
 *	__initcall__kmod_MODULE__COUNTER_LINE_FUNCTIONLEVEL
 *
 * A kernel built with clang's LTO has __initstub__... of the same form instead of the
 * function: that symbol itself is what initcall_blacklist= is compared with.
 */
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "tree/initcalls.h"

#define CALL	"__initcall__kmod_"
#define STUB	"__initstub__kmod_"

/* A kernel with all its symbols has some 10 MiB of them. */
#define SYMBOLS_MAX	(128u << 20)

/* The length of "DIGITS_" at @s; 0: there are none. */
static size_t number(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n && s[n] == '_' ? n + 1 : 0;
}

/* Finds "__COUNTER_LINE_"; the module's name is before it. Its end is put to @end. */
static char *find_numbers(char *s, char **end)
{
	while ((s = strstr(s, "__"))) {
		size_t counter = number(s + 2);
		size_t line = counter ? number(s + 2 + counter) : 0;

		if (line) {
			*end = s + 2 + counter + line;
			return s;
		}
		s++;
	}
	return NULL;
}

/* Cuts the level off the end of @function: "early", "rootfs", "con", "6" or "6s". */
static bool cut_level(char *function)
{
	static const char *const words[] = { "early", "rootfs", "con" };
	size_t n = strlen(function), i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i]);

		if (n > len && !strcmp(function + n - len, words[i])) {
			function[n - len] = '\0';
			return true;
		}
	}
	if (n && function[n - 1] == 's')
		n--;
	if (n < 2 || function[n - 1] < '0' || function[n - 1] > '9')
		return false;
	function[n - 1] = '\0';
	return true;
}

/* Takes a symbol apart, in place, and adds it. */
static void add(struct initcalls *calls, char *symbol)
{
	bool stub = !strncmp(symbol, STUB, strlen(STUB));
	char *module = symbol + strlen(CALL), *end, *function;

	end = find_numbers(module, &function);
	if (!end || end == module)
		return;
	if (stub) {
		/* It needs its text twice: the symbol whole, and the module's name. */
		module = xstrndup(module, end - module);
		function = symbol;
	} else {
		*end = '\0';
		if (!cut_level(function))
			return;
		module = xstrdup(module);
	}
	calls->list = xgrow(calls->list, calls->n, sizeof(*calls->list));
	calls->list[calls->n++] = (struct initcall){ module, function };
}

/* ADDRESS TYPE SYMBOL [MODULE]; the last only for those of loaded modules. */
static char *symbol_of(char *line)
{
	int blanks = 0;

	for (; *line && blanks < 2; line++)
		blanks += *line == ' ';
	line[strcspn(line, " \t")] = '\0';
	return line;
}

static void parse(struct initcalls *calls)
{
	bool stubs = strstr(calls->text.s, " " STUB);
	const char *prefix = stubs ? STUB : CALL;
	char *text = calls->text.s, *line;

	while ((line = next_line(&text))) {
		char *symbol = symbol_of(line);

		if (!strncmp(symbol, prefix, strlen(prefix)))
			add(calls, symbol);
	}
}

/* Frees the path. */
static bool read_symbols(struct initcalls *calls, char *path)
{
	bool ok;

	buf_free(&calls->text);
	ok = !read_whole(path, SYMBOLS_MAX, &calls->text);
	free(path);
	if (ok)
		parse(calls);
	return calls->n;
}

/**
 * initcalls_read - read the init functions of a kernel's built-in modules
 * @calls: filled in; free it with initcalls_free()
 * @tree_dir: the kernel's module tree
 *
 * The running kernel tells them in /proc/kallsyms; without privilege only the addresses
 * are hidden. Of another one a System.map may be installed; Debian's is a line that
 * says where to find the real one.
 */
void initcalls_read(struct initcalls *calls, const char *tree_dir)
{
	char *file = xasprintf("/boot/System.map-%s", paths_release(tree_dir));

	*calls = (struct initcalls){ 0 };
	calls->known = paths_running(tree_dir) ?
		       read_symbols(calls, path_proc("kallsyms")) :
		       read_symbols(calls, path_host(file)) ||
		       read_symbols(calls, xasprintf("%s/System.map", tree_dir));
	free(file);
}

/**
 * initcalls_next - find the next init function of a module
 * @calls: the functions
 * @module: the module's name, normalised
 * @at: where to go on; 0 at first
 *
 * Return: the function, NULL if there is no further one.
 */
const char *initcalls_next(const struct initcalls *calls, const char *module,
			   size_t *at)
{
	while (*at < calls->n) {
		const struct initcall *call = &calls->list[(*at)++];

		if (!strcmp(call->module, module))
			return call->function;
	}
	return NULL;
}

void initcalls_free(struct initcalls *calls)
{
	size_t i;

	for (i = 0; i < calls->n; i++)
		free(calls->list[i].module);
	free(calls->list);
	buf_free(&calls->text);
	*calls = (struct initcalls){ 0 };
}
