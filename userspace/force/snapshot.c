// SPDX-License-Identifier: GPL-2.0-only
/*
 * snapshot.c - policy files as they were at some time, each with its name, so that
 * they can be restored one by one.
 *
 * As text, a file is this line, its content, and an empty line:
 *
 *	# file PATH mode=OCTAL len=BYTES [link=TARGET]
 *
 * A row of them is a policy too, with the same meaning as the files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/paths.h"
#include "base/save.h"
#include "force/snapshot.h"

#define FILE_LINE	"# file "

/**
 * buf_add_word - adds a text as one word of printable ASCII; see word_decode()
 * @b: receives it
 * @s: the text; NULL or empty becomes "-"
 */
void buf_add_word(struct buf *b, const char *s)
{
	if (!s || !*s || !strcmp(s, "-")) {
		buf_adds(b, s && *s ? "\\x2d" : "-");
		return;
	}
	for (; *s; s++) {
		unsigned char c = *s;

		if (c <= ' ' || c >= 0x7f || c == '\\')
			buf_addf(b, "\\x%02x", c);
		else
			buf_add(b, s, 1);
	}
}

/**
 * word_decode - the text that buf_add_word() was given
 * @word: the word, up to its end or a blank
 *
 * Return: the text, or NULL for "-"; free it.
 */
char *word_decode(const char *word)
{
	size_t n = strcspn(word, "\n ");
	char *text = xcalloc(n + 1, 1), *out = text;
	const char *end = word + n;
	unsigned int byte;

	if (n == 1 && *word == '-') {
		free(text);
		return NULL;
	}
	while (word < end) {
		if (end - word >= 4 && sscanf(word, "\\x%2x", &byte) == 1) {
			*out++ = (char)byte;
			word += 4;
		} else {
			*out++ = *word++;
		}
	}
	return text;
}

/**
 * read_trusted - reads a file with the checks that policy files get
 * @dir: its directory, without the root
 * @name: its name
 * @text: receives the content
 * @diags: receives the reason if it must not be used
 *
 * None but root may be able to write it, or to put another directory in place of
 * its own.
 *
 * Return: 0, or a negative errno.
 */
int read_trusted(const char *dir, const char *name, struct buf *text,
		 struct diags *diags)
{
	char *path = path_conf(dir), *parent = path_conf(dir);
	int parent_fd, fd, err;
	size_t len;
	char *s;

	*strrchr(parent, '/') = '\0';
	parent_fd = conf_open_dir(parent, diags);
	fd = parent_fd < 0 ? parent_fd : conf_open_dir(path, diags);
	err = fd < 0 ? fd : conf_read_file(fd, path, name, &s, &len, diags);
	if (!err) {
		buf_add(text, s, len);
		free(s);
	}
	if (fd >= 0)
		close(fd);
	if (parent_fd >= 0)
		close(parent_fd);
	free(parent);
	free(path);
	return err;
}

static char *read_link(const char *path)
{
	char target[4096];
	ssize_t n = readlink(path, target, sizeof(target));

	return n > 0 && n < (ssize_t)sizeof(target) ? xstrndup(target, n) : NULL;
}

static char *copy(const char *text, size_t len)
{
	char *s = xcalloc(len + 1, 1);

	if (len)
		memcpy(s, text, len);
	return s;
}

/**
 * snapshot_add - adds a file
 * @s: where to
 * @file: the file; copied
 */
void snapshot_add(struct snapshot *s, const struct snap_file *file)
{
	s->files = xgrow(s->files, s->n, sizeof(*s->files));
	s->files[s->n++] = (struct snap_file){
		.path = xstrdup(file->path),
		.link = file->link ? xstrdup(file->link) : NULL,
		.mode = file->mode,
		.text = copy(file->text, file->len),
		.len = file->len,
	};
}

/**
 * snapshot_take - takes the policy files as they were read
 * @s: receives them; free it with snapshot_free()
 * @conf: the files
 */
void snapshot_take(struct snapshot *s, const struct conf *conf)
{
	char *root = path_conf("");
	size_t n = strlen(root), i;

	*s = (struct snapshot){ 0 };
	for (i = 0; i < conf->n_files; i++) {
		const struct conf_file *f = conf->files[i];
		bool below = !strncmp(f->path, root, n);
		struct snap_file file = {
			.path = f->path + (below ? n : 0),
			.link = read_link(f->path),
			.mode = 0644, .text = f->text, .len = f->len,
		};
		struct stat st;

		if (!file.link && !lstat(f->path, &st))
			file.mode = st.st_mode & 0755;
		snapshot_add(s, &file);
		free(file.link);
	}
	free(root);
}

const struct snap_file *snapshot_find(const struct snapshot *s,
				      const char *path)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (!strcmp(s->files[i].path, path))
			return &s->files[i];
	return NULL;
}

/**
 * snapshot_read - adds a file as it is on the disk, read or shadowed
 * @s: where to
 * @path: its path, without the root
 *
 * Return: whether it exists and can be read.
 */
bool snapshot_read(struct snapshot *s, const char *path)
{
	char *full = path_conf(path);
	struct snap_file file = { .path = (char *)path, .mode = 0644 };
	struct buf text = { 0 };
	struct stat st;
	bool there = !lstat(full, &st) && !read_whole(full, NFG_TEXT_MAX, &text);

	if (there) {
		file.link = read_link(full);
		if (!file.link)
			file.mode = st.st_mode & 0755;
		file.text = text.s;
		file.len = text.len;
		snapshot_add(s, &file);
		free(file.link);
	}
	buf_free(&text);
	free(full);
	return there;
}

static const char *base_name(const struct snap_file *file)
{
	return strrchr(file->path, '/') + 1;
}

static size_t dir_index(const struct snap_file *file)
{
	size_t n = base_name(file) - file->path - 1, i;

	for (i = 0; i < NFG_CONF_DIRS; i++)
		if (strlen(nfg_conf_dirs[i]) == n &&
		    !strncmp(file->path, nfg_conf_dirs[i], n))
			break;
	return i;
}

/* Whether one of the files would be read in place of this one. */
bool snapshot_shadows(const struct snapshot *s, const struct snap_file *file)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (!strcmp(base_name(&s->files[i]), base_name(file)) &&
		    dir_index(&s->files[i]) < dir_index(file))
			return true;
	return false;
}

/* Whether it does not survive a reboot. */
bool snapshot_runtime(const struct snap_file *file)
{
	return !strncmp(file->path, NFG_RUNTIME_DIR "/",
			strlen(NFG_RUNTIME_DIR "/"));
}

/**
 * snap_same - whether two files are the same
 * @a: a file; NULL: there is none
 * @b: the other; the same
 *
 * Of links only the targets count: whose content changed, changed elsewhere.
 */
bool snap_same(const struct snap_file *a, const struct snap_file *b)
{
	if (!a || !b)
		return a == b;
	if (a->link || b->link)
		return a->link && b->link && !strcmp(a->link, b->link);
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

/**
 * snapshot_changes - the files that differ
 * @from: the files before
 * @to: the files after
 * @before: receives those of @from that are gone or changed
 * @after: receives those of @to that are new or changed
 */
void snapshot_changes(const struct snapshot *from, const struct snapshot *to,
		      struct snapshot *before, struct snapshot *after)
{
	size_t i;

	*before = (struct snapshot){ 0 };
	*after = (struct snapshot){ 0 };
	for (i = 0; i < from->n; i++)
		if (!snap_same(&from->files[i],
			       snapshot_find(to, from->files[i].path)))
			snapshot_add(before, &from->files[i]);
	for (i = 0; i < to->n; i++)
		if (!snap_same(snapshot_find(from, to->files[i].path),
			       &to->files[i]))
			snapshot_add(after, &to->files[i]);
}

void snapshot_text(const struct snapshot *s, struct buf *out)
{
	size_t i;

	buf_add(out, "", 0);
	for (i = 0; i < s->n; i++) {
		const struct snap_file *f = &s->files[i];

		buf_adds(out, FILE_LINE);
		buf_add_word(out, f->path);
		buf_addf(out, " mode=%04o len=%zu", (unsigned int)f->mode,
			 f->len);
		if (f->link) {
			buf_adds(out, " link=");
			buf_add_word(out, f->link);
		}
		buf_adds(out, "\n");
		buf_add(out, f->text, f->len);
		/* The last line may lack its newline, or end in a backslash. */
		buf_adds(out, "\n\n");
	}
}

/* The line that begins a file; false if it is not one. */
static bool parse_line(const char *line, struct snap_file *file)
{
	const char *rest = line + strlen(FILE_LINE);
	const char *link;
	unsigned int mode;
	size_t len;

	if (strncmp(line, FILE_LINE, strlen(FILE_LINE)))
		return false;
	file->path = word_decode(rest);
	if (!file->path || !strchr(file->path, '/'))
		return false;
	rest += strcspn(rest, "\n ");
	if (sscanf(rest, " mode=%o len=%zu", &mode, &len) != 2)
		return false;
	link = strstr(rest, " link=");
	file->link = link ? word_decode(link + strlen(" link=")) : NULL;
	file->mode = mode & 0755;
	file->len = len;
	return true;
}

/**
 * snapshot_parse - reads what snapshot_text() wrote
 * @s: receives the files; free it with snapshot_free() even on failure
 * @text: the text, NUL-terminated
 * @len: its length
 *
 * Return: whether all of it is whole.
 */
bool snapshot_parse(struct snapshot *s, const char *text, size_t len)
{
	const char *end = text + len;

	*s = (struct snapshot){ 0 };
	while (text < end) {
		const char *eol = memchr(text, '\n', end - text);
		struct snap_file file = { 0 };
		char *line;
		bool ok;

		if (!eol)
			return false;
		line = xstrndup(text, eol - text);
		ok = parse_line(line, &file) &&
		     file.len < (size_t)(end - eol) &&
		     (size_t)(end - eol) - file.len >= strlen("\n\n\n") &&
		     !memcmp(eol + 1 + file.len, "\n\n", 2);
		if (ok) {
			file.text = (char *)eol + 1;
			snapshot_add(s, &file);
			text = eol + 1 + file.len + 2;
		}
		free(file.path);
		free(file.link);
		free(line);
		if (!ok)
			return false;
	}
	return true;
}

static int put_link(const char *dir, const char *path, const char *target)
{
	char *temporary = xasprintf("%s/.nfguard-link.%d", dir, (int)getpid());
	int err = 0;

	unlink(temporary);
	if (symlink(target, temporary) || rename(temporary, path)) {
		err = -errno;
		unlink(temporary);
	}
	free(temporary);
	return err;
}

/**
 * snapshot_put - makes a file what it was
 * @path: its path, without the root
 * @file: the file, or NULL to remove it
 *
 * Return: 0, or a negative errno; then it is as before.
 */
int snapshot_put(const char *path, const struct snap_file *file)
{
	char *full = path_conf(path), *dir = xstrdup(full);
	const char *name = full + (strrchr(full, '/') - full) + 1;
	struct stat st;
	int err;

	*strrchr(dir, '/') = '\0';
	if (!file) {
		err = unlink(full) && errno != ENOENT ? -errno : 0;
		if (!err)
			save_sync_dir(dir);
	} else if (file->link) {
		err = put_link(dir, full, file->link);
	} else {
		/* What a link points to is not a policy file. */
		if (!lstat(full, &st) && S_ISLNK(st.st_mode))
			unlink(full);
		err = save_whole(dir, name, file->text, file->len, file->mode);
	}
	free(dir);
	free(full);
	return err;
}

void snapshot_free(struct snapshot *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		free(s->files[i].path);
		free(s->files[i].link);
		free(s->files[i].text);
	}
	free(s->files);
	*s = (struct snapshot){ 0 };
}
