"""Parameters that are credentials, and the credential of `Authorization` parameters."""

import re
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from clientcast import ir
from clientcast.parse.security import Place, Security, place_of, scheme_place

_AUTHORIZATION = (ir.Location.HEADER, "authorization")
_KIND = re.compile(r"\b(basic|bearer|digest)\b", re.IGNORECASE)
"""The names of authentication schemes that are common in texts (RFC 9110, section 11)."""
_VALUE_TEXT = (
    "The whole value of the header `Authorization`, such as `Bearer` and a token."
)


class CredentialParameters(Struct, frozen=True):
    """Finder of the parameters that carry credentials.

    Attributes:
        schemes: The security schemes of the document.
    """

    schemes: tuple[ir.SecurityScheme, ...]

    def assign(
        self,
        parameters: Iterable[ir.Parameter],
        security: Security,
        *,
        is_anonymous: bool,
    ) -> tuple[tuple[ir.Parameter, ...], Security]:
        """Return the parameters, marked with the scheme that fills them, and the requirements.

        A scheme fills the parameter of the same place and name. A header `Authorization`, which
        no parameter can describe (OpenAPI 3.1, 4.8.12.1), is a credential also where no scheme
        covers the operation: that of the document, or one of its own.

        Args:
            parameters: The parameters of an operation.
            security: The security requirements of the operation.
            is_anonymous: Whether the document says that it has no security requirements.
        """
        assigned: list[ir.Parameter] = []
        filled: set[str] = set()
        required: list[str] = []
        covering = self._covering_schemes(security)
        for parameter in parameters:
            place = _parameter_place(parameter)
            scheme = covering.get(place)
            if scheme is None and place == _AUTHORIZATION:
                candidates = () if is_anonymous else self._alike(parameter)
                names = candidates or (self._own_name,)
                security = _with_header(security, names, parameter.field.required)
                covering = self._covering_schemes(security)
                scheme = names[0]
            elif scheme is not None and place != _AUTHORIZATION:
                required += [scheme] if parameter.field.required else []
            if scheme is None:
                assigned.append(parameter)
            elif scheme not in filled:  # Headers differ in more than case.
                assigned.append(_filled(parameter, scheme))
                filled.add(scheme)
        return tuple(assigned), _with_required(security, required)

    def all_schemes(
        self, operations: Iterable[ir.Operation]
    ) -> tuple[ir.SecurityScheme, ...]:
        """Return the schemes of the document, and that of its `Authorization` parameters."""
        texts = dict.fromkeys(
            parameter.field.description
            for operation in operations
            for parameter in operation.parameters
            if parameter.scheme == self._own_name
        )
        if not texts:
            return self.schemes
        text, *others = texts
        own = ir.SecurityScheme(
            name=self._own_name,
            location=ir.Location.HEADER,
            parameter="Authorization",
            prefix="",
            is_basic=False,
            argument=self._own_name,
            environment=(),
            description=_VALUE_TEXT if others else f"{_VALUE_TEXT} {text}".strip(),
        )
        return (*self.schemes, own)

    def _covering_schemes(self, security: Security) -> dict[Place, str]:
        """Return the first required scheme whose credential is sent in each place."""
        places = {scheme.name: scheme_place(scheme) for scheme in self.schemes}
        found: dict[Place, str] = {}
        for requirement in (r for alternative in security for r in alternative):
            place = places.get(requirement.scheme)
            if place is not None:
                found.setdefault(place, requirement.scheme)
        return found

    def _alike(self, parameter: ir.Parameter) -> tuple[str, ...]:
        """Return the schemes that send what an `Authorization` parameter describes.

        Empty if the document has none, or several that its text does not distinguish.
        """
        field = parameter.field
        text = " ".join((field.description, field.default, field.example))
        kinds = {kind.lower() for kind in _KIND.findall(text)}
        found: dict[str, list[str]] = {}
        for scheme in self.schemes:
            if scheme_place(scheme) == _AUTHORIZATION:
                found.setdefault(scheme.prefix.strip().lower(), []).append(scheme.name)
        # An API key can be of any kind.
        named = [kind for kind in found if kind in kinds] or [""] if kinds else [*found]
        return tuple(found.get(named[0], ())) if len(named) == 1 else ()

    @property
    def _own_name(self) -> str:
        """The name of the scheme of `Authorization` parameters; no other scheme has it."""
        name = "authorization"
        while any(scheme.name == name for scheme in self.schemes):
            name += " header"
        return name


def _parameter_place(parameter: ir.Parameter) -> Place:
    return place_of(parameter.location, parameter.field.name)


def _filled(parameter: ir.Parameter, scheme: str) -> ir.Parameter:
    """Return a parameter that the credential of a scheme fills unless an argument is given."""
    old = parameter.field
    field = ir.Field(
        old.name,
        ir.Scalar(ir.ScalarKind.STRING),
        required=False,
        description=old.description,
        deprecated=old.deprecated,
    )
    return replace(parameter, field=field, serialization=None, scheme=scheme)


def _with_required(security: Security, schemes: Iterable[str]) -> Security:
    """Return requirements that prefer alternatives with all schemes of required parameters."""
    return _ordered(
        alternative
        for old in security
        for alternative in (_with_schemes(old, schemes), old)
    )


def _with_header(
    security: Security, schemes: tuple[str, ...], is_required: bool
) -> Security:
    """Return requirements with the credential of a parameter that no scheme covers."""
    added = (
        _with_schemes(old, (scheme,)) for scheme in schemes for old in security or ((),)
    )
    return _ordered((*added, *security, *(() if is_required or security else ((),))))


def _with_schemes(
    alternative: tuple[ir.Requirement, ...], schemes: Iterable[str]
) -> tuple[ir.Requirement, ...]:
    names = {requirement.scheme for requirement in alternative}
    return alternative + tuple(
        ir.Requirement(scheme, ()) for scheme in schemes if scheme not in names
    )


def _ordered(alternatives: Iterable[tuple[ir.Requirement, ...]]) -> Security:
    return tuple(sorted(dict.fromkeys(alternatives), key=lambda found: not found))
