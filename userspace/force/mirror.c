// SPDX-License-Identifier: GPL-2.0-only
/*
 * mirror.c - the policy's denials as lines of modprobe.d, and the file that has them.
 *
 * They hold where the guard does not: in an initramfs without it, or if the kernel
 * module can't be loaded. What is only denied to unprivileged askers is not among
 * them: modprobe does not know who asks.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/host.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/save.h"
#include "force/mirror.h"
#include "force/stored_mode.h"
#include "guard/kernel_if.h"
#include "guard/kernels.h"

/* modprobe ignores the install line of a module that has one. */
static bool has_softdep(const struct tree *tree, size_t module)
{
	size_t i;

	for (i = 0; i < tree->n_softdeps; i++)
		if (tree->softdeps[i].module == module)
			return true;
	return false;
}

/**
 * struct line - a module that is to be kept out
 * @name: its name
 * @file: the name of its file, if that is spelled otherwise, or NULL
 * @known: some kernel has it
 * @softdep: it has a soft dependency in some kernel
 */
struct line {
	char *name;
	char *file;
	bool known;
	bool softdep;
};

struct lines {
	struct line *list;
	size_t n;
};

/* modprobe takes usb_storage for usb-storage, but scanners look for the file's name. */
static char *name_of_its_file(const struct tree_module *m)
{
	const char *slash = strrchr(m->path, '/');
	char *name = xstrdup(slash ? slash + 1 : m->path);

	name[strcspn(name, ".")] = '\0';
	if (strcmp(name, m->name))
		return name;
	free(name);
	return NULL;
}

static void add_denied(const struct closure *c, struct lines *lines)
{
	const struct tree *tree = c->tree;
	size_t i;

	for (i = 0; i < tree->n_modules; i++) {
		const struct tree_module *m = &tree->modules[i];

		if (m->builtin || name_is_guard(m->name) ||
		    !ruling_denies_by_rule(&c->modules[SCOPE_ANY][i]))
			continue;
		lines->list = xgrow(lines->list, lines->n, sizeof(*lines->list));
		lines->list[lines->n++] = (struct line){
			.name = xstrdup(m->name), .file = name_of_its_file(m),
			.known = true, .softdep = has_softdep(tree, i),
		};
	}
}

/* The next kernel may be one without the guard: that is what the lines are for. */
static void add_denied_elsewhere(const struct source *src, struct lines *lines)
{
	struct kernels kernels;
	size_t i;

	kernels_find(&kernels);
	for (i = 0; i < kernels.n; i++) {
		struct diags ignored = { 0 };
		struct closure closure;
		struct tree tree = { 0 };

		if (kernels.list[i].tree && !kernels.list[i].here &&
		    tree_read(&tree, kernels.list[i].tree_dir, &ignored)) {
			closure_make(&closure, &src->conf, &tree);
			add_denied(&closure, lines);
			closure_free(&closure);
		}
		tree_free(&tree);
		diags_free(&ignored);
	}
	kernels_free(&kernels);
}

/* What no kernel here has may come with the next one. */
static void add_to_come(const struct source *src, struct lines *lines)
{
	const struct conf *conf = &src->conf;
	size_t r, w;

	for (r = 0; r < conf->n_rules; r++) {
		for (w = 0; w < conf->rules[r]->n_words; w++) {
			const struct conf_word *word = &conf->rules[r]->words[w];

			if (!closure_denies_to_come(&src->closure, word))
				continue;
			lines->list = xgrow(lines->list, lines->n, sizeof(*lines->list));
			lines->list[lines->n++] = (struct line){
				.name = xstrdup(word->name),
			};
		}
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct line *)a)->name, ((const struct line *)b)->name);
}

/*
 * Sorted, as the order of depmod's index means nothing and would show in a diff. Each
 * once, though several kernels have it.
 */
static void sort(struct lines *lines)
{
	size_t i, n = 0;

	if (lines->n)
		qsort(lines->list, lines->n, sizeof(*lines->list), by_name);
	for (i = 0; i < lines->n; i++) {
		struct line *one = &lines->list[i], *last = n ? &lines->list[n - 1] : NULL;

		if (!last || strcmp(last->name, one->name)) {
			lines->list[n++] = *one;
			continue;
		}
		last->known |= one->known;
		last->softdep |= one->softdep;
		if (last->file)
			free(one->file);
		else
			last->file = one->file;
		free(one->name);
	}
	lines->n = n;
}

static void add_name(const char *name, struct buf *text)
{
	buf_addf(text, "install %s /bin/false\nblacklist %s\n", name, name);
}

/*
 * How scanners spell what no kernel here has. Drivers mostly have dashes, and kernels for
 * clouds lack usb-storage and firewire-core; a line too many does no harm.
 */
static char *name_of_a_file_to_come(const char *name)
{
	char *file = strchr(name, '_') ? xstrdup(name) : NULL, *c;

	for (c = file; c && (c = strchr(c, '_'));)
		*c = '-';
	return file;
}

static void print_lines(struct lines *lines, struct buf *text)
{
	size_t i;

	for (i = 0; i < lines->n; i++) {
		struct line *line = &lines->list[i];

		if (!line->known)
			line->file = name_of_a_file_to_come(line->name);
		add_name(line->name, text);
		if (line->file)
			add_name(line->file, text);
		if (line->softdep)
			buf_addf(text,
				 "# It has a soft dependency, which voids its install line.\nalias %s off\n",
				 line->name);
		free(line->file);
		free(line->name);
	}
	free(lines->list);
}

static bool names_request(const struct tree *tree, const struct conf_word *word)
{
	return word->alias ||
	       (word->kind == NAME_EXACT && tree_find(tree, word->name) == NAME_NONE &&
		tree_knows(tree, word->name));
}

/* What the policy denies, and these lines can't. */
static void add_left_out(const struct source *src, struct buf *lines)
{
	const struct conf *conf = &src->conf;
	size_t r, w;

	for (r = 0; r < conf->n_rules; r++) {
		const struct conf_rule *rule = conf->rules[r];

		if (rule->verdict == VERDICT_DENY && rule->scope != SCOPE_ANY)
			buf_addf(lines, "# Not here, as modprobe does not know who asks: %s\n",
				 rule->text);
		for (w = 0; rule->verdict == VERDICT_DENY &&
		     rule->scope == SCOPE_ANY && w < rule->n_words; w++)
			if (names_request(src->closure.tree, &rule->words[w]))
				buf_addf(lines,
					 "# Not here, as it names a request: deny alias:%s\n",
					 rule->words[w].name);
	}
	if (conf->dflt == VERDICT_DENY)
		buf_adds(lines, "# Not here, as modprobe.d has no allow-list: default deny\n");
}

/**
 * mirror_lines - the lines of modprobe.d that keep out what the policy denies
 * @src: the policy, compiled
 * @idle: why nothing is to be kept out now, or NULL
 * @text: receives them
 *
 * They are for all kernels that are installed, and for modules that rules name and
 * that none of these has.
 *
 * Return: how many modules they keep out.
 */
size_t mirror_lines(const struct source *src, const char *idle, struct buf *text)
{
	struct lines lines = { 0 };
	size_t n;

	buf_adds(text, "");
	if (idle) {
		buf_addf(text, "# Nothing is kept out: %s.\n", idle);
		return 0;
	}
	add_left_out(src, text);
	add_denied(&src->closure, &lines);
	add_denied_elsewhere(src, &lines);
	add_to_come(src, &lines);
	sort(&lines);
	n = lines.n;
	print_lines(&lines, text);
	return n;
}

/**
 * mirror_idle - why modprobe is to keep nothing out, although the policy denies
 *
 * It must not be stricter than the guard. Of another system only the stored mode is
 * known.
 *
 * Return: the reason, or NULL.
 */
const char *mirror_idle(void)
{
	static const char permissive[] = "the mode is permissive";
	struct stored_mode stored;
	struct kif_status st;
	bool is;

	if (!paths_elsewhere()) {
		if (host_guard_off())
			return "nfguard.off=1 is on the kernel command line";
		if (!kif_read_status(&st) && *st.mode)
			return kif_permissive(&st) ? permissive : NULL;
	}
	stored_mode_read(&stored);
	is = stored.word && !strcmp(stored.word, NFG_WORD_PERMISSIVE);
	stored_mode_free(&stored);
	return is ? permissive : NULL;
}

static char *mirror_dir(void)
{
	char *link = path_host(NFG_MIRROR_DIR), *dir = path_followed(link);

	free(link);
	return dir;
}

/**
 * mirror_read - read the file, and make what is to be in it
 * @m: receives them; free it with mirror_free()
 * @src: the policy, compiled, or NULL for the file alone
 */
void mirror_read(struct mirror *m, const struct source *src)
{
	struct buf lines = { 0 };
	char *dir = mirror_dir();

	*m = (struct mirror){ .idle = mirror_idle() };
	m->path = xasprintf("%s/%s", dir, NFG_MIRROR_FILE);
	m->state = mirror_file_state(m->path, &m->text);
	if (m->state == MIRROR_ON || m->state == MIRROR_EDITED)
		m->modules = mirror_file_modules(&m->text);
	if (src) {
		mirror_lines(src, m->idle, &lines);
		mirror_file_text(&lines, &m->wanted);
	}
	buf_free(&lines);
	free(dir);
}

bool mirror_is_true(const struct mirror *m)
{
	return m->state == MIRROR_ON && m->wanted.len &&
	       !strcmp(m->text.s, m->wanted.s);
}

/**
 * mirror_write - write the file atomically
 * @m: of mirror_read()
 *
 * Return: 0, or a negative errno; then it is as before.
 */
int mirror_write(const struct mirror *m)
{
	char *dir = xstrndup(m->path, strrchr(m->path, '/') - m->path);
	int err;

	err = save_whole(dir, NFG_MIRROR_FILE, m->wanted.s, m->wanted.len, 0644);
	free(dir);
	return err;
}

/**
 * mirror_remove - remove the file
 * @m: of mirror_read()
 *
 * Return: 0, or a negative errno.
 */
int mirror_remove(const struct mirror *m)
{
	return unlink(m->path) && errno != ENOENT ? -errno : 0;
}

void mirror_free(struct mirror *m)
{
	buf_free(&m->text);
	buf_free(&m->wanted);
	free(m->path);
	*m = (struct mirror){ 0 };
}

/**
 * mirror_after - keep the file true, where there is one, after a change took effect
 * @src: the policy that took effect, or NULL to compile the policy files
 *
 * Failing is only a warning: what is in force is not affected.
 */
void mirror_after(const struct source *src)
{
	char *where = paths_options();
	struct source own = { 0 };
	struct mirror m;
	int err = 0;

	mirror_read(&m, NULL);
	if (m.state == MIRROR_EDITED)
		msg_warn("%s was edited since nfguard wrote it, so it is left as it is: nfguard mirror on --force%s, or remove it",
			 esc(m.path), esc(where));
	if (m.state != MIRROR_ON)
		goto out;
	if (!src && !source_read(&own, NULL)) {
		msg_warn("%s is left as it is, as the policy files have errors: fix them (nfguard check%s), then nfguard mirror on%s",
			 esc(m.path), esc(where), esc(where));
		goto out;
	}
	mirror_free(&m);
	mirror_read(&m, src ? src : &own);
	if (!mirror_is_true(&m))
		err = mirror_write(&m);
	if (err)
		msg_warn("%s is not true any more, as it can't be written (%s): nfguard mirror on%s, once it can",
			 esc(m.path), strerror(-err), esc(where));
out:
	mirror_free(&m);
	source_free(&own);
	free(where);
}
