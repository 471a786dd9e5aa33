"""Bars on a logarithmic scale, as SVG: no library, the same bytes for the same figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

COLOURS: Final = ("#1b6ca8", "#c8553d", "#588157", "#8d6a9f")
ROW: Final = 18
LEFT: Final = 90
WIDTH: Final = 720
RIGHT: Final = 70


def bars(title: str, unit: str, groups: Mapping[str, Mapping[str, float]], series: Sequence[str]) -> str:
    """Return an SVG with a group of bars for each input, one bar for each reasoner that has a figure.

    Args:
        title: What is measured; also the text for those who do not see it.
        unit: Behind each number.
        groups: For each input, the figure of each reasoner.
        series: The reasoners, in the order of their colours.
    """
    numbers = [number for group in groups.values() for number in group.values()]
    low, high = math.floor(math.log10(min(numbers))), math.ceil(math.log10(max(numbers)) + 0.01)
    scale = (WIDTH - LEFT - RIGHT) / (high - low)
    parts = [_text(LEFT, 20, title, "bold")]
    top = 34
    for place, name in enumerate(series):
        parts.append(f'<rect x="{LEFT + 120 * place}" y="{top}" width="10" height="10" fill="{COLOURS[place]}"/>')
        parts.append(_text(LEFT + 120 * place + 14, top + 9, name))
    top += 24
    begin = top
    for label, group in groups.items():
        parts.append(_text(8, top + 13, label, "bold"))
        for place, name in enumerate(series):
            if name not in group:
                continue
            length = max(1.0, (math.log10(group[name]) - low) * scale)
            parts.append(
                f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{ROW - 4}" fill="{COLOURS[place]}"/>'
            )
            parts.append(_text(LEFT + length + 4, top + 11, f"{_short(group[name])} {unit}"))
            top += ROW
        top += 10
    for power in range(low, high + 1):
        x = LEFT + (power - low) * scale
        parts.insert(0, f'<line x1="{x:.1f}" y1="{begin}" x2="{x:.1f}" y2="{top}" stroke="#ddd"/>')
        parts.append(_text(x - 10, top + 12, f"{10**power:g}"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 20}" role="img" '
        f'font-family="sans-serif" font-size="11"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _text(x: float, y: float, text: str, weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-weight="{weight}">{escape(text)}</text>'


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"
