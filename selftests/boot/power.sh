# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# After the power went in the middle of apply: the old policy or the new one, whole.

check "armed, enforcing, as the files say" exits 0 nfguard status
stored=/etc/nfguard.d/compiled/$(uname -r)
entries=$(sed -n 's/.*entries=\([0-9]*\)/\1/p;q' /proc/nfguard/policy)
# Between the one and the other there is neither.
check "not both" [ "$(grep -Ec '^rule deny (dummy|xt_\*)$' /proc/nfguard/policy)" -lt 2 ]
check "what was there before" policy_has 'deny nf_conntrack'
check "whole" [ "$(grep -Ec '^(name|pattern) ' /proc/nfguard/policy)" = "$entries" ]
check "what is stored ends with its end" prints end tail -n 1 "$stored"
check "what is stored is whole" [ "$(sed -n '1s/.* policy=//p' "$stored")" = \
	"$(tail -n +2 "$stored" | sha256sum | cut -d' ' -f1)" ]
