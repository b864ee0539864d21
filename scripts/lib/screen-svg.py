#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""screen-svg TITLE: the output of a command, colours included, from stdin as an
SVG picture of a terminal to stdout. Rich draws it; the format below is Rich's,
without the fonts that it would have a browser fetch."""

import os
import sys

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

THEME = TerminalTheme(
    (30, 33, 39), (214, 218, 224),
    [(30, 33, 39), (224, 93, 93), (126, 190, 110), (214, 178, 94),
     (97, 158, 225), (189, 130, 209), (86, 182, 194), (214, 218, 224)])

FORMAT = """\
<!-- SPDX-License-Identifier: GPL-2.0-only -->
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
    font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
    font-variant-east-asian: full-width;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main():
    # The empty line keeps the last one's descenders in the picture.
    text = Text.from_ansi(sys.stdin.read().rstrip("\n") + "\n ")
    width = max(len(line) for line in text.split("\n"))
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=width + 1, file=nowhere,
                          force_terminal=True, legacy_windows=False)
        console.print(text, soft_wrap=True)
    # The id only has to differ within one page.
    sys.stdout.write(console.export_svg(
        title=sys.argv[1], theme=THEME, code_format=FORMAT))


main()
