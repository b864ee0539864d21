# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tests of the command share: a fake host, running the command there, and
# comparing what it did. A test goes on after a failure, to find others; $test/failed
# exists if there was one.

# shellcheck disable=SC2154	# test, bin, fake and guard_ko are run.sh's

# The version, from the only place that has it.
version=$(sed -n 's/^#define NFG_VERSION[[:space:]]*"\(.*\)"$/\1/p' "$top/kmod/abi/abi.h")

# Makes a host whose guard is loaded, fully in effect, enforcing, and has no rules.
begin()
{
	host=$test/host
	etc=$host/root/etc/nfguard.d
	run=$host/root/run/nfguard.d
	lib=$host/root/usr/lib/nfguard.d
	mkdir -p "$etc" "$run" "$lib" "$host/proc/fake"
	: >"$host/proc/modules"
	no_modules
	guard_loaded
}

guard_loaded()
{
	local digest

	mkdir -p "$host/proc/nfguard" "$host/debug/nfguard"
	digest=$(printf 'default allow\nend\n' | sha256sum | cut -d' ' -f1)
	cat >"$host/proc/nfguard/policy" <<-'END'
	policy 1 token=0123456789abcdef.1 entries=0
	default allow
	end
	END
	cat >"$host/proc/nfguard/status" <<-END
	version $version
	state guarding
	mode enforcing
	locked 0
	record denied
	token 0123456789abcdef.1
	generation 1
	sha256 $digest
	default allow
	rules 0
	names 0
	patterns 0
	request_gate armed
	ftrace_pin held
	load_gate registered
	load_gate_seen 0
	load_gate_denied 0
	load_gate_proved 0
	END
	: >"$host/proc/nfguard/mode"
	: >"$host/proc/nfguard/record"
	: >"$host/proc/nfguard/lock"
	: >"$host/debug/nfguard/rules"
	: >"$host/debug/nfguard/counters"
}

guard_not_loaded()
{
	rm -rf "$host/proc/nfguard" "$host/debug/nfguard"
}

guard_off()
{
	guard_not_loaded
	mkdir "$host/proc/nfguard"
	printf 'version %s\nstate off\n' "$version" >"$host/proc/nfguard/status"
}

# Lines of /proc/modules, so many that a few denied ones are not much of what is live.
other_modules()
{
	printf 'other_%s 1 0 - Live 0x0\n' {1..40}
}

# nfguard is in /proc/modules, as it is when it is loaded.
guard_is_live()
{
	echo 'nfguard 81920 1 - Live 0x0 (OE)' >>"$host/proc/modules"
}

# set_status KEY VALUE
set_status()
{
	sed -i "s/^$1 .*/$1 $2/" "$host/proc/nfguard/status"
}

# steer NAME NUMBER: tells fakeguard.c what to do.
steer()
{
	echo "$2" >"$host/proc/fake/$1"
}

# kernel_config [OPTION...]: prints the configuration of a kernel that has what nfguard
# needs, without those options.
kernel_config()
{
	local option

	echo "# Automatically generated file; DO NOT EDIT."
	while read -r option; do
		case " $* " in
		*" $option "*) echo "# CONFIG_$option is not set" ;;
		*) echo "CONFIG_$option=y" ;;
		esac
	done < <(sed -n 's/^\tX(\([A-Z0-9_]*\)).*/\1/p' "$top/kmod/abi/options.h")
}

# guard_file RELEASE FILE [WORD]: makes the file of nfguard's module, built for that kernel;
# the word is in its vermagic, too.
guard_file()
{
	mkdir -p "$(dirname "$2")"
	LC_ALL=C sed "s/@\{48\}/$(printf '%-32s%16s' "$1" "${3:-}")/" "$guard_ko" >"$2"
}

# tree: makes the module tree from stdin, whose lines are:
#
#	needs PATH [PATH...]	a module's file, which is made for nfguard's alone, and those
#				of what it needs
#	builtin PATH
#	alias ALIAS MODULE
#	symbol SYMBOL MODULE
#	modinfo KEY=VALUE	of the built-in modules
#
# The binary index files have only their headers: the command reads no more of them.
tree()
{
	local what rest first deps file

	rm -rf "$host/modules"
	mkdir -p "$host/modules"
	for file in dep alias symbols; do
		printf '\260\007\364\127\000\002\000\001\000\000\000\010' \
			>"$host/modules/modules.$file.bin"
	done
	: >"$host/modules/modules.dep"
	: >"$host/modules/modules.builtin"
	: >"$host/modules/modules.builtin.modinfo"
	echo '# Aliases of a fake tree' | tee "$host/modules/modules.alias" \
		>"$host/modules/modules.symbols"
	while read -r what rest; do
		case $what in
		needs)
			read -r first deps <<<"$rest"
			echo "$first:${deps:+ $deps}" >>"$host/modules/modules.dep"
			[[ $first != */nfguard.ko ]] || guard_file modules "$host/modules/$first" ;;
		builtin) echo "$rest" >>"$host/modules/modules.builtin" ;;
		alias) echo "alias $rest" >>"$host/modules/modules.alias" ;;
		symbol) echo "alias symbol:$rest" >>"$host/modules/modules.symbols" ;;
		modinfo) printf '%s\0' "$rest" >>"$host/modules/modules.builtin.modinfo" ;;
		esac
	done
	unresolved=shown
}

# No modules at all. The warnings that names in rules are unknown are hidden then.
no_modules()
{
	tree </dev/null
	unresolved=hidden
}

skip()
{
	echo "$*" >"$test/skip"
}

# conf DIR/FILE: writes a policy file from stdin.
conf()
{
	cat >"$host/root/$1"
	chmod 644 "$host/root/$1"
}

# nfg ARGUMENT...: runs the command on the fake host, and keeps stdout, stderr and exit
# status for the checks. A finding of a sanitizer makes it exit with 99.
nfg()
{
	last="nfguard $*"
	# It may be written by another user.
	: >"$host/valgrind"
	chmod 666 "$host/valgrind"
	${as_user:-} env \
		NFGUARD_ROOT="$host/root" NFGUARD_PROC="$host/proc" \
		NFGUARD_DEBUGFS="$host/debug" NFGUARD_MODULES="${modules_dir:-$host/modules}" \
		NFGUARD_SYS="$host/sys" \
		TZ=UTC LC_ALL=C LD_PRELOAD="$fake" \
		ASAN_OPTIONS=verify_asan_link_order=0:exitcode=99 \
		UBSAN_OPTIONS=print_stacktrace=1 \
		"${under[@]}" ${under:+--log-file="$host/valgrind"} \
		"$bin" "$@" >"$host/out" 2>"$host/err"
	status=$?
	if [ -s "$host/valgrind" ]; then
		bad "valgrind has a finding"
		sed 's/^/#   /' "$host/valgrind"
	fi
	if grep -qE 'Sanitizer|runtime error' "$host/err"; then
		bad "a sanitizer has a finding"
		sed 's/^/#   /' "$host/err"
	fi
	sed -i "s|$host/root||g; s|$host/||g" "$host/out" "$host/err"
	[ "$unresolved" = shown ] ||
		sed -i -e '/is not a module or alias of this kernel/d' \
			-e '/matches no module of this kernel/d' "$host/err"
}

bad()
{
	echo "# ${last:-before the first run}: $*"
	: >"$test/failed"
}

# Without it a check whose name is spelled wrong would check nothing. Bash calls it in a
# process of its own.
command_not_found_handle()
{
	bad "$1: no such command"
	return 127
}

# same WHAT FILE: the content of FILE is stdin.
same()
{
	local want

	want=$(cat; echo .)
	[ "$(cat "$2"; echo .)" != "$want" ] || return 0
	bad "$1: not as expected (- expected, + got)"
	diff -u <(printf '%s' "${want%.}") "$2" | sed '1,2d; s/^/#   /'
}

# For `exits STATUS`, the exit status of the last nfg.
# shellcheck source=selftests/lib/exits.sh
. "$top/selftests/lib/exits.sh"

wrong_status()
{
	bad "exit status $status, not $1"
	sed 's/^/#   /' "$host/err"
}

out() { same stdout "$host/out"; }
err() { same stderr "$host/err"; }
silent() { err </dev/null; }

# err_has TEXT: a line of stderr contains it.
err_has()
{
	grep -qF -- "$1" "$host/err" || {
		bad "stderr lacks: $1"
		sed 's/^/#   /' "$host/err"
	}
}

err_lacks()
{
	! grep -qF -- "$1" "$host/err" || bad "stderr has: $1"
}

out_has()
{
	grep -qF -- "$1" "$host/out" || {
		bad "stdout lacks: $1"
		sed 's/^/#   /' "$host/out"
	}
}

out_lacks()
{
	! grep -F -- "$1" "$host/out" || bad "stdout has: $1"
}

# in_force: the policy in force, without its first line, is stdin.
in_force()
{
	tail -n +2 "$host/proc/nfguard/policy" >"$host/body"
	same "the policy in force" "$host/body"
}

# entries N: the policy's header announces N entries.
entries()
{
	local n

	n=$(sed -n '1s/.*entries=//p' "$host/proc/nfguard/policy")
	[ "$n" = "$1" ] || bad "entries=$n in the header, not $1"
}

generation()
{
	local n

	n=$(sed -n 's/^generation //p' "$host/proc/nfguard/status")
	[ "$n" = "$1" ] || bad "generation $n, not $1"
}

# file DIR/FILE: its content is stdin.
file()
{
	if [ -e "$host/root/$1" ]; then
		same "$1" "$host/root/$1"
	else
		bad "$1 does not exist"
	fi
}

no_file()
{
	[ ! -e "$host/root/$1" ] || bad "$1 exists"
}

# remember, untouched: between the two, no file of the host may change.
remember()
{
	snapshot=$(cd "$host" && find root proc/nfguard -type f ! -path root/run/nfguard/lock -exec sha256sum {} + | sort)
}

untouched()
{
	local now

	now=$(cd "$host" && find root proc/nfguard -type f ! -path root/run/nfguard/lock -exec sha256sum {} + | sort)
	[ "$now" = "$snapshot" ] || {
		bad "files have changed"
		diff <(echo "$snapshot") <(echo "$now") | sed 's/^/#   /'
	}
}

no_temporary()
{
	local left

	left=$(find "$host/root" -name '.*' -type f)
	[ -z "$left" ] || bad "a temporary file is left behind: $left"
}

needs_json()
{
	python3 -c 'import json.tool' 2>/dev/null || {
		skip "no python3 with json, so no JSON is read"
		return 1
	}
}

# needs_nobody: from here on, nfg runs the command as nobody.
needs_nobody()
{
	local nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"

	$nobody true 2>/dev/null || {
		skip "not root, or no setpriv, so nobody else to be"
		return 1
	}
	as_user=$nobody
}

valid_json()
{
	python3 -m json.tool <"$host/out" >/dev/null || bad "stdout is not valid JSON"
}

# json EXPRESSION WANTED: a Python expression, in which d is the document.
json()
{
	local got

	got=$(python3 -c "import json, sys; d = json.load(sys.stdin); print($1)" \
		<"$host/out" 2>&1)
	[ "$got" = "$2" ] || bad "$1 is $got, not $2"
}
