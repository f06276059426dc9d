"""Stories: articles of one event, across outlets and days. See docs/stories.md."""

from consumers.stories.remember import Remembered, remember
from consumers.stories.stage import WithStories
from consumers.stories.teller import VERSION, Stories

__all__ = ["VERSION", "Remembered", "Stories", "WithStories", "remember"]
