// SPDX-License-Identifier: GPL-2.0-only
/*
 * guard_lines_check.c - lines of modprobe.d that keep the guard itself from being loaded:
 * nfguard boot loads it as modprobe would.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/cmdline.h"
#include "doctor/checks.h"
#include "doctor/modprobe_view.h"

#define GUARD	"nfguard"

static bool is_about_guard(const struct modprobe_line *line, const char *command)
{
	return line_is(line, command) && name_matches(line->name, GUARD);
}

/* Whether options have off= last with a value that is true. */
static bool has_off(const char *options)
{
	char *copy = xstrdup(options), *rest = copy, *word;
	struct cmdline words;
	struct buf line = { 0 };
	bool off;

	buf_adds(&line, "");
	while ((word = strsep(&rest, " ")))
		buf_addf(&line, GUARD ".%s ", word);
	cmdline_parse(&words, line.s);
	off = cmdline_true(&words, GUARD ".off");
	cmdline_free(&words);
	buf_free(&line);
	free(copy);
	return off;
}

static void check_line(const struct modprobe_line *line, bool first, struct report *report)
{
	if (is_about_guard(line, "options") && has_off(line->rest))
		report_add(report, "guard", line->file, line->line,
			   "options %s %s keeps the guard off: it is loaded inert at boot",
			   esc(line->name), esc(line->rest));
	else if (first && is_about_guard(line, "install"))
		report_add(report, "guard", line->file, line->line,
			   "install %s %s is run in place of loading the guard, so %s",
			   esc(line->name), esc(line->rest), install_refuses(line->rest) ?
			   "nothing is in force after the next boot" :
			   "whether it is loaded at boot is up to that command");
	else
		return;
	report_remedy(report, "remove that line");
}

/**
 * doctor_guard_lines - finds lines of modprobe.d that keep the guard from being loaded
 * @report: gets a finding for each
 */
void doctor_guard_lines(struct report *report)
{
	struct modprobe_lines lines;
	bool first = true;
	size_t i;

	modprobe_lines_read(&lines);
	for (i = 0; i < lines.n; i++) {
		check_line(&lines.list[i], first, report);
		/* modprobe heeds no other install line. */
		first &= !is_about_guard(&lines.list[i], "install");
	}
	modprobe_lines_free(&lines);
}
