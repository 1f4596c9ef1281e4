"""The reference as pages: one index a client, one page a resource, one for models, one for errors."""

from collections.abc import Iterable, Mapping

from clientcast.docs.behaviour import lists_text, time_text
from clientcast.docs.classes import base_of
from clientcast.docs.declared import ABSENT, declared_texts, error_text
from clientcast.docs.markdown import block, cell, code, plain, sentence, table
from clientcast.docs.operation import OperationText, credential_text, example_text
from clientcast.docs.places import (
    ERRORS,
    INDEX,
    LISTS,
    MODELS,
    Places,
    in_pages,
    page_names,
    slug,
)
from clientcast.docs.reference import Reference, Resource
from clientcast.docs.values import type_text

OPERATIONS = "All operations"
PYTHON = "Python 3.11 and later"
INSTALL = (
    "copy it into your code under any name, and add `httpx2` and `msgspec` to your"
    " dependencies."
)

_TABLE = f"{INDEX}#{slug(OPERATIONS)}"

_GIVEN = (
    "A credential is a text, or a callable that gives one and is asked at each try (the"
    " asynchronous client may await it). Only what an operation needs is sent with it."
)


def pages(reference: Reference) -> dict[str, str]:
    """The pages of one client: Markdown by the name of its file."""
    places = in_pages(reference)
    found = {
        INDEX: _index(reference, places),
        MODELS: _models(reference, places),
        ERRORS: _errors(reference, places),
    }
    names = page_names(reference)
    for resource in reference.resources:
        page = names[resource.name]
        found[page] = _resource(resource, reference, places, page)
    return dict(sorted(found.items()))


def index(references: Mapping[str, Reference]) -> str:
    """The page above those of several clients.

    Args:
        references: By the folder that their pages are in.
    """
    rows = [
        (
            f"[{plain(reference.title)}]({folder}/{INDEX})",
            code(reference.package),
            cell(reference.summary) or "The API does not say more.",
            str(len(reference.operations)),
        )
        for folder, reference in references.items()
    ]
    parts = [
        "# Clients",
        f"Typed clients, synchronous and asynchronous, for {PYTHON}. Each is one folder:"
        f" {INSTALL}",
        table(("API", "Package", "What it is for", "Operations"), rows),
    ]
    for folder, reference in references.items():
        if reference.client.example is not None:
            parts += [
                f"## {plain(reference.title)}",
                example_text(reference.client.example),
                f"[Reference of {plain(reference.title)}]({folder}/{INDEX})",
            ]
    return _page(parts)


def summary_parts(reference: Reference, places: Places, vendoring: str) -> list[str]:
    """What a reference begins with: what the API is, and a first call.

    Args:
        reference: All that is known.
        places: Where names are described.
        vendoring: How one gets the package.
    """
    client = reference.client
    parts = [
        sentence(reference.summary),
        (
            f"A typed client, synchronous ({code(client.name)}) and asynchronous"
            f" ({code(client.async_name)}), for {PYTHON}."
        ),
        vendoring,
    ]
    if client.example is not None:
        parts += ["## First call", example_text(client.example)]
    return [*parts, f"## {OPERATIONS}", operations_table(reference, places)]


def operations_table(reference: Reference, places: Places) -> str:
    """Every operation in a line: its method, its request, and what it does."""
    if not reference.operations:
        return "The API has no operations."
    rows = [
        (
            _to(operation.name, places),
            code(f"{operation.http_method} {operation.path}"),
            cell(operation.summary, lambda name: places.get(name, ""))
            + (" **Deprecated.**" if operation.deprecated else ""),
        )
        for operation in reference.operations
    ]
    return table(("Method", "HTTP request", "Description"), rows)


def client_parts(reference: Reference, places: Places) -> list[str]:
    """What the client takes, and how all calls behave."""
    client = reference.client
    rows = [
        (
            code(argument.name),
            type_text(argument.type, places, may_be_absent=argument.default == "None"),
            code(argument.default) if argument.default else "required",
            cell(argument.description),
        )
        for argument in client.arguments
    ]
    parts = [
        "## Making a client",
        f"{code(client.name)} and {code(client.async_name)} take these, all by name:",
        table(("Argument", "Type", "Default", "Description"), rows),
    ]
    if client.credentials:
        lines = (
            f"* {code(credential.argument)}: {credential_text(credential)}"
            for credential in client.credentials
        )
        parts += ["## Credentials", _GIVEN, "\n".join(lines)]
    if any(operation.paging for operation in reference.operations):
        parts += [f"## {LISTS}", lists_text(reference)]
    return [*parts, "## Time and retries", time_text()]


def errors_lead(reference: Reference, places: Places) -> str:
    """What all errors of a client have in common, and how they are caught."""
    base = base_of(reference.errors)
    text = f"All errors of calls are kinds of {_to(base, places)}." if base else ""
    if reference.error_body:
        body = type_text(reference.error_body, places)
        text += f" The `body` of an answer that is an error is usually of {body}."
    parts = [text.strip()]
    if reference.client.catching is not None:
        parts.append(example_text(reference.client.catching))
    return "\n\n".join(part for part in parts if part)


def origin(reference: Reference) -> str:
    """What the package was generated from, and by what."""
    return (
        f"Generated by {plain(reference.generator)} from {plain(reference.title)},"
        f" version {plain(reference.version)} (SHA-256 {code(reference.digest)})."
    )


def _index(reference: Reference, places: Places) -> str:
    elsewhere = [
        f"* [{code(name or reference.client.name)}]({page})"
        for name, page in page_names(reference).items()
    ]
    elsewhere += [f"* [Models]({MODELS})", f"* [Errors]({ERRORS})"]
    about = block(reference.description, lambda name: places.get(name, ""))
    return _page(
        [
            f"# {plain(reference.title)}",
            *summary_parts(reference, places, f"The package is one folder: {INSTALL}"),
            "## Pages",
            "\n".join(elsewhere),
            *client_parts(reference, places),
            *(["## About the API", about] if about else []),
            "---",
            origin(reference),
        ]
    )


def _resource(
    resource: Resource, reference: Reference, places: Places, page: str
) -> str:
    text = OperationText(reference, places)
    title = f"# {code(resource.name or reference.client.name)}"
    parts = [title, block(resource.description, lambda name: places.get(name, ""))]
    for operation in resource.operations:
        parts += [f"## {code(operation.name)}", text.lead(operation)]
        for label, section in text.sections(operation):
            parts += [f"### {label}", section]
        parts.append(
            f"[Back to the top]({page}) · [All operations]({_TABLE}) ·"
            f" [Models]({MODELS}) · [Errors]({ERRORS})"
        )
    return _page(parts)


def _models(reference: Reference, places: Places) -> str:
    lead = (
        f"What goes over the wire to and from {plain(reference.title)}. {ABSENT}"
        f" [All operations]({_TABLE}) · [Errors]({ERRORS})"
    )
    parts = ["# All models", lead]
    for name, text in declared_texts(reference, places):
        parts += [f"## {code(name)}", *text]
    return _page(parts)


def _errors(reference: Reference, places: Places) -> str:
    parts = [
        "# All errors",
        f"What the clients of {plain(reference.title)} raise."
        f" [All operations]({_TABLE}) · [Models]({MODELS})",
        errors_lead(reference, places),
    ]
    for error in reference.errors:
        parts += [f"## {code(error.name)}", *error_text(error, reference, places)]
    return _page(parts)


def _to(name: str, places: Places) -> str:
    return f"[{code(name)}]({places[name]})" if name in places else code(name)


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
