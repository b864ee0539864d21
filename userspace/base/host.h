/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host.h - what the kernel's command line and lockdown say, and what
 * this process may do.
 */
#ifndef NFGUARD_HOST_H
#define NFGUARD_HOST_H

#include <stdbool.h>

/* Whether nfguard.off is set on the kernel command line. */
bool host_guard_off(void);
/* Whether the kernel refuses modules without a trusted signature. */
bool host_wants_signature(void);
/* Whether the kernel is locked down, in either mode: root can't change it. */
bool host_locked_down(void);
/* Whether the kernel reports that it is not; false also if it reports nothing. */
bool host_not_locked_down(void);
/* Whether this process has CAP_SYS_MODULE; true if that is unknown. */
bool host_may_load_modules(void);
/* Whether this process is in the initial user namespace; true if that is unknown. */
bool host_in_initial_userns(void);

#endif /* NFGUARD_HOST_H */
