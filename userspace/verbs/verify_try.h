/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verify_try.h - tries to bring denied modules in.
 */
#ifndef NFGUARD_VERIFY_TRY_H
#define NFGUARD_VERIFY_TRY_H

#include "base/table.h"
#include "doctor/verify.h"

struct table *verify_try(const struct force *f, const struct wanted *w, int *worst);

#endif /* NFGUARD_VERIFY_TRY_H */
