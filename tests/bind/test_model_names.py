"""Tests of the names of classes of inline schemas."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from clientcast.conventions import Conventions
from clientcast.pipeline import bind_document

OBJECT: dict[str, Any] = {"type": "object", "properties": {"id": {"type": "string"}}}
SHORT = Conventions()


def class_names(
    tmp_path: Path,
    operations: Mapping[str, Mapping[str, Any]],
    conventions: Conventions = SHORT,
    components: Mapping[str, Any] | None = None,
) -> set[str]:
    """Return the names of the classes of an API.

    Args:
        tmp_path: The folder of the document.
        operations: The operations by `METHOD /path`.
        conventions: The rule of the names.
        components: The components.
    """
    paths: dict[str, dict[str, Any]] = {}
    for route, operation in operations.items():
        method, path = route.lower().split(" ")
        found = {"responses": response(OBJECT), **operation}
        paths.setdefault(path, {})[method] = found
    info = {"title": "Store", "version": "1"}
    document = {"openapi": "3.1.0", "info": info, "paths": paths}
    spec = tmp_path / "store.json"
    spec.write_text(json.dumps({**document, "components": components or {}}))
    package = bind_document(spec, "store.json", conventions=conventions).package
    assert package is not None
    return {name for module in package.models for name in module.names}


def response(schema: Mapping[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"200": {"description": "Found.", "content": content}}


@pytest.mark.parametrize(
    ("route", "identifier", "name"),
    [
        ("GET /items/", "list_items_items__get", "ListItemsResponse"),
        ("GET /users", "UsersController_findAll", "UsersFindAllResponse"),
        ("GET /tags", "TagsGetTags", "GetTagsResponse"),
        ("GET /links", "getURLs", "GetURLsResponse"),
        ("GET /v1/users", "get_v1_users", "ListUsersResponse"),
        ("GET /v1/users/{id}/emails/{email}", "", "GetUserEmailResponse"),
        (
            "GET /attachments",
            "getAttachmentsForObject",
            "GetAttachmentsForObjectResponse",
        ),
    ],
)
def test_inline_schema_has_the_short_name_of_its_operation(
    route: str, identifier: str, name: str, tmp_path: Path
) -> None:
    operation = {"operationId": identifier} if identifier else {}
    assert class_names(tmp_path, {route: operation}) == {name}


def test_naming_by_operation_id_keeps_all_words(tmp_path: Path) -> None:
    operations = {"GET /items/": {"operationId": "list_items_items__get"}}
    names = class_names(tmp_path, operations, Conventions("operation-id"))
    assert names == {"ListItemsItemsGetResponse"}


def test_operations_that_would_share_a_name_have_longer_ones(tmp_path: Path) -> None:
    operations: dict[str, Any] = {"GET /v1/users": {}, "GET /v2/users": {}}
    assert class_names(tmp_path, operations) == {
        "GetV1UsersResponse",
        "GetV2UsersResponse",
    }
    reverse = dict(reversed(operations.items()))
    assert class_names(tmp_path, reverse) == class_names(tmp_path, operations)


def test_body_that_is_a_component_has_its_name(tmp_path: Path) -> None:
    components = {"responses": {"Found": response(OBJECT)["200"]}}
    found = {"responses": {"200": {"$ref": "#/components/responses/Found"}}}
    operations = {"GET /b": {"operationId": "getB", **found}}
    assert class_names(tmp_path, operations, components=components) == {"FoundResponse"}
    operations = {"GET /a": {"operationId": "getA", **found}, **operations}
    assert class_names(tmp_path, operations, components=components) == {"FoundResponse"}


def test_words_in_the_middle_of_a_long_name_are_left_out(tmp_path: Path) -> None:
    schema = OBJECT
    for name in ("tool_calls", "message", "choices"):
        items = {"type": "array", "items": schema}
        schema = {"type": "object", "properties": {name: items}}
    operations = {
        "GET /a": {"operationId": "getCompletion", "responses": response(schema)}
    }
    assert class_names(tmp_path, operations) == {
        "GetCompletionResponse",
        "GetCompletionResponseChoicesItem",
        "GetCompletionChoicesItemMessageItem",
        "GetCompletionMessageItemToolCallsItem",
    }
