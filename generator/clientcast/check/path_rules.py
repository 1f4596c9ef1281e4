"""What a path must be, and that its parameters are those that are declared."""

import re
from typing import Any

from clientcast.check.operation_rules import parameters_of
from clientcast.check.walk import Walk
from clientcast.diagnostic import closest, did_you_mean
from clientcast.openapi import METHODS, TEMPLATE
from clientcast.plain import is_mapping, mapping
from clientcast.references import Found, follow
from clientcast.source import escape

_FORBIDDEN = {
    "?": ("query", "describe it as parameters in query"),
    "#": ("fragment", "servers never see it"),
    " ": ("space", "write %20"),
    "\\": ("backslash", "write /"),
}


def check_paths(walk: Walk) -> None:
    """Report what is wrong in each path and in the parameters that it names."""
    shapes: dict[str, str] = {}
    for path, item in mapping(walk.document.data.get("paths")).items():
        if path.startswith("x-"):
            continue
        pointer = f"/paths/{escape(path)}"
        problem, hint = _path_problem(path)
        if problem:
            walk.report(pointer, "bad-path", problem, hint, at_key=True)
            continue
        shape = TEMPLATE.sub("{}", path)
        if shape in shapes:
            walk.report(
                pointer,
                "path-conflict",
                f"this is the same path as {shapes[shape]}",
                "write both under one path",
                at_key=True,
            )
        shapes.setdefault(shape, path)
        found = follow(walk.document.data, pointer, item)
        for method in METHODS:
            operation = mapping(found.value).get(method)
            if is_mapping(operation):
                inside = Found(f"{found.pointer}/{method}", operation)
                _check_path_parameters(walk, path, found, inside)


def _path_problem(path: str) -> tuple[str, str]:
    """What is wrong with a path, and what to write instead; empty where it is sound."""
    if not path.startswith("/"):
        if "://" in path:
            return "a path begins with /", "write the host in servers"
        return "a path begins with /", f"write '/{path}'"
    for character, (what, hint) in _FORBIDDEN.items():
        if character in path:
            return f"a path has no {what}", hint
    if not path.isprintable():
        return "a path has no control character", "remove it"
    plain = TEMPLATE.sub("x", path)
    if "{}" in plain:
        return "a parameter of a path has a name", "write it as {name}"
    if "{" in plain or "}" in plain:
        return "the braces of this path do not match", "write a parameter as {name}"
    for segment in plain.split("/"):
        if segment in (".", ".."):
            return f"a path has no segment '{segment}'", "write where it leads"
    if "//" in plain:
        return "a path has no empty segment", f"write '{re.sub('/+', '/', path)}'"
    names = TEMPLATE.findall(path)
    for name in names:
        if names.count(name) > 1:
            return f"this path has '{{{name}}}' twice", "give each its own name"
    return "", ""


def _check_path_parameters(
    walk: Walk, path: str, item: Found, operation: Found
) -> None:
    named = TEMPLATE.findall(path)
    declared: dict[str, str] = {}
    elsewhere: dict[str, Any] = {}
    for holder in (item, operation):
        for pointer, parameter in parameters_of(walk, holder):
            name = str(parameter.get("name"))
            if parameter.get("in") == "path":
                declared[name] = pointer
            else:
                elsewhere[name] = parameter.get("in")
    unused = [name for name in declared if name not in named]
    missing = [name for name in named if name not in declared]
    for name in missing:
        if closest(name, unused) is not None:
            continue
        hint = f"add a parameter '{name}' in path"
        if name in elsewhere:
            hint = f"write 'in: path' at the parameter '{name}'"
        walk.report(
            operation.pointer,
            "path-parameter",
            f"'{name}' of the path is not among the parameters",
            hint,
            at_key=True,
        )
    for name in unused:
        hint = (
            did_you_mean(name, missing)
            or f"write {{{name}}} in the path, or remove this"
        )
        if f"/:{name}" in path:
            hint = f"write the path as {path.replace(f':{name}', f'{{{name}}}')}"
        walk.report(
            f"{declared[name]}/name",
            "path-parameter",
            f"the path {path} has no '{{{name}}}'",
            hint,
        )
