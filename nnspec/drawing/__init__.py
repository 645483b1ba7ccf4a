"""Pictures of a network: SVG laid out here, and text for Mermaid and Graphviz."""

from nnspec.drawing.diagram import diagram_of
from nnspec.drawing.svg import svg
from nnspec.drawing.text import dot, mermaid

__all__ = ["diagram_of", "dot", "mermaid", "svg"]
