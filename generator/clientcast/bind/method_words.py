"""Words for the name of a method, from its own operation alone.

`docs/names.md` has the rule.
"""

import re
from collections.abc import Sequence

from clientcast import ir
from clientcast.bind.names import snake_case, split_words
from clientcast.bind.routes_as_words import (
    Segment,
    after_resource,
    lower_words,
    name_request,
    path_segments,
    without_prefix,
)
from clientcast.bind.unique_names import Candidates
from clientcast.bind.vocabulary import (
    ARTICLES,
    LINKS,
    PREPOSITIONS,
    QUANTIFIERS,
    READ_VERBS,
    TITLE_WORDS,
    VERBS,
    is_complete,
    is_plural,
    stem,
)

_MAX_LENGTH = 40
"""Characters of a name that is not in the document."""
_GROUP = re.compile(r"[./#:]+|__")
_CONTROLLER = re.compile(r"\A\w*?Controller[_.\-/#:]+(?=\w)")
_CONTROLLER_WORD = re.compile(r"(?<=[a-z])Controller(?=[_.\-/#:]+\w)")
_Words = tuple[str, ...]


def method_candidates(
    operation: ir.Operation, resource: str, variants: Sequence[str]
) -> Candidates:
    """Return the possible names of an operation's methods, the shortest first.

    They depend on nothing but the operation, so that a change of another one cannot change
    them.

    Args:
        operation: The operation.
        resource: The resource as the document writes it.
        variants: The variants of the operation, each by the words after its name.
    """
    longest = max(len(snake_case(variant, "")) for variant in variants)
    names = (
        [lower_words(operation.name)]
        if operation.name
        else _Namer(operation, resource, _MAX_LENGTH - longest).candidates()
    )
    names = list(dict.fromkeys(names))
    own = len(names) - 1
    route = (*lower_words(operation.method), *lower_words(operation.path))
    whole, (method, *path) = names[-1], route
    noun = path_segments(operation.path)[-1:]
    names += [(*whole, method), (*whole, *(noun[0].words if noun else ()))]
    names += [(*whole, *path), (*whole, *route)]
    return Candidates(
        [
            tuple(
                snake_case(" ".join((*words, variant)), "call") for variant in variants
            )
            for words in names
        ],
        own,
    )


def operation_names(operation: ir.Operation, resource: str) -> list[tuple[str, ...]]:
    """Return the possible names of an operation among all others, the shortest first.

    They are names of `method_candidates` that keep the resource, as a method is called on it.
    The last one is the operationId.
    """
    return _Namer(operation, resource, _MAX_LENGTH).names_with_resource()


class _Namer:
    """Finder of the names of one operation."""

    def __init__(self, operation: ir.Operation, resource: str, max_length: int) -> None:
        self._max_length = max_length
        self._method = operation.method.upper()
        self._id = operation.id
        self._path = operation.path
        self._all_segments = path_segments(operation.path)
        self._segments = without_prefix(self._all_segments)
        self._is_item = bool(self._segments) and self._segments[-1].is_parameter
        self._keys = _resource_keys(resource)
        self._route = (*lower_words(operation.method), *lower_words(operation.path))

    def candidates(self) -> list[_Words]:
        whole = lower_words(self._id)
        if not whole:
            return [*self._request_names(), self._route]
        words = self._without_route(whole)
        short = None if self._repeats_request(words) else self._shorten(words)
        if short is None:
            return [*self._request_names(), *self._fitting(words), whole]
        names = self._fitting(short, words)
        if not self._fitting(short):
            phrases = self._fitting(self._first_phrase(short), self._last_phrase(short))
            names = [*phrases, *self._request_names(), short]
        return [*names, whole]

    def names_with_resource(self) -> list[_Words]:
        identifier = tuple(split_words(_CONTROLLER_WORD.sub("", self._id)))
        whole = tuple(word.lower() for word in identifier)
        words = self._without_route(whole) if whole else ()
        if not words or self._repeats_request(words):
            literal = (self._method.lower(), *_joined_words(self._segments))
            names = [self._name_request(self._segments), literal]
        else:
            start = 0 if words == whole[: len(words)] else len(whole) - len(words)
            end = start + len(words)
            size = len(_without_repetition(words))
            names = [identifier[end - size : end]]
        route = (self._method.lower(), self._path)
        return [*names, (self._id,) if self._id else route]

    def _request_names(self) -> list[_Words]:
        """Return the names by method and path, the shortest first."""
        own = after_resource(self._segments, self._keys)
        names = [] if own is None else [self._name_request(own)]
        suffixes = [self._segments[start:] for start in range(len(self._segments))]
        names += self._fitting(*map(self._name_request, suffixes))[:1]
        if self._is_item:
            by = ("by", *self._segments[-1].words)
            whole = [name for name in names[-1:] if self._fitting((*name, *by))]
            shorter = ((*self._name_request(suffix), *by) for suffix in suffixes)
            names += [(*n, *by) for n in whole] or self._fitting(*shorter)[:1]
        literal = (
            (self._method.lower(), *_joined_words(_static(suffix)))
            for suffix in suffixes
        )
        names += self._fitting(*literal)[:1]
        return self._fitting(*names)

    def _name_request(self, segments: tuple[Segment, ...]) -> _Words:
        return name_request(self._method, segments, self._segments)

    def _first_phrase(self, words: _Words) -> _Words:
        """Return the words before a preposition, as many as a name may have."""
        ends = [end for end, word in enumerate(words) if word in PREPOSITIONS]
        fitting = self._fitting(*(words[:end] for end in ends if end > 1))
        return fitting[-1] if fitting else words

    def _last_phrase(self, words: _Words) -> _Words:
        """Return `list_for_payment` of `list_for_user_account_payment`, as the path has them."""
        nouns = [segment.words for segment in _static(self._segments)]
        known = {
            tuple(word for noun in nouns[start:end] for word in noun)
            for end in range(len(nouns) + 1)
            for start in range(end)
        }
        first = next((i for i, w in enumerate(words) if w in PREPOSITIONS), len(words))
        shorter = (
            (*words[: first + 1], *words[start:])
            for start in range(first + 2, len(words))
            if words[start:] in known
        )
        return next(iter(self._fitting(*shorter)), words)

    def _fitting(self, *names: _Words) -> list[_Words]:
        """Return the names that are not too long."""
        return [name for name in names if len("_".join(name)) <= self._max_length]

    def _without_route(self, words: _Words) -> _Words:
        """Return the words before path and method, which FastAPI adds to an operationId.

        Those after method and path, which springdoc and others put in front, are the same.
        """
        path = _joined_words(self._all_segments)
        method = (self._method.lower(),)
        suffix, prefix = (*path, *method), (*method, *path)
        first, last = words[: -len(suffix)], words[len(prefix) :]
        if path and words[-len(suffix) :] == suffix and is_complete(first):
            return first
        if path and words[: len(prefix)] == prefix and is_complete(last):
            return last
        return words

    def _repeats_request(self, words: _Words) -> bool:
        """Return whether the words are those of the method and the path, and no others."""
        method = self._method.lower()
        if words[0] == method:
            rest = words[1:]
        elif words[-1] == method:
            rest = words[:-1]
        else:
            return False
        paths = [self._all_segments, self._segments]
        if not self._is_item:
            paths = [*paths, *map(_static, paths)]
        return "".join(rest) in {"".join(_joined_words(path)) for path in paths}

    def _shorten(self, words: _Words) -> _Words | None:
        """Return the words without those of the resource; None if no others are left."""
        controller = _CONTROLLER.match(self._id)
        if controller:
            words = words[len(lower_words(controller[0])) :]
        else:
            words = self._without_groups(words)
        words = _without_repetition(self._without_leading(words))
        if self._is_resource(words):
            is_collection = self._segments and is_plural(self._segments[-1].words[-1])
            return words if self._method == "POST" and not is_collection else None
        if len(words) > 2 and words[0] not in VERBS and words[-1] in VERBS:
            return self._without_last_noun(words)
        words = self._without_object(words)
        return self._without_trailing(words)

    def _without_groups(self, words: _Words) -> _Words:
        """Return the last words of `storage.buckets.list` if a group is the resource."""
        *groups, _ = _GROUP.split(self._id)
        dropped = 0
        for index, group in enumerate(groups):
            if self._is_resource(lower_words(group)):
                dropped = sum(len(lower_words(text)) for text in groups[: index + 1])
        return words[dropped:] if is_complete(words[dropped:]) else words

    def _without_leading(self, words: _Words) -> _Words:
        for size in range(len(words) - 1, 0, -1):
            is_noun = words[0] not in VERBS or words[-1] in VERBS
            if is_noun and self._is_resource(words[:size]):
                rest = words[size:]
                while len(rest) > 1 and rest[0] in TITLE_WORDS:
                    rest = rest[1:]
                if is_complete(rest):
                    return self._without_leading(rest)
        first = words[0]
        if len(words) > 1 and len(first) > 2 and words[1] in VERBS:
            if any(key.startswith(first) for key in self._keys):
                return words[1:]
        return words

    def _without_last_noun(self, words: _Words) -> _Words:
        """Return `private_list` of `private_projects_list` for the resource `projects`."""
        start = 0
        while words[start] in QUANTIFIERS:
            start += 1
        if start and self._is_resource(words[start:-1]):
            return (*words[:start], words[-1])
        return words

    def _without_object(self, words: _Words) -> _Words:
        """Return `get_roles` of `getUserRoles` for the resource `users`."""
        start = 1
        while start < len(words) - 1 and words[start] in QUANTIFIERS:
            start += 1
        kept = tuple(word for word in words[:start] if word not in ARTICLES)
        for end in range(len(words), start, -1):
            if not self._is_resource(words[start:end]):
                continue
            rest = (*kept, *words[end:])
            if end == len(words):
                return (self._read_verb(words), *kept[1:])
            if is_complete(rest) and words[end] not in ("and", "or"):
                return rest
        return words

    def _without_trailing(self, words: _Words) -> _Words:
        """Return `add_user` of `addUserToGroup`, and `get_all` of `getAllGroups`."""
        for start in range(2, len(words)):
            if not self._is_resource(words[start:]):
                continue
            rest = words[:start]
            while len(rest) > 2 and rest[-1] in ARTICLES:
                rest = rest[:-1]
            if len(rest) > 2 and rest[-1] in LINKS:
                rest = rest[:-1]
            else:
                return words
            return rest if is_complete(rest) else words
        return words

    def _read_verb(self, words: _Words) -> str:
        """Return the verb; `list` for `getUsers` on a path that ends with a noun."""
        is_list = (
            words[0] in READ_VERBS
            and self._method == "GET"
            and is_plural(words[-1])
            and not self._is_item
        )
        return "list" if is_list else words[0]

    def _is_resource(self, words: _Words) -> bool:
        return stem(words) in self._keys


def _resource_keys(resource: str) -> frozenset[str]:
    """Return keys of the words that name a resource: those of `admin.users` and of `users`."""
    parts = [lower_words(part) for part in resource.split(".")]
    forms = [parts[-1], tuple(word for part in parts for word in part)]
    for form in [*forms]:
        words = form
        while len(words) > 1 and words[-1] in TITLE_WORDS:
            words = words[:-1]
            forms.append(words)
    return frozenset(stem(form) for form in forms if form)


def _static(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    return tuple(segment for segment in segments if not segment.is_parameter)


def _joined_words(segments: tuple[Segment, ...]) -> _Words:
    return tuple(word for segment in segments for word in segment.words)


def _without_repetition(words: _Words) -> _Words:
    """Return the words without a first noun that the others repeat: `TagsGetTags`."""
    for size in range(len(words) // 2, 0, -1):
        first, rest = stem(words[:size]), words[size:]
        if words[0] not in VERBS and any(
            stem(rest[start : start + size]) == first for start in range(len(rest))
        ):
            return rest
    return words
