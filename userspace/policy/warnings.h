/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * warnings.h - warns of names in rules that don't do what they seem to do.
 */
#ifndef NFGUARD_WARNINGS_H
#define NFGUARD_WARNINGS_H

#include "policy/closure.h"

void warnings_of_rule(const struct closure *c, size_t rule, struct diags *diags);
bool warnings_expected(const struct conf_rule *rule, const struct conf_rule *by);
const struct conf_rule *warnings_covered_by(const struct closure *c, size_t rule,
					    const struct conf_word *word);

#endif /* NFGUARD_WARNINGS_H */
