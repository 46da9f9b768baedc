"""Render math as MathML, which browsers show without a script from a server."""

from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml


def visit_math(writer, node):
    """Write math inside a line."""
    writer.body.append(tex2mathml(node.astext()))
    raise SkipNode


def visit_displayed_math(writer, node):
    """Write math in lines of its own, aligned at & if there are several."""
    code = node.astext()
    if r"\\" in code:
        code = rf"\begin{{aligned}}{code}\end{{aligned}}"
    math = tex2mathml(code, as_block=True)
    writer.body.append(f'<div class="equation">{math}</div>\n')
    raise SkipNode


def setup(app):
    """Register the renderer as ``html_math_renderer = "mathml"``."""
    app.add_html_math_renderer(
        "mathml", (visit_math, None), (visit_displayed_math, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
