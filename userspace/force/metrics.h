/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * metrics.h - the state and the counters as text for Prometheus.
 */
#ifndef NFGUARD_METRICS_H
#define NFGUARD_METRICS_H

#include "force/in_force.h"
#include "force/live.h"

void metrics_text(const struct force *f, const struct live *live,
		  const struct kif_counters *counters, struct buf *out);

#endif /* NFGUARD_METRICS_H */
