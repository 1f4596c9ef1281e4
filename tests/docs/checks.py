"""Checks that the page of an operation contains an item of the vendors' own pages.

Expected contents come from the documents, not from the data that the pages are rendered from.
"""

import json
from collections.abc import Callable

from tests.docs.operations import DocumentedOperation
from tests.docs.rendered import folder, links, sections, tables
from tests.support.calls import SCHEMES


def plain(text: str) -> str:
    """Remove Markdown syntax from a text, for comparison."""
    for sign in ("\\", "`", "*", "<br>", "•", "&lt;", "<"):
        text = text.replace(sign, "")
    return " ".join(text.split())


def _words(text: str) -> set[str]:
    return {word.strip(".,:;()") for word in plain(text).split()}


def _contains_words(shown: str, expected: str) -> bool:
    """Return whether most words of a text are shown; its names are replaced by Python names."""
    words = _words(expected)
    return len(words & _words(shown)) >= 0.7 * len(words)


Check = Callable[[DocumentedOperation], bool]


def has_base_url(o: DocumentedOperation) -> bool:
    url = str(o.spec.data["servers"][0]["url"]).partition("{")[0]
    return url in o.part("HTTP request")


def has_method_table(o: DocumentedOperation) -> bool:
    table, *_ = tables(folder()[f"{o.vendor}/index.md"])[:1]
    assert table[0] == ["Method", "HTTP request", "Description"]
    (row,) = (r for r in table if r[1] == f"`{o.verb} {o.route}`")
    target = f"({o.page.partition('/')[2]})"
    return target in row[0] and _contains_words(row[2], o.operation["summary"])


def has_http_request(o: DocumentedOperation) -> bool:
    return f"`{o.verb} {o.route}`" in o.section.text


def has_signature(o: DocumentedOperation) -> bool:
    text = o.part("Signature")
    names = [row["Name"].strip("`") for row in o.rows("Parameters")]
    return o.section.title in text and all(f"{name}: " in text for name in names)


def has_summary(o: DocumentedOperation) -> bool:
    return _contains_words(
        o.section.text.strip().split("\n")[0], o.operation["summary"]
    )


def has_description(o: DocumentedOperation) -> bool:
    return _contains_words(o.section.text, o.operation["description"])


def has_example(o: DocumentedOperation) -> bool:
    text = o.part("Example")
    call = f".{o.section.title}("
    return (
        text.count("```python") == 2
        and text.count(call) == 2
        and "async with" in text
        and "await " in text
    )


def has_client_setup(o: DocumentedOperation) -> bool:
    text = o.part("Example")
    given = [name for arguments, _ in SCHEMES[o.vendor].values() for name in arguments]
    return "from " in text and any(f'{name}="..."' in text for name in given)


def has_parameter_names(o: DocumentedOperation) -> bool:
    return all(o.row_of(i)["Name"] for i in o.inputs) and (
        len(o.rows("Parameters")) == len(o.inputs)
    )


def has_parameter_types(o: DocumentedOperation) -> bool:
    return all(o.row_of(i)["Type"].strip() for i in o.inputs)


def has_parameter_descriptions(o: DocumentedOperation) -> bool:
    return all(
        _contains_words(o.row_of(i)["Description"], i.description) for i in o.inputs
    )


def has_required_parameters(o: DocumentedOperation) -> bool:
    return all(
        o.row_of(i)["Required"] == ("yes" if i.required else "no") for i in o.inputs
    )


def has_parameter_locations(o: DocumentedOperation) -> bool:
    return all(i.place in o.row_of(i)["Sent in"] for i in o.inputs)


def has_defaults(o: DocumentedOperation) -> bool:
    return all(
        f"{words} `{json.dumps(i.schema['default'])}`." in o.row_of(i)["Description"]
        for i in o.inputs
        if "default" in i.schema
        for words in (
            ("By default it is",)
            if i.name == "Clerk-API-Version"
            else ("The server's default is",)
        )
    )


def has_allowed_values(o: DocumentedOperation) -> bool:
    return all(
        f'"{value}"' in o.row_of(i)["Description"]
        for i in o.inputs
        for value in i.schema.get("enum", ())
    )


def has_parameter_limits(o: DocumentedOperation) -> bool:
    return all(
        str(i.schema[limit]) in o.row_of(i)["Description"]
        for i in o.inputs
        for limit in ("minimum", "maximum", "minLength", "maxLength")
        if limit in i.schema
    )


def has_example_values(o: DocumentedOperation) -> bool:
    return all(
        str(i.example)[:40] in o.row_of(i)["Example"]
        for i in o.inputs
        if i.example is not None
    )


def has_returns(o: DocumentedOperation) -> bool:
    text = o.part("Returns").strip()
    success = [r for s, r in o.responses() if s.startswith("2") and s != "202"]
    if any("content" in response for response in success):
        return "(models.md#" in text.split("\n")[0]
    return text.startswith("`None`")


def has_response_object(o: DocumentedOperation) -> bool:
    return all(
        "```json" in o.part("Returns")
        for status, response in o.responses()
        if status == "200" and o.spec.examples(response)
    )


def has_authorization(o: DocumentedOperation) -> bool:
    text = o.part("Authorization")
    schemes = o.spec.security_schemes(o.id)
    if not schemes:
        return text.strip() == "No credentials are required, and none are sent."
    named = [name for s in schemes for name in SCHEMES[o.vendor][s][0]]
    others = {n for a, _ in SCHEMES[o.vendor].values() for n in a} - set(named)
    return all(f"`{n}`" in text for n in named) and not any(n in text for n in others)


def has_scopes(o: DocumentedOperation) -> bool:
    security = o.operation.get("security", o.spec.data.get("security", []))
    expected = [s for way in security for scopes in way.values() for s in scopes]
    return all(f"`{scope}`" in o.part("Authorization") for scope in expected)


def has_request_headers(o: DocumentedOperation) -> bool:
    text = o.part("HTTP request")
    has_body = "requestBody" in o.operation
    content = "`Content-Type`: `application/json`" if has_body else "not sent"
    return content in text and "`Accept`: `application/json`" in text


def has_statuses(o: DocumentedOperation) -> bool:
    shown = [row["Status"] for row in o.rows("Responses")]
    return sorted(shown) == sorted(status for status, _ in o.responses())


def has_status_descriptions(o: DocumentedOperation) -> bool:
    return all(
        _contains_words(o.response_row(status)["Description"], response["description"])
        for status, response in o.responses()
    )


def has_content_types(o: DocumentedOperation) -> bool:
    return all(
        all(
            f"`{t}`" in o.response_row(status)["Content type"]
            for t in response["content"]
        )
        for status, response in o.responses()
        if "content" in response
    )


def has_response_headers(o: DocumentedOperation) -> bool:
    expected = {
        name for _, response in o.responses() for name in response.get("headers", ())
    }
    if not expected:
        return True
    return expected == {row["Header"].strip("`") for row in o.rows("Response headers")}


def has_errors(o: DocumentedOperation) -> bool:
    """Return whether each error status is listed with a link to its class."""
    shown = {
        status: row["Class"]
        for row in o.rows("Errors")
        for status in row["Status"].split(", ")
    }
    expected = [status for status, _ in o.responses() if status[0] not in "123"]
    return all("](errors.md#" in shown[status] for status in expected)


def has_common_errors(o: DocumentedOperation) -> bool:
    return "`APIConnectionError`" in o.part("Errors")


def has_deprecated(o: DocumentedOperation) -> bool:
    is_marked = "> **Deprecated.**" in o.section.text
    return is_marked == bool(o.operation.get("deprecated"))


def has_deprecation_notice(o: DocumentedOperation) -> bool:
    """Return whether deprecation notices in the description are shown."""
    words = ("deprecat", "2024-01-01")
    expected = o.operation["description"].lower()
    return all(word in o.section.text.lower() for word in words if word in expected)


def has_back_links(o: DocumentedOperation) -> bool:
    found = links(o.section.whole)
    expected = {"index.md#all-operations", "models.md", "errors.md"}
    return {*expected, resource_page(o)} <= set(found)


def resource_page(o: DocumentedOperation) -> str:
    """Return the page of the operation's resource, in the folder of its own page."""
    return f"{o.section.title.rpartition('.')[0].replace('.', '-')}.md"


def has_overview(o: DocumentedOperation) -> bool:
    top, *_ = sections(folder()[f"{o.vendor}/{resource_page(o)}"])
    tags = {t["name"]: t.get("description", "") for t in o.spec.data.get("tags", ())}
    tag, *_ = o.operation["tags"]
    return _contains_words(top.text, tags[tag])
