/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tap.h - prints the points of a unit test as KTAP. The plan comes last, as tables of
 * cases grow; a test that ends without a plan has crashed.
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define __printf(fmt, args) __attribute__((__format__(printf, fmt, args)))

static unsigned int tap_points, tap_failures;

/* Prints a comment: about what comes next, or about why the next point fails. */
static inline __printf(1, 2)
void note(const char *fmt, ...)
{
	va_list args;

	printf("# ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

static inline __printf(2, 3)
bool point(bool ok, const char *fmt, ...)
{
	va_list args;

	printf("%sok %u ", ok ? "" : "not ", ++tap_points);
	tap_failures += !ok;
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	return ok;
}

static inline void tap_begin(void)
{
	puts("TAP version 13");
}

/* What main() returns. */
static inline int tap_end(void)
{
	printf("1..%u\n", tap_points);
	return tap_failures || !tap_points;
}

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif /* TAP_H */
