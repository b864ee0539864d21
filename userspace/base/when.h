/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * when.h - times as people write and read them.
 */
#ifndef NFGUARD_WHEN_H
#define NFGUARD_WHEN_H

#include <stdbool.h>

bool when_duration(const char *text, unsigned long *seconds);
bool when_parse(const char *text, unsigned long long *when);
char *when_text(unsigned long long seconds);

#endif /* NFGUARD_WHEN_H */
