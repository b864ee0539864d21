// SPDX-License-Identifier: GPL-2.0-only
/*
 * stored_mode.c - the mode as a setting of the host: reads and stores it.
 *
 *	/etc/nfguard.d/mode	the mode for each boot: one word
 *	/run/nfguard/mode	the mode that was chosen for this boot only
 *
 * A host must never become stricter by a reboot than its operator last left it, so
 * a file that can't be used means permissive, not the kernel module's own default.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/digest.h"
#include "base/paths.h"
#include "force/stored_mode.h"
#include "guard/module.h"
#include "policy/conf.h"

/* Of a word that is no mode, so much is quoted. */
#define WORD_SHOWN	40

/* The mode that a text names, as a constant; NULL if it is none. */
const char *mode_word(const char *text)
{
	if (!strcmp(text, NFG_WORD_ENFORCING))
		return NFG_WORD_ENFORCING;
	if (!strcmp(text, NFG_WORD_PERMISSIVE))
		return NFG_WORD_PERMISSIVE;
	return NULL;
}

/* Without the blanks around it; in place. */
static char *trim(char *text)
{
	size_t n;

	text += strspn(text, " \t\r\n");
	n = strlen(text);
	while (n && strchr(" \t\r\n", text[n - 1]))
		n--;
	text[n] = '\0';
	return text;
}

/*
 * Reads the file with the checks that policy files get: nobody but root may choose
 * the mode. -EIO: the directory can't be used, nor any policy file in it.
 */
static int read_trusted(const char *dir, char **text)
{
	struct diags diags = { 0 };
	size_t len;
	int fd, err;

	*text = NULL;
	fd = conf_open_dir(dir, &diags);
	if (fd >= 0) {
		err = conf_read_file(fd, dir, NFG_STORED_MODE, text, &len,
				     &diags);
		close(fd);
	} else {
		err = fd == -ENOENT ? -ENOENT : -EIO;
	}
	if (!err && !*text)
		*text = xstrdup("");
	diags_free(&diags);
	return err;
}

/**
 * stored_mode_read - reads the mode that is stored for each boot
 * @stored: filled in; free it with stored_mode_free()
 *
 * If /etc/nfguard.d itself can't be used, no mode is stored there: whoever reads
 * the policy files reports that, and finds no policy either.
 */
void stored_mode_read(struct stored_mode *stored)
{
	char *dir = path_conf(NFG_EDIT_DIR), *text, *word;
	int err = read_trusted(dir, &text);

	*stored = (struct stored_mode){
		.path = xasprintf("%s/%s", dir, NFG_STORED_MODE),
	};
	if (!err) {
		word = trim(text);
		stored->word = mode_word(word);
		if (!stored->word)
			stored->problem = xasprintf("'%s' is neither %s nor %s",
						    esc_n(word, strnlen(word, WORD_SHOWN)),
						    NFG_WORD_ENFORCING,
						    NFG_WORD_PERMISSIVE);
	} else if (err == -EACCES && geteuid()) {
		stored->hidden = true;
	} else if (err == -EPERM) {
		stored->problem = xstrdup("not owned by root, or writable by group or others");
	} else if (err != -ENOENT && err != -EIO) {
		stored->problem = xasprintf("cannot be read: %s", strerror(-err));
	}
	if (stored->problem)
		stored->word = NFG_WORD_PERMISSIVE;
	free(text);
	free(dir);
}

void stored_mode_free(struct stored_mode *stored)
{
	free(stored->path);
	free(stored->problem);
	*stored = (struct stored_mode){ 0 };
}

/* Whether the file is good, and has that mode. */
bool stored_mode_is(const struct stored_mode *stored, const char *word)
{
	return stored->word && !stored->problem && !strcmp(stored->word, word);
}

/**
 * stored_mode_say - reports why the stored mode can't be used
 * @stored: what was read
 *
 * Return: whether it can be used, or there is none.
 */
bool stored_mode_say(const struct stored_mode *stored)
{
	if (stored->problem)
		msg_err("%s: %s, so the host boots permissive: " STORED_MODE_REMEDY,
			esc(stored->path), stored->problem);
	return !stored->problem;
}

/* With the running kernel's command line, or another without nfguard.mode=. */
static const char *next_mode(const struct stored_mode *stored, bool this_line)
{
	const char *word = stored->word;
	char *option;

	if (word || stored->hidden)
		return word;
	option = guard_mode_option(this_line);
	word = option ? mode_word(option) : NULL;
	free(option);
	return word ? word : NFG_WORD_ENFORCING;
}

/**
 * stored_mode_next - the mode after the next boot, with this boot's command line
 * @stored: what was read
 *
 * Return: NFG_WORD_ENFORCING or NFG_WORD_PERMISSIVE; NULL if only root can tell.
 */
const char *stored_mode_next(const struct stored_mode *stored)
{
	return next_mode(stored, true);
}

/**
 * stored_mode_elsewhere - the mode after a boot with a line without nfguard.mode=
 * @stored: what was read
 *
 * Return: as stored_mode_next().
 */
const char *stored_mode_elsewhere(const struct stored_mode *stored)
{
	return next_mode(stored, false);
}

/**
 * stored_mode_digest - the digest of the file, whatever it holds
 * @digest: receives it, SHA256_HEX bytes
 *
 * Return: whether the file could be read.
 */
bool stored_mode_digest(char *digest)
{
	char *path = path_conf(NFG_EDIT_DIR "/" NFG_STORED_MODE);
	struct buf b = { 0 };
	bool ok = !read_whole(path, NFG_TEXT_MAX, &b);

	if (ok)
		sha256_hex(b.s ? b.s : "", b.len, digest);
	buf_free(&b);
	free(path);
	return ok;
}

/**
 * stored_mode_begin - begins to store the mode for each boot
 * @save: on success, pass it to save_commit() or save_abort()
 * @word: the mode
 *
 * Return: 0, or a negative errno; then nothing is left behind.
 */
int stored_mode_begin(struct save *save, const char *word)
{
	char *dir = path_conf(NFG_EDIT_DIR);
	char *line = xasprintf("%s\n", word);
	int err;

	err = save_begin(save, dir, NFG_STORED_MODE, line, strlen(line), 0644);
	free(line);
	free(dir);
	return err;
}

/* The mode that was chosen for this boot only; NULL if none was. */
const char *boot_mode_read(void)
{
	char *dir = path_conf(NFG_RUN_DIR), *text;
	const char *word = NULL;

	if (!read_trusted(dir, &text))
		word = mode_word(trim(text));
	free(text);
	free(dir);
	return word;
}

/**
 * boot_mode_set - records the mode that was chosen for this boot only
 * @word: the mode; NULL: none was, and the stored one counts
 *
 * Otherwise a restart of nfguard.service would end it.
 */
void boot_mode_set(const char *word)
{
	char *dir = path_conf(NFG_RUN_DIR);
	char *path = xasprintf("%s/%s", dir, NFG_STORED_MODE);
	char *line = xasprintf("%s\n", word ? word : "");
	int err;

	if (word)
		err = save_whole(dir, NFG_STORED_MODE, line, strlen(line), 0644);
	else
		err = unlink(path) && errno != ENOENT ? -errno : 0;
	if (err)
		msg_warn("%s: cannot be changed: %s: nfguard boot, or a restart of nfguard.service, sets another mode",
			 esc(path), strerror(-err));
	free(line);
	free(path);
	free(dir);
}
