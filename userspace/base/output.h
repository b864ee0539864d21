/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * output.h - what a program prints.
 */
#ifndef NFGUARD_OUTPUT_H
#define NFGUARD_OUTPUT_H

#include <stdbool.h>

#include "base/util.h"

bool output_of(const char *program, const char *arg, struct buf *out);

#endif /* NFGUARD_OUTPUT_H */
