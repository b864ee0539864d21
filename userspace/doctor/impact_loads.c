// SPDX-License-Identifier: GPL-2.0-only
/*
 * impact_loads.c - what loads modules by name at boot, or sets what they have:
 * modules-load.d, the kernel command line, units that run modprobe, sysctl.d, fstab.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/drop_ins.h"
#include "base/paths.h"
#include "doctor/impact_loads.h"

/**
 * struct lines - a file that is read line by line
 * @im: receives what was found
 * @program: who reads it
 * @path: its path
 * @line: the line's number
 */
struct lines {
	struct impacts *im;
	const struct program *program;
	const char *path;
	unsigned int line;
};

static void need(const struct lines *at, const char *name, const char *word)
{
	impact_need_name(at->im, at->program, name, word, at->path, at->line);
}

static void each_line(struct impacts *im, const struct program *program,
		      const char *path, void (*take)(struct lines *at, char *line))
{
	struct lines at = { .im = im, .program = program, .path = path };
	struct buf b = { 0 };
	char *text, *line;

	if (impact_read(path, &b)) {
		text = b.s;
		while ((line = next_line(&text))) {
			at.line++;
			take(&at, line + strspn(line, " \t"));
		}
	}
	buf_free(&b);
}

static void each_drop_in(struct impacts *im, const struct program *program,
			 const char *const *dirs, size_t n,
			 void (*take)(struct lines *at, char *line))
{
	struct drop_ins files;
	size_t i;

	drop_ins_find(&files, dirs, n);
	for (i = 0; i < files.n; i++) {
		char *path = drop_ins_path(&files.list[i], dirs);

		each_line(im, program, path, take);
		free(path);
	}
	drop_ins_free(&files);
}

static void take_module(struct lines *at, char *line)
{
	line[strcspn(line, " \t\r")] = '\0';
	if (*line && !strchr("#;", *line))
		need(at, line, NULL);
}

/* As systemd-modules-load reads it; in the initramfs it heeds those of rd. too. */
static void take_cmdline(struct lines *at, char *line)
{
	static const char *const keys[] = {
		"modules_load=", "modules-load=", "rd.modules_load=", "rd.modules-load=",
	};
	char *word, *name;
	size_t i;

	while ((word = strsep(&line, " \t"))) {
		for (i = 0; i < ARRAY_SIZE(keys); i++) {
			size_t n = strlen(keys[i]);
			char *names = word + n;

			if (strncmp(word, keys[i], n))
				continue;
			while ((name = strsep(&names, ",")))
				if (*name)
					need(at, name, keys[i]);
		}
	}
}

/* The beginning of a setting's name, and the module that has it. */
static const struct {
	const char *key;
	const char *module;
} settings[] = {
	{ "net.netfilter.nf_conntrack_", "nf_conntrack" },
	{ "net.netfilter.nf_flowtable_", "nf_conntrack" },
	{ "net.nf_conntrack_", "nf_conntrack" },
	{ "net.bridge.", "br_netfilter" },
	{ "net.ipv4.vs.", "ip_vs" },
	{ "net.sctp.", "sctp" },
	{ "net.dccp.", "dccp" },
	{ "net.rds.", "rds" },
	{ "net.tipc.", "tipc" },
	{ "net.mpls.", "mpls_router" },
	{ "net.appletalk.", "appletalk" },
	{ "net.ax25.", "ax25" },
	{ "net.netrom.", "netrom" },
	{ "net.rose.", "rose" },
	{ "net.x25.", "x25" },
	{ "net.ieee802154.", "ieee802154_6lowpan" },
	{ "fs.nfs.", "nfs" },
	{ "sunrpc.", "sunrpc" },
};

/* Settings whose value is the rest of a module's name. */
static const struct {
	const char *key;
	const char *prefix;
} choices[] = {
	{ "net.core.default_qdisc", "sch_" },
	{ "net.ipv4.tcp_congestion_control", "tcp_" },
};

static void take_choice(struct lines *at, const char *key, char *value)
{
	char *module;
	size_t i;

	value += strspn(value, " \t=");
	value[strcspn(value, " \t\r")] = '\0';
	for (i = 0; i < ARRAY_SIZE(choices); i++) {
		if (strcmp(key, choices[i].key))
			continue;
		module = xasprintf("%s%s", choices[i].prefix, value);
		need(at, module, key);
		free(module);
	}
}

/* KEY = VALUE, the key with dots or slashes; after a '-' a failure is ignored. */
static void take_setting(struct lines *at, char *line)
{
	char *c, *value;
	size_t i, n;

	line += *line == '-';
	n = strcspn(line, " \t=\r");
	value = line + n + (line[n] != '\0');
	line[n] = '\0';
	if (strcspn(line, "/") < strcspn(line, "."))
		for (c = line; *c; c++)
			if (*c == '/')
				*c = '.';
	for (i = 0; i < ARRAY_SIZE(settings); i++)
		if (!strncmp(line, settings[i].key, strlen(settings[i].key)))
			need(at, settings[i].module, line);
	take_choice(at, line, value);
}

static void find_settings(struct impacts *im)
{
	static const struct program sysctl = {
		.unit = "systemd-sysctl.service",
		.consequence = "that setting is then not made",
	};
	static const char *const dirs[] = {
		"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d",
		"/usr/lib/sysctl.d", "/lib/sysctl.d",
	};
	char *path = path_host("/etc/sysctl.conf");

	each_drop_in(im, &sysctl, dirs, ARRAY_SIZE(dirs), take_setting);
	/* Debian 12 links to it from sysctl.d. */
	if (!im->n || im->list[im->n - 1].program != &sysctl)
		each_line(im, &sysctl, path, take_setting);
	free(path);
}

/* DEVICE DIRECTORY TYPE OPTIONS */
static void take_mount(struct lines *at, char *line)
{
	char *type, *alias;

	if (*line == '#')
		return;
	line += strcspn(line, " \t");
	line += strspn(line, " \t");
	line += strcspn(line, " \t");
	type = line + strspn(line, " \t");
	type[strcspn(type, " \t\r")] = '\0';
	if (!*type)
		return;
	alias = xasprintf("fs-%s", type);
	need(at, alias, type);
	free(alias);
}

static void find_mounts(struct impacts *im)
{
	static const struct program fstab = {
		.unit = "a mount of fstab",
		.consequence = "it then fails, and so may the boot",
	};
	char *path = path_host("/etc/fstab");

	each_line(im, &fstab, path, take_mount);
	free(path);
}

/**
 * impact_loads - finds what loads a denied module by name at boot, or needs its settings
 * @im: receives them
 */
void impact_loads(struct impacts *im)
{
	static const struct program load = {
		.unit = "systemd-modules-load.service",
		.consequence = "it then fails to load it", .told = true,
	}, cmdline = {
		.unit = "the kernel command line",
		.consequence = "systemd-modules-load then fails to load it",
	};
	static const char *const dirs[] = {
		"/etc/modules-load.d", "/run/modules-load.d",
		"/usr/local/lib/modules-load.d", "/usr/lib/modules-load.d",
		"/lib/modules-load.d",
	};
	char *path = path_proc("cmdline");

	each_drop_in(im, &load, dirs, ARRAY_SIZE(dirs), take_module);
	if (!paths_elsewhere())
		each_line(im, &cmdline, path, take_cmdline);
	free(path);
	find_settings(im);
	find_mounts(im);
}
