"""Markdown about one operation: an introduction, and labelled sections."""

from clientcast.docs.behaviour import paging_text, polling_text, retry_text
from clientcast.docs.curl import curl_command
from clientcast.docs.declarations import NO_DESCRIPTION
from clientcast.docs.links import Links
from clientcast.docs.markdown import (
    blocks,
    cell,
    code,
    code_block,
    code_in_cell,
    escape_text,
    paragraph,
    table,
)
from clientcast.docs.reference import (
    Argument,
    Credential,
    Example,
    Operation,
    Reference,
    Requirement,
    Response,
)
from clientcast.docs.values import (
    json_text,
    type_text,
    value_in_cell,
    values_in_cell,
)

Section = tuple[str, str]
"""Label and Markdown text."""

SYNCHRONOUS, ASYNCHRONOUS, CURL = "Synchronous", "Asynchronous", "curl"
_LOCATION_TEXTS = {
    "path": "the path",
    "query": "the query",
    "header": "a header",
    "cookie": "a cookie",
    "body": "the body",
}
_OPERATION_SERVER = (
    "* The API defines this server for the operation. Credentials are sent to a host other than"
    " the client's only if `trusted_servers` lists it."
)


def example_text(example: Example) -> str:
    """Return the synchronous and the asynchronous example."""
    return "\n\n".join(
        (
            f"**{SYNCHRONOUS}**",
            code_block(example.synchronous, "python"),
            f"**{ASYNCHRONOUS}**",
            code_block(example.asynchronous, "python"),
        )
    )


class OperationText:
    """Writer of Markdown about the operations of one reference.

    Args:
        reference: Reference that contains the operations.
        links: URLs of names.
    """

    def __init__(self, reference: Reference, links: Links) -> None:
        self._reference = reference
        self._links = links
        self._credentials = {c.argument: c for c in reference.client.credentials}

    def introduction(self, operation: Operation) -> str:
        """Return the summary, the HTTP request, the operation ID and the description."""
        http = code(f"{operation.http_method} {operation.path}")
        operation_id = (
            f" · operation ID {code(operation.operation_id)}"
            if operation.operation_id
            else ""
        )
        parts = [
            paragraph(operation.summary, self._resolve_link),
            f"{http}{operation_id}",
        ]
        if operation.deprecated:
            parts.append(
                "> **Deprecated.** The API discourages this operation and may remove it."
            )
        parts.append(blocks(operation.description, self._resolve_link))
        return "\n\n".join(part for part in parts if part)

    def sections(self, operation: Operation) -> list[Section]:
        """Return the labelled sections."""
        prefix = operation.name.rpartition(".")[0]
        signature = f"{prefix}.{operation.signature}" if prefix else operation.signature
        sections = [("Signature", code_block(signature))]
        if operation.example is not None:
            curl = f"**{CURL}**\n\n{code_block(self._curl(operation), 'sh')}"
            example = f"{example_text(operation.example)}\n\n{curl}"
            sections.append(("Example", example))
        sections += [
            ("Parameters", self._parameters(operation)),
            ("Returns", self._returns(operation)),
            ("Authorization", self._authorization(operation)),
            ("HTTP request", self._request(operation)),
            ("Responses", self._responses(operation)),
        ]
        if headers := self._headers(operation):
            sections.append(("Response headers", headers))
        sections += [
            ("Errors", self._errors(operation)),
            ("Retries", retry_text(operation)),
        ]
        if operation.paging:
            sections.append(("Paging", paging_text(operation)))
        if operation.polled:
            sections.append(("Polling", polling_text(self._reference)))
        return sections

    def _curl(self, operation: Operation) -> str:
        server = operation.server or self._reference.client.server
        return curl_command(operation, server, self._credentials)

    def _resolve_link(self, name: str) -> str:
        return self._links.get(name, "")

    def _type_text(self, annotation: str, *, may_be_absent: bool = False) -> str:
        return type_text(annotation, self._links, may_be_absent=may_be_absent)

    def _parameters(self, operation: Operation) -> str:
        if not operation.arguments:
            return "None."
        head = ("Name", "Type", "Required", "Sent in", "Description", "Example")
        return table(head, map(self._parameter_row, operation.arguments))

    def _parameter_row(self, argument: Argument) -> tuple[str, ...]:
        location = _LOCATION_TEXTS.get(argument.place, "the request")
        name_in_request = (
            f", as {code_in_cell(argument.wire_name)}" if argument.wire_name else ""
        )
        notes = [cell(argument.description, self._resolve_link)]
        if argument.values:
            notes.append(f"One of {values_in_cell(argument.values)}.")
        if argument.limits:
            notes.append(
                f"Constraints: {', '.join(map(code_in_cell, argument.limits))}."
            )
        return (
            code(argument.name),
            self._type_text(argument.type, may_be_absent=not argument.required),
            "yes" if argument.required else "no",
            f"{location}{name_in_request}",
            "<br>".join(note for note in notes if note),
            value_in_cell(argument.example),
        )

    def _returns(self, operation: Operation) -> str:
        responses = [a for a in operation.responses if not a.error]
        parts: list[str] = []
        if operation.returns == "None":
            parts.append("`None`: the response has no content.")
        else:
            description = " ".join(
                part
                for part in (
                    cell(operation.returns_description, self._resolve_link),
                    cell(
                        responses[0].description if responses else "",
                        self._resolve_link,
                    ),
                )
                if part
            )
            parts.append(
                f"{self._type_text(operation.returns)}. {description}".rstrip()
            )
        with_example = next((a for a in responses if a.example is not None), None)
        if with_example is not None:
            parts.append(
                f"Example of a response body (status {escape_text(with_example.status)}):"
            )
            parts.append(code_block(json_text(with_example.example), "json"))
        return "\n\n".join(parts)

    def _authorization(self, operation: Operation) -> str:
        alternatives = [
            alternative for alternative in operation.credentials if alternative
        ]
        if not alternatives:
            return "No credentials are required, and none are sent."
        lines = [
            " and ".join(map(self._requirement, alternative))
            for alternative in alternatives
        ]
        if len(alternatives) < len(operation.credentials):
            lines.append("no credentials")
        if len(lines) == 1:
            return f"Requires {lines[0]}."
        return "\n".join(
            [
                "Requires one of:",
                "",
                *(f"* {alternative}" for alternative in lines),
            ]
        )

    def _requirement(self, requirement: Requirement) -> str:
        text = code(requirement.argument)
        credential = self._credentials.get(requirement.argument)
        if credential is not None:
            text += f" ({credential_text(credential)})"
        if requirement.scopes:
            scopes = ", ".join(map(code, requirement.scopes))
            text += (
                f", with the scope{'s' if len(requirement.scopes) > 1 else ''} {scopes}"
            )
        return text

    def _request(self, operation: Operation) -> str:
        server = operation.server or self._reference.client.server
        url = f"{server.rstrip('/')}{operation.path}"
        body = (
            f"`Content-Type`: {code(operation.content_type)}"
            if operation.content_type
            else "`Content-Type`: not sent, because there is no body"
        )
        lines = [
            code_block(f"{operation.http_method} {url}", "http"),
            "",
            f"* {body}",
            f"* `Accept`: {code(operation.accept)}",
        ]
        if operation.server:
            lines.append(_OPERATION_SERVER)
        return "\n".join(lines)

    def _responses(self, operation: Operation) -> str:
        if not operation.responses:
            return "The API documents no responses."
        head = ("Status", "Description", "Content type", "Body", "Raised")
        return table(
            head, (self._response_row(response) for response in operation.responses)
        )

    def _response_row(self, response: Response) -> tuple[str, ...]:
        return (
            escape_text(response.status),
            cell(response.description, self._resolve_link) or NO_DESCRIPTION,
            ", ".join(map(code_in_cell, response.content_types))
            or ("not described" if response.type else "no body"),
            self._type_text(response.type) if response.type else "not read",
            self._error_link(response.error) if response.error else "nothing",
        )

    def _headers(self, operation: Operation) -> str:
        """Return a table of the response headers with the statuses of their responses."""
        statuses: dict[tuple[str, str], list[str]] = {}
        for response in operation.responses:
            for header in response.headers:
                key = header.name, header.description
                statuses.setdefault(key, []).append(response.status)
        if not statuses:
            return ""
        rows = [
            (
                code_in_cell(name),
                cell(description, self._resolve_link) or NO_DESCRIPTION,
                (
                    "all"
                    if len(with_header) == len(operation.responses)
                    else escape_text(", ".join(with_header))
                ),
            )
            for (name, description), with_header in statuses.items()
        ]
        return table(("Header", "Description", "Status"), rows)

    def _errors(self, operation: Operation) -> str:
        statuses: dict[str, list[str]] = {}
        for response in operation.responses:
            if response.error:
                statuses.setdefault(response.error, []).append(response.status)
        descriptions = {raised.error: raised.description for raised in operation.raises}
        rows = [
            (
                self._error_link(name),
                escape_text(", ".join(statuses.get(name, ()))) or "none",
                cell(descriptions.get(name, ""), self._resolve_link) or NO_DESCRIPTION,
            )
            for name in dict.fromkeys((*statuses, *descriptions))
        ]
        others = ["APIConnectionError", "APITimeoutError", "ResponseValidationError"]
        if operation.paging:
            others.append("PaginationError")
        common_errors = (
            f"Like every method, it may also raise {', '.join(map(self._error_link, others))}."
            " It raises `ValueError` before it sends a request if an argument is invalid."
        )
        if not rows:
            return common_errors
        return f"{table(('Class', 'Status', 'When'), rows)}\n\n{common_errors}"

    def _error_link(self, name: str) -> str:
        url = self._resolve_link(name)
        return f"[{code(name)}]({url})" if url else code(name)


def credential_text(credential: Credential) -> str:
    """Describe where a credential is sent, and with which prefix."""
    if credential.location == "header":
        return f"the header {code(f'{credential.name}: {credential.prefix}<value>')}"
    return f"in the {escape_text(credential.location)} as {code(credential.name)}"
