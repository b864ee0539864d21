# SPDX-License-Identifier: GPL-2.0-only
# awk -f weave.awk FILE.acsl FILE.c: prints FILE.c with the annotations of FILE.acsl in it,
# so that the source itself has none. A block of FILE.acsl begins with one of
#
#   == FUNCTION			it goes before that function
#   == FUNCTION: LINE		it goes before that line of it
#   => FUNCTION: LINE		it takes that line's place
#
# The tabs that a line begins with do not count. Fails if the place of a block is not
# there exactly once: then the source has changed, and the annotations must follow. Lines
# that begin with '#' are comments.

function complain(what)
{
	print "weave.awk: " what >"/dev/stderr"
	failed = 1
}

# Returns whether the line itself goes.
function put(place)
{
	if (!(place in blocks))
		return 0
	printf "%s", blocks[place]
	if (used[place]++)
		complain("two places are '" place "'")
	return instead[place]
}

NR == FNR && /^#/ { next }
NR == FNR && /^[=][=>] / {
	place = substr($0, 4)
	if (place in blocks)
		complain("two blocks are for '" place "'")
	blocks[place] = ""
	instead[place] = /^=>/
	next
}
NR == FNR {
	if (place != "")
		blocks[place] = blocks[place] $0 "\n"
	next
}

# A definition begins in the first column, and does not end on its line as a prototype does.
/^[a-z].*\(/ && !/;$/ {
	name = $0
	sub(/\(.*/, "", name)
	sub(/.*[ *]/, "", name)
	put(name)
}
{
	line = $0
	sub(/^\t+ */, "", line)
	if (name == "" || !put(name ": " line))
		print
}
/^}/ { name = "" }

END {
	for (place in blocks) {
		if (!used[place])
			complain("no place is '" place "'")
	}
	exit failed
}
