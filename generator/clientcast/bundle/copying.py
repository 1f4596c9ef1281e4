"""Copying of a document and the values that it references, by the grammar of its objects."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clientcast.bundle.components import Components, CopyLocation
from clientcast.bundle.dialects import EXAMPLE_FIELDS, Dialect
from clientcast.bundle.document_files import (
    DocumentFiles,
    FileLocation,
    UnresolvedReference,
)
from clientcast.bundle.names import is_scheme_uri
from clientcast.diagnostic import Diagnostic, Severity
from clientcast.plain import count_values, is_list, is_mapping, mapping
from clientcast.references import MAX_HOPS, merge_path_item, reference
from clientcast.source import MAX_DEPTH, DocumentLocation, UnreadableReference, escape

MAX_VALUES = 1_000_000

_NOT_FOUND = UnreadableReference("unresolved-reference", "this reference has no target")


class _Redirect(NamedTuple):
    """A reference to rewrite after all components have pointers.

    Attributes:
        parent: The copied mapping that contains the reference.
        key: The key of the reference.
        target: The location of the referenced value in the copy.
    """

    parent: dict[str, Any]
    key: str
    target: CopyLocation


class _LimitExceeded(Exception):
    """The copy exceeds a limit."""


@dataclass
class DocumentCopier:
    """Copier of a document and the values that it references.

    Attributes:
        diagnostics: Errors and warnings.
        unreadable: Reasons why references cannot be read, by the reference in the copy.
        origins: Original locations of values from other files, by JSON pointer in the copy.
    """

    files: DocumentFiles
    dialect: Dialect
    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])
    unreadable: dict[str, UnreadableReference] = field(
        default_factory=dict[str, UnreadableReference]
    )
    origins: dict[str, DocumentLocation] = field(
        default_factory=dict[str, DocumentLocation]
    )
    _redirects: list[_Redirect] = field(default_factory=list[_Redirect])
    _scheme_names: list[_Redirect] = field(default_factory=list[_Redirect])
    _relocated: list[tuple[CopyLocation, FileLocation]] = field(
        default_factory=list[tuple[CopyLocation, FileLocation]]
    )
    _inlining: list[FileLocation] = field(default_factory=list[FileLocation])
    _warned_kinds: set[str] = field(default_factory=set[str])
    _value_count: int = 0

    def __post_init__(self) -> None:
        self._components = Components(self.files, self.dialect)

    def copy_document(self) -> Any:
        """Return the copy; the original data if the copy exceeds a limit."""
        root_location = FileLocation(self.files.file, "")
        original = self.files.value(root_location)
        try:
            data = self._copy_value(
                CopyLocation(None, ""), root_location, original, self.dialect.root
            )
            for component in self._components.pending:  # Copying appends to it.
                if not self._components.is_existing(component):
                    copy_location = CopyLocation(component, "")
                    component.value = self._copy_target(
                        copy_location, component.location, component.kind
                    )
        except _LimitExceeded as error:
            self.report(root_location, "limit-nodes", str(error))
            return original
        self._components.add_to(data)
        for parent, key, target in self._redirects:
            parent[key] = reference(target.pointer)
        for requirement, name, target in self._scheme_names:
            requirement[reference(target.pointer)] = requirement.pop(name)
        for copy_location, location in self._relocated:
            file = self.files.document_of(location.file)
            self.origins[copy_location.pointer] = DocumentLocation(
                file, location.pointer
            )
        for file in self.files.other_documents():
            self.diagnostics += file.diagnostics if file.data else ()
        return data

    def _copy_value(
        self, copy_location: CopyLocation, location: FileLocation, value: Any, kind: str
    ) -> Any:
        """Return a copy of a value.

        Args:
            copy_location: The location of the copy.
            location: The location of the value.
            value: The value.
            kind: The expected object of the grammar; `[X]` for a list, `{X}` for a map, and
                `X*` if OpenAPI allows a reference.
        """
        self._count(1, copy_location)
        name = kind.rstrip("*")
        if is_mapping(value) and isinstance(value.get("$ref"), str):
            if name in self.dialect.sections:
                return self._copy_reference(copy_location, location, value, name)
            if kind != "any" or len(value) == 1:
                return self._inline_target(copy_location, location, value, kind)
        if kind[0] == "[" and is_list(value):
            return [
                self._copy_value(
                    copy_location.child(index), location.child(index), item, kind[1:-1]
                )
                for index, item in enumerate(value)
            ]
        if kind[0] == "{" and is_mapping(value):
            return {
                key: self._copy_value(
                    copy_location.child(key), location.child(key), item, kind[1:-1]
                )
                for key, item in value.items()
            }
        if name in self.dialect.objects and is_mapping(value):
            return self._copy_object(copy_location, location, value, name)
        self._count(count_values(value), copy_location)
        return value

    def _copy_object(
        self,
        copy_location: CopyLocation,
        location: FileLocation,
        value: dict[str, Any],
        name: str,
    ) -> dict[str, Any]:
        if copy_location.component is None and name in self.dialect.sections:
            self._components.register_existing(location, name, copy_location.suffix)
        grammar = self.dialect.objects[name]
        copied: dict[str, Any] = {}
        for key, item in value.items():
            other_kind = "" if key.startswith("x-") else grammar.other_kind
            kind = grammar.fields.get(key, other_kind)
            if kind:
                item = self._copy_value(
                    copy_location.child(key), location.child(key), item, kind
                )
            else:
                self._count(count_values(item), copy_location)
            copied[key] = item
        if name == "Schema" and isinstance(copied.get("$dynamicRef"), str):
            self._redirect(copied, "$dynamicRef", location, name)
        if name == "Discriminator":
            self._redirect_mapping(mapping(copied.get("mapping")), location)
        if name == "SecurityRequirement":
            self._redirect_schemes(copied, location)
        return copied

    def _copy_target(
        self, copy_location: CopyLocation, location: FileLocation, kind: str
    ) -> Any:
        """Return a copy of a referenced object of a kind."""
        self._relocated.append((copy_location, location))
        value = self.files.value(location)
        if kind == "Example" and not EXAMPLE_FIELDS & mapping(value).keys():
            return {"value": value}
        return self._copy_value(copy_location, location, value, kind)

    def _copy_reference(
        self,
        copy_location: CopyLocation,
        location: FileLocation,
        value: dict[str, Any],
        name: str,
    ) -> Any:
        """Return a copy of a Reference Object; of its target if it is a component by itself."""
        is_in_section = len(value) == 1 and self._components.is_component_section(
            copy_location, name
        )
        target = self._resolve(location, value["$ref"]) if is_in_section else None
        if target is not None and target.file != location.file:
            if self._components.register_existing(target, name, copy_location.suffix):
                return self._copy_target(copy_location, target, name)
        copied = (
            self._copy_object(copy_location, location, value, name)
            if name == "Schema"
            else {**value}
        )
        self._redirect(copied, "$ref", location, name)
        return copied

    def _redirect(
        self, parent: dict[str, Any], key: str, location: FileLocation, kind: str
    ) -> None:
        """Rewrite a reference to the location of its target in the copy."""
        target = self._resolve(location, parent[key])
        if target is not None:
            copy_location = self._components.copy_location(target, kind)
            self._redirects.append(_Redirect(parent, key, copy_location))
            return
        parent[key] = self.files.rebased_reference(location.file, parent[key])

    def _redirect_mapping(self, names: dict[str, Any], location: FileLocation) -> None:
        """Rewrite the references and schema names of a discriminator's mapping."""
        for value, name in names.items():
            if not isinstance(name, str):
                continue
            is_reference = "." in name or "#" in name
            section = self.dialect.sections["Schema"]
            raw_reference = name if is_reference else f"#{section}/{escape(name)}"
            for file in (location.file, self.files.file):
                try:
                    target = self.files.final_target(
                        self.files.resolve_reference(file, raw_reference)
                    )
                except UnresolvedReference:
                    continue
                copy_location = self._components.copy_location(target, "Schema")
                self._redirects.append(_Redirect(names, value, copy_location))
                break

    def _redirect_schemes(
        self, requirement: dict[str, Any], location: FileLocation
    ) -> None:
        """Rewrite the URIs of security schemes in other files (OpenAPI 3.2, 4.30)."""
        for name in filter(is_scheme_uri, requirement):
            target = self._resolve(location, name)
            if target is not None:
                copy_location = self._components.copy_location(target, "SecurityScheme")
                self._scheme_names.append(_Redirect(requirement, name, copy_location))

    def _inline_target(
        self,
        copy_location: CopyLocation,
        location: FileLocation,
        value: dict[str, Any],
        kind: str,
    ) -> Any:
        """Return a copy of the target of a reference, to replace the reference."""
        raw_reference = value["$ref"]
        if (
            kind == "string"
            and (text := self._read_text(location, raw_reference)) is not None
        ):
            self._warn_misplaced(location, kind)
            return text
        target = self._resolve(location, raw_reference)
        if target is None and kind.endswith("*"):  # `check` reports it.
            return {
                **value,
                "$ref": self.files.rebased_reference(location.file, raw_reference),
            }
        if target is not None and kind.endswith("*"):
            if location.file == target.file and self._components.is_in_document(target):
                return {**value, "$ref": reference(target.pointer)}
        if kind == "any" and (target is None or target.file == self.files.file):
            return value
        if target is None:
            reason = self.unreadable.get(
                self.files.rebased_reference(location.file, raw_reference)
            )
            self.report(location.child("$ref"), *(reason or _NOT_FOUND))
            return _empty_value(kind)
        if target in self._inlining:
            message = "the target of this reference contains the reference: remove it"
            self.report(location.child("$ref"), "reference-cycle", message)
            return _empty_value(kind)
        if len(self._inlining) >= MAX_HOPS:
            message = f"this chain has more than {MAX_HOPS} references"
            self.report(location.child("$ref"), "limit-references", message)
            return _empty_value(kind)
        self._warn_misplaced(location, kind)
        self._relocated.append((copy_location, target))
        self._inlining.append(target)
        copied = self._copy_value(copy_location, target, self.files.value(target), kind)
        self._inlining.pop()
        return self._merge_siblings(copy_location, location, value, copied, kind)

    def _warn_misplaced(self, location: FileLocation, kind: str) -> None:
        """Warn that OpenAPI allows no reference here, once for each kind of object."""
        if kind.endswith("*") or kind in self._warned_kinds:
            return
        self._warned_kinds.add(kind)
        self.warn(
            location.child("$ref"),
            "misplaced-reference",
            "OpenAPI does not allow $ref here: it is replaced by its target, as are similar ones",
        )

    def _merge_siblings(
        self,
        copy_location: CopyLocation,
        location: FileLocation,
        value: dict[str, Any],
        copied: Any,
        kind: str,
    ) -> Any:
        """Return the target of a reference, merged with the fields beside the reference."""
        siblings = {key: item for key, item in value.items() if key != "$ref"}
        if (
            not siblings
            or not is_mapping(copied)
            or kind.rstrip("*") not in self.dialect.objects
        ):
            return copied
        self._relocated += (
            (copy_location.child(key), location.child(key)) for key in siblings
        )
        return merge_path_item(
            copied,
            self._copy_object(copy_location, location, siblings, kind.rstrip("*")),
        )

    def _read_text(self, location: FileLocation, raw_reference: str) -> str | None:
        try:
            return self.files.text(location.file, raw_reference)
        except UnresolvedReference:
            return None

    def _resolve(
        self, location: FileLocation, raw_reference: str
    ) -> FileLocation | None:
        """Return the final location of a reference; None if it cannot be resolved."""
        main_file = self.files.file
        try:
            return self.files.final_target(
                self.files.resolve_reference(location.file, raw_reference)
            )
        except UnresolvedReference as error:
            if raw_reference.startswith("#/") and location.file != main_file:
                with suppress(UnresolvedReference):
                    resolved = self.files.final_target(
                        self.files.resolve_reference(main_file, raw_reference)
                    )
                    file_name = self.files.display_path(location.file)
                    main_name = self.files.display_path(main_file)
                    self.warn(
                        location,
                        "unresolved-reference",
                        f"'{raw_reference[:60]}' does not exist in {file_name}",
                        f"write '{main_name}{raw_reference[:60]}', which is used instead",
                    )
                    return resolved
            if error.unreadable is not None:
                self.unreadable[
                    self.files.rebased_reference(location.file, raw_reference)
                ] = error.unreadable
            return None

    def report(
        self, location: FileLocation, code: str, message: str, hint: str = ""
    ) -> None:
        """Add an error at a location."""
        file = self.files.document_of(location.file)
        self.diagnostics.append(file.diagnostic(location.pointer, code, message, hint))

    def warn(
        self, location: FileLocation, code: str, message: str, hint: str = ""
    ) -> None:
        """Add a warning at a location."""
        file = self.files.document_of(location.file)
        self.diagnostics.append(
            file.diagnostic(
                location.pointer, code, message, hint, severity=Severity.WARNING
            )
        )

    def _count(self, values: int, copy_location: CopyLocation) -> None:
        self._value_count += values
        if self._value_count > MAX_VALUES:
            raise _LimitExceeded(
                f"more than {MAX_VALUES:,} values, including referenced files"
            )
        if copy_location.suffix.count("/") > MAX_DEPTH:
            raise _LimitExceeded(
                f"more than {MAX_DEPTH} levels, including referenced files"
            )


def _empty_value(kind: str) -> Any:
    """Return an empty value of a kind, to replace a reference that cannot be resolved."""
    return [] if kind[0] == "[" else "" if kind == "string" else {}
