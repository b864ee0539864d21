# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What Debian's autopkgtest runs, on a host as it wants one.

check "debian/tests/guard" exits 0 /root/autopkgtest
