// SPDX-License-Identifier: GPL-2.0-only
/*
 * policy.c - makes a policy from its text. Knows no gate, no lock and no kprobe.
 * Builds in user space too. abi.h documents the grammar and the errnos.
 */
#include "policy.h"
#include "abi/text.h"

struct word {
	const char *p;
	size_t len;
};

/**
 * struct parser - the state of the parser
 * @policy: the policy that it makes
 * @rest: what follows the current line
 * @end: the end of the text
 * @line: number of the current line, from 1
 * @args: what is left of the current line
 * @n_entries: number of entries that the header announces
 * @pool: free space for names
 * @why: filled in if the text is refused
 */
struct parser {
	struct nfg_policy *policy;
	const char *rest;
	const char *end;
	unsigned int line;
	struct word args;
	u32 n_entries;
	char *pool;
	struct nfg_refusal *why;
};

/* Notes that the current line is refused, and why, and returns @err. */
static int refuse(struct parser *parser, int err, const char *reason)
{
	parser->why->line = parser->line;
	parser->why->reason = reason;
	return err;
}

static bool word_is(const struct word *word, const char *what)
{
	return word->len == strlen(what) && !memcmp(word->p, what, word->len);
}

/* Cuts @prefix off @word; returns false if @word does not begin with it. */
static bool cut_prefix(struct word *word, const char *prefix)
{
	size_t len = strlen(prefix);

	if (word->len < len || memcmp(word->p, prefix, len))
		return false;
	word->p += len;
	word->len -= len;
	return true;
}

/* The next word of the line; empty between two spaces, or if none is left. */
static struct word next_word(struct parser *parser)
{
	struct word *args = &parser->args;
	const char *blank = memchr(args->p, ' ', args->len);
	struct word word = { args->p, blank ? blank - args->p : args->len };
	size_t used = word.len + !!blank;

	args->p += used;
	args->len -= used;
	return word;
}

static int next_line(struct parser *parser)
{
	const char *newline;

	parser->line++;
	newline = memchr(parser->rest, '\n', parser->end - parser->rest);
	if (!newline)
		return refuse(parser, -EBADMSG,
			      "text ends before its end line");

	parser->args.p = parser->rest;
	parser->args.len = newline - parser->rest;
	parser->rest = newline + 1;

	if (!nfg_printable(parser->args.p, parser->args.len))
		return refuse(parser, -EILSEQ, "byte outside printable ASCII");
	if (parser->args.len && parser->rest[-2] == ' ')
		return refuse(parser, -EINVAL, "space at the end of a line");
	return 0;
}

/* Not kstrtou32(), which needs a NUL at the end. */
static bool parse_number(const struct word *word, u32 *number)
{
	size_t i;

	if (!word->len || word->len > 9)
		return false;
	*number = 0;
	for (i = 0; i < word->len; i++) {
		if (word->p[i] < '0' || word->p[i] > '9')
			return false;
		*number = *number * 10 + (word->p[i] - '0');
	}
	return true;
}

static int parse_verdict(struct parser *parser, u8 *verdict)
{
	struct word word = next_word(parser);

	if (word_is(&word, NFG_WORD_ALLOW))
		*verdict = NFG_ALLOW;
	else if (word_is(&word, NFG_WORD_DENY))
		*verdict = NFG_DENY;
	else
		return refuse(parser, -EINVAL, "verdict must be allow or deny");
	return 0;
}

static int parse_header(struct parser *parser)
{
	struct nfg_policy *policy = parser->policy;
	struct word policy_word, format, token, entries;
	u32 number;

	policy_word = next_word(parser);
	format = next_word(parser);
	token = next_word(parser);
	entries = next_word(parser);

	if (!word_is(&policy_word, NFG_WORD_POLICY) || parser->args.len)
		return refuse(parser, -EBADMSG, "not a policy header");
	if (!parse_number(&format, &number) || number != NFG_FORMAT)
		return refuse(parser, -EINVAL, "unknown format");
	if (!cut_prefix(&token, NFG_WORD_TOKEN) || token.len > NFG_TOKEN_MAX)
		return refuse(parser, -EINVAL, "token missing or too long");
	if (!cut_prefix(&entries, NFG_WORD_ENTRIES) ||
	    !parse_number(&entries, &parser->n_entries))
		return refuse(parser, -EINVAL, "no valid number of entries");
	if (parser->n_entries > NFG_ENTRIES_MAX)
		return refuse(parser, -E2BIG, "too many entries");

	policy->token = token.p;
	policy->token_len = token.len;
	policy->body = parser->rest;
	policy->body_len = parser->end - parser->rest;
	return 0;
}

static int add_rule(struct parser *parser, const char *text, size_t len)
{
	struct nfg_policy *policy = parser->policy;
	struct nfg_rule *rule;

	if (policy->n_rules > NFG_RULES_MAX)	/* rule 0 does not count */
		return refuse(parser, -E2BIG, "too many rules");
	if (!len)
		return refuse(parser, -EINVAL, "rule without text");
	if (len > NFG_RULE_MAX)
		return refuse(parser, -ENAMETOOLONG, "rule too long");

	rule = &policy->rules[policy->n_rules++];
	rule->text = text;
	rule->len = len;
	return 0;
}

static int parse_default(struct parser *parser)
{
	const char *line = parser->args.p;
	struct word word = next_word(parser);
	int err;

	if (!word_is(&word, NFG_WORD_DEFAULT))
		return refuse(parser, -EINVAL, "no default line");
	err = parse_verdict(parser, &parser->policy->default_verdict);
	if (err)
		return err;
	if (parser->args.len)
		return refuse(parser, -EINVAL,
			      "words after the default verdict");
	return add_rule(parser, line, parser->args.p - line);
}

/* A name that is as it will be looked up is read where the text has it. */
static bool needs_pool(bool pattern, const struct word *word)
{
	return pattern || memchr(word->p, '-', word->len);
}

static int parse_entry_name(struct parser *parser, struct nfg_entry *entry,
			    bool pattern)
{
	struct word word = next_word(parser);
	bool balanced;

	if (!word.len)
		return refuse(parser, -EINVAL, "no name");
	if (parser->args.len)
		return refuse(parser, -EINVAL, "more than one name");
	if (word.len > (pattern ? NFG_PATTERN_MAX : NFG_NAME_MAX))
		return refuse(parser, -ENAMETOOLONG, "name too long");

	entry->len = word.len;
	if (!needs_pool(pattern, &word)) {
		entry->name = word.p;
		return 0;
	}
	balanced = nfg_normalise(parser->pool, word.p, word.len);
	parser->pool[word.len] = '\0';
	if (pattern && !balanced)
		return refuse(parser, -EINVAL,
			      "unbalanced bracket in a pattern");
	if (pattern && word.p[word.len - 1] == '\\')
		return refuse(parser, -EINVAL, "pattern ends in a backslash");

	entry->name = parser->pool;
	parser->pool += word.len + 1;
	return 0;
}

static int parse_entry(struct parser *parser, bool pattern)
{
	struct nfg_policy *policy = parser->policy;
	struct nfg_entry *entry;
	struct word scope;
	int err;

	if (policy->n_names + policy->n_patterns == parser->n_entries)
		return refuse(parser, -EBADMSG, "more entries than announced");
	if (policy->n_rules < 2)
		return refuse(parser, -EINVAL, "entry before the first rule");

	entry = &policy->entries[policy->n_names + policy->n_patterns];
	entry->rule = policy->n_rules - 1;
	err = parse_verdict(parser, &entry->verdict);
	if (err)
		return err;

	scope = next_word(parser);
	entry->unprivileged = word_is(&scope, NFG_WORD_UNPRIVILEGED);
	if (!entry->unprivileged && !word_is(&scope, NFG_WORD_ANY))
		return refuse(parser, -EINVAL, "unknown scope");

	err = parse_entry_name(parser, entry, pattern);
	if (err)
		return err;

	if (pattern && policy->n_patterns++ == NFG_PATTERNS_MAX)
		return refuse(parser, -E2BIG, "too many patterns");
	policy->n_names += !pattern;
	if (!nfg_index_add(policy, entry, pattern))
		return refuse(parser, -EEXIST, "duplicate name");
	return 0;
}

static int parse_end(struct parser *parser)
{
	struct nfg_policy *policy = parser->policy;

	if (parser->args.len)
		return refuse(parser, -EINVAL, "words after end");
	if (parser->rest != parser->end)
		return refuse(parser, -EBADMSG, "text after the end line");
	if (policy->n_names + policy->n_patterns != parser->n_entries)
		return refuse(parser, -EBADMSG, "fewer entries than announced");
	if (nfg_index_costs_too_much(policy))
		return refuse(parser, -E2BIG,
			      "too many patterns with the same beginning");
	return 0;
}

static int parse_rules(struct parser *parser)
{
	bool end = false;
	struct word word;
	int err;

	do {
		err = next_line(parser);
		if (err)
			return err;
		word = next_word(parser);
		end = word_is(&word, NFG_WORD_END);
		if (end)
			err = parse_end(parser);
		else if (word_is(&word, NFG_WORD_NAME))
			err = parse_entry(parser, false);
		else if (word_is(&word, NFG_WORD_PATTERN))
			err = parse_entry(parser, true);
		else if (word_is(&word, NFG_WORD_RULE))
			err = add_rule(parser, parser->args.p,
				       parser->args.len);
		else
			err = refuse(parser, -EINVAL, "unknown word");
	} while (!err && !end);
	return err;
}

/**
 * struct room - what a text needs
 * @rules: rules, with two to spare: for the default's, and for one too many
 * @patterns: patterns
 * @pool: bytes for names and patterns that are copied
 */
struct room {
	size_t rules;
	size_t patterns;
	size_t pool;
};

/* Goes by the first byte of a line: its words are read later. */
static struct room count_lines(const struct parser *parser)
{
	struct room room = { .rules = 2, .pool = 1 };
	struct word line = { .p = parser->rest };
	const char *newline;
	bool pattern;

	for (; line.p < parser->end; line.p = newline + 1) {
		newline = memchr(line.p, '\n', parser->end - line.p);
		if (!newline)
			break;
		line.len = newline - line.p;
		pattern = *line.p == *NFG_WORD_PATTERN;
		room.rules += *line.p == *NFG_WORD_RULE;
		room.patterns += pattern;
		if (pattern || (*line.p == *NFG_WORD_NAME && needs_pool(false, &line)))
			room.pool += line.len;
	}
	if (room.rules > NFG_RULES_MAX + 2)
		room.rules = NFG_RULES_MAX + 2;
	if (room.patterns > NFG_PATTERNS_MAX + 1)
		room.patterns = NFG_PATTERNS_MAX + 1;
	return room;
}

/*
 * Allocates for the entries that the header announces, but for no more than the rest
 * of the text can hold: each takes a line, "name deny any x\n" at least. So a header
 * alone can't allocate much memory.
 */
static int alloc_tables(struct parser *parser)
{
	struct nfg_policy *policy = parser->policy;
	size_t left = parser->end - parser->rest;
	struct room room = count_lines(parser);

	if (parser->n_entries > left / strlen("name deny any x\n"))
		return refuse(parser, -EBADMSG,
			      "more entries announced than fit the text");

	policy->rules = nfg_zalloc(room.rules, sizeof(*policy->rules));
	/* One more, so that none is empty. */
	policy->entries = nfg_zalloc(parser->n_entries + 1,
				     sizeof(*policy->entries));
	policy->pool = nfg_zalloc(room.pool, 1);
	if (!policy->rules || !policy->entries || !policy->pool ||
	    nfg_index_alloc(&policy->names, parser->n_entries) ||
	    nfg_index_alloc(&policy->prefixes, room.patterns))
		return refuse(parser, -ENOMEM, "out of memory");

	parser->pool = policy->pool;
	return 0;
}

/**
 * nfg_policy_parse - make a policy from its text
 * @text: the text, allocated with kvmalloc(); need not end in a NUL. It
 *	belongs to the policy if this succeeds, else still to the caller
 * @len: its length, at most NFG_TEXT_MAX
 * @policy: gets the policy
 * @why: gets line and reason if the text is refused
 *
 * Context: process, may sleep.
 * Return: 0, or a negative errno as abi.h documents.
 */
int nfg_policy_parse(char *text, size_t len, struct nfg_policy **policy,
		     struct nfg_refusal *why)
{
	struct parser parser = {
		.rest = text,
		.end = text + len,
		.why = why,
	};
	int err;

	if (!len)
		return nfg_refuse(why, -EBADMSG, "empty text");
	if (len > NFG_TEXT_MAX)
		return nfg_refuse(why, -EFBIG, "text too long");

	parser.policy = nfg_zalloc(1, sizeof(*parser.policy));
	if (!parser.policy)
		return nfg_refuse(why, -ENOMEM, "out of memory");

	err = next_line(&parser) ?:
	      parse_header(&parser) ?:
	      alloc_tables(&parser) ?:
	      next_line(&parser) ?:
	      parse_default(&parser) ?:
	      parse_rules(&parser);
	if (err) {
		nfg_policy_free(parser.policy);
		return err;
	}
	parser.policy->text = text;
	*policy = parser.policy;
	return 0;
}

/**
 * nfg_policy_free - free a policy with its text
 * @policy: the policy, which nobody may still read; NULL is fine
 *
 * Context: process, may sleep.
 */
void nfg_policy_free(struct nfg_policy *policy)
{
	if (!policy)
		return;
	kvfree(policy->prefixes.slots);
	kvfree(policy->names.slots);
	kvfree(policy->pool);
	kvfree(policy->entries);
	kvfree(policy->rules);
	kvfree(policy->text);
	kvfree(policy);
}
