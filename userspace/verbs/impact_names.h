/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * impact_names.h - the names that impact is given, as a rule about modules.
 */
#ifndef NFGUARD_IMPACT_NAMES_H
#define NFGUARD_IMPACT_NAMES_H

#include <stdbool.h>

#include "policy/conf_edit.h"
#include "policy/source.h"
#include "verbs/verb.h"

bool impact_name_is_alias(const struct tree *tree, const char *name,
			  struct ids *targets);
bool impact_rule(const struct edit *edit, struct buf *text);
bool impact_names_known(const struct invocation *inv, const struct edit *edit,
			const struct source *src);

#endif /* NFGUARD_IMPACT_NAMES_H */
