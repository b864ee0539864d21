# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the scripts share: messages, root, the cache, child processes that must not
# outlive the script, directories that are made whole or not at all, entering folders,
# and the table of kernels.

# shellcheck disable=SC2034	# scripts use it
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
top=$(dirname "$scripts")
cache=$top/.cache		# everything is built in here
me=$(basename "$0")

# The module directories and tools of Debian's root are not in every user's PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say()
{
	printf '%s: %s\n' "$me" "$*" >&2
}

# Prints the comment at the head of the script.
usage()
{
	sed -n '4,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
}

# die WHAT [WHAT-TO-DO]
die()
{
	printf '%s: %s\n' "$me" "$1" >&2
	[ $# -lt 2 ] || printf '%s: %s\n' "$me" "$2" >&2
	exit "${die_status:-1}"
}

# Prefixes of commands. `root` runs a command as root. With `contained`, all its
# processes end when it ends or is killed (a PID namespace sees to that), and nobody
# else sees its mounts (a mount namespace). Arrays, not functions: `run` must start the
# process itself.
root=()
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null ||
		die "not root, and there is no sudo" "run this as root, or install sudo"
	root=(sudo)
fi
contained=("${root[@]}" unshare --mount --propagation private --pid --fork
	--kill-child --mount-proc)

# run COMMAND...: so that the script acts on a signal at once. Bash runs a trap only
# after a foreground command has ended, but interrupts `wait` for it.
child=
run()
{
	local status=0

	# <&0: bash gives /dev/null to a background process otherwise.
	"$@" <&0 &
	child=$!
	wait "$child" || status=$?
	child=
	return "$status"
}

# begin_partial DIR: an empty directory to make something in, removed if the script ends
# early. end_partial PLACE moves it to its place. The caller holds a lock: anything that
# is in DIR before is from a script that was killed.
partial=
begin_partial()
{
	partial=$1
	"${root[@]}" rm -rf "$1"
	mkdir -p "$1"
}

end_partial()
{
	if [ -e "$1" ]; then
		"${root[@]}" rm -rf "$1.old"
		mv "$1" "$1.old"
	fi
	mv "$partial" "$1"
	partial=
	"${root[@]}" rm -rf "$1.old"
}

# Ends what `run` started, removes what is half made, then runs the script's own
# cleanup, if it has one.
on_exit()
{
	local status=$?

	trap '' HUP INT TERM
	if [ -n "$child" ]; then
		# From another session: sudo does not pass on a signal that comes
		# from its own process group.
		setsid bash -c "kill $child" 2>/dev/null || true
		wait "$child" 2>/dev/null || true
	fi
	[ -z "$partial" ] || "${root[@]}" rm -rf "$partial"
	if declare -F cleanup >/dev/null; then
		cleanup || true
	fi
	exit "$status"
}

trap_exit()
{
	trap on_exit EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# enter_folder ROOT [DIR=PLACE[=ro]...] -- COMMAND [ARG...]: sets the array `enter` to a
# command that runs COMMAND inside the folder ROOT, without network. The folder is
# read-only, except for its /tmp; each DIR is mounted at PLACE.
enter_folder()
{
	# shellcheck disable=SC2016,SC2034
	enter=("${contained[@]}" --net bash -euc '
		root=$1
		shift
		mount --bind "$root" "$root"
		mount -o remount,bind,ro "$root"
		mount --rbind /dev "$root/dev"
		mount -t proc none "$root/proc"
		mount -t tmpfs none "$root/tmp"
		while [ "$1" != -- ]; do
			IFS== read -r from to how <<<"$1"
			mount --bind "$from" "$root$to"
			[ "$how" != ro ] || mount -o remount,bind,ro "$root$to"
			shift
		done
		shift
		exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8 \
			chroot "$root" "$@"
	' bash "$@")
}

# data FILE: prints it without comments and blank lines.
data()
{
	sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$/d' "$1"
}

# splats FILE: prints each splat in a kernel log, with the lines after it.
splats()
{
	tr -d '\r' <"$1" | sed -E 's/^\[ *[0-9]+\.[0-9]+\](\[ *[CT][0-9]+\])? ?//' |
		grep -E -A 40 -f <(data "$scripts/data/splats")
}

# lock NAME: waits for the lock of that name. The script holds it until unlock, or its
# end.
lock()
{
	mkdir -p "$cache/lock"
	exec {lock_fd}>"$cache/lock/$1"
	if ! flock --nonblock "$lock_fd"; then
		say "waiting for another script that works on $1"
		flock "$lock_fd"
	fi
}

unlock()
{
	exec {lock_fd}>&-
}

# A folder must not be replaced while a script works in it: scripts that do share this
# lock, and who replaces the folder owns it.
share_folder()
{
	mkdir -p "$cache/lock"
	exec {share_fd}>"$cache/lock/use-$1"
	flock --shared "$share_fd"
}

own_folder()
{
	mkdir -p "$cache/lock"
	exec {share_fd}>"$cache/lock/use-$1"
	flock "$share_fd"
}

leave_folder()
{
	exec {share_fd}>&-
}

# kernel_line NAME: sets the k_* variables from the table of kernels, or dies.
kernel_line()
{
	# shellcheck disable=SC2034
	if ! read -r k_name k_suite k_arch k_image k_headers k_qemu k_mem k_timeout k_parameters \
		< <(data "$scripts/data/kernels" | awk -v n="$1" '$1 == n'); then
		die "no kernel is called '$1'" "scripts/vm kernels lists them"
	fi
	# A kernel that we build uses another one's userland.
	k_base=$1
	if [ "$k_image" = built ]; then
		k_base=$k_suite
	fi
	k_dir=$cache/kernels/$k_name
	k_root=$cache/kernels/$k_base/root
	k_disk=$cache/kernels/$k_base/disk.ext4
	arch_line "$k_arch"
}

# arch_line NAME: sets the a_* variables from the table of architectures, or dies, and
# $cross if that is not this machine's.
arch_line()
{
	# shellcheck disable=SC2034
	if ! read -r a_name a_kernel a_triplet a_qemu a_package a_machine a_cpu a_console \
		< <(data "$scripts/data/architectures" | awk -v n="$1" '$1 == n'); then
		die "no architecture is called '$1'" "see scripts/data/architectures"
	fi
	cross=
	[ "$1" = "$(dpkg --print-architecture)" ] || cross=1
}

# stock_kernels: prints the kernels that are packages of Debian's.
stock_kernels()
{
	data "$scripts/data/kernels" | awk '$4 != "built" { print $1 }'
}

default_kernel()
{
	data "$scripts/data/kernels" | awk 'NR == 1 { print $1 }'
}
