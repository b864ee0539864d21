# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# The boot after presets_on.sh, with the other two presets: the host is up, Docker is not.
. "$here/presets_lib.sh"

# Docker's iptables may have loaded already what user-namespaces denies to users only.
check "the guard is in effect" prints "guarding, version" nfguard status
check "nothing denied is live" fails live nf_conntrack
check "docker was denied" wait_for 60 denied_program '(iptables|dockerd|modprobe)'
check "its service is named" prints docker.service nfguard events --container docker.service
check "modprobe is denied" fails modprobe nf_conntrack
check "verify agrees" exits 0 nfguard verify nf_conntrack
# What docker's iptables had loaded before it failed, a user need not load.
check "user-namespaces does not hold, and says so" exits 3 nfguard verify
check "preset disable user-namespaces" exits 0 nfguard preset disable user-namespaces
image_is_built
check "then all holds" exits 0 nfguard verify
check "preset disable no-conntrack" exits 0 nfguard preset disable no-conntrack
check "docker can be started again" docker_again
journal -u docker.service | tail -n 5 | sed 's/^/# /'
check "containers run" containers_run
check "and nothing has failed" nothing_failed
