"""A copy of a document that is changed in place, and the locations of what was changed."""

from dataclasses import replace
from typing import Any

from clientcast.plain import is_list, is_mapping
from clientcast.source import Document, DocumentLocation, escape

Keys = tuple[str | int, ...]


class Editor:
    """A copy of a document, which shares no value with the original.

    Args:
        document: The original.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._locations = dict(document.locations)
        self.data = copy(document.data)

    def result(self) -> Document:
        """Return the changed document."""
        changed = self._document.with_data(self.data)
        return replace(changed, locations=self._locations)

    def value(self, keys: Keys) -> Any:
        """Return the value at the keys."""
        value = self.data
        for key in keys:
            value = value[key]
        return value

    def merge(self, keys: Keys, update: Any, source: DocumentLocation) -> None:
        """Merge a value into the one at the keys.

        Mappings are merged by key, and lists are added at the end of lists; any other value
        replaces.

        Args:
            keys: The keys of the value in the copy.
            update: The value to merge.
            source: The location of the update.
        """
        target = self.value(keys)
        if is_mapping(target) and is_mapping(update):
            for key, item in update.items():
                inner = DocumentLocation(
                    source.document, f"{source.pointer}/{escape(key)}"
                )
                if key in target:
                    self.merge((*keys, key), item, inner)
                else:
                    target[key] = copy(item)
                    self._locations[self._place((*keys, key))] = inner
        elif is_list(target) and is_list(update):
            for index, item in enumerate(update):
                inner = DocumentLocation(source.document, f"{source.pointer}/{index}")
                self.append(keys, item, inner)
        else:
            self._replace(keys, update, source)

    def append(self, keys: Keys, item: Any, source: DocumentLocation) -> None:
        """Append an item to the list at the keys."""
        target = self.value(keys)
        target.append(copy(item))
        self._locations[self._place((*keys, len(target) - 1))] = source

    def remove(self, targets: list[Keys]) -> None:
        """Remove the values at keys, of which none is the document itself."""
        removed: dict[Keys, set[str | int]] = {}
        for keys in targets:
            removed.setdefault(keys[:-1], set()).add(keys[-1])
        # The innermost first: their keys change with the lists around them.
        for parent in sorted(removed, key=len, reverse=True):
            container = self.value(parent)
            if is_list(container):
                self._remove_items(parent, container, removed[parent])
                continue
            for key in removed[parent]:
                del container[key]
                self._forget((*parent, key))

    def _remove_items(
        self, parent: Keys, items: list[Any], removed: set[str | int]
    ) -> None:
        kept = [index for index in range(len(items)) if index not in removed]
        moved = {
            new: (self._origin((*parent, old)), self._forget((*parent, old)))
            for new, old in enumerate(kept)
        }
        for index in removed:
            self._forget((*parent, index))
        items[:] = [items[index] for index in kept]
        for new, (origin, inner) in moved.items():
            prefix = self._place((*parent, new))
            self._locations[prefix] = origin
            self._locations |= {f"{prefix}{rest}": at for rest, at in inner.items()}

    def _replace(self, keys: Keys, value: Any, source: DocumentLocation) -> None:
        before = self.value(keys)
        if is_mapping(before) or is_list(before):
            self._forget(keys)
        self.value(keys[:-1])[keys[-1]] = copy(value)
        self._locations[self._place(keys)] = source

    def _forget(self, keys: Keys) -> dict[str, DocumentLocation]:
        """Remove and return the locations within a value, by the rest of their pointers."""
        prefix = self._place(keys)
        found = {
            place: at
            for place, at in self._locations.items()
            if place == prefix or place.startswith(f"{prefix}/")
        }
        for place in found:
            del self._locations[place]
        return {p[len(prefix) :]: at for p, at in found.items() if p != prefix}

    def _place(self, keys: Keys) -> str:
        """Return the JSON pointer of a value before the document was converted."""
        pointer = "".join(f"/{escape(str(key))}" for key in keys)
        source_map = self._document.source_map
        return source_map.original_pointer(pointer) if source_map else pointer

    def _origin(self, keys: Keys) -> DocumentLocation:
        """Return the location of a value before this change."""
        place = around = self._place(keys)
        while around and around not in self._locations:
            around = around.rpartition("/")[0]
        if around in self._locations:
            document, start = self._locations[around]
            return DocumentLocation(document, start + place[len(around) :])
        return DocumentLocation(self._document, place)


def copy(value: Any) -> Any:
    """Return a copy of plain data, in which no value is in two places."""
    if is_mapping(value):
        return {key: copy(item) for key, item in value.items()}
    if is_list(value):
        return [copy(item) for item in value]
    return value
