/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ask.h - asks the person at the terminal.
 */
#ifndef NFGUARD_ASK_H
#define NFGUARD_ASK_H

#include <stdbool.h>

#include "base/util.h"

bool ask_can(void);
bool ask_yes(const char *fmt, ...) __printf(1, 2);

#endif /* NFGUARD_ASK_H */
