// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify_boot.c - whether modules are out of reach after the next boot of a kernel: the
 * guard can be loaded there and finds its policy, and nothing comes before it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "doctor/checks.h"
#include "doctor/modprobe_view.h"
#include "doctor/verify_next.h"
#include "force/store.h"

static void find_modules(struct next *n)
{
	size_t i;

	wanted_modules(n->w, &n->tree, &n->modules);
	for (i = 0; !n->w->n && i < n->tree.n_modules; i++)
		if (ruling_denies_by_rule(&n->src.closure.modules[SCOPE_ANY][i]))
			ids_add(&n->modules, i);
}

static void check_rules(const struct next *n, struct report *report)
{
	const struct closure *c = &n->src.closure;
	size_t i;

	for (i = 0; i < n->modules.n; i++) {
		const struct tree_module *m = &n->tree.modules[n->modules.list[i]];

		if (m->builtin || c->modules[SCOPE_ANY][n->modules.list[i]].verdict ==
				  VERDICT_DENY)
			continue;
		report_add(report, "policy", NULL, 0,
			   "%s is not denied to all by the policy files that last",
			   esc(m->name));
		report_remedy(report, "nfguard deny %s", esc(m->name));
		report_many(report, esc(m->name), "nfguard deny %s",
			    "%%s are not denied to all by the policy files that last");
	}
}

/* Whether the stored policy denies all that the policy files do. */
static bool stored_denies(const struct next *n, const char *body)
{
	struct policy policy = { 0 };
	bool denies = !policy_parse(&policy, body);
	size_t i;

	for (i = 0; denies && i < n->modules.n; i++) {
		size_t m = n->modules.list[i];

		denies = n->tree.modules[m].builtin ||
			 n->src.closure.modules[SCOPE_ANY][m].verdict != VERDICT_DENY ||
			 policy_denies(&policy, SCOPE_ANY, n->tree.modules[m].name);
	}
	policy_free(&policy);
	return denies;
}

/* It need not be up to date, as boot then compiles the files; but until then it rules. */
static void check_stored(const struct next *n, struct report *report)
{
	struct diags diags = { 0 };
	struct stored stored;
	const char *text = NULL;
	int err = store_read(n->k->tree_dir, &stored, &diags);

	if (err == -EACCES)
		text = "only root can read the policy that is stored for this kernel";
	else if (err == -ENOENT)
		text = "no policy is stored for this kernel, so an initramfs can't have it";
	else if (err)
		text = "the policy that is stored for this kernel can't be used";
	else if (!stored_denies(n, stored.body))
		text = "the policy that is stored for this kernel is older, and lacks some of it";
	if (text) {
		report_add(report, "stored", NULL, 0, "%s", text);
		if (err == -EACCES)
			report_remedy(report, "run it as root");
		else
			report_remedy(report, "nfguard apply --store --kernel %s",
				      esc(n->k->release));
	}
	stored_free(&stored);
	diags_free(&diags);
}

static bool keep(const char *name, void *data)
{
	const struct next *n = data;

	return wanted_keeps(name, n->w, &n->tree);
}

/* Whether modprobe.d keeps systemd from loading a module by its name. */
static bool is_kept_from_systemd(const struct modprobe_lines *lines, const char *module)
{
	size_t i;

	for (i = 0; i < lines->n; i++) {
		const struct modprobe_line *line = &lines->list[i];

		if (name_matches(line->name, module) &&
		    (line_is(line, "blacklist") ||
		     (line_is(line, "install") && install_refuses(line->rest))))
			return true;
	}
	return false;
}

#define MIRROR	"nfguard mirror on, as PID 1 reads modprobe.d"

#define PID_1_LOADS \
	"PID 1 may load %s before nfguard.service runs, and no initramfs with the guard comes before it"

/* systemd loads them itself, before any unit; some only on hosts that have the device. */
static void check_systemd(const struct next *n, struct report *report)
{
	static const char *const loads[] = {
		"autofs4", "dmi_sysfs", "ip_tables", "qemu_fw_cfg", "tpm", "virtio_console",
		"virtio_rng", "virtiofs", "vmw_vsock_virtio_transport",
	};
	struct modprobe_lines lines;
	size_t i, module;

	if (!path_is_there("/run/systemd/system"))
		return;
	modprobe_lines_read(&lines);
	for (i = 0; i < ARRAY_SIZE(loads); i++) {
		module = tree_find(&n->tree, loads[i]);
		if (module == NAME_NONE || n->tree.modules[module].builtin ||
		    !ids_have(&n->modules, module) || is_kept_from_systemd(&lines, loads[i]))
			continue;
		report_add(report, "boot", NULL, 0, PID_1_LOADS, loads[i]);
		report_remedy(report, MIRROR);
		report_many(report, loads[i], MIRROR, PID_1_LOADS, "%s");
	}
	modprobe_lines_free(&lines);
}

/*
 * What the boot loaders name; what /boot has under a known name, if they name none.
 * Returns whether one of them has the guard.
 */
static bool check_images(const struct next *n, struct report *report)
{
	bool named = n->w->n, guarded = false;
	struct buf seen = { 0 };
	size_t i;

	buf_adds(&seen, "\n");
	for (i = 0; i < n->entries.n; i++) {
		char *text = n->entries.list[i].initrds.s, *path;

		while ((path = next_line(&text))) {
			char *line = xasprintf("\n%s\n", path);

			if (!strstr(seen.s, line)) {
				buf_adds(&seen, line + 1);
				guarded |= doctor_initramfs(&n->src, path, named, report);
			}
			free(line);
		}
	}
	if (seen.len == 1)
		guarded = doctor_initramfs(&n->src, NULL, named, report);
	buf_free(&seen);
	return guarded;
}

static void check_all(struct next *n, struct report *report)
{
	bool guarded;
	size_t from;

	find_modules(n);
	boot_entries_find(&n->entries, n->k->release);
	check_rules(n, report);
	doctor_loadable(&n->src, report);
	doctor_boot(report);
	check_stored(n, report);
	verify_lines(n, report);
	doctor_guard_lines(report);
	from = report->n;
	guarded = check_images(n, report);
	report_keep(report, from, keep, n);
	if (!guarded)
		check_systemd(n, report);
	boot_entries_free(&n->entries);
	ids_free(&n->modules);
}

/**
 * verify_boot - check whether modules are out of reach once a kernel is booted
 * @k: the kernel
 * @w: the modules
 * @report: gets a finding for each thing that will not hold
 */
void verify_boot(const struct kernel *k, const struct wanted *w, struct report *report)
{
	struct next n = { .k = k, .w = w };
	struct diags diags = { 0 };
	char *remedy, *text = kernel_unguarded(k, &remedy);

	if (text) {
		report_add(report, "guard", k->tree_dir, 0, "%s", text);
		report_remedy(report, "%s", remedy);
		free(remedy);
		free(text);
		return;
	}
	if (tree_read(&n.tree, k->tree_dir, &diags) && source_read_for(&n.src, &n.tree))
		check_all(&n, report);
	else
		report_diags(report, diags.errors ? &diags : &n.src.diags);
	source_free(&n.src);
	tree_free(&n.tree);
	diags_free(&diags);
}
