"""A small world of invented outlets, for the demo, the tests and the benchmarks. No outlet, town or person in it exists.

`python -m dateline.demo` serves it; `raw_documents` renders it without a server.
"""

from dateline.demo.facts import CopyFact, Expected, History, SceneFacts, expected
from dateline.demo.pages import raw_documents
from dateline.demo.scenes import Scene, scenes, stories
from dateline.demo.server import DemoServer
from dateline.demo.storyfile import Block
from dateline.demo.synthetic import render
from dateline.demo.world import Outlet, Story, outlets

__all__ = [
    "Block",
    "CopyFact",
    "DemoServer",
    "Expected",
    "History",
    "Outlet",
    "Scene",
    "SceneFacts",
    "Story",
    "expected",
    "outlets",
    "raw_documents",
    "render",
    "scenes",
    "stories",
]
