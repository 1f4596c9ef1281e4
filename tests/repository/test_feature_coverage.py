"""Tests that a small document covers each feature of OpenAPI.

Here is only which. `test_on_the_wire` calls each operation of each document; what must come of
it stands in the tests that are named as the documents are, and in `test_schemas` and `test_wire`.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import pytest

from tests.corpus.documents import load
from tests.support.casting import SPECS

DOCUMENTS = sorted((SPECS / "ok").glob("*.yaml"))
ANY = object()

FeatureSamples = dict[str, Any]
"""Fields of an object in the document; `ANY` matches any value."""

FEATURES: dict[str, dict[str, FeatureSamples]] = {
    "crud": {
        "OpenAPI 3.0": {"openapi": "3.0.3"},
        "a JSON body": {"application/json": ANY},
    },
    "authorization_parameters": {
        "a header that OpenAPI ignores": {"name": "Authorization", "in": "header"},
    },
    "credential_parameters": {
        "keys that are parameters": {"name": "key", "in": "query", "required": True},
        "keys of another case": {"name": "x-api-KEY", "in": "header"},
    },
    "hiding": {
        "names that code needs": {"name": "filter", "in": "query"},
        "schemes called as functions": {"credentials": ANY, "super": ANY},
    },
    "swagger": {"Swagger 2.0": {"swagger": "2.0"}, "its null": {"x-nullable": True}},
    "xml": {
        "bodies of XML": {"application/xml": ANY},
        "attributes": {"attribute": True},
        "wrapped lists": {"wrapped": True},
        "namespaces with prefixes": {"namespace": ANY, "prefix": ANY},
        "names": {"xml": {"name": "next"}},
    },
    "xml_nodes": {
        f"nodes of XML: {node}": {"nodeType": node}
        for node in ("element", "attribute", "text", "cdata", "none")
    },
    "version_32": {
        "OpenAPI 3.2": {"openapi": "3.2.0"},
        "a document that names itself": {"$self": ANY},
        "a default mapping": {"defaultMapping": ANY},
        "media types as components": {"mediaTypes": ANY},
        "tags in tags": {"parent": ANY, "kind": ANY},
        "values of examples": {"dataValue": ANY, "serializedValue": ANY},
        "cookies in their own style": {"in": "cookie", "style": "cookie"},
        "reserved characters in a path": {"in": "path", "allowReserved": True},
        "the flow of devices": {"deviceAuthorization": ANY},
    },
    # Schemas
    "allof": {
        "allOf": {"allOf": ANY},
        "beside properties": {"allOf": ANY, "required": ANY},
    },
    "equal_schemas": {
        "enums in another order": {"enum": ["closed", "open"]},
        "objects described otherwise": {"description": "About the page."},
    },
    "inheritance": {
        "one reference": {"allOf": [{"$ref": "#/components/schemas/Middle"}, ANY]},
        "beside properties": {"$ref": "#/components/schemas/Base", "properties": ANY},
    },
    "alternatives": {
        "oneOf": {"oneOf": ANY},
        "anyOf": {"anyOf": ANY},
        "beside properties": {"oneOf": ANY, "properties": ANY},
        "beside required": {"oneOf": ANY, "required": ["to"]},
        "told apart by those that extend it": {"discriminator": ANY, "type": "object"},
        "mapping": {"propertyName": ANY, "mapping": ANY},
        "implicit names": {"discriminator": {"propertyName": "engine"}},
        "nested": {"anyOf": [{"$ref": "#/components/schemas/Round"}, ANY]},
    },
    "unions": {"a member that no mapping names": {"mapping": {"cat": ANY}}},
    "discriminators": {
        "nested": {"propertyName": "breed", "mapping": ANY},
        "undeclared property": {"propertyName": "tool", "mapping": ANY},
        "default": {"defaultMapping": ANY},
    },
    "constants": {
        "enum of texts": {"enum": ["a", "b"]},
        "enum of integers": {"enum": [1, 2]},
        "enum of numbers": {"enum": [0.5, 1, 2.5]},
        "enum of booleans": {"enum": [True]},
        "enum with null": {"enum": ["some", None]},
        "enum of several types": {"enum": ["auto", 1, True]},
        "enum of objects and lists": {"enum": [{"a": 1}, [2]]},
        "const text": {"const": "fixed"},
        "const integer": {"const": 7},
        "const number": {"const": 0.5},
        "const boolean": {"const": True},
        "const null": {"const": None},
        "const list": {"const": [1, 2]},
        "const object": {"const": {"a": 1}},
    },
    "enums": {
        "names of values": {"x-enum-varnames": ANY, "type": "integer"},
        "names as NSwag writes them": {"x-enumNames": ANY},
        "descriptions of values": {"x-enum-descriptions": ANY},
        "names by value": {"x-enum-varnames": {"shiny": "NEW"}},
        "constants with titles": {"const": 0, "title": "New moon"},
    },
    "types": {
        "type arrays": {"type": ["integer", "string", "boolean"]},
        "type arrays with null": {"type": ["array", "integer", "null"]},
        "true": {"anything": True},
        "false": {"never": False},
        "nothing said": {"empty": {}},
    },
    "nullable": {
        "OpenAPI 3.1": {"openapi": "3.1.0"},
        "null": {"type": ["string", "null"]},
    },
    "nullable_30": {
        "nullable": {"nullable": True, "type": "string"},
        "beside enum": {"nullable": True, "enum": ANY},
        "beside allOf": {"nullable": True, "allOf": ANY},
    },
    "tuples": {"tuples": {"prefixItems": ANY, "items": False}},
    "whole_bodies": {
        "maps with null": {"additionalProperties": {"type": ["number", "null"]}},
        "any body": {"application/json": {"schema": {}}},
    },
    "maps": {
        "maps": {"additionalProperties": {"type": "integer"}},
        "patternProperties": {"patternProperties": ANY},
        "propertyNames": {"propertyNames": ANY},
        "additional ones beside named ones": {
            "properties": ANY,
            "additionalProperties": {"type": "integer"},
        },
    },
    "additional": {
        "closed objects": {"additionalProperties": False},
        "unevaluated properties": {"unevaluatedProperties": False},
        "open objects": {"additionalProperties": True},
        "a property of that name": {"additional_properties": ANY},
    },
    "recursion": {
        "recursive": {"items": {"$ref": "#/components/schemas/Tree"}},
        "mutually recursive": {"items": {"$ref": "#/components/schemas/Author"}},
    },
    "references": {
        "$defs": {"$defs": ANY},
        "anchors": {"$anchor": ANY},
        "dynamic anchors": {"$dynamicAnchor": ANY},
        "$id": {"$id": ANY},
        "siblings": {"$ref": ANY, "properties": ANY},
        "into paths": {
            "$ref": "#/paths/~1values/put/requestBody/content/application~1json/schema"
        },
        "into a schema": {"$ref": "#/components/schemas/Pet/properties/name"},
    },
    "files": {"other files": {"$ref": "files/models/pet.yaml"}},
    "conditions": {
        "not": {"not": ANY},
        "if": {"if": ANY, "then": ANY, "else": ANY},
        "dependentSchemas": {"dependentSchemas": ANY},
        "dependentRequired": {"dependentRequired": ANY},
        "contains": {"contains": ANY},
        "unevaluatedProperties": {"unevaluatedProperties": ANY},
        "unevaluatedItems": {"unevaluatedItems": ANY},
    },
    "directions": {"readOnly": {"readOnly": True}, "writeOnly": {"writeOnly": True}},
    "merge_patch": {"body": {"application/merge-patch+json": ANY}},
    "defaults": {
        "of a parameter": {"in": "query", "schema": {"type": "integer", "default": 20}},
        "of a property": {"count": {"type": "integer", "default": 1}},
        "null": {"default": None},
    },
    "amounts": {
        "a decimal number": {"type": "number", "format": "decimal"},
        "a decimal as text": {"type": "string", "format": "decimal"},
    },
    "formats": {
        name: {"format": name}
        for name in (
            *("date", "date-time", "time", "duration", "uuid", "byte", "decimal"),
            *("int8", "int16", "int32", "int64", "uint64", "float", "double"),
            *("uri", "email", "password", "regex", "nobody-knows"),
        )
    },
    # Names
    "property_names": {
        "keywords": {"class": ANY},
        "builtins": {"int": ANY},
        "dunder": {"__init__": ANY},
        "leading digits": {"2nd": ANY},
        "punctuation": {"some-key": ANY, "some_key": ANY},
        "other scripts": {"ключ": ANY},
        "cases": {"Key": ANY, "key": ANY, "KEY": ANY},
        "nothing": {"": ANY},
    },
    "deprecated": {
        "operations": {"operationId": "list", "deprecated": True},
        "parameters": {"in": "query", "deprecated": True},
        "headers by their schema": {"schema": {"type": "string", "deprecated": True}},
        "properties": {"oldName": {"type": "string", "deprecated": True}},
    },
    "headers": {
        "headers of every request": {"headers": {"Dated-Version": ANY}},
        "a value of an operation": {"name": "dated-version", "in": "header"},
    },
    "plain_data": {
        "names of methods of models": {"to_dict": ANY, "toJson": ANY, "evolve": ANY},
    },
    "names": {
        "operations": {"operationId": "import"},
        "cases": {"operationId": "List"},
    },
    "mistakes": {"mistakes": {"GET": ANY}},
    # Parameters
    "styles": {
        "allowReserved": {"in": "query", "allowReserved": True},
        "content": {"in": "query", "content": ANY},
        "deepObject": {"style": "deepObject"},
    },
    "querystring": {"querystring": {"in": "querystring"}},
    # Bodies
    "bodies": {
        "of a form": {"application/x-www-form-urlencoded": ANY},
        "of parts": {"multipart/form-data": ANY},
        "files": {"format": "binary"},
        "media types of parts": {"encoding": {"notes": {"contentType": ANY}}},
        "headers of parts": {"contentType": ANY, "headers": ANY},
        "of +json": {"application/merge-patch+json": ANY},
        "of octets": {"application/octet-stream": ANY},
        "of text": {"text/plain": ANY},
        "of XML": {"application/xml": ANY},
        "of a range": {"image/*": ANY},
        "of several": {"application/json": ANY, "multipart/form-data": ANY},
    },
    # Answers
    "server_names": {
        "a name": {"url": ANY, "name": "live"},
        "a description that is one": {"description": "Sandbox server (fake data)"},
    },
    "redirects": {
        "a redirect with a body": {"301": {"description": ANY, "content": ANY}},
        "a range of redirects": {"3XX": ANY},
    },
    "media_types": {
        "several media types": {"application/json": ANY, "application/pdf": ANY},
        "JSON of one schema": {"application/json": ANY, "application/hal+json": ANY},
        "parameters": {"application/vnd.example+json; version=2": ANY},
        "a range": {"text/*": ANY},
        "any media type": {"*/*": {}},
        "JSON or events": {"application/json": ANY, "text/event-stream": ANY},
    },
    "octets": {
        "octets in 3.1": {"contentMediaType": "*/*"},
        "octets as JSON": {
            "application/json": {"schema": {"type": "string", "format": "binary"}}
        },
        "a part of any type": {"picture": {}},
    },
    "undescribed": {
        "a success without content": {"200": {"description": ANY}},
        "a success without media types": {"content": {}},
    },
    "reserved_expansion": {
        "slashes in a path parameter": {"/v3/{+account}/hotels": ANY}
    },
    "several_values": {"a body that may be repeated on lines": {"200": ANY}},
    "answers": {
        "several successes": {"200": ANY, "201": ANY, "204": ANY},
        "ranges": {"200": ANY, "2XX": ANY, "409": ANY, "4XX": ANY},
        "default": {"404": ANY, "default": ANY},
        "headers": {"headers": ANY},
        "links": {"links": ANY},
        "of +json": {"application/hal+json": ANY},
        "of text": {"text/csv": ANY},
        "of XML": {"application/xml": ANY},
        "of octets": {"application/octet-stream": ANY},
    },
    "streams": {
        "server-sent events": {"text/event-stream": ANY},
        "JSON Lines": {"application/x-ndjson": ANY},
        "JSON sequences": {"application/json-seq": ANY},
        "items": {"itemSchema": ANY},
        "downloads": {"operationId": "fetch"},
    },
    "jobs": {"paging": {"pagination": ANY}, "polling": {"poll": ANY}},
    "paging": {
        "cursor": {"style": "cursor"},
        "offset": {"style": "offset"},
        "cursor among additional properties": {"additionalProperties": ANY},
    },
    "page_styles": {
        "page numbers": {"style": "page"},
        "URLs in the body": {"style": "url"},
        "the last item as the cursor": {"cursor": "/data/-1/id"},
        "totals in headers": {"total": "X-Total-Count"},
    },
    "removals": {
        "each style": {"pagination": ANY},
        "links": {"style": "link"},
        "a list that says whether there is more": {"has_more": ANY},
        "items that are removed": {"delete": ANY},
    },
    # Servers, credentials and webhooks
    "servers": {
        "variables": {"variables": ANY},
        "with values": {"default": ANY, "enum": ANY},
        "of a path": {"servers": ANY, "get": ANY},
        "of an operation": {"servers": ANY, "operationId": ANY},
    },
    "places": {
        "methods": {"head": ANY, "options": ANY, "trace": ANY, "query": ANY},
        "others": {"additionalOperations": {"COPY": ANY, "Link": ANY}},
        "a path of a server": {"url": "/v2"},
    },
    "security": {
        "keys in headers": {"type": "apiKey", "in": "header"},
        "keys in queries": {"type": "apiKey", "in": "query"},
        "keys in cookies": {"type": "apiKey", "in": "cookie"},
        "basic": {"type": "http", "scheme": "basic"},
        "bearer": {"type": "http", "scheme": "bearer"},
        "digest": {"type": "http", "scheme": "digest"},
        "another scheme": {"type": "http", "scheme": "DPoP"},
        "OAuth 2": {"type": "oauth2"},
        "each of its flows": {
            name: ANY
            for name in (
                *("implicit", "password"),
                *("clientCredentials", "authorizationCode"),
            )
        },
        "OpenID Connect": {"type": "openIdConnect"},
        "mutual TLS": {"type": "mutualTLS"},
        "and, or": {"security": [{"key": [], "session": []}, {"token": []}]},
        "none": {"security": []},
        "optional": {"security": [{"token": []}, {}]},
        "optional, named first": {"security": [{}, ANY, {"token": []}, {}]},
    },
    "oauth": {
        "client credentials": {"clientCredentials": {"tokenUrl": ANY, "scopes": ANY}},
        "refresh tokens": {"refreshUrl": ANY},
        "scopes of an operation": {"security": [{"oauth": ["write", "read"]}]},
    },
    "inbound": {
        "callbacks": {"callbacks": {"happened": ANY, "changed": {"$ref": ANY}}},
        "webhooks": {"webhooks": {"begun": {"$ref": ANY}, "ended": ANY}},
    },
    "webhooks": {
        "events with a constant": {"type": {"const": "order.paid"}},
        "several webhooks": {"webhooks": {"orderPaid": ANY, "orderSent": ANY}},
    },
    "signed_webhooks": {
        "a signature of its own": {"webhooks": {"header": ANY, "signed": ANY}},
        "a resource of the same name": {"tags": ["webhooks"]},
    },
}
"""Features of each document, with the fields that prove them."""

STYLES = {
    *product(
        ["path"], ["simple", "label", "matrix"], [True, False], ["array", "object"]
    ),
    *product(["header"], ["simple"], [True, False], ["array", "object"]),
    *product(["query"], ["form"], [True, False], ["array", "object"]),
    *product(
        ["query"], ["spaceDelimited", "pipeDelimited"], [False], ["array", "object"]
    ),
    ("query", "deepObject", True, "object"),
    *product(["cookie"], ["form"], [False], ["array", "object"]),
    *product(["path"], ["label", "matrix"], [False], ["string"]),
    *product(["header"], ["simple"], [False], ["string"]),
    *product(["query", "cookie"], ["form"], [True], ["string"]),
}
"""Locations, styles, `explode` and values (OpenAPI 3.1, section 4.8.12.2)."""


@cache
def document(name: str) -> Any:
    return load(SPECS / "ok" / f"{name}.yaml")


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from objects(item)


def contains(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(value, dict):
        return all(
            n in value and contains(value[n], part) for n, part in wanted.items()
        )
    if isinstance(wanted, list) and isinstance(value, list):
        return len(wanted) == len(value) and all(map(contains, value, wanted))
    return wanted is ANY or value == wanted and type(value) is type(wanted)


@pytest.mark.parametrize(
    ("name", "feature"),
    [(name, feature) for name, features in FEATURES.items() for feature in features],
)
def test_feature_has_a_sample_document(name: str, feature: str) -> None:
    wanted = FEATURES[name][feature]
    assert any(contains(value, wanted) for value in objects(document(name)))


def test_each_document_is_the_sample_of_a_feature() -> None:
    assert FEATURES.keys() == {path.stem for path in DOCUMENTS}


def test_each_style_is_sampled_with_each_kind_of_value() -> None:
    data = document("styles")
    found: set[tuple[str, str, bool, str]] = set()
    for parameter in objects(data):
        if "in" not in parameter or "schema" not in parameter:
            continue
        place, schema = parameter["in"], parameter["schema"]
        if "$ref" in schema:
            schema = data["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        style = parameter.get(
            "style", "form" if place in ("query", "cookie") else "simple"
        )
        explode = parameter.get("explode", style == "form")
        found.add((place, style, explode, schema["type"]))
    assert STYLES <= found
