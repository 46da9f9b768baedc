"""How Sphinx builds the documentation. Nothing is fetched: there is no intersphinx."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

from numpydoc.docscrape_sphinx import SphinxDocString
from sphinx_gallery.sorting import FunctionSortKey

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # for mathml.py

project = "skseq"
author = "the skseq developers"
copyright = f"2026, {author}"
release = version = version_of("skseq")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "matplotlib.sphinxext.plot_directive",
    "myst_parser",
    "sphinx_design",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    "mathml",
]
html_math_renderer = "mathml"
templates_path = ["_templates"]
exclude_patterns = ["_build", "figures", "auto_examples/**.ipynb"]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
default_role = "literal"

autosummary_generate = True
autodoc_default_options = {"member-order": "bysource"}
autodoc_typehints = "none"
autodoc_preserve_defaults = True  # mean_absolute_error, not its address
# The class template lists members; numpydoc would list them a second time.
numpydoc_show_class_members = False


def describe_attribute(self, name, text, _, describe=SphinxDocString._process_param):
    """Keep what a class says about an attribute that is a property.

    numpydoc replaces it with the first sentence of the property.
    """
    return describe(self, name, text, False)


def leave_out_property(app, what, name, obj, skip, options):
    """Leave out properties, because the class describes all of its attributes."""
    return True if isinstance(obj, property) else None


def setup(app):
    """Connect the functions above."""
    SphinxDocString._process_param = describe_attribute
    app.connect("autodoc-skip-member", leave_out_property)


# A click copies the code without prompts and without what it prints.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# "On this page" has space for the name of a method, not of its class as well.
toc_object_entries_show_parents = "hide"

plot_html_show_source_link = False
plot_html_show_formats = False
plot_formats = ["svg"]
plot_basedir = str(HERE)

# From the simplest to what builds on it. Each new example needs a place here.
ORDER_OF_EXAMPLES = [
    "plot_experiment.py",
    "plot_windows.py",
    "plot_one_step_ahead.py",
    "plot_many_steps.py",
    "plot_quantiles.py",
    "plot_log_target.py",
    "plot_known_ahead.py",
    "plot_business_days.py",
    "plot_many_series.py",
    "plot_production.py",
    "plot_skill.py",
    "plot_backtest.py",
    "plot_interval_coverage.py",
    "plot_residuals.py",
    "plot_early_stopping.py",
    "plot_search.py",
    "plot_own_network.py",
    "plot_network_memory.py",
]
ORDER_OF_FOLDERS = ["first_steps", "forecasting", "accuracy", "training", "inspection"]

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"/plot_",
    # The API page of a class lists the examples that use it.
    "backreferences_dir": "generated/backreferences",
    "doc_module": ("skseq",),
    "subsection_order": [f"../examples/{folder}" for folder in ORDER_OF_FOLDERS],
    "within_subsection_order": FunctionSortKey(ORDER_OF_EXAMPLES.index),
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_memory": False,
    "min_reported_time": 1,
}

html_theme = "pydata_sphinx_theme"
html_title = "skseq"
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["custom.css"]
# On the site each version has a folder, and switcher.json lies beside these folders, so
# that the pages of old versions list later ones. It is copied into the folder as well,
# where a server that shows this version alone finds it.
html_extra_path = ["switcher.json"]
html_theme_options = {
    "switcher": {
        "json_url": "../switcher.json",
        "version_match": "dev" if "dev" in release else release,
    },
    "check_switcher": False,  # it looks for ../switcher.json in the source folder
    "navbar_end": ["versions", "theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_sidebars = {"install": [], "changes": []}
