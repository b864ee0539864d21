// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot_entries.c - what this host's boot loaders have of a kernel: GRUB's grub.cfg, and
 * the entries of the Boot Loader Specification, which GRUB and systemd-boot read.
 *
 * In a grub.cfg the first entry of a kernel counts, as those for a rescue come later, and
 * GRUB's default. The others have no such order, so each of them counts.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/boot_entries.h"
#include "base/grub_menu.h"
#include "base/grub_words.h"
#include "base/kernel_image.h"
#include "base/paths.h"
#include "base/util.h"

#define NO_VALUE \
	"it has $%s, for which grubenv and grub.cfg have no value, or several"

#define CONFIG_MAX	(4u << 20)

/**
 * struct search - a search for a kernel's entries
 * @e: receives them
 * @release: the kernel's release
 * @vars: GRUB's variables
 * @top: where the paths in the entries begin, on this host
 */
struct search {
	struct boot_entries *e;
	const char *release;
	struct grub_vars vars;
	const char *top;
};

/* Whether the file is one that has an entry already, under another name. */
static bool is_known(const struct boot_entries *e, const struct stat *st)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (e->list[i].dev == st->st_dev && e->list[i].ino == st->st_ino)
			return true;
	return false;
}

static void add(struct search *s, const char *file, const struct boot_entry *entry)
{
	struct boot_entries *e = s->e;
	struct boot_entry *added;
	struct stat st;

	e->list = xgrow(e->list, e->n, sizeof(*e->list));
	added = &e->list[e->n++];
	*added = *entry;
	added->file = xstrdup(file);
	if (stat(file, &st))
		return;
	added->dev = st.st_dev;
	added->ino = st.st_ino;
}

/* Takes a command line as written there; @line is freed. */
static void add_line(struct search *s, const char *file, struct boot_entry *entry,
		     char *line, char *unknown)
{
	if (unknown)
		entry->why = xasprintf(NO_VALUE, unknown);
	else
		entry->cmdline = xstrdup(line);
	add(s, file, entry);
	free(unknown);
	free(line);
}

/* A path in an entry is one of the partition that the boot loader is on, or of all. */
static char *find_on_partition(const struct search *s, const char *path)
{
	const char *const tops[] = { "", "/boot", s->top };
	size_t i;

	for (i = 0; path && i < ARRAY_SIZE(tops); i++) {
		char *name = xasprintf("%s%s", tops[i], path), *found = path_host(name);

		free(name);
		if (!access(found, F_OK))
			return found;
		free(found);
	}
	return NULL;
}

/*
 * Before it there may be GRUB's device, in brackets, and what is mounted at / or /boot: a
 * subvolume of btrfs (/@rootfs/boot/...), a file system of ZFS (/BOOT/debian@/...).
 */
static char *find_initrd(const struct search *s, const char *path)
{
	const char *bracket = *path == '(' ? strchr(path, ')') : NULL;
	const char *volume = strrchr(path, '@');
	const char *const starts[] = {
		bracket ? bracket + 1 : path,
		strstr(path + 1, "/boot/"),
		volume ? strchr(volume, '/') : NULL,
	};
	char *found = NULL;
	size_t i;

	for (i = 0; !found && i < ARRAY_SIZE(starts); i++)
		found = find_on_partition(s, starts[i]);
	return found ? found : path_host(path);
}

/* Cuts the next word off *line, in place. */
static char *next_word(char **line)
{
	char *word;

	do {
		word = strsep(line, " \t");
	} while (word && !*word);
	return word;
}

/* A backslash at the end of a line joins it with the next; the buffer is the caller's. */
static bool next_joined(char **text, unsigned int *number, struct buf *joined)
{
	char *line;

	joined->len = 0;
	while ((line = next_line(text))) {
		size_t len = strlen(line);
		bool goes_on = len && line[len - 1] == '\\';

		++*number;
		buf_add(joined, line, len - goes_on);
		if (!goes_on)
			return true;
	}
	return joined->len;
}

static void take_initrd(const struct search *s, struct boot_entry *entry, const char *name)
{
	char *path = find_initrd(s, name);

	buf_addf(&entry->initrds, "%s\n", path);
	free(path);
}

/* The processor's microcode and Xen's policy are no initramfs. */
static void take_initrds(const struct search *s, struct boot_entry *entry, char *words)
{
	static const char *const others[] = { "ucode", "microcode", "xenpolicy" };
	const char *word;
	size_t i;

	while ((word = next_word(&words))) {
		for (i = 0; i < ARRAY_SIZE(others); i++)
			if (strstr(word, others[i]))
				break;
		if (i == ARRAY_SIZE(others) && strchr("/(", *word))
			take_initrd(s, entry, word);
	}
}

static void take_words(const struct search *s, struct boot_entry *entry, const char *rest)
{
	char *unknown, *words = grub_words(&s->vars, rest, &unknown);

	take_initrds(s, entry, words);
	free(unknown);
	free(words);
}

/* "linux IMAGE PARAMETERS": whether it is the kernel's. */
static bool take_linux(const struct search *s, const char *rest, char **line, char **unknown)
{
	char *words = grub_words(&s->vars, rest, unknown), *at = words;
	const char *image = next_word(&at);

	if (image && kernel_image_is(image, s->release)) {
		*line = xstrdup(at ? at : "");
	} else {
		free(*unknown);
		*unknown = NULL;
	}
	free(words);
	return *line;
}

static bool begins(const char *word, const char *with)
{
	return word && !strncmp(word, with, strlen(with));
}

/* "module2 IMAGE PARAMETERS" or "module2 INITRAMFS": under Xen the kernel is one, too. */
static bool is_module(const char *word)
{
	return begins(word, "module") || begins(word, "xen_module");
}

static bool has_kernel(const char *word)
{
	return begins(word, "linux") || is_module(word);
}

static bool has_initrd(const char *word)
{
	return begins(word, "initrd") || is_module(word);
}

/* The kernel's first entry, and the one that is GRUB's default, up to their initramfs. */
static void read_grub(struct search *s, const char *file, char *text)
{
	struct grub_menu menu = { .vars = &s->vars };
	bool any = false, looked = false;
	struct boot_entry entry = { 0 };
	struct buf joined = { 0 };
	char *line = NULL, *unknown;
	unsigned int number = 0;

	while (next_joined(&text, &number, &joined)) {
		char *rest = joined.s, *word = next_word(&rest);

		if (line && (begins(word, "linux") || begins(word, "}"))) {
			add_line(s, file, &entry, line, unknown);
			entry = (struct boot_entry){ 0 };
			line = NULL;
		}
		if (grub_menu_line(&menu, word, rest))
			looked = false;
		if (line && rest && has_initrd(word)) {
			take_words(s, &entry, rest);
		} else if (!looked && rest && has_kernel(word) &&
			   (!any || grub_menu_is_default(&menu)) &&
			   take_linux(s, rest, &line, &unknown)) {
			any = true;
			looked = true;
			entry.line = number;
		}
	}
	if (line)
		add_line(s, file, &entry, line, unknown);
	grub_menu_free(&menu);
	buf_free(&joined);
}

/**
 * struct bls - an entry of the Boot Loader Specification
 * @ours: it is the kernel's
 * @unified: the path of its unified kernel image, or NULL
 * @n: how many lines with options it has
 * @at: the line of the last one
 * @options: their text
 * @initrds: the paths of its initramfs
 */
struct bls {
	bool ours;
	const char *unified;
	unsigned int n;
	unsigned int at;
	struct buf options;
	struct buf initrds;
};

static void take_key(const struct search *s, struct bls *b, const char *key,
		     const char *value, unsigned int number)
{
	if (!strcmp(key, "version"))
		b->ours |= !strcmp(value, s->release);
	else if (!strcmp(key, "linux"))
		b->ours |= kernel_image_is(value, s->release);
	else if (!strcmp(key, "efi") || !strcmp(key, "uki"))
		b->unified = value;
	else if (!strcmp(key, "initrd"))
		buf_addf(&b->initrds, "%s ", value);
	if (strcmp(key, "options"))
		return;
	buf_addf(&b->options, "%s%s", b->n++ ? " " : "", value);
	b->at = number;
}

/* Without options GRUB takes those that Fedora's grubenv has for all kernels. */
static void add_bls(struct search *s, const char *file, struct bls *b)
{
	struct boot_entry entry = { .line = b->n == 1 ? b->at : 0 };
	char *line, *unknown;

	if (b->initrds.len)
		take_words(s, &entry, b->initrds.s);
	if (b->unified) {
		take_initrd(s, &entry, b->unified);
		entry.why = xstrdup("it has a unified kernel image, which may have one of its own");
		add(s, file, &entry);
		return;
	}
	line = grub_variables(&s->vars, b->n ? b->options.s : "$default_kernelopts",
			      &unknown);
	if (!b->n) {
		free(unknown);
		unknown = NULL;
	}
	add_line(s, file, &entry, line, unknown);
}

static void read_bls(struct search *s, const char *file, char *text)
{
	unsigned int number = 0;
	struct bls b = { 0 };
	char *line, *key;

	buf_adds(&b.options, "");
	while ((line = next_line(&text))) {
		size_t n = strlen(line);

		while (n && strchr(" \t\r", line[n - 1]))
			line[--n] = '\0';
		number++;
		key = next_word(&line);
		if (key && line)
			take_key(s, &b, key, line + strspn(line, " \t"), number);
	}
	if (b.ours)
		add_bls(s, file, &b);
	buf_free(&b.initrds);
	buf_free(&b.options);
}

static void read_config(struct search *s, const char *path,
			void (*read)(struct search *s, const char *file, char *text))
{
	char *file = path_followed(path);
	struct buf b = { 0 };
	struct stat st;
	int err = -EEXIST;

	if (stat(file, &st) || !is_known(s->e, &st))
		err = read_whole(file, CONFIG_MAX, &b);
	if (!err) {
		read(s, path, b.s);
	} else if (err == -EACCES) {
		const struct boot_entry entry = { .why = xstrdup("only root can read it") };

		add(s, path, &entry);
	}
	buf_free(&b);
	free(file);
}

/* Calls a function for each file of a directory, or for those with some ending. */
static void each_file(struct search *s, const char *name, const char *end,
		      void (*each)(struct search *s, const char *path))
{
	char *at = path_host(name), *dir = path_followed(at);
	struct dirent **entries;
	int n = scandir(dir, &entries, NULL, alphasort), i;

	if (n < 0 && errno == EACCES) {
		const struct boot_entry entry = { .why = xstrdup("only root can read it") };

		add(s, dir, &entry);
	}
	for (i = 0; i < n; i++) {
		const char *file = entries[i]->d_name, *dot = strrchr(file, '.');
		char *path = xasprintf("%s/%s", dir, file);

		if (!end || (dot && !strcasecmp(dot, end)))
			each(s, path);
		free(path);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	free(dir);
	free(at);
}

/* EFI/VENDOR/grub.cfg: of some hosts all of GRUB's configuration, of others a stub. */
static void each_vendor(struct search *s, const char *path)
{
	char *file = xasprintf("%s/grub.cfg", path);

	read_config(s, file, read_grub);
	free(file);
}

static void read_grubs(struct search *s)
{
	static const char *const files[] = { "/boot/grub/grub.cfg", "/boot/grub2/grub.cfg" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		char *path = path_host(files[i]);

		read_config(s, path, read_grub);
		free(path);
	}
	each_file(s, "/boot/efi/EFI", NULL, each_vendor);
}

static void each_bls(struct search *s, const char *path)
{
	read_config(s, path, read_bls);
}

/* Whether a unified image's name is [TOKEN-]RELEASE[+TRIES].efi. */
static bool names_release(const char *name, const char *release)
{
	const char *at = name;
	size_t n = strlen(release);

	while ((at = strstr(at, release))) {
		if ((at == name || at[-1] == '-') &&
		    (at[n] == '+' || !strcasecmp(at + n, ".efi")))
			return true;
		at++;
	}
	return false;
}

/* systemd-boot finds these without an entry. */
static void each_unified(struct search *s, const char *path)
{
	struct boot_entry entry = { 0 };
	struct stat st;

	if (!names_release(strrchr(path, '/') + 1, s->release) || stat(path, &st) ||
	    is_known(s->e, &st))
		return;
	buf_addf(&entry.initrds, "%s\n", path);
	entry.why = xstrdup("it is a unified kernel image, which has one of its own");
	add(s, path, &entry);
}

/**
 * boot_entries_find - find the entries that boot a kernel
 * @e: filled in; free it with boot_entries_free()
 * @release: the kernel's release
 */
void boot_entries_find(struct boot_entries *e, const char *release)
{
	static const char *const tops[] = { "/boot", "/boot/efi", "/efi" };
	struct search s = { .e = e, .release = release, .top = "/boot" };
	size_t i;

	*e = (struct boot_entries){ 0 };
	grub_vars_read(&s.vars);
	read_grubs(&s);
	for (i = 0; i < ARRAY_SIZE(tops); i++) {
		char *entries = xasprintf("%s/loader/entries", tops[i]);
		char *unified = xasprintf("%s/EFI/Linux", tops[i]);

		s.top = tops[i];
		each_file(&s, entries, ".conf", each_bls);
		each_file(&s, unified, ".efi", each_unified);
		free(unified);
		free(entries);
	}
	grub_vars_free(&s.vars);
}

void boot_entries_free(struct boot_entries *e)
{
	size_t i;

	for (i = 0; i < e->n; i++) {
		free(e->list[i].file);
		free(e->list[i].cmdline);
		free(e->list[i].why);
		buf_free(&e->list[i].initrds);
	}
	free(e->list);
	*e = (struct boot_entries){ 0 };
}
