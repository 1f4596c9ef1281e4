"""Where everything in a reference is described: in pages of their own, or in one file."""

import re
from collections.abc import Iterable, Mapping

from clientcast.docs.reference import Reference
from clientcast.filenames import distinct, folded

INDEX, MODELS, ERRORS = "index.md", "models.md", "errors.md"
LISTS = "Lists and pages"

Places = Mapping[str, str]
"""The link to each operation, model, enum, alias and error, by its name."""


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def page_names(reference: Reference) -> dict[str, str]:
    """Map the name of each resource to the file of its page: `client-session.md`."""
    taken = {page.removesuffix(".md") for page in (INDEX, MODELS, ERRORS)}
    pages: dict[str, str] = {}
    for resource in reference.resources:
        name = resource.name.replace(".", "-") or reference.client.name.lower()
        name = distinct(name, taken)
        taken.add(folded(name))
        pages[resource.name] = f"{name}.md"
    return pages


def in_pages(reference: Reference) -> dict[str, str]:
    """The links between pages that lie side by side."""
    pages = page_names(reference)
    places = {
        operation.name: f"{pages[resource.name]}#{slug(operation.name)}"
        for resource in reference.resources
        for operation in resource.operations
    }
    places |= {name: f"{MODELS}#{slug(name)}" for name in declared(reference)}
    places |= {e.name: f"{ERRORS}#{slug(e.name)}" for e in reference.errors}
    return _with_synonyms(reference, places, f"{INDEX}#{slug(LISTS)}")


def in_one_file(reference: Reference) -> dict[str, str]:
    """The links within a single file."""
    names: Iterable[str] = (
        *(operation.name for operation in reference.operations),
        *declared(reference),
        *(error.name for error in reference.errors),
    )
    seen: dict[str, int] = {}
    places: dict[str, str] = {}
    for name in names:
        anchor = slug(name)
        again = seen.get(anchor, 0)
        seen[anchor] = again + 1
        # As GitHub tells apart what would have the same anchor.
        places[name] = f"#{anchor}-{again}" if again else f"#{anchor}"
    return _with_synonyms(reference, places, f"#{slug(LISTS)}")


def declared(reference: Reference) -> tuple[str, ...]:
    """The names of models, enums and aliases, in the order in which they are described."""
    return tuple(
        item.name
        for group in (reference.models, reference.enums, reference.aliases)
        for item in group
    )


def _with_synonyms(
    reference: Reference, places: dict[str, str], lists: str
) -> dict[str, str]:
    """Also by what the API calls an operation, and what an argument of an enum is."""
    found = dict(places)
    for operation in reference.operations:
        found.setdefault(operation.operation_id, places[operation.name])
    for enum in reference.enums:
        if enum.parameter:
            found.setdefault(enum.parameter, places[enum.name])
    if any(operation.paging for operation in reference.operations):
        found.setdefault("Page", lists)
    found.pop("", None)
    return found
