# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# After a power failure in the middle of apply: the old policy or the new one, complete.

check "the guard is fully in effect" exits 0 nfguard status
stored=/etc/nfguard.d/compiled/$(uname -r)
entries=$(sed -n 's/.*entries=\([0-9]*\)/\1/p;q' /proc/nfguard/policy)
# Between the two rules, the policy has neither.
check "the policy has at most one of the two rules" [ "$(grep -Ec '^rule deny (dummy|xt_\*)$' /proc/nfguard/policy)" -lt 2 ]
check "the policy has the rule from before" policy_has 'deny nf_conntrack'
check "the policy has all of its entries" [ "$(grep -Ec '^(name|pattern) ' /proc/nfguard/policy)" = "$entries" ]
check "the stored policy has its end line" prints end tail -n 1 "$stored"
check "the stored policy matches its digest" [ "$(sed -n '1s/.* policy=//p' "$stored")" = \
	"$(tail -n +2 "$stored" | sha256sum | cut -d' ' -f1)" ]
