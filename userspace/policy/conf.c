// SPDX-License-Identifier: GPL-2.0-only
/*
 * conf.c - parses the text of policy files, which conf_dirs.c finds.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/near.h"
#include "base/util.h"
#include "policy/conf.h"

#define OF_MODPROBE \
	"a line must begin with allow, deny or default; nfguard import FILE prints rules in place of lines of modprobe.d"

const char *verdict_word(enum verdict v)
{
	return v == VERDICT_DENY ? NFG_WORD_DENY : NFG_WORD_ALLOW;
}

const char *scope_word(enum scope s)
{
	return s == SCOPE_ANY ? NFG_WORD_ANY : NFG_WORD_UNPRIVILEGED;
}

static bool is_word(const char *s, size_t n, const char *word)
{
	return n == strlen(word) && !memcmp(s, word, n);
}

/**
 * verdict_parse - parses the word for a verdict
 * @s: the word
 * @n: its length
 * @v: receives the verdict
 *
 * Return: whether the word is allow or deny.
 */
bool verdict_parse(const char *s, size_t n, enum verdict *v)
{
	if (is_word(s, n, NFG_WORD_ALLOW))
		*v = VERDICT_ALLOW;
	else if (is_word(s, n, NFG_WORD_DENY))
		*v = VERDICT_DENY;
	else
		return false;
	return true;
}

/* A word of the current line, before it is interpreted. */
struct raw_word {
	size_t start;
	size_t end;
	unsigned int line;
	unsigned int col;
};

/*
 * The parser's position in a file, and the words of the current logical line.
 * line_start is where the physical line begins.
 */
struct parser {
	struct conf *conf;
	struct conf_file *file;
	struct diags *diags;
	size_t pos;
	size_t line_start;
	unsigned int line;
	struct raw_word *words;
	size_t n_words;
};

static const char *word_text(const struct parser *p, const struct raw_word *w)
{
	return p->file->text + w->start;
}

/* The word as a message quotes it: escaped, and cut short if it is long. */
static const char *quoted(const struct parser *p, const struct raw_word *w)
{
	size_t n = w->end - w->start;

	return esc_n(word_text(p, w), n > 80 ? 80 : n);
}

/* Reports an error at a byte of a word, and quotes the word. */
static void word_error(const struct parser *p, const struct raw_word *w,
		       size_t at, const char *why)
{
	diag_error(p->diags, p->file->path, w->line, w->col + at, "'%s': %s",
		   quoted(p, w), why);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static void next_physical_line(struct parser *p)
{
	p->pos++;
	p->line++;
	p->line_start = p->pos;
}

/*
 * Gathers the words of one logical line. A backslash joins lines only as the
 * very last byte of one; it separates words as a blank does. Leaves pos after
 * the newline.
 */
static void gather_words(struct parser *p)
{
	const char *s = p->file->text;
	size_t len = p->file->len;

	p->n_words = 0;
	while (p->pos < len && s[p->pos] != '\n') {
		struct raw_word w = {
			.start = p->pos,
			.line = p->line,
			.col = p->pos - p->line_start + 1,
		};

		if (blank(s[p->pos])) {
			p->pos++;
			continue;
		}
		if (s[p->pos] == '#') {
			const char *nl = memchr(s + p->pos, '\n', len - p->pos);

			p->pos = nl ? (size_t)(nl - s) : len;
			break;
		}
		if (s[p->pos] == '\\' && p->pos + 1 < len && s[p->pos + 1] == '\n') {
			p->pos++;
			next_physical_line(p);
			continue;
		}
		while (p->pos < len && !blank(s[p->pos]) && s[p->pos] != '\n' &&
		       s[p->pos] != '#' &&
		       !(s[p->pos] == '\\' && p->pos + 1 < len &&
			 s[p->pos + 1] == '\n'))
			p->pos++;
		w.end = p->pos;
		p->words = xgrow(p->words, p->n_words, sizeof(*p->words));
		p->words[p->n_words++] = w;
	}
	if (p->pos < len)
		next_physical_line(p);
}

static void parse_default(struct parser *p)
{
	const struct raw_word *w = &p->words[1];
	struct conf *conf = p->conf;
	enum verdict v;

	if (p->n_words < 2) {
		word_error(p, &p->words[0], 0, "must be followed by allow or deny");
		return;
	}
	if (!verdict_parse(word_text(p, w), w->end - w->start, &v)) {
		word_error(p, w, 0, "the default must be allow or deny");
		return;
	}
	if (p->n_words > 2) {
		word_error(p, &p->words[2], 0, "nothing may follow the default");
		return;
	}
	if (conf->dflt_file && conf->dflt != v) {
		diag_error(p->diags, p->file->path, w->line, p->words[0].col,
			   "'default %s' contradicts 'default %s' at %s:%u",
			   verdict_word(v), verdict_word(conf->dflt),
			   esc(conf->dflt_file->path), conf->dflt_line);
		return;
	}
	if (conf->dflt_file)
		return;
	conf->dflt = v;
	conf->dflt_file = p->file;
	conf->dflt_line = w->line;
}

/**
 * conf_keyword_fault - why a word can't be a name: it is, or nearly is, a keyword
 * @word: the word
 * @len: its length
 *
 * "deny unprivilegd nf_tables" would deny nf_tables to everybody, and a module
 * of the other name.
 *
 * Return: the reason, or NULL.
 */
const char *conf_keyword_fault(const char *word, size_t len)
{
	char *copy = xstrndup(word, len);
	const char *why = NULL;

	if (!strcmp(copy, NFG_WORD_UNPRIVILEGED))
		why = "goes right after allow or deny: allow|deny unprivileged NAME...";
	else if (near_is(copy, NFG_WORD_UNPRIVILEGED))
		why = "did you mean unprivileged? No module has this name";
	else if (!strcmp(copy, NFG_WORD_ALLOW) || !strcmp(copy, NFG_WORD_DENY) ||
		 !strcmp(copy, NFG_WORD_DEFAULT))
		why = "is a keyword, not a module: begin a new line with it";
	free(copy);
	return why;
}

static bool parse_name(struct parser *p, const struct raw_word *w,
		       struct conf_word *out)
{
	static const char prefix[] = "alias:";
	const char *s = word_text(p, w);
	size_t n = w->end - w->start;
	struct name_fault fault;
	size_t skip = 0;

	*out = (struct conf_word){
		.line = w->line, .col = w->col, .start = w->start, .end = w->end,
	};
	if (*s == '@') {
		out->kind = NAME_GROUP;
		if (group_normalise(s, n, &out->name, &fault))
			return true;
		word_error(p, w, fault.at, fault.why);
		return false;
	}
	if (n >= strlen(prefix) && !memcmp(s, prefix, strlen(prefix))) {
		out->alias = true;
		skip = strlen(prefix);
		if (skip == n) {
			word_error(p, w, skip, "must be followed by a name");
			return false;
		}
	}
	if (!out->alias && conf_keyword_fault(s, n)) {
		word_error(p, w, 0, conf_keyword_fault(s, n));
		return false;
	}
	if (name_normalise(s + skip, n - skip, out->alias, &out->name,
			   &out->kind, &fault)) {
		if (!name_is_guard(out->name))
			return true;
		word_error(p, w, skip, "no rule is about nfguard itself");
		free(out->name);
		return false;
	}
	word_error(p, w, skip + fault.at, fault.why);
	return false;
}

static void rule_free(struct conf_rule *rule)
{
	size_t i;

	for (i = 0; i < rule->n_words; i++)
		free(rule->words[i].name);
	free(rule->words);
	free(rule->text);
	free(rule);
}

/* The rule as the operator wrote it, on one line and without its comment. */
static char *rule_text(const struct parser *p)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < p->n_words; i++) {
		const struct raw_word *w = &p->words[i];

		if (i)
			buf_adds(&b, " ");
		buf_add(&b, word_text(p, w), w->end - w->start);
	}
	return b.s;
}

static void parse_rule(struct parser *p, size_t start, enum verdict verdict)
{
	struct conf_rule *rule = xcalloc(1, sizeof(*rule));
	const struct raw_word *w = &p->words[0];
	size_t i = 1, errors = p->diags->errors;

	*rule = (struct conf_rule){
		.file = p->file, .line = w->line, .verdict = verdict,
		.start = start, .end = p->pos, .text = rule_text(p),
	};
	if (p->n_words > 1 && is_word(word_text(p, w + 1), w[1].end - w[1].start,
				      NFG_WORD_UNPRIVILEGED)) {
		rule->scope = SCOPE_UNPRIVILEGED;
		i = 2;
	}
	rule->before = w[i - 1].end;
	if (i == p->n_words)
		word_error(p, &w[i - 1], 0, "must be followed by a name or pattern");
	if (strlen(rule->text) > NFG_RULE_MAX)
		diag_error(p->diags, p->file->path, w->line, w->col,
			   "the rule is longer than %d bytes: split it into several",
			   NFG_RULE_MAX);
	for (; i < p->n_words; i++) {
		struct conf_word word;

		if (!parse_name(p, &w[i], &word))
			continue;
		rule->words = xgrow(rule->words, rule->n_words,
				    sizeof(*rule->words));
		rule->words[rule->n_words++] = word;
	}
	if (p->diags->errors != errors) {
		rule_free(rule);
		return;
	}
	p->conf->rules = xgrow(p->conf->rules, p->conf->n_rules,
			       sizeof(*p->conf->rules));
	p->conf->rules[p->conf->n_rules++] = rule;
}

/* Where it is read is /etc/modprobe.d, and import knows what it did there. */
static const char *line_fault(const char *word, size_t n)
{
	static const char *const words[] = {
		"alias", "blacklist", "install", "options", "remove", "softdep",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (is_word(word, n, words[i]))
			return OF_MODPROBE;
	return "a line must begin with allow, deny or default";
}

static void parse_line(struct parser *p)
{
	size_t start = p->pos;
	const struct raw_word *w;
	enum verdict verdict;
	size_t n;

	gather_words(p);
	if (!p->n_words)
		return;
	if (p->file->first == p->file->len)
		p->file->first = start;
	w = &p->words[0];
	n = w->end - w->start;
	if (is_word(word_text(p, w), n, NFG_WORD_DEFAULT))
		parse_default(p);
	else if (verdict_parse(word_text(p, w), n, &verdict))
		parse_rule(p, start, verdict);
	else
		word_error(p, w, 0, line_fault(word_text(p, w), n));
}

/**
 * conf_parse - parses a policy file
 * @conf: the file and its rules are added to it
 * @path: the file's path, for messages
 * @text: its content, any bytes
 * @len: its length
 * @diags: receives each error in it, with line and column
 */
void conf_parse(struct conf *conf, const char *path, const char *text,
		size_t len, struct diags *diags)
{
	struct conf_file *file = xcalloc(1, sizeof(*file));
	struct parser p = {
		.conf = conf, .file = file, .diags = diags, .line = 1,
	};

	file->path = xstrdup(path);
	file->text = xcalloc(1, len + 1);
	if (len)
		memcpy(file->text, text, len);
	file->len = len;
	file->first = len;
	conf->files = xgrow(conf->files, conf->n_files, sizeof(*conf->files));
	conf->files[conf->n_files++] = file;

	while (p.pos < len)
		parse_line(&p);
	free(p.words);
}

/**
 * conf_find_file - finds a policy file that was read
 * @conf: the policy files
 * @path: its path
 *
 * Return: the file, or NULL.
 */
const struct conf_file *conf_find_file(const struct conf *conf,
				       const char *path)
{
	size_t i;

	for (i = 0; i < conf->n_files; i++)
		if (!strcmp(conf->files[i]->path, path))
			return conf->files[i];
	return NULL;
}

void conf_free(struct conf *conf)
{
	size_t i;

	for (i = 0; i < conf->n_rules; i++)
		rule_free(conf->rules[i]);
	for (i = 0; i < conf->n_files; i++) {
		free(conf->files[i]->path);
		free(conf->files[i]->text);
		free(conf->files[i]);
	}
	free(conf->rules);
	free(conf->files);
	*conf = (struct conf){ 0 };
}
