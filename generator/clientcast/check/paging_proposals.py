"""Proposals of `pagination` of `x-client` for operations that are paged in a known way.

A proposal that pages wrongly is worse than none: names alone count only in pairs, such as a
`next_page_token` of the response and a parameter `page_token`. What could be read in two ways
gives no proposal.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from clientcast.check.operation_rules import resolve_parameters
from clientcast.check.pagination_rules import check_pagination
from clientcast.check.paging_members import (
    Member,
    body_members,
    describing_text,
    find_items,
    has_ids,
    has_objects,
    json_kinds,
)
from clientcast.check.pointer_rules import content_schemas, subschemas
from clientcast.check.walk import Walk
from clientcast.paging_vocabulary import (
    CURSOR_PAIRS,
    HAS_MORE,
    IS_NEXT,
    IS_OF_ONE_PAGE,
    IS_PAGE_NUMBER,
    IS_URL,
    LAST_ID_PARAMETERS,
    LIMITS,
    LINK_HOLDERS,
    NEXT_URLS,
    OFFSETS,
    PAGE_NUMBERS,
    SIMILAR_PAIRS,
    STARTS_AT_0,
    STARTS_AT_1,
    SURE_URLS,
    TOTAL_PAGES,
    TOTALS,
    folded,
)
from clientcast.plain import mapping, text
from clientcast.references import Located, follow, lookup, segments

Block = dict[str, str | int]
"""The options of `pagination`, as a document or the settings have them."""

_NUMBERS = frozenset({"integer", "number"})
_CURSORS = frozenset({"string", "integer"})
_PAGING_PARAMETERS = (
    PAGE_NUMBERS
    | LIMITS
    | OFFSETS
    | LAST_ID_PARAMETERS
    | frozenset[str]().union(*CURSOR_PAIRS.values())
)
"""Parameters of operations that may be paged by what their responses have."""


class Proposal(Struct, frozen=True):
    """A proposal for an operation.

    Attributes:
        pointer: JSON pointer of the operation.
        route: Its method and path, as settings name it.
        block: The options.
    """

    pointer: str
    route: str
    block: Block


def propose_paging(walk: Walk) -> Iterator[Proposal]:
    """Yield a proposal for each operation that is paged in a known way."""
    for pointer, operation in walk.objects("Operation"):
        keys = segments(pointer)
        if len(keys) != 3 or keys[0] != "paths" or keys[2] != "get":
            continue
        if "pagination" in mapping(operation.get("x-client")):
            continue
        located = Located(pointer, operation)
        block = _Finder.of(walk, located, keys[1])
        if block is not None and _is_valid(walk, located, block):
            yield Proposal(pointer, f"GET {keys[1]}", block)


def _is_valid(walk: Walk, operation: Located, block: Block) -> bool:
    """Return whether the rules accept a proposal as they accept what people write."""
    trial = Walk(walk.document)
    check_pagination(trial, operation.pointer, operation, dict(block))
    return not trial.diagnostics


class _Parameter(Struct, frozen=True):
    """A parameter of the query."""

    name: str
    value: Mapping[str, Any]
    parts: tuple[Any, ...]

    @property
    def is_integer(self) -> bool:
        return json_kinds(self.parts) <= _NUMBERS

    @property
    def text(self) -> str:
        own = describing_text([{**self.value, "title": ""}])
        return f"{own} {describing_text(self.parts)}"

    def keyword(self, name: str) -> object:
        return next((p[name] for p in map(mapping, self.parts) if name in p), None)


class _Finder(Struct, frozen=True):
    """Finder of the style of one operation."""

    walk: Walk
    parameters: Mapping[str, _Parameter]
    members: tuple[Member, ...]
    items: Member
    headers: frozenset[str]
    is_item: bool

    @classmethod
    def of(cls, walk: Walk, operation: Located, path: str) -> Block | None:
        """Return the proposal for an operation; None for none."""
        parameters = _query_parameters(walk, operation)
        responses = [
            follow(walk.document.data, "", value).value
            for status, value in mapping(operation.value.get("responses")).items()
            if status[:1] == "2"
        ]
        bodies = [(r, content_schemas(walk, r, "json")) for r in responses]
        bodies = [(response, schemas) for response, schemas in bodies if schemas]
        if len(bodies) != 1 or parameters is None:
            return None
        response, schemas = bodies[0]
        items = find_items(walk, schemas, path)
        if items is None:
            return None
        headers = frozenset(map(str.lower, mapping(mapping(response).get("headers"))))
        members = tuple(body_members(walk, schemas))
        is_item = path.endswith("}")
        return cls(walk, parameters, members, items, headers, is_item).block()

    def block(self) -> Block | None:
        return (
            self._cursor(self._sure_pairs)
            or self._url()
            or self._cursor(self._similar_pairs)
            or self._link()
            or self._last_id()
            or self._offset()
            or self._page()
        )

    def _cursor(self, pairs_of: Callable[[Member], frozenset[str]]) -> Block | None:
        """Return cursor paging if a member and a parameter are a pair.

        Args:
            pairs_of: Function that returns the parameters that take a member.
        """
        found: list[Block] = []
        for member in self.members:
            if not member.kinds or not member.kinds <= _CURSORS or member.is_uri:
                continue
            parameter = self._parameter(pairs_of(member))
            if parameter is not None and not IS_URL.search(member.text):
                block: Block = {"style": "cursor", "parameter": parameter.name}
                found.append({**block, "cursor": member.pointer})
        if len(found) != 1:
            return None
        return found[0] | self._items() | self._has_more()

    def _sure_pairs(self, member: Member) -> frozenset[str]:
        return CURSOR_PAIRS.get(member.name, frozenset())

    def _similar_pairs(self, member: Member) -> frozenset[str]:
        is_next = self._is_next_cursor(member)
        return SIMILAR_PAIRS[member.name] if is_next else frozenset()

    def _is_next_cursor(self, member: Member) -> bool:
        """Return whether a member with a name of any cursor is that of the next page."""
        if member.name not in SIMILAR_PAIRS:
            return False
        around = member.parents[-1:]
        if member.name in ("after", "next") and around in (("cursors",), ("cursor",)):
            return True
        if member.name == "after" and member.parents[-2:] == ("paging", "next"):
            return True
        return bool(IS_NEXT.search(member.text)) and not (
            member.name == "next"
            and "cursor" not in member.text.lower()
            and "token" not in member.text.lower()
        )

    def _url(self) -> Block | None:
        """Return paging by a URL in the body."""
        found = [m.pointer for m in self.members if self._is_next_url(m)]
        nested = [
            f"{holder.pointer}/href"
            for holder in self.members
            if holder.name == "next"
            and holder.parents[-1:] in (("links",), ("link",))
            and "object" in holder.kinds
            and "href" in _property_names(holder)
        ]
        if len(found) + len(nested) != 1:
            return None
        if self.is_item and not self._has_paging_parameter():
            return None
        block: Block = {"style": "url", "next": (found + nested)[0]}
        return block | self._items()

    def _is_next_url(self, member: Member) -> bool:
        if member.name not in NEXT_URLS or member.kinds != frozenset(("string",)):
            return False
        if member.name in SURE_URLS or member.is_uri:
            return True
        is_link = bool(LINK_HOLDERS.intersection(member.parents))
        return is_link or bool(IS_URL.search(member.text)) or self._is_drf(member)

    def _is_drf(self, member: Member) -> bool:
        """Return whether the body is a page as Django REST framework writes it."""
        names = {m.name for m in self.members if not m.parents}
        usual = {"count", "next", "previous", "results"}
        return member.pointer == "/next" and usual <= names

    def _has_paging_parameter(self) -> bool:
        return not _PAGING_PARAMETERS.isdisjoint(self.parameters)

    def _link(self) -> Block | None:
        """Return paging by the `Link` header, if the operation has pages."""
        if "link" not in self.headers or not self._has_paging_parameter():
            return None
        block: Block = {"style": "link"}
        return block | self._items()

    def _last_id(self) -> Block | None:
        """Return paging by the id of the last item, if a flag ends it."""
        has_more = self._has_more()
        parameter = self._parameter(LAST_ID_PARAMETERS)
        if parameter is None or not has_more:
            return None
        last = [m.pointer for m in self.members if m.name == "lastid" and not m.parents]
        is_id = (
            folded(parameter.name) == "startingafter" or "id" in parameter.text.lower()
        )
        if not last and not (is_id and has_ids(self.walk, self.items)):
            return None
        cursor = last[0] if last else f"{self.items.pointer}/-1/id"
        block: Block = {"style": "cursor", "parameter": parameter.name}
        return block | {"cursor": cursor} | self._items() | has_more

    def _offset(self) -> Block | None:
        """Return paging by offset and limit."""
        offset, limit = self._parameter(OFFSETS), self._limit()
        if offset is None or limit is None or self._parameter(PAGE_NUMBERS) is not None:
            return None
        if not offset.is_integer:
            return None
        if IS_PAGE_NUMBER.search(offset.text) or offset.keyword("default") not in (
            None,
            0,
        ):
            return None
        if STARTS_AT_1.search(offset.text) or offset.keyword("minimum") not in (
            None,
            0,
        ):
            return None
        ends = self._number("total", TOTALS) | self._has_more()
        if not ends and not self._is_list():
            return None
        block: Block = {"style": "offset", "parameter": offset.name}
        return block | {"limit": limit.name} | self._items() | ends

    def _page(self) -> Block | None:
        """Return paging by the number of the page, if it is known where the numbers begin."""
        page = self._parameter(PAGE_NUMBERS)
        if page is None or not page.is_integer or self._parameter(OFFSETS) is not None:
            return None
        limit = self._limit()
        totals = self._number("total_pages", TOTAL_PAGES) or self._number(
            "total", TOTALS
        )
        ends = totals | self._has_more()
        first = _first_page(page)
        if first is None or not ends and (limit is None or not self._is_list()):
            return None
        block: Block = {"style": "page", "parameter": page.name}
        if first != page.keyword("default") and first != 1:
            block |= {"first": first}
        if limit is not None:
            block |= {"limit": limit.name}
        return block | self._items() | ends

    def _is_list(self) -> bool:
        """Return whether the response is a list, and no object that has a few values."""
        return not self.items.pointer or has_objects(self.walk, self.items)

    def _items(self) -> Block:
        return {"items": self.items.pointer}

    def _has_more(self) -> Block:
        found = [
            m.pointer
            for m in self.members
            if m.name in HAS_MORE and m.kinds == frozenset(("boolean",))
        ]
        return {"has_more": found[0]} if len(found) == 1 else {}

    def _number(self, option: str, names: Iterable[str]) -> Block:
        """Return the option of a number of all items or pages; none if there are several."""
        found = [
            member.pointer
            for member in self.members
            if member.name in names
            and member.kinds
            and member.kinds <= _NUMBERS
            and not IS_OF_ONE_PAGE.search(member.text)
        ]
        return {option: found[0]} if len(found) == 1 else {}

    def _limit(self) -> _Parameter | None:
        """Return the parameter of the page size."""
        known = {
            name: self.parameters[name] for name in LIMITS & self.parameters.keys()
        }
        return self._parameter(name for name, p in known.items() if p.is_integer)

    def _parameter(self, names: Iterable[str]) -> _Parameter | None:
        """Return the only parameter with one of the names."""
        found = [self.parameters[name] for name in names if name in self.parameters]
        return found[0] if len(found) == 1 else None


def _query_parameters(walk: Walk, operation: Located) -> dict[str, _Parameter] | None:
    """Return the parameters of the query by folded name; None if two have one name."""
    path = operation.pointer.rpartition("/")[0]
    found: dict[str, _Parameter] = {}
    for holder in (Located(path, lookup(walk.document.data, path)), operation):
        for _, value in resolve_parameters(walk, holder):
            if value.get("in") != "query" or not isinstance(value.get("name"), str):
                continue
            name = text(value["name"])
            parts = tuple(subschemas(walk, [value.get("schema", {})]))
            is_usable = value.get("deprecated") is not True and not json_kinds(
                parts
            ) & {
                "array",
                "object",
            }
            other = found.get(folded(name))
            if other is not None and other.name != name:
                return None
            if is_usable:
                found[folded(name)] = _Parameter(name, value, parts)
    return found


def _property_names(member: Member) -> set[str]:
    return {
        name
        for part in member.parts
        for name in mapping(mapping(part).get("properties"))
    }


def _first_page(page: _Parameter) -> int | None:
    """Return the number of the first page: 0 or 1; None if the document does not tell."""
    default, minimum = page.keyword("default"), page.keyword("minimum")
    is_0, is_1 = STARTS_AT_0.search(page.text), STARTS_AT_1.search(page.text)
    if is_0 and is_1:
        return None
    if isinstance(default, int) and not isinstance(default, bool):
        is_contradiction = (default == 0 and is_1) or (default == 1 and is_0)
        return default if default in (0, 1) and not is_contradiction else None
    if default is not None:
        return None
    if is_0 or is_1:
        return 0 if is_0 else 1
    return 1 if minimum == 1 else None
