"""The file of alerts: what it says, and what is said of what is wrong in it."""

from pathlib import Path

import pytest

from dateline.alerts.definition import Channel, load, parse
from dateline.alerts.file import AlertsFile
from dateline.errors import SettingsError, Unavailable

FILE = """\
alerts:
  - name: ferry-corrections
    query: 'changed:correction (ferry OR tram)'
    over: changes
    min_importance: 0.3
    once_per: article
    zone: Europe/Berlin
    quiet_hours: {from: 22:00, to: 07:00}
    digest: weekdays 08:00, 16:30
    to:
      - webhook: https://desk.example/hook/3f1
        secret: DESK_SECRET
      - email: [desk@harbourpost.example, night@harbourpost.example]
  - name: brandt
    query: speaker:"Ada Brandt"
    over: quotes
"""


def test_a_file_is_read_with_an_address_for_each_receiver() -> None:
    """Times of day need no quotation marks; what is not said is as usual."""
    ferry, brandt = parse(FILE, "alerts.yaml")
    assert [channel.id for channel in ferry.channels] == [
        "webhook https://desk.example/hook/3f1",
        "email desk@harbourpost.example",
        "email night@harbourpost.example",
    ]
    assert ferry.channels[0] == Channel("webhook", "https://desk.example/hook/3f1", "DESK_SECRET")
    assert ferry.quiet_hours is not None
    assert (ferry.quiet_hours.begin, ferry.quiet_hours.end) == ("22:00", "07:00")
    assert (brandt.once_per, brandt.channels, brandt.archives) == ("story", (), False)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("name: brandt", "name: Ada Brandt", 14, "lower-case"),
        ("name: brandt", "name: ferry-corrections", 14, "rename all but one"),
        ("name: brandt", "title: brandt", 14, "no such field; expected one of name, query"),
        ("(ferry OR tram)", "(ferry OR", 3, "query: "),
        ("changed:correction", "topik:x", 3, "no field 'topik'"),
        ("changed:correction", "changed:corrected", 3, "expected one of attribution, byline"),
        ('query: speaker:"Ada Brandt"', "query: ''", 15, "find everything"),
        ("over: quotes", "over: sayings", 16, "expected one of articles, changes, quotes; got sayings"),
        ("over: quotes", "min_importance: 0.5", 16, "only changes have an importance"),
        ("min_importance: 0.3", "min_importance: 3", 5, "from 0 to 1"),
        ("Europe/Berlin", "Berlin", 7, "IANA"),
        ("from: 22:00", "from: 25:00", 8, "time of day"),
        ("to: 07:00", "to: 22:00", 8, "the same"),
        ("weekdays 08:00, 16:30", "sometimes", 9, "hourly, daily 08:00"),
        ("https://desk.example/hook/3f1", "ftp://desk.example", 11, "expected an address"),
        ("secret: DESK_SECRET", "secret: hunter2", 12, "never the secret itself"),
        ("        secret: DESK_SECRET\n", "", 11, "is missing"),
        ("desk@harbourpost.example", "desk at harbourpost", 13 - 0, "expected an address"),
        ("night@", "desk@", 10, "once is enough"),
        ("  - name: brandt", "  - brandt\n  - name: brandt", 14, "expected fields such as name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, said: str) -> None:
    """Each message leads to the place, and says what was expected."""
    assert old in FILE
    with pytest.raises(SettingsError) as caught:
        parse(FILE.replace(old, new, 1), "alerts.yaml")
    messages = str(caught.value).splitlines()
    assert any(one.startswith(f"alerts: alerts.yaml:{line}: ") and said in one for one in messages), messages


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """One run mends the whole file."""
    path = tmp_path / "alerts.yaml"
    path.write_text(FILE.replace("Europe/Berlin", "Berlin").replace("over: quotes", "over: sayings"))
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert len(str(caught.value).splitlines()) == 2


def test_a_changed_file_is_read_again_and_a_broken_one_waited_for(tmp_path: Path) -> None:
    """A running stage takes a new alert without a restart; while the file is wrong, nothing is passed over."""
    path = tmp_path / "alerts.yaml"
    file = AlertsFile(path)
    assert file() == ()
    path.write_text(FILE)
    assert [alert.name for alert in file()] == ["ferry-corrections", "brandt"]
    path.write_text(FILE + "  - name: third\n")
    with pytest.raises(Unavailable, match=r"alerts\.yaml:17: alert 'third'"):
        file()
    path.write_text(FILE + "  - name: third\n    query: tram\n")
    assert len(file()) == 3
