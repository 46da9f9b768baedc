"""What is published agrees with the package."""

import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

import skseq

ROOT = Path(__file__).parents[1]


def test_the_citation_names_this_version_and_license():
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    cited = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert cited["version"] == skseq.__version__
    assert cited["license"] == project["project"]["license"]
    assert cited["title"].strip('"') == f"skseq: {project['project']['description']}"


@pytest.mark.parametrize("name", ["py.typed", "__init__.py"])
def test_the_package_says_that_it_is_typed(name):
    assert (Path(skseq.__file__).parent / name).is_file()


def test_the_badges_of_the_readme_say_what_the_project_says():
    spec = spec_from_file_location("badges", ROOT / "docs/figures/draw_badges.py")
    badges = module_from_spec(spec)
    spec.loader.exec_module(badges)
    for name, value in badges.facts().items():
        drawn = (badges.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
        assert drawn == badges.badge(name, value), "run docs/figures/draw_badges.py"
