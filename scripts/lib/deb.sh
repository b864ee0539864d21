# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh assigns them
# The sources that Debian packages are built from. Needs common.sh.

# Prints their names: whatever git knows of, and nothing that was built beside it.
deb_list()
{
	git -C "$top" ls-files -z --cached --others --exclude-standard -- \
		Kbuild Makefile README.md NEWS.md LICENSE kmod userspace debian
}

# deb_sources DIR: copies them to DIR.
deb_sources()
{
	mkdir -p "$1"
	deb_list |
		rsync --archive --no-owner --no-group --from0 --files-from=- \
			--ignore-missing-args "$top/" "$1/"
}
