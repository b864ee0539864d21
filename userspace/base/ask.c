// SPDX-License-Identifier: GPL-2.0-only
/*
 * ask.c - asks the person at the terminal.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/ask.h"

/**
 * ask_can - whether somebody is there to answer
 */
bool ask_can(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/**
 * ask_yes - ask for a yes
 * @fmt: what is about to happen, a sentence; what it quotes went through esc()
 *
 * Return: whether the answer was "yes", in full.
 */
bool ask_yes(const char *fmt, ...)
{
	char line[16] = "";
	va_list ap;

	fflush(stdout);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\nType yes to go on: ", stderr);
	if (!fgets(line, sizeof(line), stdin))
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	return !strcmp(line, "yes");
}
