"""Rules for paths and their parameters."""

import re
from collections import Counter
from typing import Any

from clientcast.check.operation_rules import resolve_parameters
from clientcast.check.walk import Walk
from clientcast.openapi import METHODS, TEMPLATE_EXPRESSION
from clientcast.plain import is_mapping, mapping
from clientcast.references import Located, follow, resolve_path_item
from clientcast.route import RouteIndex, request_route, route_parameters
from clientcast.source import escape

_TOLERATED_CHARACTERS = {
    "?": ("query", "describe it as parameters in query"),
    "#": ("fragment", "remove it: requests never contain it"),
    " ": ("space", "write %20"),
}
"""Characters that no path may have, but whose meaning is obvious (see `request_route`)."""


MAX_COMPARED = 1_000_000
"""Pairs of paths that are compared to find those that match each other."""
MAX_NARROWER = 50_000
"""Pairs in which every URL of one path matches the other; the client contains them all."""


def check_paths(walk: Walk) -> None:
    """Report mistakes in each path and its parameters."""
    _check_narrower_limit(walk)
    paths_by_template: dict[str, str] = {}
    for path, item in mapping(walk.document.data.get("paths")).items():
        if path.startswith("x-"):
            continue
        pointer = f"/paths/{escape(path)}"
        problem, hint = path_problem(path)
        if problem:
            walk.report(pointer, "bad-path", problem, hint, at_key=True)
            continue
        slip, hint = _path_warning(path)
        if slip:
            walk.warn(pointer, "bad-path", slip, hint, at_key=True)
        template = TEMPLATE_EXPRESSION.sub("{}", path)
        if template in paths_by_template:
            walk.warn(
                pointer,
                "path-conflict",
                f"this path is equivalent to {paths_by_template[template]}",
                "merge them under one path",
                at_key=True,
            )
        paths_by_template.setdefault(template, path)
        found = follow(walk.document.data, pointer, item)
        for method in METHODS:
            operation = mapping(found.value).get(method)
            if is_mapping(operation):
                inside = Located(f"{found.pointer}/{method}", operation)
                _check_path_parameters(walk, path, found, inside)


def _check_narrower_limit(walk: Walk) -> None:
    """Report more pairs of overlapping paths than a client can distinguish in time."""
    data = walk.document.data
    paths = {
        p: resolve_path_item(data, i) for p, i in mapping(data.get("paths")).items()
    }
    narrower = 0
    for method in METHODS:
        routes = RouteIndex(path for path, item in paths.items() if method in item)
        narrower += routes.count_narrower(MAX_COMPARED, MAX_NARROWER)
        if routes.compared > MAX_COMPARED or narrower > MAX_NARROWER:
            walk.report(
                "/paths",
                "limit-paths",
                f"more than {MAX_NARROWER:,} paths match another path with parameters,"
                f" or more than {MAX_COMPARED:,} must be compared",
                "leave some of them out with --skip",
                at_key=True,
            )
            return


def path_problem(path: str) -> tuple[str, str]:
    """Return the error in a path, and a hint; both empty if there is none."""
    if "://" in path.partition("?")[0]:
        return "a path must begin with /", "write the host under 'servers'"
    if "\\" in path:
        return "a path cannot have a backslash", "write /"
    if not path.isprintable():
        return "a path cannot have a control character", "remove it"
    plain = TEMPLATE_EXPRESSION.sub("x", path)
    if "{}" in plain:
        return "a parameter of this path has no name", "write {name}"
    if "{" in plain or "}" in plain:
        return "the braces of this path do not match", "write a parameter as {name}"
    for segment in plain.split("/"):
        if segment in (".", ".."):
            return (
                f"a path cannot have the segment '{segment}'",
                "write the resolved path",
            )
    return "", ""


def _path_warning(path: str) -> tuple[str, str]:
    """Return the warning about a path whose meaning is obvious, and a hint; empty if none."""
    if not path.startswith("/"):
        return "a path must begin with /", f"write '/{path}'"
    for character, (what, hint) in _TOLERATED_CHARACTERS.items():
        if character in path:
            return f"a path cannot have a {what}", hint
    if "//" in path:
        return (
            "a path cannot have an empty segment",
            f"write '{re.sub('/+', '/', path)}'",
        )
    for name, times in Counter(TEMPLATE_EXPRESSION.findall(path)).items():
        if times > 1:
            return f"this path has '{{{name}}}' twice", "give each its own name"
    return "", ""


def _check_path_parameters(
    walk: Walk, path: str, item: Located, operation: Located
) -> None:
    declared: dict[str, str] = {}
    other_parameters: dict[str, tuple[str, Any]] = {}
    for holder in (item, operation):
        for pointer, parameter in resolve_parameters(walk, holder):
            name = str(parameter.get("name"))
            if str(parameter.get("in")).casefold() == "path":
                declared[name] = pointer
            else:
                other_parameters[name] = pointer, parameter.get("in")
    in_query = [
        name for name, (_, place) in other_parameters.items() if place == "query"
    ]
    in_route = route_parameters(request_route(path, declared, in_query), declared)
    for name in dict.fromkeys(in_route):
        if name not in declared:
            _report_undeclared(
                walk, operation, name, other_parameters.get(name, ("", None))[0]
            )
    in_path = dict.fromkeys(route_parameters(path, declared))
    missing = [name for name in in_path if name not in declared]
    for name, pointer in declared.items():
        if name not in in_path:
            hint = walk.did_you_mean(name, missing)
            hint = hint or f"write {{{name}}} in the path, or remove the parameter"
            if f"/:{name}" in path:
                hint = f"write the path as {path.replace(f':{name}', f'{{{name}}}')}"
            walk.warn(
                f"{pointer}/name",
                "path-parameter",
                f"the path {path} has no '{{{name}}}'",
                hint,
            )


def _report_undeclared(
    walk: Walk, operation: Located, name: str, other_parameters: str
) -> None:
    """Report a parameter of the path that is not declared, and add it.

    A parameter of the same name in another location is moved; otherwise the type is `string`.
    """
    hint = f"add a parameter '{name}' in path"
    if other_parameters:
        hint = f"write 'in: path' for the parameter '{name}'"
    walk.warn(
        operation.pointer,
        "path-parameter",
        f"'{name}' of the path is not declared as a parameter",
        hint,
        at_key=True,
    )
    if other_parameters.startswith(f"{operation.pointer}/"):
        walk.fixes.replace(f"{other_parameters}/in", "path")
        walk.fixes.replace(f"{other_parameters}/required", True)
        return
    schema = {"type": "string"}
    parameter = {"name": name, "in": "path", "required": True, "schema": schema}
    walk.fixes.append(f"{operation.pointer}/parameters", parameter)
