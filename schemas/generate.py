"""`python -m schemas.generate`: write what is made from the tables. See --help."""

import argparse
import json
import sys
import tomllib
from pathlib import Path
from typing import Final

import yaml

from schemas.asyncapi import document
from schemas.compatibility import violations
from schemas.jsonschema import topic_schemas
from schemas.pages import fields_page, topics_page

ROOT: Final = Path(__file__).resolve().parents[1]
BASELINE: Final = ROOT / "schemas/json/baseline"


class _Yaml(yaml.SafeDumper):
    """Texts of several lines as blocks; repeated parts written out."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Yaml.add_representer(str, _text)


def generated() -> dict[Path, str]:
    """Every generated file with its text."""
    files = {
        ROOT / f"schemas/json/{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in topic_schemas().items()
    }
    files[ROOT / "schemas/asyncapi.yaml"] = (
        "# Made from the tables of schemas/ by `make schemas`: edit there.\n"
        + yaml.dump(document(_version()), Dumper=_Yaml, sort_keys=False, allow_unicode=True, width=110)
    )
    files[ROOT / "docs/fields.md"] = fields_page()
    files[ROOT / "docs/topics.md"] = topics_page()
    return files


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return str(project["version"])


def broken() -> list[str]:
    """How today's schemas break the promise made by the baseline."""
    found = []
    for path in sorted(BASELINE.glob("*.schema.json")):
        name = path.name.removesuffix(".schema.json")
        new = topic_schemas().get(name)
        if new is None:
            found.append(f"{name}: the topic's schema is gone")
        else:
            found += [f"{name}: {why}" for why in violations(json.loads(path.read_text()), new)]
    return found


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 done, 1 files are out of date (--check) or the promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m schemas.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is out of date")
    parser.add_argument(
        "--promise",
        action="store_true",
        help="at a release: make today's schemas the baseline for later ones",
    )
    options = parser.parse_args(arguments)
    if problems := broken():
        sys.stderr.write("\n".join(["these changes break subscribers or old messages:", *problems, ""]))
        return 1
    stale = [path for path, text in generated().items() if not path.exists() or path.read_text() != text]
    if options.check:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of date: run `make schemas`\n")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(generated()[path])
        sys.stderr.write(f"wrote {path.relative_to(ROOT)}\n")
    if options.promise:
        BASELINE.mkdir(parents=True, exist_ok=True)
        for name in topic_schemas():
            source = ROOT / f"schemas/json/{name}.schema.json"
            (BASELINE / source.name).write_text(source.read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
