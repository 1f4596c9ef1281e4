"""All rules, and those for the root, components and tags."""

import re

from clientcast.check.client_rules import check_client_options
from clientcast.check.injection_rules import check_injection
from clientcast.check.operation_rules import check_operations
from clientcast.check.path_rules import check_paths
from clientcast.check.querystring_rules import check_querystring_parameters
from clientcast.check.reference_rules import check_references
from clientcast.check.schema_rules import check_schemas
from clientcast.check.security_rules import check_security
from clientcast.check.server_rules import check_servers
from clientcast.check.stream_rules import check_streams
from clientcast.check.walk import Walk
from clientcast.grammar import OBJECTS
from clientcast.plain import mapping
from clientcast.source import escape

_COMPONENT_NAME = re.compile(r"[A-Za-z0-9._-]+")
_INVALID_NAME_CHARACTERS = re.compile(r"[^A-Za-z0-9._-]+")


def check_rules(walk: Walk) -> None:
    """Report mistakes in the document by every rule.

    Args:
        walk: The walk through the document.
    """
    check_references(walk)
    _check_root(walk)
    _check_components(walk)
    _check_tags(walk)
    check_servers(walk)
    check_security(walk)
    check_paths(walk)
    check_operations(walk)
    check_injection(walk)
    check_querystring_parameters(walk)
    check_streams(walk)
    check_client_options(walk)
    check_schemas(walk)


def _check_root(walk: Walk) -> None:
    """Report missing required fields of the version.

    OpenAPI 3.0, sections 4.7.1 and 4.7.17; 3.1, sections 4.8.1 and 4.8.17.
    """
    version = str(walk.document.data["openapi"])
    sufficient = {"paths"}
    if not version.startswith("3.0"):
        sufficient |= {"components", "webhooks"}
    if not sufficient & walk.document.data.keys():
        walk.report_missing("", "this OpenAPI document", "paths", is_error=False)
    if version.startswith("3.2"):
        return
    for pointer, response in walk.objects("Response"):
        if "description" not in response:
            walk.warn(
                pointer,
                "missing-field",
                "this Response Object has no 'description'",
                "add 'description'",
                at_key=True,
            )


def _check_components(walk: Walk) -> None:
    for pointer, components in walk.objects("Components"):
        for section in components.keys() & OBJECTS["Components"].fields.keys():
            for name in mapping(components[section]):
                if not _COMPONENT_NAME.fullmatch(name):
                    suggestion = _INVALID_NAME_CHARACTERS.sub("_", name)
                    walk.warn(
                        f"{pointer}/{section}/{escape(name)}",
                        "bad-component-name",
                        "a component name can have letters, digits, '.', '-' and '_' only",
                        f"write '{suggestion}'" if len(suggestion) < 60 else "",
                        at_key=True,
                    )


def _check_tags(walk: Walk) -> None:
    seen: set[str] = set()
    for pointer, tag in walk.objects("Tag"):
        name = tag.get("name")
        if not isinstance(name, str):
            continue
        if name in seen:
            walk.warn(
                f"{pointer}/name",
                "duplicate-tag",
                f"another tag is named '{name}'",
                "remove one of them",
            )
        seen.add(name)
