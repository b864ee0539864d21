/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * name_slips.h - arguments that are not the name of anything.
 */
#ifndef NFGUARD_NAME_SLIPS_H
#define NFGUARD_NAME_SLIPS_H

#include "policy/conf_edit.h"
#include "tree/names.h"

bool name_say_slip(const char *word);
void name_say_faulty(const char *word, const struct name_fault *fault);
void name_say_elsewhere(const char *word, const struct conf_rule *rule);
void name_say_unnamed(const struct conf *conf, const struct edit *edit, size_t i);

#endif /* NFGUARD_NAME_SLIPS_H */
