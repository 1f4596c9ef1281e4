"""Finds on our pages what the vendors' own have, operation by operation.

What must be there is taken from the specs, not from what the reference was made of.
"""

import json
from collections.abc import Callable

from tests.docs.parsed import folder, links, sections, tables
from tests.docs.shown import Shown
from tests.support.calls import SCHEMES


def plain(text: str) -> str:
    """A text without what Markdown adds to it, to compare."""
    for sign in ("\\", "`", "*", "<br>", "•", "&lt;", "<"):
        text = text.replace(sign, "")
    return " ".join(text.split())


def _words(text: str) -> set[str]:
    return {word.strip(".,:;()") for word in plain(text).split()}


def _says(shown: str, wanted: str) -> bool:
    """Whether most words of a text are there: names in it are Python's by then."""
    words = _words(wanted)
    return len(words & _words(shown)) >= 0.7 * len(words)


Check = Callable[[Shown], bool]


def has_server(o: Shown) -> bool:
    url = str(o.spec.data["servers"][0]["url"]).partition("{")[0]
    return url in o.part("HTTP request")


def has_method_table(o: Shown) -> bool:
    table, *_ = tables(folder()[f"{o.vendor}/index.md"])[:1]
    assert table[0] == ["Method", "HTTP request", "Description"]
    (row,) = (r for r in table if r[1] == f"`{o.verb} {o.route}`")
    target = f"({o.page.partition('/')[2]}#{o.section.anchor})"
    return target in row[0] and _says(row[2], o.operation["summary"])


def has_request(o: Shown) -> bool:
    return f"`{o.verb} {o.route}`" in o.section.text


def has_signature(o: Shown) -> bool:
    text = o.part("Signature")
    names = [row["Name"].strip("`") for row in o.rows("Parameters")]
    return o.section.title in text and all(f"{name}: " in text for name in names)


def has_summary(o: Shown) -> bool:
    return _says(o.section.text.strip().split("\n")[0], o.operation["summary"])


def has_description(o: Shown) -> bool:
    return _says(o.section.text, o.operation["description"])


def has_example(o: Shown) -> bool:
    text = o.part("Example")
    call = f".{o.section.title}("
    return (
        text.count("```python") == 2
        and text.count(call) == 2
        and "async with" in text
        and "await " in text
    )


def has_set_up(o: Shown) -> bool:
    text = o.part("Example")
    given = [name for arguments, _ in SCHEMES[o.vendor].values() for name in arguments]
    return "from " in text and any(f'{name}="..."' in text for name in given)


def has_names(o: Shown) -> bool:
    return all(o.row_of(i)["Name"] for i in o.inputs) and (
        len(o.rows("Parameters")) == len(o.inputs)
    )


def has_types(o: Shown) -> bool:
    return all(o.row_of(i)["Type"].strip() for i in o.inputs)


def has_meanings(o: Shown) -> bool:
    return all(_says(o.row_of(i)["Description"], i.description) for i in o.inputs)


def has_required(o: Shown) -> bool:
    return all(
        o.row_of(i)["Required"] == ("yes" if i.required else "no") for i in o.inputs
    )


def has_places(o: Shown) -> bool:
    return all(i.place in o.row_of(i)["Sent in"] for i in o.inputs)


def has_defaults(o: Shown) -> bool:
    return all(
        f"The server's default is `{json.dumps(i.schema['default'])}`."
        in o.row_of(i)["Description"]
        for i in o.inputs
        if "default" in i.schema
    )


def has_allowed(o: Shown) -> bool:
    return all(
        f'"{value}"' in o.row_of(i)["Description"]
        for i in o.inputs
        for value in i.schema.get("enum", ())
    )


def has_limits(o: Shown) -> bool:
    return all(
        str(i.schema[limit]) in o.row_of(i)["Description"]
        for i in o.inputs
        for limit in ("minimum", "maximum", "minLength", "maxLength")
        if limit in i.schema
    )


def has_values(o: Shown) -> bool:
    return all(
        str(i.example)[:40] in o.row_of(i)["Example"]
        for i in o.inputs
        if i.example is not None
    )


def has_returns(o: Shown) -> bool:
    text = o.part("Returns").strip()
    success = [r for s, r in o.answers() if s.startswith("2") and s != "202"]
    if any("content" in answer for answer in success):
        return "(models.md#" in text.split("\n")[0]
    return text.startswith("`None`")


def has_response_object(o: Shown) -> bool:
    return all(
        "```json" in o.part("Returns")
        for status, answer in o.answers()
        if status == "200" and o.spec.examples(answer)
    )


def has_authorization(o: Shown) -> bool:
    text = o.part("Authorization")
    schemes = o.spec.schemes(o.id)
    if not schemes:
        return text.strip() == "None is needed, and none is sent."
    named = [name for s in schemes for name in SCHEMES[o.vendor][s][0]]
    others = {n for a, _ in SCHEMES[o.vendor].values() for n in a} - set(named)
    return all(f"`{n}`" in text for n in named) and not any(n in text for n in others)


def has_scopes(o: Shown) -> bool:
    security = o.operation.get("security", o.spec.data.get("security", []))
    wanted = [s for way in security for scopes in way.values() for s in scopes]
    return all(f"`{scope}`" in o.part("Authorization") for scope in wanted)


def has_request_headers(o: Shown) -> bool:
    text = o.part("HTTP request")
    has_body = "requestBody" in o.operation
    content = "`Content-Type`: `application/json`" if has_body else "not sent"
    return content in text and "`Accept`: `application/json`" in text


def has_statuses(o: Shown) -> bool:
    shown = [row["Status"] for row in o.rows("Responses")]
    return sorted(shown) == sorted(status for status, _ in o.answers())


def has_status_texts(o: Shown) -> bool:
    return all(
        _says(o.answer_row(status)["Description"], answer["description"])
        for status, answer in o.answers()
    )


def has_content_types(o: Shown) -> bool:
    return all(
        all(f"`{t}`" in o.answer_row(status)["Content type"] for t in answer["content"])
        for status, answer in o.answers()
        if "content" in answer
    )


def has_response_headers(o: Shown) -> bool:
    wanted = {name for _, answer in o.answers() for name in answer.get("headers", ())}
    if not wanted:
        return True
    return wanted == {row["Header"].strip("`") for row in o.rows("Response headers")}


def has_errors(o: Shown) -> bool:
    """Each status that is no success is raised as a class, which has a place of its own."""
    shown = {
        status: row["Class"]
        for row in o.rows("Errors")
        for status in row["Status"].split(", ")
    }
    wanted = [status for status, _ in o.answers() if status[0] not in "123"]
    return all("](errors.md#" in shown[status] for status in wanted)


def has_any_error(o: Shown) -> bool:
    return "`APIConnectionError`" in o.part("Errors")


def has_deprecated(o: Shown) -> bool:
    said = "> **Deprecated.**" in o.section.text
    return said == bool(o.operation.get("deprecated"))


def has_told_deprecations(o: Shown) -> bool:
    """What a description says of it in words is kept."""
    words = ("deprecat", "2024-01-01")
    wanted = o.operation["description"].lower()
    return all(word in o.section.text.lower() for word in words if word in wanted)


def has_back(o: Shown) -> bool:
    found = links(o.section.whole)
    here = o.page.partition("/")[2]
    return {here, "index.md#all-operations", "models.md", "errors.md"} <= set(found)


def has_overview(o: Shown) -> bool:
    top, *_ = sections(folder()[o.page])
    tags = {t["name"]: t.get("description", "") for t in o.spec.data.get("tags", ())}
    tag, *_ = o.operation["tags"]
    return _says(top.text, tags[tag])
