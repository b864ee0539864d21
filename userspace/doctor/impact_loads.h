/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * impact_loads.h - what loads modules by name at boot, or sets what they have.
 */
#ifndef NFGUARD_IMPACT_LOADS_H
#define NFGUARD_IMPACT_LOADS_H

#include "doctor/impact_need.h"

void impact_loads(struct impacts *im);

#endif /* NFGUARD_IMPACT_LOADS_H */
