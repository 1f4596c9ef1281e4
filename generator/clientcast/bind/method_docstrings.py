"""Docstrings of methods: summary, arguments, return value and errors of an operation."""

import re
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from clientcast import ir
from clientcast.bind.arguments import Argument, ArgumentLocation, sends_file
from clientcast.bind.docstrings import docstring_content, docstring_with_example
from clientcast.bind.lines import first_sentence, one_line

_WIDTH = 88 - 8
_QUOTED = re.compile(r"`([^`\n]+)`")
_ERROR_CLASSES = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "UnprocessableEntityError",
    "429": "RateLimitError",
}

_ACCEPTED_TEXT = (
    "If the deadline passes before the server finishes an accepted request. The client's"
    " `resume` gets the response later."
)
_DEPRECATION = re.compile(
    r"^[ \t]*\**deprecated\b[:.!*]+\s+(\S.*)", re.IGNORECASE | re.MULTILINE | re.DOTALL
)
"""A paragraph that says why an operation is deprecated, and what to use in its place."""


class MethodDocstrings(Struct, frozen=True):
    """Docstrings for the methods of one API.

    Attributes:
        python_names: The dotted Python name of each operation, by operationId.
    """

    api: ir.Api
    python_names: Mapping[str, str]

    def with_python_names(
        self, text: str, arguments: Mapping[str, str] | None = None
    ) -> str:
        """Replace quoted operationIds and parameter names by their Python names."""
        argument_names = arguments or {}

        def renamed(match: re.Match[str]) -> str:
            name = match[1]
            return f"`{argument_names.get(name) or self.python_names.get(name, name)}`"

        return _QUOTED.sub(renamed, text)

    def for_operation(
        self,
        operation: ir.Operation,
        arguments: tuple[Argument, ...],
        examples: Mapping[str, str],
    ) -> dict[str, str]:
        """Return the docstrings of an operation's methods, as literals, by mode.

        Args:
            operation: The operation.
            arguments: The arguments of the methods.
            examples: A program that calls the method, by mode.
        """
        names = {a.field.name: a.name for a in arguments}
        texts = [self.with_python_names(operation.text.description, names)]
        if (
            operation.deprecated
            and "deprecated" not in operation.text.description.lower()
        ):
            texts.append("Deprecated: the API may remove this operation.")
        texts.append(self._credentials_text(operation))
        content = docstring_content(
            *texts,
            width=_WIDTH,
            summary=_summary(operation),
            arguments=[(a.name, self._argument_text(a, names)) for a in arguments],
            returns=_returns_text(operation),
            raises=_raises_entries(operation),
        )
        return {
            mode: docstring_with_example(content, example)
            for mode, example in examples.items()
        }

    def deprecation(
        self, operation: ir.Operation, name: str, arguments: tuple[Argument, ...]
    ) -> str:
        """Return the warning of a deprecated operation, with the reason in its description.

        Args:
            operation: The operation.
            name: The dotted name of the method.
            arguments: The arguments of the method.
        """
        match = _DEPRECATION.search(operation.text.description)
        reason = "" if match is None else first_sentence(match[1])
        names = {a.field.name: a.name for a in arguments}
        reason = self.with_python_names(reason, names) or "the API may remove it."
        return f"The operation {name} is deprecated: {reason}"

    def _argument_text(self, argument: Argument, names: Mapping[str, str]) -> str:
        field = argument.field
        description = self.with_python_names(field.description, names)
        parts = ["Deprecated."] if field.deprecated else []
        for scheme in self.api.schemes:
            if scheme.name == argument.scheme:
                place = f"Sent in place of the client's `{scheme.argument}`."
                return " ".join((*parts, place, description)).strip()
        parts.append(description or _place_text(argument))
        if argument.client_argument:
            parts.append(f"Sent in place of the client's `{argument.client_argument}`.")
            if argument.has_default:
                parts.append(f"By default it is `{field.default}`.")
        if field.default and not argument.has_default:
            parts.append(f"The server's default is `{field.default}`.")
        if sends_file(argument):
            parts.append(_UPLOAD_TEXT)
        return " ".join(parts)

    def _credentials_text(self, operation: ir.Operation) -> str:
        """Return the credentials of an operation, unless all operations take the same one."""
        if not self.api.schemes:
            return ""
        alternatives = tuple(filter(None, operation.security))
        if not alternatives:
            return "Sent without credentials."
        is_usual = len(self.api.schemes) == 1 and () not in operation.security
        if is_usual and not any(r.scopes for a in alternatives for r in a):
            return ""
        arguments = {s.name: s.argument for s in self.api.schemes}
        phrases = [
            " and ".join(
                _with_scopes(arguments[r.scheme], r.scopes) for r in alternative
            )
            for alternative in alternatives
        ]
        if () in operation.security:
            phrases.append("without credentials")
        return f"Sent with {', or '.join(phrases)}."


def _place_text(argument: Argument) -> str:
    """Return where an argument without a description is sent."""
    name = f"`{argument.field.name}`"
    match argument.location:
        case ArgumentLocation.PATH:
            return f"The part {name} of the path."
        case ArgumentLocation.QUERY:
            return f"The query parameter {name}."
        case ArgumentLocation.HEADER:
            return f"The header {name}."
        case ArgumentLocation.COOKIE:
            return f"The cookie {name}."
        case _ if argument.is_whole_body:
            return "The request body."
        case ArgumentLocation.FORM | ArgumentLocation.MULTIPART:
            return f"The field {name} of the form."
        case _:
            return f"The property {name} of the body."


_UPLOAD_TEXT = (
    "An open file, a path or an iterable of bytes is read while it is sent; the client's"
    " `upload_with_progress` reports the progress."
)
_PAGE_TEXT = "The first page. Iterate over it to get the items of all pages, or collect them with `all()`."
_OFFSET_TEXT = (
    "Collect them before you remove any: the pages are counted by {}, so that each removed"
    " item makes the iteration skip another."
)


def _returns_text(operation: ir.Operation) -> str:
    """Return the description of the return value; empty if the annotation is enough."""
    if isinstance(operation.paging, ir.OffsetPaging | ir.PageNumberPaging):
        is_offset = isinstance(operation.paging, ir.OffsetPaging)
        counted_by = "offset" if is_offset else "number"
        return f"{_PAGE_TEXT} {_OFFSET_TEXT.format(counted_by)}"
    if operation.paging is not None:
        return _PAGE_TEXT
    if operation.success.kind.is_stream:
        return (
            "A stream. Iterate over it to get each item as it arrives. It is closed after"
            " the last item and at the end of its `with` block."
        )
    if operation.success.redirects:
        statuses = " or ".join(operation.success.redirects)
        redirect = (
            f"`None` with status {statuses}, unless the client follows redirects; `raw` returns"
            " the headers, such as `Location`."
        )
        success = replace(operation.success, redirects=())
        return " ".join(
            filter(None, (_returns_text(replace(operation, success=success)), redirect))
        )
    if operation.success.kind is ir.MediaKind.BYTES:
        return "The content. The client's `download` writes it to a file instead."
    if operation.success.kind is ir.MediaKind.UNDESCRIBED:
        return (
            "The body, which the API does not describe: JSON data, text, or bytes; `None` if"
            " it is empty."
        )
    if operation.success.undescribed:
        statuses = " or ".join(operation.success.undescribed)
        return (
            f"With status {statuses}, the body, which the API does not describe: JSON data,"
            " text, or bytes; `None` if it is empty."
        )
    return ""


def _summary(operation: ir.Operation) -> str:
    """Return the first line of a docstring; empty if the description begins with one."""
    description = operation.text.description.lstrip()
    if not operation.text.summary and description[:1].isalpha():
        return ""
    summary = one_line(operation.text.summary) or f"{operation.method} {operation.path}"
    return summary if summary.endswith((".", "!", "?")) else f"{summary}."


def _status_text(status: str) -> str:
    """Return when an error without a description is raised."""
    return "Any other status." if status == "default" else f"The status is {status}."


def _with_scopes(argument: str, scopes: tuple[str, ...]) -> str:
    if not scopes:
        return f"`{argument}`"
    quoted_scopes = ", ".join(f"`{one_line(scope)}`" for scope in scopes)
    return f"`{argument}` (scope{'s' if len(scopes) > 1 else ''} {quoted_scopes})"


def _raises_entries(operation: ir.Operation) -> list[tuple[str, str]]:
    """Return each error class of an operation with its description, ordered by status."""
    texts_by_class: dict[str, list[str]] = {}
    for response in sorted(operation.responses, key=lambda r: r.status):
        status = response.status
        if status[:1] in "123":
            continue
        is_server_error = status[:1] == "5"
        name = (
            "InternalServerError"
            if is_server_error
            else _ERROR_CLASSES.get(status, "APIStatusError")
        )
        text = first_sentence(response.description) or _status_text(status)
        texts_by_class.setdefault(name, []).append(text)
    if operation.polling is not None:
        texts_by_class["AcceptedError"] = [_ACCEPTED_TEXT]
    return [
        (name, " ".join(dict.fromkeys(texts))) for name, texts in texts_by_class.items()
    ]
