// SPDX-License-Identifier: GPL-2.0-only
/*
 * impact_scan.c - which modules a firewall's rules need, by the words in them.
 *
 * This is no parser of nft or iptables: it knows the words that load a module, and
 * passes over what is in quotes, comments, or the name of a chain, set or table.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/paths.h"
#include "doctor/impact_scan.h"

/* nft's own limit for files that include each other. */
#define DEPTH	16

/* More files than a ruleset has; those that include each other would never end. */
#define FILES	1000

/**
 * struct place - where the scan is
 * @im: receives what was found
 * @program: the program
 * @path: the file
 * @line: the line
 * @left: how many more files may be read
 */
struct place {
	struct impacts *im;
	const struct program *program;
	const char *path;
	unsigned int line;
	unsigned int *left;
};

static void need(const struct place *at, const char *module, const char *word)
{
	impact_need(at->im, at->program, module, word, at->path, at->line);
}

/* A word of nft, and the module that it needs. */
static const struct {
	const char *word;
	const char *module;
} nft_words[] = {
	{ "table", "nf_tables" },
	{ "ct", "nft_ct" },
	{ "snat", "nft_nat" },
	{ "dnat", "nft_nat" },
	{ "masquerade", "nft_masq" },
	{ "redirect", "nft_redir" },
	{ "log", "nft_log" },
	{ "limit", "nft_limit" },
	{ "reject", "nft_reject" },
	{ "queue", "nft_queue" },
	{ "quota", "nft_quota" },
	{ "fib", "nft_fib" },
	{ "socket", "nft_socket" },
	{ "tproxy", "nft_tproxy" },
	{ "synproxy", "nft_synproxy" },
	{ "numgen", "nft_numgen" },
	{ "jhash", "nft_hash" },
	{ "symhash", "nft_hash" },
	{ "osf", "nft_osf" },
	{ "ipsec", "nft_xfrm" },
	{ "flowtable", "nft_flow_offload" },
};

static bool one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(word, *list))
			return true;
	return false;
}

/* After these comes a name; after a table's family too. */
static bool names_next(const char *last, const char *before)
{
	static const char *const names[] = {
		"chain", "jump", "goto", "set", "map", "table", NULL,
	};
	static const char *const families[] = {
		"ip", "ip6", "inet", "arp", "bridge", "netdev", NULL,
	};

	return one_of(last, names) ||
	       (one_of(last, families) && !strcmp(before, "table"));
}

static void nft_word(const struct place *at, const char *word, const char *last,
		     const char *before)
{
	size_t i;

	if (!strcmp(word, "nat") && !strcmp(last, "type"))
		need(at, "nft_chain_nat", "type nat");
	if (names_next(last, before))
		return;
	for (i = 0; i < ARRAY_SIZE(nft_words); i++)
		if (!strcmp(word, nft_words[i].word))
			need(at, nft_words[i].module, word);
}

/* Blanks out comments and what is in quotes, but for a file to include. */
static void nft_blank(char *line)
{
	bool quoted = false;

	for (; *line; line++) {
		if (*line == '"') {
			quoted = !quoted;
			*line = ' ';
		} else if (!quoted && *line == '#') {
			*line = '\0';
			return;
		} else if (quoted) {
			*line = ' ';
		}
	}
}

static void nft_file(const struct place *parent, const char *path, int depth);

/* Reads what a line includes: a file, a pattern or a directory; nft looks in /etc. */
static void nft_include(const struct place *at, const char *line, int depth)
{
	const char *from = strchr(line, '"'), *to = from ? strchr(from + 1, '"') : NULL;
	char *name, *path;
	struct stat st;
	glob_t g;
	size_t i;

	if (!to || depth == DEPTH)
		return;
	name = xstrndup(from + 1, to - from - 1);
	path = *name == '/' ? path_host(name) : NULL;
	if (!path) {
		char *full = xasprintf("/etc/%s", name);

		path = path_host(full);
		free(full);
	}
	/* A directory: all files in it. */
	if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
		char *all = xasprintf("%s/*", path);

		free(path);
		path = all;
	}
	if (!glob(path, 0, NULL, &g)) {
		for (i = 0; i < g.gl_pathc; i++)
			nft_file(at, g.gl_pathv[i], depth + 1);
		globfree(&g);
	}
	free(path);
	free(name);
}

static void nft_line(const struct place *at, char *line, char last[2][32], int depth)
{
	char *word;

	line += strspn(line, " \t");
	if (!strncmp(line, "include", 7) && strchr(" \t\"", line[7])) {
		nft_include(at, line, depth);
		return;
	}
	nft_blank(line);
	while ((word = strsep(&line, " \t\r;,{}()=:"))) {
		if (!*word)
			continue;
		nft_word(at, word, last[0], last[1]);
		memcpy(last[1], last[0], sizeof(last[0]));
		snprintf(last[0], sizeof(last[0]), "%s", word);
	}
}

static void nft_file(const struct place *parent, const char *path, int depth)
{
	struct place at = {
		.im = parent->im, .program = parent->program, .path = path,
		.left = parent->left,
	};
	/* The last word and the one before: they may be on earlier lines. */
	char last[2][32] = { "", "" };
	struct buf b = { 0 };
	char *text, *line;

	if (!*at.left)
		return;
	--*at.left;
	if (impact_read(path, &b)) {
		text = b.s;
		while ((line = next_line(&text))) {
			at.line++;
			nft_line(&at, line, last, depth);
		}
	}
	buf_free(&b);
}

/* Whether iptables is iptables-legacy: Debian's alternatives say. */
static bool is_legacy(void)
{
	char *path = path_host("/etc/alternatives/iptables"), to[256];
	ssize_t n = readlink(path, to, sizeof(to) - 1);

	to[n > 0 ? n : 0] = '\0';
	free(path);
	return strstr(to, "legacy");
}

static void iptables_table(const struct place *at, const char *table)
{
	const char *file = strrchr(at->path, '/');
	bool v6 = strstr(file, "6.") || strstr(file, "ip6") || file[strlen(file) - 1] == '6';
	char *word = xasprintf("*%s", table);
	char *module = xasprintf("%s_%s", v6 ? "ip6table" : "iptable", table);

	if (is_legacy()) {
		need(at, module, word);
	} else {
		need(at, "nf_tables", word);
		if (!strcmp(table, "nat"))
			need(at, "nft_chain_nat", word);
	}
	free(module);
	free(word);
}

/* A match or target is a module, by its name or an alias, or part of x_tables. */
static void iptables_extension(const struct place *at, const char *option,
			       const char *name)
{
	static const char *const prefixes[] = { "xt_", "ipt_", "ip6t_" };
	char *word = xasprintf("%s %s", option, name);
	size_t i;

	/* The module of state is that of conntrack. */
	if (!strcmp(name, "state"))
		name = "conntrack";
	for (i = 0; i < ARRAY_SIZE(prefixes); i++) {
		char *module = xasprintf("%s%s", prefixes[i], name);

		impact_need_name(at->im, at->program, module, word, at->path, at->line);
		free(module);
	}
	free(word);
}

static void iptables_line(const struct place *at, char *line)
{
	const char *option = "";
	char *word;

	line += strspn(line, " \t");
	if (*line == '*') {
		line[strcspn(line, " \t\r")] = '\0';
		iptables_table(at, line + 1);
		return;
	}
	if (*line != '-')
		return;
	while ((word = strsep(&line, " \t\r"))) {
		if (!*word)
			continue;
		if (!strcmp(option, "-m") || !strcmp(option, "--match") ||
		    !strcmp(option, "-j") || !strcmp(option, "--jump"))
			iptables_extension(at, option, word);
		option = word;
	}
}

static void iptables_file(struct impacts *im, const struct program *program,
			  const char *path)
{
	struct place at = { .im = im, .program = program, .path = path };
	struct buf b = { 0 };
	char *text, *line;

	if (impact_read(path, &b)) {
		text = b.s;
		while ((line = next_line(&text))) {
			at.line++;
			iptables_line(&at, line);
		}
	}
	buf_free(&b);
}

static bool has_nat(const struct program *program)
{
	size_t i;

	for (i = 0; i < PROGRAM_NEEDS && program->needs[i]; i++)
		if (!strcmp(program->needs[i], "nf_nat"))
			return true;
	return false;
}

/**
 * impact_iptables - notes the denied modules that iptables itself needs
 * @im: receives them
 * @program: a program that runs it
 * @file: what makes that program need them
 * @line: the line there, or 0
 */
void impact_iptables(struct impacts *im, const struct program *program, const char *file,
		     unsigned int line)
{
	static const char *const legacy[] = { "ip_tables", "iptable_filter", "iptable_nat" };
	static const char *const nft[] = { "nf_tables", "nft_compat", "nft_chain_nat" };
	const char *const *names = is_legacy() ? legacy : nft;
	size_t i, n = ARRAY_SIZE(nft) - !has_nat(program);

	for (i = 0; i < n; i++)
		impact_need(im, program, names[i], NULL, file, line);
}

/**
 * impact_scan - notes the denied modules that a program's configuration needs
 * @im: receives them
 * @program: the program
 */
void impact_scan(struct impacts *im, const struct program *program)
{
	unsigned int left = FILES;
	const struct place top = { .im = im, .program = program, .left = &left };
	size_t i;

	for (i = 0; i < PROGRAM_FILES && program->files[i]; i++) {
		char *path = path_host(program->files[i]);

		if (program->scan == SCAN_NFT)
			nft_file(&top, path, 0);
		else if (program->scan == SCAN_IPTABLES)
			iptables_file(im, program, path);
		free(path);
	}
}
