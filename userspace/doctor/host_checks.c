// SPDX-License-Identifier: GPL-2.0-only
/*
 * host_checks.c - what defeats a denial on a host, besides modprobe.d and the initramfs:
 * the kernel's switches, a guard that can't be loaded, other kernels.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/kernel_config.h"
#include "base/paths.h"
#include "doctor/checks.h"
#include "doctor/findings.h"
#include "doctor/impact.h"
#include "guard/gates.h"
#include "guard/kernels.h"
#include "guard/module.h"
#include "guard/module_file.h"
#include "tree/libkmod.h"

/**
 * doctor_impact - finds what on this host needs a denied module
 * @src: the policy
 * @st: the guard's status
 * @report: gets a finding for each
 */
void doctor_impact(const struct source *src, const struct kif_status *st,
		   struct report *report)
{
	struct impacts im;

	impacts_find(&im, src);
	impacts_report(&im, st, report);
	impacts_free(&im);
}

static void check_guard(const struct source *src, const struct kif_status *st,
			struct report *report)
{
	static const char *const texts[] = {
		[GUARD_NOT_LOADED] =
			"the kernel module is not loaded, so nothing is in force",
		[GUARD_OFF] =
			"the kernel module was loaded with off=1, so nothing is in force",
		[GUARD_DEGRADED] = "the guard is degraded",
		[GUARD_WHOLE] = NULL,
	};
	bool there = tree_find(src->closure.tree, "nfguard") != NAME_NONE;

	if (!texts[st->state])
		return;
	report_add(report, "guard", NULL, 0, "%s", texts[st->state]);
	if (st->state == GUARD_DEGRADED)
		report_remedy(report, "nfguard status names the cause and what to do");
	else
		report_remedy(report, "%s%s", there ? "" : "install it (see below), then ",
			      kif_reload(st));
}

/* A guard that is loaded is armed again by itself. */
static void check_tracing(const struct kif_status *st, bool loaded,
			  struct report *report)
{
	const char *reload = loaded ? "nfguard status" : kif_reload(st);
	char *kprobes = path_debugfs("kprobes/enabled");
	char *ftrace = path_proc("sys/kernel/ftrace_enabled");
	char *patch = loaded && strcmp(st->request_gate, NFG_WORD_ARMED) ?
		      gates_live_patch() : NULL;

	if (gates_kprobes_off()) {
		report_add(report, "switch", kprobes, 0,
			   "all kprobes are switched off, and the request gate with them");
		report_remedy(report, "%s%s", gates_kprobes_remedy(),
			      host_locked_down() ? "" : ", then nfguard status");
	}
	if (gates_ftrace_off()) {
		report_add(report, "switch", ftrace, 0,
			   "ftrace is switched off, and the request gate with it");
		report_remedy(report, "sysctl kernel.ftrace_enabled=1, then %s",
			      reload);
	}
	if (patch) {
		report_add(report, "switch", NULL, 0,
			   "the live patch %s replaces __request_module, and so switches the request gate off",
			   esc(patch));
		report_remedy(report,
			      "echo 0 > /sys/kernel/livepatch/%s/enabled, or boot a kernel that has the fix",
			      esc(patch));
	}
	free(patch);
	free(ftrace);
	free(kprobes);
}

/**
 * doctor_switches - finds switches that keep the guard or its gates off
 * @src: has the module tree
 * @st: the guard's status
 * @report: gets the findings
 */
void doctor_switches(const struct source *src, const struct kif_status *st,
		     struct report *report)
{
	bool loaded = st->state == GUARD_WHOLE || st->state == GUARD_DEGRADED;
	char *disabled = path_proc("sys/kernel/modules_disabled");

	check_tracing(st, loaded, report);
	if (!loaded && file_has(disabled, "1")) {
		report_add(report, "switch", disabled, 0,
			   "no module can be loaded until the host reboots, nfguard included");
		report_remedy(report,
			      "reboot, and have nfguard loaded before that is set: systemctl enable nfguard.service");
	}
	free(disabled);
	if (host_guard_off()) {
		char *path = path_proc("cmdline");

		report_add(report, "switch", path, 0,
			   "nfguard.off=1 is on the kernel command line, so the guard stays off at boot");
		report_remedy(report,
			      "remove it from the boot loader's configuration, then reboot");
		free(path);
	}
	check_guard(src, st, report);
}

static void not_installed(const char *tree_dir, struct report *report)
{
	char *lacks = kernel_lacks(tree_dir);

	if (lacks) {
		report_add(report, "guard", tree_dir, 0,
			   "nfguard cannot run on this kernel, which was built without %s",
			   lacks);
		report_remedy(report, GUARD_OTHER_KERNEL);
	} else {
		report_add(report, "guard", tree_dir, 0,
			   "nfguard is not installed for this kernel, so it can't be loaded at the next boot");
		report_remedy(report, GUARD_INSTALL);
	}
	free(lacks);
}

/* Whether the guard has no signature; *path: its file, or NULL, to be freed. */
static bool is_unsigned(const struct tree *tree, char **path)
{
	struct kmod_ctx *ctx = libkmod_open(tree->dir);
	struct kmod_module *mod = NULL;
	const char *file = NULL;
	bool is = false;

	if (ctx && !kmod_module_new_from_name(ctx, "nfguard", &mod)) {
		file = kmod_module_get_path(mod);
		is = !guard_is_signed(mod);
	}
	*path = file ? xstrdup(file) : NULL;
	kmod_module_unref(mod);
	kmod_unref(ctx);
	return is;
}

/**
 * doctor_signature - checks that the guard has a signature, if a command line wants one
 * @tree: the module tree of the kernel
 * @file: the file that has the command line
 * @line: the line there, 0: the whole file
 * @word: the word of it that has the kernel refuse modules without a signature
 * @report: gets a finding if it has none, unless doctor_loadable() has it
 */
void doctor_signature(const struct tree *tree, const char *file, unsigned int line,
		      const char *word, struct report *report)
{
	char *path = NULL;

	if (!host_wants_signature() && is_unsigned(tree, &path)) {
		report_add(report, "command-line", file, line,
			   "%s on its command line has the kernel refuse modules without a signature, and the guard has none",
			   word);
		report_remedy(report, GUARD_SIGN);
	}
	free(path);
}

static void check_file(const char *tree_dir, const char *file, struct report *report)
{
	char *fault = guard_file_fault(tree_dir, file);
	char *remedy = fault ? guard_file_remedy(tree_dir) : NULL;

	if (fault) {
		report_add(report, "guard", tree_dir, 0, "%s", fault);
		report_remedy(report, "%s", remedy);
	}
	free(remedy);
	free(fault);
}

/**
 * doctor_loadable - checks that the guard can be loaded at the next boot
 * @src: has the module tree
 * @report: gets the reason if it can't
 */
void doctor_loadable(const struct source *src, struct report *report)
{
	const struct tree *tree = src->closure.tree;
	size_t module = tree_find(tree, "nfguard");
	char *path = NULL;

	if (module == NAME_NONE) {
		not_installed(tree->dir, report);
		return;
	}
	check_file(tree->dir, tree->modules[module].path, report);
	if (host_wants_signature() && is_unsigned(tree, &path)) {
		report_add(report, "guard", path, 0,
			   "this host refuses modules without a signature (lockdown), and this one has none");
		report_remedy(report, GUARD_SIGN);
	}
	free(path);
}

static void check_kernel(const struct kernel *k, struct report *report)
{
	char *remedy, *text = kernel_unguarded(k, &remedy);

	if (text) {
		report_add(report, "guard", k->tree_dir, 0, "%s", text);
		report_remedy(report, "%s", remedy);
	} else if (k->guard) {
		check_file(k->tree_dir, k->guard, report);
	}
	free(remedy);
	free(text);
}

/**
 * doctor_other_kernels - checks the other kernels that this host can boot
 * @report: gets a warning for each that nfguard can't run on, or is not installed for
 */
void doctor_other_kernels(struct report *report)
{
	struct kernels kernels;
	size_t i, from = report->n;

	kernels_find(&kernels);
	for (i = 0; i < kernels.n; i++)
		if (!kernels.list[i].here)
			check_kernel(&kernels.list[i], report);
	report_warnings(report, from);
	kernels_free(&kernels);
}

static bool is_masked(const char *path)
{
	char *at = path_host(path), to[16];
	ssize_t n = readlink(at, to, sizeof(to));

	free(at);
	return n == strlen("/dev/null") && !memcmp(to, "/dev/null", n);
}

/**
 * doctor_boot - checks that the policy takes effect at the next boot
 * @report: gets the reason if it does not
 */
void doctor_boot(struct report *report)
{
	static const char masked[] = "/etc/systemd/system/nfguard.service";

	/* sd_booted(3): another init starts nfguard in its own way. */
	if (!path_is_there("/run/systemd/system"))
		return;
	if (is_masked(masked)) {
		report_add(report, "boot", masked, 0,
			   "nfguard.service is masked, so nothing is in force after the next boot");
		report_remedy(report,
			      "systemctl unmask nfguard.service && systemctl enable nfguard.service");
	} else if (!path_is_there("/etc/systemd/system/sysinit.target.wants/nfguard.service")) {
		report_add(report, "boot", NULL, 0,
			   "nfguard.service is not enabled, so the policy files do not take effect at boot");
		report_remedy(report, "systemctl enable nfguard.service");
	}
}
