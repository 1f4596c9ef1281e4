"""Link targets of the names in a reference: in separate pages, or in one file."""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from clientcast.docs.reference import Reference
from clientcast.filenames import fold_case, unique_name

INDEX, MODELS, ERRORS = "index.md", "models.md", "errors.md"
LISTS = "Lists and pages"
_MAX_OPERATION_PAGES = 300
"""How many operations have a page each: a site with thousands of pages takes too much memory."""

BRACKET_PLACEHOLDER = "\ue000"
"""Character for `\\[` in the source of a page of the site. No page contains it otherwise:
`markdown` removes characters for private use. zensical looks for links in the source, and takes
quadratic time if there are many brackets without an end."""

Links = Mapping[str, str]
"""URL of each operation, model, enum, alias and error, by name."""


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


class PageNames(Struct, frozen=True):
    """Files of the pages of a client, besides its index, models and errors.

    Attributes:
        resources: `client-session.md`, by the name of the resource.
        operations: `client-session-list.md`, by the name of the operation; empty if operations
            are sections of the pages of their resources.
    """

    resources: Mapping[str, str]
    operations: Mapping[str, str]


def page_names(reference: Reference) -> PageNames:
    """Assign a page to each resource, and to each operation unless there are too many."""
    used_names = {page.removesuffix(".md") for page in (INDEX, MODELS, ERRORS)}

    def page(name: str) -> str:
        stem = unique_name(name.replace(".", "-"), used_names)
        used_names.add(fold_case(stem))
        return f"{stem}.md"

    root = reference.client.name.lower()
    operations = reference.operations
    has_pages = len(operations) <= _MAX_OPERATION_PAGES
    return PageNames(
        {
            resource.name: page(resource.name or root)
            for resource in reference.resources
        },
        {o.name: page(o.name) for o in operations} if has_pages else {},
    )


def page_links(reference: Reference) -> dict[str, str]:
    """Return the links between pages in the same folder."""
    pages = page_names(reference)
    links = {
        operation.name: pages.operations.get(
            operation.name, f"{pages.resources[resource.name]}#{slug(operation.name)}"
        )
        for resource in reference.resources
        for operation in resource.operations
    }
    links |= {name: f"{MODELS}#{slug(name)}" for name in declaration_names(reference)}
    links |= {e.name: f"{ERRORS}#{slug(e.name)}" for e in reference.errors}
    return _add_synonyms(reference, links, f"{INDEX}#{slug(LISTS)}")


def readme_links(reference: Reference) -> dict[str, str]:
    """Return the links within a single file."""
    names: Iterable[str] = (
        *(operation.name for operation in reference.operations),
        *declaration_names(reference),
        *(error.name for error in reference.errors),
    )
    seen: dict[str, int] = {}
    links: dict[str, str] = {}
    for name in names:
        anchor = slug(name)
        count = seen.get(anchor, 0)
        seen[anchor] = count + 1
        # GitHub numbers repeated anchors in this way.
        links[name] = f"#{anchor}-{count}" if count else f"#{anchor}"
    return _add_synonyms(reference, links, f"#{slug(LISTS)}")


def declaration_names(reference: Reference) -> tuple[str, ...]:
    """Return the names of models, enums and aliases in the order of their descriptions."""
    return tuple(
        item.name
        for group in (reference.models, reference.enums, reference.aliases)
        for item in group
    )


def _add_synonyms(
    reference: Reference, links: dict[str, str], lists: str
) -> dict[str, str]:
    """Add links for operation IDs, parameter aliases of enums, and `Page`."""
    extended = dict(links)
    for operation in reference.operations:
        extended.setdefault(operation.operation_id, links[operation.name])
    for enum in reference.enums:
        if enum.parameter:
            extended.setdefault(enum.parameter, links[enum.name])
    if any(operation.paging for operation in reference.operations):
        extended.setdefault("Page", lists)
    extended.pop("", None)
    return extended
