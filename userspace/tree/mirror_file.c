// SPDX-License-Identifier: GPL-2.0-only
/*
 * mirror_file.c - the file of modprobe.d that nfguard writes: how it is known.
 *
 * Its third line has the digest of all that follows, so that what somebody changed by
 * hand is not taken for what nfguard wrote.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/paths.h"
#include "tree/mirror_file.h"
#include "tree/names.h"

#define HEAD \
	"# Written by nfguard from its policy, and kept true: nfguard mirror off removes it.\n" \
	"# It is not written again once it was edited, except by nfguard mirror on --force.\n"
#define MARK	"# sha256 "

/* More than all modules of a kernel need. */
#define TEXT_MAX	(4u << 20)

const char *mirror_state_word(enum mirror_state state)
{
	static const char *const words[] = {
		[MIRROR_OFF] = "off", [MIRROR_ON] = "on",
		[MIRROR_EDITED] = "edited", [MIRROR_FOREIGN] = "foreign",
	};

	return words[state];
}

/**
 * mirror_file_text - make the file's text
 * @lines: what modprobe is to read
 * @text: receives the whole
 */
void mirror_file_text(const struct buf *lines, struct buf *text)
{
	char digest[SHA256_HEX];

	sha256_hex(lines->s, lines->len, digest);
	buf_addf(text, HEAD MARK "%s\n", digest);
	buf_add(text, lines->s, lines->len);
}

static enum mirror_state state_of(const struct buf *text)
{
	static const size_t head = sizeof(HEAD MARK) - 1;
	char digest[SHA256_HEX];
	const char *lines;

	if (strncmp(text->s, HEAD MARK, head))
		return MIRROR_FOREIGN;
	lines = text->s + head + SHA256_HEX;
	if (text->len < head + SHA256_HEX)
		return MIRROR_EDITED;
	sha256_hex(lines, strlen(lines), digest);
	return strncmp(text->s + head, digest, SHA256_HEX - 1) ? MIRROR_EDITED :
								 MIRROR_ON;
}

/**
 * mirror_file_state - whose file the mirror's is
 * @path: its path
 * @text: receives what is in it
 *
 * Return: the state; a link is not nfguard's.
 */
enum mirror_state mirror_file_state(const char *path, struct buf *text)
{
	struct stat st;

	buf_adds(text, "");
	if (lstat(path, &st))
		return errno == ENOENT ? MIRROR_OFF : MIRROR_FOREIGN;
	if (!S_ISREG(st.st_mode) || read_whole(path, TEXT_MAX, text))
		return MIRROR_FOREIGN;
	return state_of(text);
}

/**
 * mirror_file_modules - how many modules the file keeps out
 * @text: what is in it
 *
 * A module may be there as its file is spelled too, right after its name.
 */
size_t mirror_file_modules(const struct buf *text)
{
	static const char start[] = "blacklist ";
	char *copy = xstrdup(text->s), *rest = copy, *line;
	const char *last = "";
	size_t n = 0;

	while ((line = next_line(&rest))) {
		if (strncmp(line, start, strlen(start)))
			continue;
		line += strlen(start);
		name_underscore(line);
		n += strcmp(line, last) != 0;
		last = line;
	}
	free(copy);
	return n;
}

/**
 * mirror_file_is_ours - whether a file of modprobe.d is the mirror, as nfguard wrote it
 * @path: the file
 *
 * Return: whether it has the mirror's name, and is.
 */
bool mirror_file_is_ours(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf text = { 0 };
	bool ours;

	if (strcmp(slash ? slash + 1 : path, NFG_MIRROR_FILE))
		return false;
	ours = mirror_file_state(path, &text) == MIRROR_ON;
	buf_free(&text);
	return ours;
}
