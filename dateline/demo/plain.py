"""Articles as plain text: kicker, headline, standfirst, date lines, paragraphs, with what is embedded between them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dateline.demo import storyfile
from dateline.demo.world import Outlet, Story


def plain_text(story: Story, outlet: Outlet) -> str:
    """The story as a wire sends it. Times are the outlet's local time without a zone; figures are left out."""
    zone = ZoneInfo(outlet.timezone)
    dates = [f"PUBLISHED : {_clock(story.published, zone)}"]
    if story.modified:
        dates.append(f"UPDATED : {_clock(story.modified, zone)}")
    pieces = [story.kicker, story.headline, story.standfirst, "\n".join(dates)]
    lead = f"{story.dateline} " if story.dateline else ""
    for block in story.blocks:
        text = storyfile.plain(block.text)
        if block.kind == "paragraph":
            pieces.append(lead + text)
            lead = ""
        elif block.kind == "pull_quote":
            pieces.append(f"{text}\n{block.note}" if block.note else text)
        elif block.kind in ("related", "subheading", "list"):
            pieces.append(text)
    pieces.append(story.correction)
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    half = "am" if local.hour < 12 else "pm"
    return f"{local:%A, %d %B, %Y}, {local.hour % 12 or 12}:{local:%M}{half}"
