// SPDX-License-Identifier: GPL-2.0-only
/*
 * autoload_check.c - what the kernel runs in place of modprobe.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
#include "doctor/checks.h"

#define REMEDY	"sysctl kernel.modprobe=/sbin/modprobe, and remove the setting from sysctl.d, unless that is meant"

static bool runs_nothing(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;

	return !strcmp(name, "true") || !strcmp(name, "false");
}

/**
 * doctor_autoload - finds a kernel.modprobe by which nothing is loaded on request
 * @report: gets a warning: that defeats no denial, but hides what a host lacks
 */
void doctor_autoload(struct report *report)
{
	char *path = path_proc("sys/kernel/modprobe"), *program;
	struct buf text = { 0 };
	size_t before = report->n;

	if (read_whole(path, 4096, &text))
		goto out;
	text.s[strcspn(text.s, "\n")] = '\0';
	program = path_host(text.s);
	if (!*text.s)
		report_add(report, "autoload", path, 0,
			   "it is empty, so the kernel loads no module on request, whatever the policy");
	else if (strpbrk(text.s, " \t") && access(program, X_OK))
		report_add(report, "autoload", path, 0,
			   "'%s': the kernel takes options for a part of the program's name, finds no such program, and loads no module on request",
			   esc(text.s));
	else if (access(program, X_OK))
		report_add(report, "autoload", path, 0,
			   "'%s' is no program that can be run, so the kernel loads no module on request",
			   esc(text.s));
	else if (runs_nothing(text.s))
		report_add(report, "autoload", path, 0,
			   "'%s' loads nothing, so the kernel loads no module on request",
			   esc(text.s));
	if (report->n > before)
		report_remedy(report, REMEDY);
	report_warnings(report, before);
	free(program);
out:
	buf_free(&text);
	free(path);
}
