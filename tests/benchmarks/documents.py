"""Synthetic documents of any number of operations, all of one kind."""

import json
from typing import Any

Json = dict[str, Any]

_TEXTS = ("The display name.", "A note for people.", "The address of a page.")


def document(operations: int, *, summary: str = "List the things.") -> str:
    """Return a document in JSON.

    Args:
        operations: Number of operations: five for each resource, as of an ordinary API.
        summary: The summary of the first operation.
    """
    paths: Json = {}
    schemas: Json = {"Error": _error()}
    made = 0
    for number in range((operations + 4) // 5):
        noun = f"Thing{number:03}"
        schemas |= _schemas(noun)
        for path, method, operation in _operations(noun):
            if made < operations:
                paths.setdefault(path, {})[method] = operation
                made += 1
    paths["/thing000s"]["get"]["summary"] = summary
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Things", "version": "1"},
            "servers": [{"url": "https://things.example"}],
            "security": [{"token": []}],
            "paths": paths,
            "components": {
                "schemas": schemas,
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        },
        indent=1,
    )


def _operations(noun: str) -> list[tuple[str, str, Json]]:
    folder = f"/{noun.lower()}s"
    item = f"{folder}/{{id}}"
    limit = _parameter("limit", "query", {"type": "integer", "maximum": 500})
    state = _parameter("state", "query", _ref(f"{noun}State"))
    name = _parameter("id", "path", {"type": "string"})
    page = {"type": "array", "items": _ref(noun)}
    return [
        (folder, "get", _operation(noun, "list", page, [limit, state])),
        (folder, "post", _operation(noun, "create", _ref(noun), [], True)),
        (item, "get", _operation(noun, "get", _ref(noun), [name])),
        (item, "patch", _operation(noun, "update", _ref(noun), [name], True)),
        (item, "delete", _operation(noun, "delete", None, [name])),
    ]


def _operation(
    noun: str,
    verb: str,
    schema: Json | None,
    parameters: list[Json],
    body: bool = False,
) -> Json:
    content = {"application/json": {"schema": schema}}
    response: Json = {"description": "The result."}
    operation: Json = {
        "operationId": f"{verb}{noun}",
        "tags": [noun.lower()],
        "summary": f"{verb.capitalize()} a thing.",
        "description": "The token needs the right to do so.\n\nSee the guide.",
        "parameters": parameters,
        "responses": {
            "200": {**response, "content": content} if schema else response,
            **{
                status: {
                    "description": "It failed.",
                    "content": {"application/json": {"schema": _ref("Error")}},
                }
                for status in ("400", "404")
            },
        },
    }
    if body:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(f"{noun}Input")}},
        }
    return operation


def _schemas(noun: str) -> Json:
    settings: Json = {
        name: {"type": "string", "description": text}
        for name, text in zip(("name", "note", "page"), _TEXTS, strict=True)
    }
    settings |= {
        "count": {"type": "integer", "minimum": 0},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "owner": _ref(f"{noun}Owner"),
    }
    result: Json = {
        "id": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
        "state": _ref(f"{noun}State"),
        **settings,
    }
    return {
        noun: _object(result, ["id", "created_at", "name"]),
        f"{noun}Input": _object(settings, ["name"]),
        f"{noun}Owner": _object(
            {"id": {"type": "string"}, "email": {"type": ["string", "null"]}}, ["id"]
        ),
        f"{noun}State": {"type": "string", "enum": ["active", "paused", "ended"]},
    }


def _error() -> Json:
    return _object(
        {"code": {"type": "string"}, "message": {"type": "string"}}, ["code"]
    )


def _object(properties: Json, required: list[str]) -> Json:
    return {"type": "object", "properties": properties, "required": required}


def _parameter(name: str, place: str, schema: Json) -> Json:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
