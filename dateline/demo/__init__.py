"""A small world of invented outlets, for the demo, the tests and the benchmarks. No outlet, town or person in it exists.

`python -m dateline.demo` serves it; `raw_documents` renders it without a server.
"""

from dateline.demo.pages import raw_documents
from dateline.demo.server import DemoServer
from dateline.demo.storyfile import Block
from dateline.demo.world import Outlet, Scene, Story, outlets, scenes, stories

__all__ = [
    "Block",
    "DemoServer",
    "Outlet",
    "Scene",
    "Story",
    "outlets",
    "raw_documents",
    "scenes",
    "stories",
]
