"""What Kibana imports: as its tables say, whole, and about fields that exist."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import vl_convert
from click.testing import CliRunner

from dateline.cli import main
from dateline.kibana import encoded, saved_objects
from schemas.elastic import MAPPINGS, Kind, Names
from tests.unit.kibana import saved

AGGREGATED = {"keyword", "date", "boolean", "integer", "long", "float", "geo_point"}
VEGA_LITE = ("5.21", "6.4")  # Kibana 9 has had both majors


def fields(properties: dict[str, Any], path: str = "") -> dict[str, str]:
    """Every field of a mapping, and its type."""
    found: dict[str, str] = {}
    for name, one in properties.items():
        if "type" in one:
            found[path + name] = one["type"]
        found |= fields(one.get("properties", {}), f"{path}{name}.")
        found |= {f"{path}{name}.{sub}": inner["type"] for sub, inner in one.get("fields", {}).items()}
    return found


MAPPED = {str(kind): fields(MAPPINGS[kind]["properties"]) for kind in Kind}


def named(node: Any) -> Iterator[tuple[str, str]]:
    """Every field that a request names, and whether it is counted (or compared), shown, or a path of nested ones."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "exists":
                yield value["field"], "shown"
            elif key == "_source":
                yield from ((field, "shown") for field in value)
            elif key == "nested":
                yield value["path"], "nested"
            elif key == "sort":
                yield from ((field, "counted") for one in value for field in one)
            elif key in ("term", "range") or (key == "terms" and "field" not in value):
                yield from ((field, "counted") for field in value)
            elif key == "field" and isinstance(value, str):
                yield value, "counted"
            else:
                yield from named(value)
    elif isinstance(node, list):
        for value in node:
            yield from named(value)


def fits(use: str, type_: str) -> bool:
    """Whether a field of this type can be used so."""
    return type_ == "nested" if use == "nested" else use == "shown" or type_ in AGGREGATED


def test_the_committed_file_is_what_the_tables_make() -> None:
    """`make kibana` would change nothing."""
    assert encoded(saved_objects(Names())) == saved.FILE.read_bytes(), "run `make kibana`"


def test_every_index_that_people_read_has_a_data_view_and_a_search() -> None:
    """Articles, versions, changes, quotes, outcomes; stories where there is such an index."""
    wanted = {"articles", "versions", "changes", "quotes", "outcomes", "stories"} & set(Kind)
    assert {view["attributes"]["title"] for view in saved.objects("index-pattern")} == wanted
    assert {saved.index_of(search) for search in saved.objects("search")} == wanted


def test_the_four_dashboards_are_there() -> None:
    """Newsroom, changes, quotes and pipeline, each with charts and a table of what they count."""
    pages = saved.objects("dashboard")
    assert [page["id"] for page in pages] == [
        f"dateline-{name}" for name in ("newsroom", "changes", "quotes", "pipeline")
    ]
    for page in pages:
        kinds = {panel["type"] for panel in json.loads(page["attributes"]["panelsJSON"])}
        assert kinds == {"visualization", "search"}


def test_everything_referred_to_is_in_the_file_and_comes_before() -> None:
    """Kibana finds each data view, search and chart when it reads what shows them; no id is there twice."""
    known: set[tuple[str, str]] = set()
    for one in saved.objects():
        for reference in one["references"]:
            assert (reference["type"], reference["id"]) in known, (one["id"], reference)
        assert (one["type"], one["id"]) not in known
        known.add((one["type"], one["id"]))


def test_panels_name_their_references_and_do_not_overlap() -> None:
    """A panel shows what its reference names, within the 48 columns of the page."""
    for page in saved.objects("dashboard"):
        taken: set[tuple[int, int]] = set()
        names = {reference["name"]: reference["type"] for reference in page["references"]}
        for panel in json.loads(page["attributes"]["panelsJSON"]):
            assert names[f"{panel['panelIndex']}:{panel['panelRefName']}"] == panel["type"]
            at = panel["gridData"]
            cells = {
                (x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
            }
            assert at["x"] + at["w"] <= 48
            assert not cells & taken, (page["id"], panel)
            taken |= cells


def test_data_views_have_a_time_that_is_a_date_and_links_that_are_fields() -> None:
    """The time picker works on every view."""
    for view in saved.objects("index-pattern"):
        mapped = MAPPED[view["attributes"]["title"]]
        assert mapped[view["attributes"]["timeFieldName"]] == "date"
        assert {mapped[field] for field in json.loads(view["attributes"]["fieldFormatMap"])} <= {"keyword"}


@pytest.mark.parametrize("search", saved.objects("search"), ids=lambda one: one["id"])
def test_searches_show_order_and_narrow_by_fields_that_exist(search: dict[str, Any]) -> None:
    """Columns are fields, the order is by a date, and filters are on fields that hold terms or numbers."""
    mapped = MAPPED[saved.index_of(search)]
    assert set(search["attributes"]["columns"]) <= set(mapped)
    assert {mapped[field] for field, _ in search["attributes"]["sort"]} == {"date"}
    for field, use in named(saved.filters(search)):
        assert fits(use, mapped[field]), field


@pytest.mark.parametrize("chart", saved.charts())
def test_charts_ask_for_fields_that_there_are(chart: str) -> None:
    """Each field of each request is in the mapping of the index that it asks, with a type that it can be counted by."""
    for data in saved.sources(saved.charts()[chart]):
        mapped = MAPPED[data["url"]["index"]]
        found = list(named(data["url"]["body"]))
        assert found
        for field, use in found:
            assert fits(use, mapped[field]), field


@pytest.mark.parametrize("version", VEGA_LITE)
@pytest.mark.parametrize("chart", saved.charts())
def test_charts_compile(chart: str, version: str) -> None:
    """Vega-Lite's own compiler takes each one, and warns of nothing that it would leave out."""
    spec = saved.charts()[chart]
    for data in saved.sources(spec):
        data.pop("url")
        data["values"] = []
    compiled = vl_convert.vegalite_to_vega(spec, vl_version=version)
    assert compiled["marks"]


def test_another_namespace_has_objects_of_its_own() -> None:
    """Two Datelines in one space do not overwrite each other, and each reads its own aliases."""
    mine, other = saved_objects(Names()), saved_objects(Names("wire"))
    assert len(mine) == len(other)
    assert not {one["id"] for one in mine} & {one["id"] for one in other}
    text = encoded(other).decode()
    assert '"title":"wire-articles"' in text
    assert '"title":"articles"' not in text
    assert '\\"index\\": \\"articles\\"'.replace('"', '\\"') not in text


def test_write_makes_a_file_for_the_import_page(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no key may be had, the file can be imported by hand."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["kibana", "write", "out.ndjson"])
    assert done.exit_code == 0
    assert (tmp_path / "out.ndjson").read_bytes() == saved.FILE.read_bytes()
    assert CliRunner().invoke(main, ["kibana", "write", "no/such/folder.ndjson"]).exit_code == 2
