# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What Debian's autopkgtest runs, on a host that suits it.

check "debian/tests/guard" exits 0 /root/autopkgtest
