// SPDX-License-Identifier: GPL-2.0-only
/*
 * carriers.c - the modules that this host runs on.
 *
 * A denial of one of them does nothing today, as the module is live, and takes the
 * host down at the next boot. So they are found where the kernel shows them: from a
 * mount, a swap area, an interface or the console to its device in sysfs, and from
 * there up through each device above it, to its driver and the driver's module.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/util.h"
#include "force/carriers.h"
#include "force/devices.h"
#include "force/use_netns.h"

#define CARRIER_TEXT \
	"%s carries %s of this host (%s), and '%s' denies it: it would be missing after a reboot"

/* Files of proc and sys that are read whole are not longer. */
#define FILE_MAX	(4u << 20)

static void add(struct carriers *c, const char *name, const char *what,
		const char *how)
{
	struct carrier *carrier;
	char *copy = xstrdup(name);
	size_t i;

	name_underscore(copy);
	for (i = 0; i < c->n; i++) {
		if (!strcmp(c->list[i].name, copy) && !strcmp(c->list[i].what, what)) {
			free(copy);
			return;
		}
	}
	c->list = xgrow(c->list, c->n, sizeof(*c->list));
	carrier = &c->list[c->n++];
	*carrier = (struct carrier){
		.name = copy, .what = xstrdup(what), .how = xstrdup(how),
	};
}

/**
 * struct thing - what the devices that are visited carry
 * @visitor: takes their modules
 * @c: where to
 * @what: the thing
 */
struct thing {
	struct device_visitor visitor;
	struct carriers *c;
	const char *what;
};

static void take_module(struct device_visitor *self, const char *module,
			const char *how)
{
	struct thing *thing = (struct thing *)self;

	add(thing->c, module, thing->what, how);
}

static void walk_node(struct carriers *c, const char *number, const char *node,
		      const char *what)
{
	struct thing thing = { { take_module }, c, what };

	device_walk_node(&thing.visitor, number, node);
}

static void walk_up(struct carriers *c, const char *device, const char *what)
{
	struct thing thing = { { take_module }, c, what };

	device_walk_up(&thing.visitor, device);
}

/* The mounts that a host does not come up without. */
static bool is_needed_mount(const char *where)
{
	static const char *const mounts[] = {
		"/", "/boot", "/boot/efi", "/efi", "/usr", "/var", "/etc", "/home",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mounts); i++)
		if (!strcmp(where, mounts[i]))
			return true;
	return false;
}

/* ID PARENT MAJOR:MINOR ROOT WHERE OPTIONS [TAGS ...] - TYPE SOURCE OPTIONS */
static void take_mount(struct carriers *c, char *line)
{
	char *words[5], *rest, *type, *source, *what, *alias;
	size_t i;

	rest = strstr(line, " - ");
	for (i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = strsep(&line, " ");
	if (!rest || !words[4] || !is_needed_mount(words[4]))
		return;
	rest += 3;
	type = strsep(&rest, " ");
	source = strsep(&rest, " ");
	what = xasprintf("the file system %s", words[4]);
	alias = xasprintf("fs-%s", type);
	add(c, alias, what, type);
	walk_node(c, words[2], source ? source : "", what);
	free(alias);
	free(what);
}

static void take_swap(struct carriers *c, char *line)
{
	char *node = strsep(&line, " \t"), *what;

	if (*node != '/')
		return;		/* the heading */
	what = xasprintf("the swap area %s", node);
	walk_node(c, "", node, what);
	free(what);
}

static void each_line(struct carriers *c, const char *file,
		      void (*take)(struct carriers *c, char *line))
{
	char *path = path_proc(file), *text, *line;
	struct buf b = { 0 };

	if (!read_whole(path, FILE_MAX, &b)) {
		text = b.s;
		while ((line = next_line(&text)))
			take(c, line);
	}
	buf_free(&b);
	free(path);
}

/* The kind of an interface without a device: bridge, bond, vlan ... */
static void add_kind(struct carriers *c, const char *dir, const char *what)
{
	char *path = xasprintf("%s/uevent", dir), *text, *line, *alias;
	struct buf b = { 0 };

	if (!read_whole(path, FILE_MAX, &b)) {
		text = b.s;
		while ((line = next_line(&text))) {
			if (strncmp(line, "DEVTYPE=", 8))
				continue;
			alias = xasprintf("rtnl-link-%s", line + 8);
			add(c, alias, what, line + 8);
			free(alias);
		}
	}
	if (device_has(dir, "tun_flags"))
		add(c, "tun", what, "tun");
	buf_free(&b);
	free(path);
}

#define FLAG_UP		1	/* IFF_UP */
#define FLAG_LOOPBACK	8	/* IFF_LOOPBACK */

static void take_interface(struct carriers *c, const char *name, const char *dir)
{
	char *flags = device_line(dir, "flags");
	unsigned long bits = flags ? strtoul(flags, NULL, 16) : 0;
	char *link = xasprintf("%s/device", dir), *device = realpath(link, NULL);
	char *what = xasprintf("the interface %s", name);

	if ((bits & FLAG_UP) && !(bits & FLAG_LOOPBACK)) {
		if (device)
			walk_up(c, device, what);
		else
			add_kind(c, dir, what);
	}
	free(what);
	free(device);
	free(link);
	free(flags);
}

/* Of these kinds sysfs shows no type. Their modules are called as they are. */
static void take_kind(const char *name, const char *kind, void *data)
{
	struct carriers *c = data;
	char *what;

	if (strcmp(kind, "openvswitch") && strcmp(kind, "team"))
		return;
	what = xasprintf("the interface %s", name);
	add(c, kind, what, kind);
	free(what);
}

static void take_interfaces(struct carriers *c)
{
	char *path = path_sys("class/net");
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char *interface;

		if (*entry->d_name == '.')
			continue;
		interface = xasprintf("%s/%s", path, entry->d_name);
		take_interface(c, entry->d_name, interface);
		free(interface);
	}
	if (dir)
		closedir(dir);
	free(path);
	use_net_each_up(take_kind, c);
}

/*
 * A hypervisor's console has no link to a device. Of their drivers only virtio's is
 * a module: where that is not loaded, it is another's.
 */
static void take_hypervisor_console(struct carriers *c, const char *tty, const char *what)
{
	char *drivers = path_sys("bus/virtio/drivers");
	char *how = xasprintf("%s is a virtio console", tty);

	if (device_has(drivers, "virtio_console"))
		add(c, "virtio_console", what, how);
	free(how);
	free(drivers);
}

/* What is written to, and, where that is a screen, what draws it. */
static void take_console(struct carriers *c)
{
	char *tty = path_sys("class/tty");
	char *active = device_line(tty, "console/active"), *rest = active, *word;

	while (rest && (word = strsep(&rest, " "))) {
		bool screen = !strncmp(word, "tty", 3) && word[3] >= '0' && word[3] <= '9';
		char *link = screen ? path_sys("class/graphics/fb0/device") :
				      xasprintf("%s/%s/device", tty, word);
		char *device = realpath(link, NULL);
		char *what = xasprintf("the console %s", word);

		if (device)
			walk_up(c, device, what);
		else if (!strncmp(word, "hvc", 3))
			take_hypervisor_console(c, word, what);
		free(what);
		free(device);
		free(link);
	}
	free(active);
	free(tty);
}

/**
 * carriers_find - finds the modules that this host runs on
 * @c: gets them, to be freed with carriers_free()
 *
 * What is built in shows no module, and needs none.
 */
void carriers_find(struct carriers *c)
{
	*c = (struct carriers){ 0 };
	each_line(c, "self/mountinfo", take_mount);
	each_line(c, "swaps", take_swap);
	take_interfaces(c);
	take_console(c);
}

/* Whether a carrier is denied, and was not before; then by which rule. */
static bool is_denied(const struct carrier *carrier, const struct closure *closure,
		      const struct policy *old, size_t *module,
		      const struct conf_rule **rule)
{
	const struct tree *tree = closure->tree;
	struct ids targets = { 0 };
	struct ruling r;
	bool denied;

	tree_resolve(tree, carrier->name, &targets);
	/* That of the module, or that of the alias by which it is requested. */
	r = closure_targets(closure, &targets, SCOPE_ANY);
	if (r.verdict == VERDICT_ALLOW)
		r = closure_name(closure, carrier->name, SCOPE_ANY);
	denied = targets.n && r.verdict == VERDICT_DENY;
	if (denied) {
		*module = targets.list[0];
		*rule = closure_rule(closure, &r);
		denied = !tree->modules[*module].builtin &&
			 !policy_denies(old, SCOPE_ANY, tree->modules[*module].name) &&
			 !policy_denies(old, SCOPE_ANY, carrier->name);
	}
	ids_free(&targets);
	return denied;
}

/**
 * carriers_denied - whether a policy denies a carrier at all
 * @c: what carriers_find() found
 * @closure: what the policy means for the kernel's modules
 */
bool carriers_denied(const struct carriers *c, const struct closure *closure)
{
	const struct policy nothing = { 0 };
	const struct conf_rule *rule;
	size_t i, module;

	for (i = 0; i < c->n; i++)
		if (is_denied(&c->list[i], closure, &nothing, &module, &rule))
			return true;
	return false;
}

/**
 * carriers_each_denied - visit the carriers that a policy denies
 * @c: what carriers_find() found
 * @closure: what the policy means for the kernel's modules
 * @old: the policy in force; what it denies is left out
 * @visit: called for each, with @data
 * @data: for @visit
 */
void carriers_each_denied(const struct carriers *c, const struct closure *closure,
			  const struct policy *old,
			  void (*visit)(const struct carrier_denial *d, void *data),
			  void *data)
{
	struct carrier_denial d;
	size_t i, module;

	for (i = 0; i < c->n; i++) {
		if (!is_denied(&c->list[i], closure, old, &module, &d.rule))
			continue;
		d.carrier = &c->list[i];
		d.module = closure->tree->modules[module].name;
		visit(&d, data);
	}
}

/**
 * carrier_text - put a denial of a carrier into a sentence
 * @d: the denial
 *
 * Return: the sentence, to be freed; what it quotes is escaped.
 */
char *carrier_text(const struct carrier_denial *d)
{
	const char *by = d->rule ? esc(d->rule->text) :
			 NFG_WORD_DEFAULT " " NFG_WORD_DENY;

	return xasprintf(CARRIER_TEXT, esc(d->module), esc(d->carrier->what),
			 esc(d->carrier->how), by);
}

/**
 * carriers_of - find what a module carries, built in or not
 * @c: what carriers_find() found
 * @tree: the kernel's modules
 * @module: the module
 *
 * Return: the first thing that is found, or NULL.
 */
const struct carrier *carriers_of(const struct carriers *c, const struct tree *tree,
				  size_t module)
{
	const struct carrier *found = NULL;
	size_t i;

	for (i = 0; i < c->n && !found; i++) {
		struct ids targets = { 0 };

		tree_resolve(tree, c->list[i].name, &targets);
		if (ids_have(&targets, module))
			found = &c->list[i];
		ids_free(&targets);
	}
	return found;
}

void carriers_free(struct carriers *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		free(c->list[i].name);
		free(c->list[i].what);
		free(c->list[i].how);
	}
	free(c->list);
	*c = (struct carriers){ 0 };
}
