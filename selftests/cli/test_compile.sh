# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# From rules to entries: the first written rule decides, though the kernel looks
# at exact names before patterns.

test_a_later_rule_for_a_decided_name_is_left_out()
{
	conf etc/nfguard.d/50.conf <<-'END'
	allow xt_LOG
	deny xt_LOG xt_nat
	END
	nfg apply
	exits 0
	err <<<"nfguard: warning: /etc/nfguard.d/50.conf:2:6: 'xt_LOG' can never match here: 'allow xt_LOG' at /etc/nfguard.d/50.conf:1 decides first"
	in_force <<-'END'
	default allow
	rule allow xt_LOG
	rule deny xt_LOG xt_nat
	name deny any xt_nat
	end
	END
	entries 1
}

test_a_name_behind_a_pattern_is_left_out()
{
	conf etc/nfguard.d/50.conf <<-'END'
	deny xt_*
	allow xt_LOG
	END
	nfg apply
	exits 0
	err_has "/etc/nfguard.d/50.conf:2:7: 'xt_LOG' can never match here: 'deny xt_*' at /etc/nfguard.d/50.conf:1 decides first"
	in_force <<-'END'
	default allow
	rule deny xt_*
	pattern deny any xt_*
	rule allow xt_LOG
	end
	END
}

test_a_name_before_a_pattern_stays()
{
	conf etc/nfguard.d/50.conf <<-'END'
	allow xt_LOG
	deny xt_*
	END
	nfg apply
	exits 0
	silent
	in_force <<-'END'
	default allow
	rule allow xt_LOG
	name allow any xt_LOG
	rule deny xt_*
	pattern deny any xt_*
	end
	END
}

test_an_unprivileged_pattern_before_a_name()
{
	conf etc/nfguard.d/50.conf <<-'END'
	deny unprivileged nf_*
	allow nf_tables nf_nat
	END
	nfg apply
	exits 0
	silent
	in_force <<-'END'
	default allow
	rule deny unprivileged nf_*
	pattern deny unprivileged nf_*
	rule allow nf_tables nf_nat
	end
	END
	entries 1
}

test_an_unprivileged_pattern_does_not_cover_all_askers()
{
	conf etc/nfguard.d/50.conf <<-'END'
	allow unprivileged nf_*
	deny unprivileged nf_tables
	deny nf_*
	deny unprivileged nf_*
	END
	nfg apply
	exits 0
	err_has "/etc/nfguard.d/50.conf:2:19: 'nf_tables' can never match here: 'allow unprivileged nf_*'"
	err_has "/etc/nfguard.d/50.conf:4:19: 'nf_*' can never match here: 'allow unprivileged nf_*'"
	err_lacks ":3:"
	in_force <<-'END'
	default allow
	rule allow unprivileged nf_*
	pattern allow unprivileged nf_*
	rule deny unprivileged nf_tables
	rule deny nf_*
	pattern deny any nf_*
	rule deny unprivileged nf_*
	end
	END
}

test_the_same_name_for_both_kinds_of_askers()
{
	conf etc/nfguard.d/50.conf <<-'END'
	deny unprivileged nf_tables
	allow nf_tables
	allow unprivileged nf_tables
	END
	nfg apply
	exits 0
	err_has "/etc/nfguard.d/50.conf:3:20: 'nf_tables' can never match here: 'deny unprivileged nf_tables'"
	in_force <<-'END'
	default allow
	rule deny unprivileged nf_tables
	name deny unprivileged nf_tables
	rule allow nf_tables
	rule allow unprivileged nf_tables
	end
	END
}

test_a_repeated_rule_is_merged()
{
	conf etc/nfguard.d/50.conf <<<'deny a'
	conf etc/nfguard.d/60.conf <<<'deny   a   # again'
	nfg apply
	exits 0
	err <<<"nfguard: warning: /etc/nfguard.d/60.conf:1: 'deny a' can never match here: it repeats the rule at /etc/nfguard.d/50.conf:1"
	in_force <<-'END'
	default allow
	rule deny a
	name deny any a
	end
	END
}

test_nothing_matches_behind_a_star()
{
	conf etc/nfguard.d/50.conf <<-'END'
	deny *
	deny xt_*
	END
	nfg apply
	exits 0
	err_has "'xt_*' can never match here: 'deny *'"
	entries 1
}

test_patterns_match_normalised_names()
{
	conf etc/nfguard.d/50.conf <<-'END'
	deny nft-expr-?t
	allow nft-expr-ct nft_expr_[!a]t nft_expr_lt
	END
	nfg apply
	exits 0
	err_has "50.conf:2:7: 'nft_expr_ct' can never match here"
	err_has "50.conf:2:34: 'nft_expr_lt' can never match here"
	in_force <<-'END'
	default allow
	rule deny nft-expr-?t
	pattern deny any nft_expr_?t
	rule allow nft-expr-ct nft_expr_[!a]t nft_expr_lt
	pattern allow any nft_expr_[!a]t
	end
	END
}
