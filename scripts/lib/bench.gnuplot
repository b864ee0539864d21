# SPDX-License-Identifier: GPL-2.0-only
# The plots of the bench: scripts/bench-plots gives `data`, the directory of the figures,
# `docs`, where the plots go, and `format`, svg or png.

set encoding utf8
set border 3 linecolor rgb "#7a7a7a"
set tics nomirror textcolor rgb "#222222"
set grid ytics linecolor rgb "#e0e0e0"
# A style for each line, so that it is the same in both formats.
set style line 1 linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb "#a67f4b"
set style line 2 linewidth 2 pointtype 5 pointsize 0.6 linecolor rgb "#5b7ba6"
set style line 3 linewidth 2 pointtype 9 pointsize 0.8 linecolor rgb "#b03030"
set style line 4 linewidth 2 pointtype 11 pointsize 0.8 linecolor rgb "#5f8f5f"
set style line 5 linewidth 2 pointtype 13 pointsize 0.9 linecolor rgb "#7a7a7a"

if (format eq "svg") {
	set terminal svg size 760,420 font "sans-serif,13" background "white"
} else {
	set terminal pngcairo size 1140,630 font "sans-serif,19" background "white"
}

set output docs."/price-entries.".format
set title "What a denial costs by the number of entries"
set xlabel "names, or patterns of a shape"
set ylabel "instructions"
set logscale x
set xrange [0.8:100000]
set yrange [0:5000]
set key outside right top Left reverse
plot data."/names" using 1:2 with linespoints linestyle 1 title "names", \
	data."/any-beginning" using 1:2 with linespoints linestyle 3 title "patterns *\\_5", \
	data."/several-wildcards" using 1:2 with linespoints linestyle 4 title "n?t*pf\\_?", \
	data."/same-beginning" using 1:2 with linespoints linestyle 2 title "net\\_*\\_5", \
	data."/different" using 1:2 with linespoints linestyle 5 title "net\\_pf\\_5*"

set output docs."/price-rules.".format
set title "What compiling costs by the number of rules"
set xlabel "rules"
set ylabel "millions of instructions"
unset logscale x
set xrange [0:4100]
set yrange [0:*]
set key inside left top Left reverse
plot data."/rules" using 1:2 with linespoints linestyle 1 title "nfguard apply --dry-run", \
	data."/showconfig" using 1:2 with lines linestyle 2 title "modprobe --showconfig, without its write(2)"

set output docs."/price-peers.".format
set title "What refusing a request costs"
set xlabel "instructions"
unset ylabel
set logscale x
set format x "10^{%T}"
set xrange [10:1e9]
set yrange [11.7:-0.7]
set grid xtics noytics linecolor rgb "#e0e0e0"
unset key
set style fill solid noborder
set boxwidth 0.6
plot data."/peers" using (10):0:(10):2:($0 - 0.3):($0 + 0.3):ytic(3) \
	with boxxyerror linecolor rgb "#a67f4b", \
	data."/peers" using ($2 * 1.25):0:4 with labels left textcolor rgb "#222222"
