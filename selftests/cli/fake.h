/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake.h - the files in $NFGUARD_PROC/fake that steer a fake host.
 */
#ifndef NFGUARD_FAKE_H
#define NFGUARD_FAKE_H

#include <stdio.h>

/* The number in a file, 0 if there is none. */
long number_in(const char *name);
/* NULL if there is no such file. */
FILE *open_fake(const char *name);

#endif /* NFGUARD_FAKE_H */
