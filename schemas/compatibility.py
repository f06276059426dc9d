"""Whether messages written under an older JSON Schema still read under a newer one, and subscribers find what they knew.

The rule: within a topic's version, a field may be added with a default; none is removed, made required, or narrowed.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_VERBATIM = ("pattern", "const", "format")


def violations(old: Schema, new: Schema) -> list[str]:
    """What breaks the rule, each with its place; empty when all is well."""
    return list(_compare(old, old, new, new, ""))


def _compare(old_root: Schema, old: Schema, new_root: Schema, new: Schema, at: str) -> Iterator[str]:
    old, new = _resolve(old_root, old), _resolve(new_root, new)
    place = at or "the record"
    if lost := _types(old_root, old) - _types(new_root, new):
        yield f"{place}: no longer accepts {', '.join(sorted(lost))}"
    if "anyOf" in old or "anyOf" in new:
        yield from _compare_options(old_root, old, new_root, new, at)
        return
    if "enum" in new:
        gone = [value for value in old.get("enum", []) if value not in new["enum"]]
        if "enum" not in old or gone:
            yield f"{place}: narrowed to the values {new['enum']}"
    for bound in _LOWER_BOUNDS:
        if bound in new and (bound not in old or new[bound] > old[bound]):
            yield f"{place}: {bound} raised to {new[bound]}"
    for bound in _UPPER_BOUNDS:
        if bound in new and (bound not in old or new[bound] < old[bound]):
            yield f"{place}: {bound} lowered to {new[bound]}"
    for rule in _VERBATIM:
        if rule in new and new[rule] != old.get(rule):
            yield f"{place}: {rule} is now {new[rule]}"
    for key in ("items", "additionalProperties"):
        if isinstance(old.get(key), dict) and isinstance(new.get(key), dict):
            yield from _compare(old_root, old[key], new_root, new[key], f"{at}[]")
    yield from _compare_properties(old_root, old, new_root, new, at)


def _compare_properties(
    old_root: Schema, old: Schema, new_root: Schema, new: Schema, at: str
) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    required_before = set(old.get("required", []))
    for name in new.get("required", []):
        if name not in required_before:
            how = "is required now" if name in before else "was added without a default"
            yield f"{at}.{name}: {how}"
    for name, schema in before.items():
        if name not in after:
            yield f"{at}.{name}: was removed"
        else:
            yield from _compare(old_root, schema, new_root, after[name], f"{at}.{name}")


def _compare_options(old_root: Schema, old: Schema, new_root: Schema, new: Schema, at: str) -> Iterator[str]:
    """Options of the same type against each other: "a Dateline or null" against "a Dateline or null"."""
    after = {_kind(new_root, option): option for option in new.get("anyOf", [new])}
    for option in old.get("anyOf", [old]):
        kind = _kind(old_root, option)
        if kind in after:
            yield from _compare(old_root, option, new_root, after[kind], at)


def _kind(root: Schema, schema: Schema) -> str:
    return str(_resolve(root, schema).get("type"))


def _types(root: Schema, schema: Schema) -> set[str]:
    if "anyOf" in schema:
        return {kind for option in schema["anyOf"] for kind in _types(root, _resolve(root, option))}
    named = schema.get("type", [])
    kinds = {named} if isinstance(named, str) else set(named)
    return kinds | {"integer"} if "number" in kinds else kinds


def _resolve(root: Schema, schema: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    target: Any = root
    for part in str(reference).removeprefix("#/").split("/"):
        target = target[part]
    return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
