// SPDX-License-Identifier: GPL-2.0-only
/*
 * host_checks.c - what of a host beside modprobe.d defeats a denial: copies in
 * the initramfs, the kernel's switches, a guard that can't be loaded, what is
 * live.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/host.h"
#include "base/paths.h"
#include "doctor/checks.h"
#include "force/live.h"
#include "force/store.h"
#include "guard/module.h"
#include "tree/libkmod.h"

/* The first of the known image names that is there, or NULL. */
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

/* What a program prints, in place of what @out has; or false. */
static bool output_of(const char *program, const char *arg, struct buf *out)
{
	int fds[2], status = -1;
	pid_t pid;

	buf_free(out);
	if (pipe(fds))
		return false;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		if (!freopen("/dev/null", "w", stderr))
			_exit(127);
		execlp(program, program, arg, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	if (pid > 0) {
		read_fd(fds[0], 64u << 20, out);
		waitpid(pid, &status, 0);
	}
	close(fds[0]);
	return pid > 0 && WIFEXITED(status) && !WEXITSTATUS(status);
}

static void check_image_line(const struct source *src, const char *image,
			     const char *line, struct report *report)
{
	const struct closure *c = &src->closure;
	char name[256];
	size_t module;

	if (!name_of_file(line, name, sizeof(name)))
		return;
	module = tree_find(c->tree, name);
	if (module == NAME_NONE ||
	    !ruling_denies_by_rule(&c->modules[SCOPE_ANY][module]))
		return;
	report_add(report, "initramfs", image, 0,
		   "%s is denied, but there is a copy in here, from where it can be loaded before the guard is",
		   esc(name));
	report_remedy(report,
		      "take it out of /etc/initramfs-tools/modules or dracut's configuration and make the image anew (update-initramfs -u), or have nfguard in it");
}

/*
 * The hook of initramfs-tools names a file for the digest of the policy that it
 * put there, so that the image's list of files tells it. Returns whether the image
 * has the guard.
 */
static bool check_image_policy(const char *release, const char *image,
			       const char *list, struct report *report)
{
	char *mark = xasprintf("nfguard.d/compiled/%s.sha256-", release);
	const char *at = list ? strstr(list, mark) : NULL;
	char digest[SHA256_HEX] = "";

	if (at && store_file_digest(release, digest) &&
	    strncmp(at + strlen(mark), digest, SHA256_HEX - 1)) {
		report_add(report, "initramfs", image, 0,
			   "the policy in here is not the one that is stored for the next boot, and is what is in force until nfguard.service runs");
		report_remedy(report, "update-initramfs -u -k %s", esc(release));
	}
	free(mark);
	return at;
}

/**
 * doctor_initramfs - finds copies of denied modules in the initramfs, and a policy
 * that is not the stored one
 * @src: the policy, for the kernel whose image is looked at
 * @report: gets them
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
			   "what is in the image can't be seen: neither lsinitramfs nor lsinitrd reads it");
		report_remedy(report,
			      "apt-get install initramfs-tools-core, or run it as root");
	}
	/* With the guard in it, what is denied there is denied. */
	if (check_image_policy(release + 1, image, list.s, report))
		buf_free(&list);
	text = list.s;
	while ((line = next_line(&text)))
		check_image_line(src, image, line, report);
	buf_free(&list);
	free(image);
}

/* A file that holds what is bad. Frees the path. */
static void check_file(struct report *report, char *path, const char *bad,
		       const char *text, const char *remedy)
{
	if (file_has(path, bad)) {
		report_add(report, "switch", path, 0, "%s", text);
		report_remedy(report, "%s", remedy);
	}
	free(path);
}

static void check_guard(const struct kif_status *st, struct report *report)
{
	static const char *const texts[] = {
		[GUARD_NOT_LOADED] =
			"the kernel module is not loaded, so that nothing is in force",
		[GUARD_OFF] =
			"the kernel module was loaded with off=1, so that nothing is in force",
		[GUARD_DEGRADED] = "a gate is not armed",
		[GUARD_WHOLE] = NULL,
	};

	if (!texts[st->state])
		return;
	report_add(report, "guard", NULL, 0, "%s", texts[st->state]);
	report_remedy(report, "nfguard status says which, and what to do");
}

/**
 * doctor_switches - finds switches that keep the guard or its gates off
 * @st: the guard's status
 * @report: gets them
 */
void doctor_switches(const struct kif_status *st, struct report *report)
{
	check_file(report, path_debugfs("kprobes/enabled"), "0",
		   "all kprobes are switched off, the request gate among them",
		   "echo 1 > /sys/kernel/debug/kprobes/enabled, then nfguard status");
	check_file(report, path_proc("sys/kernel/ftrace_enabled"), "0",
		   "ftrace is switched off, and the request gate with it",
		   "sysctl kernel.ftrace_enabled=1, then modprobe -r nfguard, modprobe nfguard and nfguard apply");
	check_file(report, path_proc("sys/kernel/modules_disabled"), "1",
		   "no module can be loaded until the host reboots, nfguard as little as any other",
		   st->state == GUARD_NOT_LOADED ?
		   "load nfguard earlier in the boot" : "none is needed: nfguard is loaded");
	if (host_guard_off()) {
		char *path = path_proc("cmdline");

		report_add(report, "switch", path, 0,
			   "nfguard.off=1 stands on the kernel's command line, so that a boot guards nothing");
		report_remedy(report,
			      "take it out of the boot loader's configuration");
		free(path);
	}
	check_guard(st, report);
}

/**
 * doctor_loadable - finds out whether the guard could be loaded at the next boot
 * @src: for the module tree
 * @report: gets the reason where it could not
 */
void doctor_loadable(const struct source *src, struct report *report)
{
	const struct tree *tree = src->closure.tree;
	size_t module = tree_find(tree, "nfguard");
	struct kmod_module *mod = NULL;
	struct kmod_ctx *ctx;

	if (module == NAME_NONE) {
		report_add(report, "guard", tree->dir, 0,
			   "nfguard is not installed for this kernel, so that it can't be loaded at the next boot");
		report_remedy(report, host_lacks_kprobes(tree->dir) ?
			      GUARD_NO_KPROBES : GUARD_INSTALL);
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

static bool is_there(const char *path)
{
	char *at = path_host(path);
	struct stat st;
	bool there = !lstat(at, &st);

	free(at);
	return there;
}

static bool is_masked(const char *path)
{
	char *at = path_host(path), to[16];
	ssize_t n = readlink(at, to, sizeof(to));

	free(at);
	return n == strlen("/dev/null") && !memcmp(to, "/dev/null", n);
}

/**
 * doctor_boot - finds out whether the policy takes force at the next boot
 * @report: gets the reason where it does not
 */
void doctor_boot(struct report *report)
{
	static const char masked[] = "/etc/systemd/system/nfguard.service";

	/* sd_booted(3): another init has its own way. */
	if (!is_there("/run/systemd/system"))
		return;
	if (is_masked(masked)) {
		report_add(report, "boot", masked, 0,
			   "nfguard.service is masked, so that nothing is in force after the next boot");
		report_remedy(report, "systemctl unmask nfguard.service");
	} else if (!is_there("/etc/systemd/system/sysinit.target.wants/nfguard.service")) {
		report_add(report, "boot", NULL, 0,
			   "nfguard.service is not enabled, so that the policy files take no force at boot");
		report_remedy(report, "systemctl enable nfguard.service");
	}
}

/**
 * doctor_live - finds what is denied and there all the same
 * @src: the policy
 * @report: gets it
 */
void doctor_live(const struct source *src, struct report *report)
{
	struct live live;
	size_t i;

	live_find(&live, &src->policy);
	for (i = 0; i < live.n; i++) {
		const struct live_module *m = &live.list[i];

		if (m->how == LIVE_BUILTIN) {
			report_add(report, "built-in", NULL, 0,
				   "%s is denied but built into this kernel",
				   esc(m->name));
			report_remedy(report, "none but another kernel");
		} else {
			report_add(report, "live", NULL, 0,
				   "%s is denied but already live", esc(m->name));
			report_remedy(report,
				      "nfguard apply --unload, modprobe -r %s, or a reboot",
				      esc(m->name));
		}
	}
	live_free(&live);
}
