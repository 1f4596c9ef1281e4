"""Operations of the documents, with their sections on our pages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.docs.rendered import Section, folder, sections, tables
from tests.support.calls import SPECS, Spec


@dataclass(frozen=True)
class Input:
    """A parameter, or a property of a JSON body, in a document."""

    name: str
    required: bool
    description: str
    schema: dict[str, Any]
    place: str
    example: Any = None


@dataclass(frozen=True)
class DocumentedOperation:
    """An operation of a document, and its section on our page."""

    vendor: str
    route: str
    verb: str
    operation: dict[str, Any] = field(hash=False)
    page: str
    section: Section = field(hash=False)

    def __str__(self) -> str:
        return f"{self.vendor} {self.operation['operationId']}"

    @property
    def spec(self) -> Spec:
        return SPECS[self.vendor]

    @property
    def id(self) -> str:
        return str(self.operation["operationId"])

    def part(self, title: str) -> str:
        """Return the Markdown of an inner section."""
        return next(s.whole for s in self.section.inner if s.title == title)

    def rows(self, title: str) -> list[dict[str, str]]:
        """Return the table rows of an inner section as dictionaries by column."""
        return [
            dict(zip(table[0], row, strict=True))
            for table in tables(self.part(title).strip())
            for row in table[1:]
        ]

    @cached_property
    def inputs(self) -> list[Input]:
        return list(_inputs(self.spec, self.operation))

    def row_of(self, wanted: Input) -> dict[str, str]:
        """Return the row of an input in the table of parameters."""
        for row in self.rows("Parameters"):
            if f"as `{wanted.name}`" in row["Sent in"]:
                return row
        raise AssertionError(f"{self}: {wanted.name} is missing")

    def responses(self) -> Iterator[tuple[str, dict[str, Any]]]:
        yield from self.spec.responses(self.id).items()

    def response_row(self, status: str) -> dict[str, str]:
        return next(r for r in self.rows("Responses") if r["Status"] == status)


def _inputs(spec: Spec, operation: dict[str, Any]) -> Iterator[Input]:
    for each in operation.get("parameters", ()):
        p = spec.resolve(each)
        schema = spec.resolve(p["schema"])
        yield Input(
            p["name"],
            p.get("required", False),
            p.get("description", ""),
            schema,
            p["in"],
            p.get("example", schema.get("example")),
        )
    body = spec.resolve(operation.get("requestBody", {}))
    content = body.get("content", {}).get("application/json", {})
    parts = list(_flatten_schema(spec, content.get("schema", {})))
    required = {name for part in parts for name in part.get("required", ())}
    for part in parts:
        for name, schema in part.get("properties", {}).items():
            merged: dict[str, Any] = {}
            for piece in reversed(list(_flatten_schema(spec, schema))):
                merged |= piece
            yield Input(
                name, name in required, merged.get("description", ""), merged, "body"
            )


def _flatten_schema(spec: Spec, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    if "$ref" in schema:
        yield from _flatten_schema(spec, spec.resolve(schema))
    for part in schema.get("allOf", ()):
        yield from _flatten_schema(spec, part)


def operations() -> list[DocumentedOperation]:
    """Return all operations of all documents, with their sections."""
    found: list[DocumentedOperation] = []
    for vendor, spec in SPECS.items():
        for verb, route, operation in spec.operations():
            called = f"operation ID `{operation['operationId']}`"
            places = [
                (path, section)
                for path, text in folder().items()
                if path.startswith(f"{vendor}/")
                for section in sections(text)
                if section.level == 1 and called in section.text
            ]
            ((page, section),) = places
            found.append(
                DocumentedOperation(vendor, route, verb, operation, page, section)
            )
    return found
