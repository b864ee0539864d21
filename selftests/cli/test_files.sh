# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# The policy files: which are read, and which lines are valid.

test_files_in_lexical_order_over_all_directories()
{
	conf etc/nfguard.d/30-c.conf <<<'deny c'
	conf run/nfguard.d/20-b.conf <<<'deny b'
	conf usr/lib/nfguard.d/10-a.conf <<<'deny a'
	nfg apply
	exits 0
	silent
	out <<<'generation 1 -> 2, 3 rules, 3 entries'
	in_force <<-'END'
	default allow
	rule deny a
	name deny any a
	rule deny b
	name deny any b
	rule deny c
	name deny any c
	end
	END
	entries 3
}

test_same_file_name_shadows()
{
	conf usr/lib/nfguard.d/50.conf <<<'deny vendor'
	conf run/nfguard.d/50.conf <<<'deny runtime'
	nfg apply
	exits 0
	grep -q runtime "$host/proc/nfguard/policy" || bad "/run does not shadow /usr/lib"
	! grep -q vendor "$host/proc/nfguard/policy" || bad "/usr/lib is read too"
	conf etc/nfguard.d/50.conf <<<'deny admin'
	nfg apply
	exits 0
	in_force <<-'END'
	default allow
	rule deny admin
	name deny any admin
	end
	END
}

test_link_to_dev_null_masks()
{
	conf usr/lib/nfguard.d/50.conf <<<'deny vendor'
	ln -s /dev/null "$etc/50.conf"
	nfg apply
	exits 0
	silent
	out <<<'unchanged, generation 1'
}

test_files_with_other_names_are_not_read()
{
	conf etc/nfguard.d/.hidden.conf <<<'deny a'
	conf etc/nfguard.d/50.conf.bak <<<'deny b'
	conf etc/nfguard.d/README <<<'what is this'
	nfg apply
	exits 0
	out <<<'unchanged, generation 1'
}

test_missing_directories_mean_no_rules()
{
	rm -rf "$host/root"
	nfg apply
	exits 0
	silent
	out <<<'unchanged, generation 1'
}

test_comments_blanks_and_continuation()
{
	# shellcheck disable=SC1003
	printf '%s\n' '# a comment' '' '   ' \
		$'\tdeny\ta   b\t# and why' \
		'allow c \' '   d \' 'e' \
		'deny f# no blank before' \
		'# this comment \' 'deny g' |
		conf etc/nfguard.d/50.conf
	printf 'deny last' >>"$etc/50.conf"
	nfg apply
	exits 0
	silent
	in_force <<-'END'
	default allow
	rule deny a b
	name deny any a
	name deny any b
	rule allow c d e
	rule deny f
	name deny any f
	rule deny g
	name deny any g
	rule deny last
	name deny any last
	end
	END
}

test_dash_is_underscore_but_in_brackets()
{
	conf etc/nfguard.d/50.conf <<-'END'
	deny nf-conntrack xt-[a-c]-* alias:net-pf-16
	END
	nfg apply
	exits 0
	in_force <<-'END'
	default allow
	rule deny nf-conntrack xt-[a-c]-* alias:net-pf-16
	pattern deny any xt_[a-c]_*
	name deny any net_pf_16
	name deny any nf_conntrack
	end
	END
}

test_every_error_has_file_line_and_column()
{
	conf etc/nfguard.d/40.conf <<-'END'
	block nf_tables
	deny
	deny unprivileged
	  deny  ok  bad]one
	END
	{
		echo '# second file'
		echo 'deny [abc x[] y[!] z[^a] w[[:alpha:]]'
		echo 'deny a \ b'
		echo 'deny @ip[s] alias: alias:x*'
		printf 'deny caf\303\251 x\001y\n'
		printf 'deny dos\r\n'
		echo 'default'
		echo 'default maybe'
		echo 'default deny please'
		echo "deny $(printf '%056d' 0) \\"
		echo " $(printf '%0256d*' 0)"
	} | conf etc/nfguard.d/50.conf
	remember
	nfg apply
	exits 2
	out </dev/null
	err <<-'END'
	nfguard: /etc/nfguard.d/40.conf:1:1: 'block': a line must begin with allow, deny or default
	nfguard: /etc/nfguard.d/40.conf:2:1: 'deny': must be followed by a name or pattern
	nfguard: /etc/nfguard.d/40.conf:3:6: 'unprivileged': must be followed by a name or pattern
	nfguard: /etc/nfguard.d/40.conf:4:16: 'bad]one': a bracket that was never opened
	nfguard: /etc/nfguard.d/50.conf:2:6: '[abc': a bracket that is never closed
	nfguard: /etc/nfguard.d/50.conf:2:12: 'x[]': empty brackets
	nfguard: /etc/nfguard.d/50.conf:2:16: 'y[!]': empty brackets
	nfguard: /etc/nfguard.d/50.conf:2:22: 'z[^a]': to negate brackets, write [!...]
	nfguard: /etc/nfguard.d/50.conf:2:27: 'w[[:alpha:]]': a bracket inside brackets
	nfguard: /etc/nfguard.d/50.conf:3:8: '\': a backslash that is not at the end of a line
	nfguard: /etc/nfguard.d/50.conf:4:9: '@ip[s]': a group cannot be a pattern
	nfguard: /etc/nfguard.d/50.conf:4:19: 'alias:': must be followed by a name
	nfguard: /etc/nfguard.d/50.conf:4:27: 'alias:x*': a pattern is not allowed here
	nfguard: /etc/nfguard.d/50.conf:5:9: 'caf\xc3\xa9': a byte outside printable ASCII
	nfguard: /etc/nfguard.d/50.conf:5:13: 'x\x01y': a byte outside printable ASCII
	nfguard: /etc/nfguard.d/50.conf:6:9: 'dos\x0d': a carriage return: convert DOS line endings (dos2unix)
	nfguard: /etc/nfguard.d/50.conf:7:1: 'default': must be followed by allow or deny
	nfguard: /etc/nfguard.d/50.conf:8:9: 'maybe': the default must be allow or deny
	nfguard: /etc/nfguard.d/50.conf:9:14: 'please': nothing may follow the default
	nfguard: /etc/nfguard.d/50.conf:10:1: the rule is longer than 255 bytes: split it into several
	nfguard: /etc/nfguard.d/50.conf:10:61: '00000000000000000000000000000000000000000000000000000000': longer than any name that the kernel can request
	nfguard: /etc/nfguard.d/50.conf:11:257: '00000000000000000000000000000000000000000000000000000000000000000000000000000000': longer than a pattern may be
	nfguard: nothing was changed, generation 1 stays in force
	END
	untouched
}

test_a_name_of_55_bytes_passes()
{
	conf etc/nfguard.d/50.conf <<<"deny $(printf '%055d' 0)"
	nfg apply
	exits 0
	entries 1
}

test_NUL_and_a_megabyte_in_a_line()
{
	{
		printf 'deny a\0b\n'
		printf 'deny '
		head -c 1000000 /dev/zero | tr '\0' x
		echo
	} | conf etc/nfguard.d/50.conf
	nfg apply
	exits 2
	err_has "/etc/nfguard.d/50.conf:1:7: 'a\\x00b': a byte outside printable ASCII"
	err_has "/etc/nfguard.d/50.conf:2:1: the rule is longer than 255 bytes"
	[ "$(wc -c <"$host/err")" -lt 2000 ] || bad "the message is a megabyte long"
}

test_default_once_or_the_same_twice()
{
	conf etc/nfguard.d/10.conf <<<'default deny'
	conf etc/nfguard.d/20.conf <<<'default deny'
	nfg apply
	exits 0
	in_force <<-'END'
	default deny
	end
	END
	conf etc/nfguard.d/30.conf <<-'END'
	deny a
	 default allow
	END
	nfg apply
	exits 2
	err_has "nfguard: /etc/nfguard.d/30.conf:2:2: 'default allow' contradicts 'default deny' at /etc/nfguard.d/10.conf:1"
	generation 2
}

test_files_that_others_may_write_are_refused()
{
	conf etc/nfguard.d/50.conf <<<'deny a'
	chmod 664 "$etc/50.conf"
	nfg apply
	exits 2
	err_has "nfguard: /etc/nfguard.d/50.conf: writable by group or others (mode 0664)"
	chmod 646 "$etc/50.conf"
	nfg apply
	exits 2
	err_has "(mode 0646)"
	chmod 644 "$etc/50.conf"
	chmod 777 "$etc"
	nfg apply
	exits 2
	err_has "nfguard: /etc/nfguard.d: writable by group or others (mode 0777)"
	chmod 755 "$etc"
	nfg apply
	exits 0
}

test_files_of_someone_else_are_refused()
{
	[ "$(id -u)" = 0 ] || { skip "not root, so no chown"; return; }
	conf etc/nfguard.d/50.conf <<<'deny a'
	chown 4321 "$etc/50.conf"
	nfg apply
	exits 2
	err_has "nfguard: /etc/nfguard.d/50.conf: owned by uid 4321 instead of root"
	chown 0 "$etc/50.conf"
	chown 4321 "$etc"
	nfg apply
	exits 2
	err_has "nfguard: /etc/nfguard.d: owned by uid 4321"
	generation 1
}

test_what_is_not_a_regular_file_is_refused()
{
	mkdir "$etc/50.conf"
	nfg apply
	exits 2
	err_has "nfguard: /etc/nfguard.d/50.conf: a directory, not a regular file, so it can't be read: rename it so that it does not end in .conf, or remove it"
	mv "$etc/50.conf" "$etc/50.old"
	nfg check
	exits 0
	mkfifo "$etc/50.conf"
	nfg apply
	exits 2
	err_has "a pipe, not a regular file, so it can't be read: rename it"
}

# Each has a way out.
test_files_that_cannot_be_opened()
{
	python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' \
		"$etc/50.conf" 2>/dev/null && {
		nfg check
		exits 2
		err_has "/etc/nfguard.d/50.conf: No such device or address: a socket, or a device without a driver: rename it"
		rm "$etc/50.conf"
	}
	ln -s 60.conf "$etc/50.conf"
	ln -s 50.conf "$etc/60.conf"
	nfg check
	exits 2
	err_has "/etc/nfguard.d/50.conf: Too many levels of symbolic links: links that lead to each other: remove them"
	rm "$etc/50.conf" "$etc/60.conf"
	rmdir "$lib"
	: >"$lib"
	nfg check
	exits 2
	err_has "/usr/lib/nfguard.d: Not a directory: move it away"
	rm "$lib"
	conf etc/nfguard.d/50.conf <<<'deny a'
	chmod 600 "$etc/50.conf"
	needs_nobody || return 0
	nfg check
	exits 2
	err_has "/etc/nfguard.d/50.conf: Permission denied: run this as root"
}

test_too_many_rules_or_patterns()
{
	seq -f 'deny m%.0f' 4097 | conf etc/nfguard.d/50.conf
	nfg apply
	exits 2
	err_has "nfguard: policy: 4097 rules exceed the kernel module's limit of 4096: put several names into one rule"
	seq -f 'm%.0f*' 1025 | xargs -n 16 echo deny | conf etc/nfguard.d/50.conf
	nfg apply
	exits 2
	err_has "1025 patterns exceed the kernel module's limit of 1024: use fewer or narrower rules"
	seq -f 'm%.0f' 65537 | xargs -n 30 echo deny | conf etc/nfguard.d/50.conf
	nfg apply
	exits 2
	err_has "65537 names and patterns exceed the kernel module's limit of 65536: use fewer or narrower rules"
	generation 1
}

# Each of them costs each request for such a name, so they have a limit of their own.
test_too_many_patterns_with_the_same_beginning()
{
	local limit="patterns that the kernel module has to compare with the same names, which are too many: begin some with more letters, or name the modules; it takes 100 with no more than one '*', or 10 others"

	# As many as are allowed, and more that begin with other letters.
	{
		seq -f '*m%.0f' 40 | xargs -n 16 echo deny
		seq -f '?m%.0f' 2 | xargs echo allow unprivileged
		seq -f '[n]m%.0f' 3 | xargs echo deny
		seq -f 'm%.0f*' 10 19 | xargs -n 16 echo deny
		seq -f 'x*%.0f' 10 | xargs -n 16 echo deny
	} | conf etc/nfguard.d/50.conf
	nfg apply
	exits 0
	silent
	generation 2
	printf 'deny first \\\n\tm_1 *one_more\ndeny *two_more\n' | conf etc/nfguard.d/60.conf
	for verb in check apply "apply --dry-run"; do
		# shellcheck disable=SC2086
		nfg $verb
		exits 2
		err_has "nfguard: /etc/nfguard.d/60.conf:2:6: '*one_more' is one of 57 $limit"
	done
	rm "$etc/60.conf"
	nfg deny --force '*verb'
	exits 2
	# Its rule goes before the others, so it is the last of them that is too many.
	err_has "/etc/nfguard.d/50.conf:7:42: 'x*10' is one of 56 patterns"
	no_file etc/nfguard.d/50-nfguard.conf
	generation 2
}

# An alias that is a pattern counts too: of it the rule is named.
test_too_many_aliases_with_the_same_beginning()
{
	tree < <(
		echo 'needs kernel/a.ko'
		seq -f 'alias *x%.0f a' 101
		seq -f 'alias pci:v%.0f* a' 200
	)
	printf '\ndeny a\n' | conf etc/nfguard.d/50.conf
	nfg check
	exits 2
	err_has "nfguard: /etc/nfguard.d/50.conf:2: '*x101' is one of 101 patterns"
}

test_unknown_names_give_a_warning()
{
	tree <<-'END'
	needs kernel/net/netfilter/nf_conntrack.ko
	builtin kernel/net/ipv4/tcp_cubic.ko
	END
	conf etc/nfguard.d/50.conf <<-'END'
	# names
	allow tcp_cubic
	deny nf_conntrack nf_contrack xt_* @ipset @net/netfilter
	END
	nfg apply
	exits 0
	err <<-'END'
	nfguard: warning: /etc/nfguard.d/50.conf:3:19: 'nf_contrack' is not a module or alias of this kernel: did you mean nf_conntrack?
	nfguard: warning: /etc/nfguard.d/50.conf:3:31: 'xt_*' matches no module of this kernel
	nfguard: warning: /etc/nfguard.d/50.conf:3:36: '@ipset': no module of this kernel is in such a directory
	END
	generation 2
}

test_a_hundred_thousand_rules()
{
	seq -f 'deny m%.0f' 100000 | conf etc/nfguard.d/50.conf
	remember
	nfg apply
	exits 2
	err <<-'END'
	nfguard: policy: 100000 rules exceed the kernel module's limit of 4096: put several names into one rule
	nfguard: nothing was changed, generation 1 stays in force
	END
	nfg deny one
	exits 2
	untouched
	no_temporary
}
