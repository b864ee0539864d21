// SPDX-License-Identifier: GPL-2.0-only
/*
 * host_checks.c - what defeats a denial on a host, besides modprobe.d: copies in
 * the initramfs, the kernel's switches, a guard that can't be loaded, modules that
 * are live.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/host.h"
#include "base/kernel_config.h"
#include "base/output.h"
#include "base/paths.h"
#include "doctor/checks.h"
#include "doctor/findings.h"
#include "doctor/impact.h"
#include "force/store.h"
#include "force/stored_mode.h"
#include "guard/gates.h"
#include "guard/kernels.h"
#include "guard/module.h"
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

/* The first image that exists under a known name, or NULL. */
static char *find_image(const char *release)
{
	static const char *const names[] = {
		"/boot/initrd.img-%s", "/boot/initramfs-%s.img",
		"/boot/initrd-%s",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *at = strstr(names[i], "%s");
		char *name = xasprintf("%.*s%s%s", (int)(at - names[i]),
				       names[i], release, at + 2);
		char *path = path_host(name);

		free(name);
		if (!access(path, F_OK))
			return path;
		free(path);
	}
	return NULL;
}

static bool is_there(const char *path)
{
	char *at = path_host(path);
	struct stat st;
	bool there = !lstat(at, &st);

	free(at);
	return there;
}

#define WAIT_FOR_IMAGE	"wait: the image is being rebuilt (systemctl status nfguard-initramfs.service)"

/* Whether a process has that name. */
static bool runs(const char *comm)
{
	char *proc = path_proc(""), *line = xasprintf("%s\n", comm);
	struct dirent *entry;
	DIR *d = opendir(proc);
	bool found = false;

	while (d && !found && (entry = readdir(d))) {
		char *path = xasprintf("%s%s/comm", proc, entry->d_name);
		struct buf b = { 0 };

		found = *entry->d_name >= '1' && *entry->d_name <= '9' &&
			!read_whole(path, 64, &b) && !strcmp(b.s, line);
		buf_free(&b);
		free(path);
	}
	if (d)
		closedir(d);
	free(line);
	free(proc);
	return found;
}

/*
 * Whether the image is being rebuilt, or is about to be: it then takes minutes until
 * what was found is true no more, and a second update-initramfs spoils the first's.
 */
static bool being_built(void)
{
	char *wanted = path_conf("/var/lib/nfguard/image-wanted");
	bool building = is_there("/etc/systemd/system/paths.target.wants/nfguard-initramfs.path") &&
			!access(wanted, F_OK);

	free(wanted);
	/* The kernel cuts names to 15 bytes. */
	return building || runs("update-initramf") || runs("mkinitramfs");
}

/* @it: "it" or "them". To be freed. */
static char *copy_remedy(const char *release, const char *it)
{
	if (being_built())
		return xstrdup(WAIT_FOR_IMAGE);
	if (is_there("/usr/share/initramfs-tools/hooks/nfguard"))
		return xasprintf("include nfguard in the image: update-initramfs -u -k %s",
				 esc(release));
	return xasprintf("include nfguard in the image, or remove %s from %s and rebuild that",
			 it, "the image's configuration");
}

static void check_image_line(const struct source *src, const char *release,
			     const char *image,
			     const char *line, struct report *report)
{
	const struct closure *c = &src->closure;
	char name[256], *one, *many;
	size_t module;

	if (!name_of_file(line, name, sizeof(name)))
		return;
	module = tree_find(c->tree, name);
	if (module == NAME_NONE ||
	    !ruling_denies_by_rule(&c->modules[SCOPE_ANY][module]))
		return;
	report_add(report, "initramfs", image, 0,
		   "%s is denied, but a copy in here can be loaded before the guard is",
		   esc(name));
	one = copy_remedy(release, "it");
	many = copy_remedy(release, "them");
	report_remedy(report, "%s", one);
	report_many(report, esc(name), many,
		    "%%s are denied, but copies in here can be loaded before the guard is");
	free(many);
	free(one);
}

/* The same for the mode, of which there need be none in either place. */
static bool same_mode_in_image(const char *list)
{
	static const char mark[] = "nfguard.d/" NFG_STORED_MODE ".sha256-";
	const char *at = strstr(list, mark);
	char digest[SHA256_HEX];

	if (!stored_mode_digest(digest))
		return !at;
	return at && !strncmp(at + strlen(mark), digest, SHA256_HEX - 1);
}

/*
 * The hook for initramfs-tools names a file after the digest of the policy that it
 * put there, so that the image's list of files shows it. Returns whether the image
 * has the guard.
 */
static bool check_image_policy(const char *release, const char *image,
			       const char *list, struct report *report)
{
	char *mark = xasprintf("nfguard.d/compiled/%s.sha256-", release);
	const char *at = list ? strstr(list, mark) : NULL;
	char digest[SHA256_HEX] = "";

	if (at && !same_mode_in_image(list)) {
		report_add(report, "initramfs", image, 0,
			   "the mode in here is not the one stored for the next boot, yet it applies until nfguard.service runs");
		report_remedy(report, "update-initramfs -u -k %s", esc(release));
	} else if (at && store_file_digest(release, digest) &&
		   strncmp(at + strlen(mark), digest, SHA256_HEX - 1)) {
		report_add(report, "initramfs", image, 0,
			   "the policy in here is not the one stored for the next boot, yet it applies until nfguard.service runs");
		if (being_built())
			report_remedy(report, WAIT_FOR_IMAGE);
		else
			report_remedy(report, "update-initramfs -u -k %s", esc(release));
	}
	free(mark);
	return at;
}

/**
 * doctor_initramfs - finds copies of denied modules in the initramfs, and a policy
 * that is not the stored one
 * @src: the policy, for the kernel whose image is examined
 * @report: gets the findings
 */
void doctor_initramfs(const struct source *src, struct report *report)
{
	const char *release = strrchr(src->closure.tree->dir, '/');
	char *image = release ? find_image(release + 1) : NULL;
	struct buf list = { 0 };
	char *text, *line;

	if (!image)
		return;
	if (!output_of("lsinitramfs", image, &list) &&
	    !output_of("lsinitrd", image, &list)) {
		report_add(report, "initramfs", image, 0,
			   "the image can't be examined: neither lsinitramfs nor lsinitrd can list it");
		report_remedy(report, being_built() ? WAIT_FOR_IMAGE : geteuid() ?
			      "run it as root" : "apt-get install initramfs-tools-core");
	}
	/* If the guard is in it too, the copies are denied. */
	if (check_image_policy(release + 1, image, list.s, report))
		buf_free(&list);
	text = list.s;
	while ((line = next_line(&text)))
		check_image_line(src, release + 1, image, line, report);
	buf_free(&list);
	free(image);
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

/**
 * doctor_loadable - checks that the guard can be loaded at the next boot
 * @src: has the module tree
 * @report: gets the reason if it can't
 */
void doctor_loadable(const struct source *src, struct report *report)
{
	const struct tree *tree = src->closure.tree;
	size_t module = tree_find(tree, "nfguard");
	struct kmod_module *mod = NULL;
	struct kmod_ctx *ctx;

	if (module == NAME_NONE) {
		not_installed(tree->dir, report);
		return;
	}
	ctx = libkmod_open(tree->dir);
	if (ctx && !kmod_module_new_from_name(ctx, "nfguard", &mod) &&
	    host_wants_signature() && !guard_is_signed(mod)) {
		report_add(report, "guard", kmod_module_get_path(mod), 0,
			   "this host refuses modules without a signature (lockdown), and this one has none");
		report_remedy(report, GUARD_SIGN);
	}
	kmod_module_unref(mod);
	kmod_unref(ctx);
}

/**
 * doctor_other_kernels - checks the other kernels that this host can boot
 * @report: gets a warning for each that nfguard can't run on, or is not installed for
 */
void doctor_other_kernels(struct report *report)
{
	struct kernels kernels;
	const char *remedy;
	size_t i;

	kernels_find(&kernels);
	for (i = 0; i < kernels.n; i++) {
		const struct kernel *k = &kernels.list[i];
		char *text = k->here ? NULL : kernel_unguarded(k, &remedy);

		if (!text)
			continue;
		report_add(report, "guard", k->tree_dir, 0, "%s", text);
		report_remedy(report, "%s", remedy);
		report_warning(report);
		free(text);
	}
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
	if (!is_there("/run/systemd/system"))
		return;
	if (is_masked(masked)) {
		report_add(report, "boot", masked, 0,
			   "nfguard.service is masked, so nothing is in force after the next boot");
		report_remedy(report,
			      "systemctl unmask nfguard.service && systemctl enable nfguard.service");
	} else if (!is_there("/etc/systemd/system/sysinit.target.wants/nfguard.service")) {
		report_add(report, "boot", NULL, 0,
			   "nfguard.service is not enabled, so the policy files do not take effect at boot");
		report_remedy(report, "systemctl enable nfguard.service");
	}
}
