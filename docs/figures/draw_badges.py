"""Write the badges of the README: ``python docs/figures/draw_badges.py``.

They are files of the repository, so that the README shows them without a network.
"""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/_static/badges"
LETTER_WIDTH = 6.3  # of a mean letter of Verdana, at 11 pixels
BADGE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img">
<title>{left}: {right}</title>
<rect width="{width}" height="20" rx="3" fill="{color}"/>
<path d="M3 0h{edge}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#555"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="6" y="14" textLength="{left_length}">{left}</text>
<text x="{right_at}" y="14" textLength="{right_length}">{right}</text>
</g>
</svg>
"""


N_TESTS = 14_000  # rounded down from `pytest --collect-only -q -m "slow or not slow"`


def facts():
    """Return what the badges say, by name; apart from tests it is in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    needed = {one.split(">=")[0]: one for one in project["dependencies"]}
    return {
        "python": project["requires-python"].removeprefix(">=") + "+",
        "scikit-learn": needed["scikit-learn"].split(">=")[1] + "+",
        "license": project["license"],
        "tests": f"over {N_TESTS:,}",
    }


def badge(left, right, color="#0072b2"):
    """Return a badge as SVG."""
    left_length, right_length = (round(LETTER_WIDTH * len(t)) for t in (left, right))
    left_width = left_length + 12
    return BADGE.format(
        width=left_width + right_length + 12,
        edge=left_width - 3,
        right_at=left_width + 6,
        left=left,
        right=right,
        color=color,
        left_length=left_length,
        right_length=right_length,
    )


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, value in facts().items():
        (FOLDER / f"{name}.svg").write_text(badge(name, value), encoding="utf-8")
