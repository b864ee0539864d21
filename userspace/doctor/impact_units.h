/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * impact_units.h - which of systemd's units start, and the modules that they load.
 */
#ifndef NFGUARD_IMPACT_UNITS_H
#define NFGUARD_IMPACT_UNITS_H

#include "doctor/impact_need.h"

void impact_units_started(struct impacts *im);
const char *impact_unit_link(const struct impacts *im, const char *unit);
void impact_units(struct impacts *im);

#endif /* NFGUARD_IMPACT_UNITS_H */
