// SPDX-License-Identifier: GPL-2.0-only
/*
 * module.c - loads nfguard's kernel module, and records what loaded it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cmdline.h"
#include "base/host.h"
#include "base/kernel_config.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/save.h"
#include "guard/module.h"
#include "guard/module_file.h"

#define LOADED_FILE	"loaded"

static void say_refused_key(struct kmod_module *mod)
{
	const char *path = kmod_module_get_path(mod);
	char *signer;

	if (!guard_is_signed(mod)) {
		msg_err("%s: this kernel loads only modules with a signature that it trusts (Secure Boot, lockdown), and this one has none that can be read: %s",
			esc(path), GUARD_SIGN);
		return;
	}
	signer = guard_info(mod, "signer");
	msg_err("%s: this kernel does not trust the key that signed it (%s): %s",
		esc(path), signer ? esc(signer) : "unknown", GUARD_SIGN);
	free(signer);
}

static void say_not_installed(const char *dir)
{
	char *lacks = kernel_lacks(dir);

	if (lacks)
		msg_err("nfguard cannot run on this kernel (%s), which was built without %s: "
			GUARD_OTHER_KERNEL, esc(dir), lacks);
	else
		msg_err("the kernel module nfguard is not installed for this kernel (%s): %s",
			esc(dir), GUARD_INSTALL);
	free(lacks);
}

static void say_not_loaded(struct kmod_ctx *ctx, struct kmod_module *mod,
			   int err)
{
	const char *path = mod ? kmod_module_get_path(mod) : "nfguard";

	switch (err) {
	case -ENOENT:
		say_not_installed(kmod_get_dirname(ctx));
		return;
	case -ENOEXEC:
	case -EINVAL:
		msg_err("%s: %s: it was built for another kernel, or has a wrong option in modprobe.d or on the kernel command line: see dmesg",
			esc(path), strerror(-err));
		return;
	case -EKEYREJECTED:
	case -ENOKEY:
		say_refused_key(mod);
		return;
	case -EPERM:
		if (!geteuid() && host_wants_signature()) {
			say_refused_key(mod);
			return;
		}
		msg_err("%s: %s: run it as root on the host; if it was, kernel.modules_disabled keeps every module out: reboot, and load nfguard before it is set",
			esc(path), strerror(-err));
		return;
	default:
		msg_err("%s: cannot be loaded: %s: see dmesg", esc(path),
			strerror(-err));
	}
}

/**
 * guard_load - load the kernel module as modprobe would
 *
 * @options: parameters that outrank those of modprobe.d and of the kernel command
 *	line, which apply too; or NULL
 *
 * Return: whether it is loaded now; if not, an error was printed.
 */
bool guard_load(const char *options)
{
	struct kmod_module *mod = NULL;
	struct kmod_ctx *ctx;
	char *dir;
	int err;

	dir = path_modules_or_say();
	ctx = dir ? libkmod_open(dir) : NULL;
	free(dir);
	if (!ctx)
		return false;
	err = kmod_module_new_from_name(ctx, "nfguard", &mod);
	if (!err && !kmod_module_get_path(mod))
		err = -ENOENT;
	/* libkmod's own reasons, such as a blacklist, are positive. */
	if (!err)
		err = kmod_module_probe_insert_module(mod, 0, options, NULL,
						      NULL, NULL);
	if (err)
		say_not_loaded(ctx, mod, err);
	kmod_module_unref(mod);
	kmod_unref(ctx);
	return !err;
}

/* How many words of the running kernel's command line give the mode. */
static size_t modes_on_line(void)
{
	struct cmdline line;
	struct buf b = { 0 };
	size_t at = 0, n = 0;

	/* libkmod reads this file, whatever host is looked at. */
	if (read_whole("/proc/cmdline", 1 << 16, &b))
		return 0;
	cmdline_parse(&line, b.s);
	while (cmdline_next_any(&line, "nfguard.mode", &at))
		n++;
	cmdline_free(&line);
	buf_free(&b);
	return n;
}

/* The mode= that counts of a list of options: the last, as for the kernel, but for @skip. */
static char *last_mode(const char *given, size_t skip)
{
	char *options = xstrdup(given ? given : ""), *rest = options, *word;
	char *mode = NULL, **modes = NULL;
	size_t n = 0;

	while ((word = strsep(&rest, " \t"))) {
		if (strncmp(word, "mode=", strlen("mode=")))
			continue;
		modes = xgrow(modes, n, sizeof(*modes));
		modes[n++] = word + strlen("mode=");
	}
	if (n > skip)
		mode = xstrdup(modes[n - skip - 1]);
	free(modes);
	free(options);
	return mode;
}

/**
 * guard_mode_option - the mode that the kernel module is loaded with
 * @this_line: with the running kernel's command line; otherwise by modprobe.d alone,
 *	for a boot with another line
 *
 * Return: the parameter mode= of modprobe.d and of the kernel command line, NULL if
 * neither has one; free it.
 */
char *guard_mode_option(bool this_line)
{
	struct kmod_module *mod = NULL;
	struct diags diags = { 0 };
	struct kmod_ctx *ctx;
	char *dir, *mode = NULL;

	dir = path_modules(&diags);
	ctx = dir ? libkmod_open(dir) : NULL;
	/* libkmod has the options of the line behind those of modprobe.d. */
	if (ctx && !kmod_module_new_from_name(ctx, "nfguard", &mod))
		mode = last_mode(kmod_module_get_options(mod),
				 this_line ? 0 : modes_on_line());
	kmod_module_unref(mod);
	kmod_unref(ctx);
	free(dir);
	diags_free(&diags);
	return mode;
}

/* The random part of a token: it differs each time the module is loaded. */
static char *loading_of(const struct kif_status *st)
{
	return xstrndup(st->token, strcspn(st->token, "."));
}

/**
 * guard_mark_loaded - record what loaded the kernel module
 * @by: LOADED_BY_INITRAMFS or LOADED_BY_UNIT
 * @st: the status just after
 */
void guard_mark_loaded(const char *by, const struct kif_status *st)
{
	char *dir = path_conf(NFG_RUN_DIR);
	char *loading = loading_of(st);
	char *text = xasprintf("%s %s\n", by, loading);
	int err;

	err = save_whole(dir, LOADED_FILE, text, strlen(text), 0644);
	if (err)
		msg_warn("%s/%s: cannot be written: %s: nfguard doctor can't tell what loaded the kernel module",
			 dir, LOADED_FILE, strerror(-err));
	free(text);
	free(loading);
	free(dir);
}

/**
 * guard_loaded_by - find out what loaded the kernel module
 * @st: its status
 *
 * Return: LOADED_BY_*; free it.
 */
char *guard_loaded_by(const struct kif_status *st)
{
	char *path = path_conf(NFG_RUN_DIR "/" LOADED_FILE);
	char *loading = loading_of(st), *by = NULL;
	struct buf b = { 0 };
	char *space;

	space = read_whole(path, 256, &b) ? NULL : strchr(b.s, ' ');
	if (space && *loading && !strncmp(space + 1, loading, strlen(loading)) &&
	    space[1 + strlen(loading)] == '\n')
		by = xstrndup(b.s, space - b.s);
	buf_free(&b);
	free(loading);
	free(path);
	return by ? by : xstrdup(LOADED_BY_OTHER);
}
