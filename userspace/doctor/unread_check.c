// SPDX-License-Identifier: GPL-2.0-only
/*
 * unread_check.c - rules in files that are not read as policy files, as their names
 * do not end in ".conf".
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "abi/abi.h"
#include "base/drop_ins.h"
#include "base/paths.h"
#include "doctor/checks.h"
#include "policy/conf.h"

/* What is put beside a file on purpose: by package managers, editors and a rollback. */
static bool is_leftover(const char *name)
{
	static const char *const marks[] = {
		".dpkg-", ".rpm", ".ucf-", ".unconfirmed",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (strstr(name, marks[i]))
			return true;
	return *name == '.' || name[strlen(name) - 1] == '~';
}

static void check_file(const char *path, struct report *report)
{
	char *real = path_followed(path);
	struct diags diags = { 0 };
	struct conf conf = { 0 };
	struct buf text = { 0 };
	struct stat st;

	if (!stat(real, &st) && S_ISREG(st.st_mode) &&
	    !read_whole(real, NFG_TEXT_MAX, &text))
		conf_parse(&conf, path, text.s, text.len, &diags);
	if (conf.n_rules) {
		report_add(report, "policy-file", path, conf.rules[0]->line,
			   "not read, as its name does not end in .conf: '%s'%s",
			   esc(conf.rules[0]->text), conf.n_rules > 1 ?
			   " and its other rules have no effect" : " has no effect");
		report_remedy(report,
			      "rename it to end in .conf, then nfguard apply, or remove it");
	}
	conf_free(&conf);
	diags_free(&diags);
	buf_free(&text);
	free(real);
}

/**
 * doctor_unread - finds rules in files that are not read
 * @report: gets a finding for each file
 */
void doctor_unread(struct report *report)
{
	size_t d;

	for (d = 0; d < NFG_CONF_DIRS; d++) {
		char *link = path_conf(nfg_conf_dirs[d]), *dir = path_followed(link);
		struct dirent **entries;
		int n = scandir(dir, &entries, NULL, alphasort), i;

		for (i = 0; i < n; i++) {
			char *path = xasprintf("%s/%s", dir, entries[i]->d_name);

			if (!drop_in_is_read(entries[i]->d_name) &&
			    !is_leftover(entries[i]->d_name))
				check_file(path, report);
			free(path);
			free(entries[i]);
		}
		if (n >= 0)
			free(entries);
		free(dir);
		free(link);
	}
}
