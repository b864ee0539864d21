# SPDX-License-Identifier: GPL-2.0-only
# type.zsh OUT SHELL COMPLETION TYPED...: types each line and a TAB into an interactive
# SHELL (bash or zsh) on a terminal of its own, and prints what the line has become. OUT
# is a prefix for its files.
zmodload zsh/zpty
out=$1 shell=$2 completion=$3
shift 3

# await FILE: waits until it has content, for half a minute at most.
await()
{
	local end=$((SECONDS + 30)) seen

	until [[ -s $1 ]]; do
		(( SECONDS < end )) || exit 1
		zpty -r -t terminal seen || sleep 0.05
	done
}

case $shell in
bash)
	zpty terminal bash --norc --noprofile -i
	zpty -w terminal "bind -x '\"\\C-t\": printf \"%s\\n\" \"\$READLINE_LINE\" >$out.line; READLINE_LINE='"
	zpty -w terminal ". $completion"
	;;
zsh)
	zpty terminal zsh -f -i
	zpty -w terminal "show() { print -r -- \$BUFFER >$out.line; BUFFER= }"
	zpty -w terminal "zle -N show; bindkey '^T' show; fpath=(${completion:h} \$fpath)"
	zpty -w terminal "autoload -Uz compinit; compinit -u -D"
	;;
esac
zpty -w terminal "echo ready >$out.ready"
await $out.ready
for typed; do
	rm -f $out.line
	zpty -n -w terminal $typed$'\t\C-t'
	await $out.line
	cat $out.line
done
zpty -d terminal
