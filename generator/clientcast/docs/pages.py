"""Reference pages of a client: an index, a page for each resource and operation, models, errors."""

from collections.abc import Iterable, Mapping, Sequence

from clientcast.docs.behaviour import (
    collecting_text,
    lists_text,
    options_text,
    plain_data_text,
    pydantic_text,
    testing_text,
    timeout_text,
    tokens_text,
    webhooks_text,
)
from clientcast.docs.classes import base_error
from clientcast.docs.declarations import (
    ABSENT_FIELDS,
    NO_DESCRIPTION,
    declaration_sections,
    error_sections,
)
from clientcast.docs.links import (
    ERRORS,
    INDEX,
    LISTS,
    MODELS,
    Links,
    page_links,
    page_names,
    slug,
)
from clientcast.docs.markdown import (
    blocks,
    cell,
    code,
    code_block,
    escape_text,
    paragraph,
    table,
)
from clientcast.docs.operation import OperationText, credential_text, example_text
from clientcast.docs.reference import Operation, Reference
from clientcast.docs.values import type_text

OPERATIONS = "All operations"
PYTHON_VERSIONS = "Python 3.11 and later"
INSTALL = (
    "copy it into your code under any name, and add `httpx2` and `msgspec` to your"
    " dependencies."
)

_OPERATIONS_LINK = f"{INDEX}#{slug(OPERATIONS)}"

_CREDENTIALS_TEXT = (
    "A credential is a string, or a callable that returns one and is called for each attempt"
    " (the asynchronous client also accepts an async callable). A request includes only the"
    " credentials that its operation requires."
)


def client_pages(reference: Reference) -> dict[str, str]:
    """Render the pages of one client, by file name."""
    links = page_links(reference)
    pages = {
        INDEX: _client_index(reference, links),
        MODELS: _models_page(reference, links),
        ERRORS: _errors_page(reference, links),
    }
    names = page_names(reference)
    text = OperationText(reference, links)
    for resource in reference.resources:
        page, title = (
            names.resources[resource.name],
            resource.name or reference.client.name,
        )
        footer = _footer(title, page)
        parts = [
            f"# {code(title)}",
            blocks(resource.description, lambda name: links.get(name, "")),
        ]
        if names.operations:
            parts.append(operations_table(reference, links, resource.operations))
        for operation in resource.operations:
            if operation.name in names.operations:
                section = _operation(operation, text, footer, level=1)
                pages[names.operations[operation.name]] = _join(section)
            else:
                parts += _operation(operation, text, footer, level=2)
        pages[page] = _join(parts)
    return dict(sorted(pages.items()))


def index_page(references: Mapping[str, Reference]) -> str:
    """Render the index of several clients.

    Args:
        references: References by the folder of their pages.
    """
    rows = [
        (
            f"[{escape_text(reference.title)}]({folder}/{INDEX})",
            code(reference.package),
            cell(reference.summary) or NO_DESCRIPTION,
            str(len(reference.operations)),
        )
        for folder, reference in references.items()
    ]
    parts = [
        "# Clients",
        f"Typed clients, synchronous and asynchronous, for {PYTHON_VERSIONS}. Each is one folder:"
        f" {INSTALL}",
        table(("API", "Package", "Description", "Operations"), rows),
    ]
    for folder, reference in references.items():
        if reference.client.example is not None:
            parts += [
                f"## {escape_text(reference.title)}",
                example_text(reference.client.example),
                f"[Reference of {escape_text(reference.title)}]({folder}/{INDEX})",
            ]
    return _join(parts)


def summary_sections(reference: Reference, links: Links, vendoring: str) -> list[str]:
    """Return the first sections: the summary, an example call and all operations.

    Args:
        reference: Reference of the client.
        links: URLs of names.
        vendoring: Sentence about the installation.
    """
    client = reference.client
    parts = [
        paragraph(reference.summary),
        (
            f"A typed client, synchronous ({code(client.name)}) and asynchronous"
            f" ({code(client.async_name)}), for {PYTHON_VERSIONS}."
        ),
        vendoring,
    ]
    if client.example is not None:
        parts += ["## First call", example_text(client.example)]
    return [*parts, f"## {OPERATIONS}", operations_table(reference, links)]


def operations_table(
    reference: Reference, links: Links, operations: Sequence[Operation] | None = None
) -> str:
    """Return a table of operations: method, HTTP request and summary.

    Args:
        reference: Reference of the client.
        links: URLs of names.
        operations: The operations; all by default.
    """
    if operations is None:
        operations = reference.operations
    if not operations:
        return "The API has no operations."
    rows = [
        (
            _link_to(operation.name, links),
            code(f"{operation.http_method} {operation.path}"),
            cell(operation.summary, lambda name: links.get(name, ""))
            + (" **Deprecated.**" if operation.deprecated else ""),
        )
        for operation in operations
    ]
    return table(("Method", "HTTP request", "Description"), rows)


def client_sections(reference: Reference, links: Links) -> list[str]:
    """Return the sections about the client: arguments, credentials, pages and retries."""
    client = reference.client
    rows = [
        (
            code(argument.name),
            type_text(argument.type, links, may_be_absent=argument.default == "None"),
            code(argument.default) if argument.default else "required",
            cell(argument.description),
        )
        for argument in client.arguments
    ]
    parts = [
        "## Create a client",
        f"{code(client.name)} and {code(client.async_name)} take these keyword arguments:",
        table(("Argument", "Type", "Default", "Description"), rows),
    ]
    if client.credentials:
        lines = (
            f"* {code(credential.argument)}: {credential_text(credential)}"
            for credential in client.credentials
        )
        parts += ["## Credentials", _CREDENTIALS_TEXT, "\n".join(lines)]
    if any("TokenOptions" in argument.type for argument in client.arguments):
        parts += ["## OAuth 2.0 tokens", tokens_text()]
    if any(error.name == "WebhookVerificationError" for error in reference.errors):
        parts += ["## Receive webhooks", webhooks_text(reference)]
    if any(operation.paging for operation in reference.operations):
        parts += [f"## {LISTS}", lists_text(reference), collecting_text()]
    if _names_unset(reference):
        parts += ["## Leave out a value, or send null", _null_text(reference)]
    parts += ["## Deadlines and retries", timeout_text()]
    parts += ["## Options for some calls", options_text(reference)]
    if reference.models:
        parts += ["## Convert models to plain data", plain_data_text()]
        parts += ["## Use models with pydantic and FastAPI", pydantic_text()]
    if client.fake:
        example = (
            code_block(client.fake_example, "python") if client.fake_example else ""
        )
        parts += ["## Test code that uses the client", testing_text(reference), example]
    return parts


def _names_unset(reference: Reference) -> bool:
    """Return whether a signature or a model of the client has `UNSET` as a default."""
    return any(
        argument.default == "UNSET"
        for operation in reference.operations
        for argument in operation.arguments
    ) or any("UnsetType" in f.type for model in reference.models for f in model.fields)


def _null_text(reference: Reference) -> str:
    """Describe which values are sent, which are left out, and which are null."""
    return (
        "An argument or field with the default `None` is not sent if it is `None`. One with the"
        " default `UNSET` is not sent if it is `UNSET`, and is sent as null if it is `None`"
        f" ({code(f'from {reference.package} import UNSET')}). A required one whose type includes"
        " `None` is sent as null. A mapping, list or model that you pass is sent as it is, with"
        " its nulls. Parameters and forms have no null: there, `None` is not sent. What a response"
        " left out is `None`, or `UNSET` if the type of the field includes `UnsetType`."
    )


def errors_introduction(reference: Reference, links: Links) -> str:
    """Describe the base class of errors and the type of error bodies, with an example."""
    base = base_error(reference.errors)
    text = (
        f"All errors of calls are subclasses of {_link_to(base, links)}."
        if base
        else ""
    )
    if reference.error_body:
        body = type_text(reference.error_body, links)
        text += f" The `body` of an error response is usually of type {body}."
    parts = [text.strip()]
    if reference.client.error_handling_example is not None:
        parts.append(example_text(reference.client.error_handling_example))
    return "\n\n".join(part for part in parts if part)


def provenance(reference: Reference) -> str:
    """Return the generator, the document and its digest."""
    return (
        f"Generated by {escape_text(reference.generator)} from {escape_text(reference.title)},"
        f" version {escape_text(reference.version)} (SHA-256 {code(reference.digest)})."
    )


def _client_index(reference: Reference, links: Links) -> str:
    page_list = [
        f"* [{code(name or reference.client.name)}]({page})"
        for name, page in page_names(reference).resources.items()
    ]
    page_list += [f"* [Models]({MODELS})", f"* [Errors]({ERRORS})"]
    about = blocks(reference.description, lambda name: links.get(name, ""))
    return _join(
        [
            f"# {escape_text(reference.title)}",
            *summary_sections(
                reference, links, f"The package is one folder: {INSTALL}"
            ),
            "## Pages",
            "\n".join(page_list),
            *client_sections(reference, links),
            *(["## About the API", about] if about else []),
            "---",
            provenance(reference),
        ]
    )


def _footer(resource: str, page: str) -> str:
    return (
        f"[{code(resource)}]({page}) · [All operations]({_OPERATIONS_LINK}) ·"
        f" [Models]({MODELS}) · [Errors]({ERRORS})"
    )


def _operation(
    operation: Operation, text: OperationText, footer: str, *, level: int
) -> list[str]:
    """Return the parts of a page or section about an operation, with a heading of a level."""
    heading = "#" * level
    parts = [f"{heading} {code(operation.name)}", text.introduction(operation)]
    for label, section in text.sections(operation):
        parts += [f"{heading}# {label}", section]
    return [*parts, footer]


def _models_page(reference: Reference, links: Links) -> str:
    introduction = (
        f"Types of requests and responses of {escape_text(reference.title)}. {ABSENT_FIELDS}"
        f" [All operations]({_OPERATIONS_LINK}) · [Errors]({ERRORS})"
    )
    parts = ["# All models", introduction]
    for name, text in declaration_sections(reference, links):
        parts += [f"## {code(name)}", *text]
    return _join(parts)


def _errors_page(reference: Reference, links: Links) -> str:
    parts = [
        "# All errors",
        f"Exceptions and warnings of the {escape_text(reference.title)} client."
        f" [All operations]({_OPERATIONS_LINK}) · [Models]({MODELS})",
        errors_introduction(reference, links),
    ]
    for error in reference.errors:
        parts += [f"## {code(error.name)}", *error_sections(error, reference, links)]
    return _join(parts)


def _link_to(name: str, links: Links) -> str:
    return f"[{code(name)}]({links[name]})" if name in links else code(name)


def _join(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
