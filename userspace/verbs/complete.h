/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * complete.h - what a shell may offer for an argument.
 */
#ifndef NFGUARD_COMPLETE_H
#define NFGUARD_COMPLETE_H

#include "verbs/verb.h"

void complete_operand(enum operand operand);

#endif /* NFGUARD_COMPLETE_H */
