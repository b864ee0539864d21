# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# nfguard test: whether a name would be denied, by which rule, at which gate.

# test_closure.sh has two_modules.
denied_base()
{
	two_modules
	conf etc/nfguard.d/50.conf <<-'END'
	# why
	allow third
	deny base
	END
	nfg apply
	exits 0
}

test_test_names_gate_rule_and_line()
{
	denied_base
	remember
	nfg test top --as 0
	exits 5
	silent
	out <<-'END'
	top would be denied at both gates
	asker         root, uid 0: privileged (assumed to have CAP_SYS_MODULE)
	request gate  denied: top, needs base
	              by deny base (/etc/nfguard.d/50.conf:3)
	load gate     denied: top, needs base
	              by deny base (/etc/nfguard.d/50.conf:3)
	policy        the one in force, generation 2; matches the policy files
	END
	nfg test third --as 0
	exits 0
	silent
	out <<-'END'
	third would be allowed
	asker         root, uid 0: privileged (assumed to have CAP_SYS_MODULE)
	request gate  allowed: third
	              by allow third (/etc/nfguard.d/50.conf:2)
	load gate     allowed: third
	              by allow third (/etc/nfguard.d/50.conf:2)
	policy        the one in force, generation 2; matches the policy files
	END
	untouched
}

test_test_of_a_request()
{
	denied_base
	# The kernel takes '-' for '_', and so does the command.
	nfg test top-alias --as 0 --request
	exits 5
	out <<-'END'
	top_alias would be denied at the request gate
	asker         root, uid 0: privileged (assumed to have CAP_SYS_MODULE)
	request gate  denied: top_alias, leads to base
	              by deny base (/etc/nfguard.d/50.conf:3)
	policy        the one in force, generation 2; matches the policy files
	END
	nfg test alias:base_alias --load
	exits 5
	out_has 'load gate     denied: base'
	! grep -q 'request gate' "$host/out" || bad "the request gate was asked"
	nfg test symbol:top_sends --request
	exits 5
	out_has 'denied: symbol:top_sends, leads to base'
}

# An alias of a denied and an allowed module: only the load gate can tell them apart.
test_test_of_an_alias_that_is_denied_in_part()
{
	denied_base
	nfg test shared --as 0
	exits 5
	out <<-'END'
	shared would be denied in part, at the load gate
	asker         root, uid 0: privileged (assumed to have CAP_SYS_MODULE)
	request gate  allowed: shared
	              by allow third (/etc/nfguard.d/50.conf:2)
	load gate     denied: top, needs base
	              by deny base (/etc/nfguard.d/50.conf:3)
	              allowed: third
	              by allow third (/etc/nfguard.d/50.conf:2)
	policy        the one in force, generation 2; matches the policy files
	END
	nfg test shared --request
	exits 0
}

# The load is a modprobe's of root's, whoever asked: that rule is the request gate's.
test_test_as_somebody()
{
	two_modules
	conf etc/nfguard.d/50.conf <<<'deny unprivileged top'
	nfg apply
	nfg test --as 65534 top
	exits 5
	out <<-'END'
	top would be denied at the request gate
	asker         nobody, uid 65534: unprivileged (assumed to lack CAP_SYS_MODULE)
	request gate  denied: top
	              by deny unprivileged top (/etc/nfguard.d/50.conf:1)
	              only unprivileged askers are denied
	load gate     allowed: top
	              by default allow
	policy        the one in force, generation 2; matches the policy files
	END
	nfg test --as nobody top
	exits 5
	nfg test --as root top
	exits 0
	out_has 'unprivileged askers are denied, by deny unprivileged top'
	nfg test --as nobody --load top
	exits 0
	nfg test --as no-such-user top
	exits 2
	err <<<"nfguard: test: --as 'no-such-user': this host has no such user: name another, or give a uid"
	nfg test --as 4294967295 top
	exits 2
}

# What the caller may do decides, not its user ID.
test_test_as_the_caller()
{
	two_modules
	conf etc/nfguard.d/50.conf <<<'deny unprivileged top'
	nfg apply
	mkdir -p "$host/proc/self/ns"
	printf 'CapEff:\t%016x\n' $((1 << 16)) >"$host/proc/self/status"
	nfg test top
	exits 0
	out_has 'privileged (has CAP_SYS_MODULE in the initial user namespace)'
	ln -s 'user:[4026532177]' "$host/proc/self/ns/user"
	nfg test top
	exits 5
	out_has 'unprivileged (lacks CAP_SYS_MODULE in the initial user namespace)'
	ln -sf 'user:[4026531837]' "$host/proc/self/ns/user"
	nfg test top
	exits 0
	printf 'CapEff:\t%016x\n' 0 >"$host/proc/self/status"
	nfg test top
	exits 5
}

test_test_in_permissive_mode()
{
	denied_base
	nfg mode permissive
	nfg test base --as 0
	exits 0
	silent
	[ "$(head -n 1 "$host/out")" = 'base would be denied; permissive mode lets it pass' ] ||
		bad "it says: $(head -n 1 "$host/out")"
}

test_test_of_what_is_live_or_built_in()
{
	denied_base
	echo 'base 16384 0 - Live 0x0' >"$host/proc/modules"
	nfg test base --as 0
	exits 3
	silent
	[ "$(head -n 1 "$host/out")" = 'base is live already: no verdict changes that' ] ||
		bad "it says: $(head -n 1 "$host/out")"
	out_has 'load gate     denied: base (live already)'
	# What needs it is not live.
	nfg test top
	exits 5
	nfg test third
	exits 0
	tree <<<'builtin kernel/net/base.ko'
	nfg apply
	nfg test base
	exits 3
	out_has 'base is built in already: no verdict changes that'
}

test_test_of_an_unknown_name()
{
	denied_base
	nfg test thrid --as 0
	exits 3
	out_has 'thrid would be allowed'
	err <<<"nfguard: 'thrid' is not a module or alias of this kernel (modules): did you mean third?"
	conf etc/nfguard.d/60.conf <<<'deny thr*'
	nfg apply
	nfg test thrid
	exits 5
	out_has 'by deny thr* (/etc/nfguard.d/60.conf:1)'
	for name in '' 'x*' @net 'a b'; do
		nfg test "$name"
		exits 2
		err_has "nfguard: test: '$name': "
	done
	nfg test
	exits 2
	nfg test a b
	exits 2
}

test_test_without_a_guard()
{
	denied_base
	guard_not_loaded
	nfg test base --as 0
	exits 4
	out <<-'END'
	base is denied by the policy, but nothing enforces that
	asker         root, uid 0: privileged (assumed to have CAP_SYS_MODULE)
	request gate  denied: base
	              by deny base (/etc/nfguard.d/50.conf:3)
	load gate     denied: base
	              by deny base (/etc/nfguard.d/50.conf:3)
	policy        that of the policy files
	END
	err_has 'the kernel module is not loaded'
}

# Whatever gate is missing can't deny.
test_test_with_a_gate_missing()
{
	denied_base
	set_status state degraded
	set_status request_gate 'degraded ENOENT'
	nfg test base --request
	exits 4
	err_has 'the request gate is not armed'
	nfg test base
	exits 5
	out_has 'base would be denied at the load gate'
}

test_test_where_the_policy_in_force_is_another()
{
	denied_base
	conf etc/nfguard.d/50.conf <<<'deny third'
	nfg test base --as 0
	exits 5
	err <<<'nfguard: warning: the policy in force (generation 2) differs from the policy files: nfguard apply'
	out_has 'by deny base'
	! grep -q '50.conf' "$host/out" || bad "it names a line that the files do not have"
	out_has 'policy        the one in force, generation 2; differs from the policy files'
	needs_nobody || return 0
	chmod 600 "$host/proc/nfguard/policy"
	nfg test third
	exits 5
	out_has 'by deny third (/etc/nfguard.d/50.conf:1)'
	out_has 'policy        that of the policy files'
	err_has 'differs from the policy files, and only root may read it: run it as root'
}

test_test_of_policy_files_with_an_error()
{
	denied_base
	conf etc/nfguard.d/60.conf <<<'dney x'
	nfg test base
	exits 5
	out_has 'by deny base'
	err_has '/etc/nfguard.d/60.conf:1:1:'
	guard_not_loaded
	nfg test base
	exits 2
	[ ! -s "$host/out" ] || bad "an answer without a policy"
}

test_test_of_an_image()
{
	denied_base
	mkdir -p "$host/image/etc/nfguard.d" "$host/image/usr/lib/modules"
	cp -r "$host/modules" "$host/image/usr/lib/modules/6.1"
	ln -s usr/lib "$host/image/lib"
	echo 'deny third' >"$host/image/etc/nfguard.d/1.conf"
	echo 'third 16384 0 - Live 0x0' >"$host/proc/modules"
	nfg test --root "$host/image" third
	exits 5
	silent
	out_has 'third would be denied at both gates'
	nfg test --root "$host/image" base
	exits 0
}

test_test_as_JSON()
{
	needs_json || return 0
	denied_base
	nfg test --json --as 0 top-alias
	exits 5
	valid_json
	json 'd["test"]' "[{'name': 'top_alias', 'user': 'root', 'uid': 0, 'unprivileged': False, 'policy': 'in force', 'generation': 2, 'mode': 'enforcing', 'known': True, 'denied': True}]"
	json 'd["answers"][0]' "{'gate': 'request', 'name': 'top_alias', 'verdict': 'deny', 'enforced': True, 'rule': 'deny base', 'at': '/etc/nfguard.d/50.conf:3', 'scope': 'any', 'because_of': 'base', 'present': None}"
	json 'd["answers"][1]' "{'gate': 'load', 'name': 'top', 'verdict': 'deny', 'enforced': True, 'rule': 'deny base', 'at': '/etc/nfguard.d/50.conf:3', 'scope': 'any', 'because_of': 'base', 'present': None}"
	nfg mode permissive
	nfg test --json base
	exits 0
	json 'd["answers"][0]["verdict"]' would-deny
	json 'd["answers"][0]["enforced"]' False
	json 'd["test"][0]["denied"]' False
	guard_not_loaded
	nfg test --json nothing
	exits 4
	json 'd["test"][0]["policy"]' files
	json 'd["test"][0]["known"]' False
	json 'd["test"][0]["generation"]' None
	json 'd["answers"][0]["at"]' None
}
