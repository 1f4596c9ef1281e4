"""Rules for `state` of `x-client`."""

from typing import Any

from clientcast.check.pagination_rules import (
    ARGUMENT_TYPES,
    check_argument,
    parameter_locations,
    success_responses,
)
from clientcast.check.pointer_rules import (
    check_option_pointer,
    content_schemas,
    subschemas,
)
from clientcast.check.schema_rules import may_have_value, quote_value
from clientcast.check.walk import Walk, shorten
from clientcast.client_options import OPTIONS
from clientcast.plain import mapping, sequence, texts
from clientcast.references import Located
from clientcast.source import escape

_TYPES = (*ARGUMENT_TYPES, "boolean")


class StateRules:
    """Rules for the effects of operations on stored items.

    Args:
        walk: The document.
    """

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._properties: dict[str, list[Any]] = {}

    def check(self, pointer: str, operation: Located, state: dict[str, Any]) -> None:
        """Report options that name no parameter, property or item."""
        if not state:
            return
        walk, parameters = self._walk, parameter_locations(self._walk, operation)
        named = [
            (f"{pointer}/where/{escape(name)}", value)
            for name, value in mapping(state.get("where")).items()
        ]
        for option in OPTIONS["StateOptions"]:
            if option.is_parameter:
                where = f"{pointer}/{option.name}"
                named += [(where, text) for text in texts(state.get(option.name))]
        for place, value in named:
            if isinstance(value, str):
                check_argument(walk, place, value, parameters, operation, _TYPES)
        for name in ("where", "set", "only"):
            for key, value in mapping(state.get(name)).items():
                place = f"{pointer}/{name}/{escape(key)}"
                if self._check_property(place, key) and name != "where":
                    self._check_value(place, key, value)
        if isinstance(state.get("same"), str):
            self._check_property(f"{pointer}/same", state["same"])
        schemas = [
            schema
            for response in success_responses(operation)
            for schema in content_schemas(walk, response, "json")
        ]
        for option in OPTIONS["StateOptions"]:
            if option.pointer_types:
                where, value = f"{pointer}/{option.name}", state.get(option.name)
                check_option_pointer(walk, where, value, schemas, option)

    def _check_property(self, pointer: str, name: str) -> bool:
        """Report a property that no schema of the document has; return whether one has it."""
        if not self._properties:
            for _, schema in self._walk.objects("Schema"):
                for key, value in mapping(schema.get("properties")).items():
                    self._properties.setdefault(key, []).append(value)
        if name in self._properties:
            return True
        self._walk.report(
            pointer,
            "bad-option",
            f"no schema has the property '{shorten(name)}'",
            self._walk.did_you_mean(name, sorted(self._properties))
            or "write a property of the items",
            at_key=True,
        )
        return False

    def _check_value(self, pointer: str, name: str, value: Any) -> None:
        """Report a value that no property of a name can have."""
        schemas = [
            schema
            for schema in map(mapping, subschemas(self._walk, self._properties[name]))
            if "type" in schema or "enum" in schema
        ]
        if not schemas or any(may_have_value(schema, value) for schema in schemas):
            return
        values = [
            text
            for schema in schemas
            for text in sequence(schema.get("enum"))
            if isinstance(text, str)
        ]
        self._walk.report(
            pointer,
            "bad-option",
            f"no property '{shorten(name)}' can be {quote_value(value)}",
            self._walk.did_you_mean(str(value), values)
            or "write one value that its schema allows",
        )
