"""Reading of JSON that RFC 8259 does not allow: NaN, infinities, and encodings but UTF-8."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from math import isinf, isnan
from typing import Any

import msgspec

from .conversion import MAX_MISMATCHES, Mismatch
from .model import ADDITIONAL
from .type_guards import is_list_or_tuple, is_object

UTF_8 = "UTF-8"
"""What is expected in place of JSON in another encoding."""

_CHARSET = re.compile(r';\s*charset\s*=\s*"?([\w.:+-]{1,40})', re.IGNORECASE | re.ASCII)
_TEXT_ENCODING = re.compile(
    r"ascii|utf-(16|32)(-[bl]e)?|iso8859-\d+|cp\d+|koi8-\w|mac-\w+|tis-620"
    r"|big5\w*|gb\w+|euc_\w+|shift_jis\w*|iso2022_\w+|johab"
)
"""Python's names of charsets. Its other encodings are no charsets, and some are slow."""


class EncodingError(Exception):
    """JSON is not in a known encoding."""


def charset_of(content_type: str) -> str:
    """Return the charset in a `Content-Type` header, or an empty string."""
    match = _CHARSET.search(content_type)
    return match[1] if match else ""


def known_encoding(charset: str) -> str:
    """Return Python's name of a charset; UTF-8 if it is unknown."""
    try:
        name = codecs.lookup(charset).name if charset else ""
    except LookupError:
        name = ""
    return name if _TEXT_ENCODING.fullmatch(name) else "utf-8"


def to_utf8(content: bytes, charset: str) -> tuple[bytes, str] | None:
    """Return JSON that is not UTF-8 as UTF-8, with its encoding; None if it is UTF-8.

    A byte order mark, or the zero bytes of UTF-16 and UTF-32, count more than the charset.

    Raises:
        EncodingError: If it is not in its charset, or the charset is unknown.
    """
    encoding: str = json.detect_encoding(content)
    if encoding in ("utf-8", "utf-8-sig"):
        try:
            content.decode()
            return None
        except UnicodeDecodeError:
            encoding = known_encoding(charset)
    try:
        return content.decode(encoding).encode(), encoding.upper()
    except UnicodeDecodeError:
        pass
    if encoding != "utf-8":
        raise EncodingError(f"it is not {encoding.upper()}")
    is_other = charset and charset.lower() not in ("utf-8", "utf8")
    unknown = f", and its charset {charset} is unknown" if is_other else ""
    raise EncodingError(f"it is not UTF-8{unknown}")


def load_with_nonfinite(content: bytes, parse_float: Callable[[str], Any]) -> Any:
    """Decode JSON with NaN, infinities, or numbers that are too great, to plain data.

    Raises:
        ValueError: If it is not JSON, or has none of these.
    """
    data = json.loads(
        content.decode(), parse_float=parse_float, parse_int=_int_or_infinity
    )
    # This refuses half of a surrogate pair, as msgspec does.
    json.dumps(data, ensure_ascii=False, default=str).encode()
    if next(_nonfinite(data, "$"), None) is None:
        raise ValueError
    return data


def _int_or_infinity(text: str) -> int | float:
    """Return an integer; infinity if it has more digits than Python converts."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def with_nonfinite(value: object, mismatches: list[Mismatch]) -> list[Mismatch]:
    """Return the mismatches of a value with the locations of its NaN and infinities."""
    paths = {mismatch.path for mismatch in mismatches}
    more = (found for found in _nonfinite(value, "$") if found.path not in paths)
    return mismatches + list(islice(more, MAX_MISMATCHES - len(mismatches)))


def _nonfinite(value: object, path: str) -> Iterator[Mismatch]:
    """Yield the locations of NaN and infinities in a decoded value."""
    if isinstance(value, Decimal) and value.is_finite():
        return
    if isinstance(value, float | Decimal):
        if isnan(value):
            yield Mismatch(path, "finite number", "NaN")
        elif isinf(value):
            yield Mismatch(path, "finite number", "infinity")
    elif isinstance(value, msgspec.Struct):
        names = zip(
            value.__struct_fields__, value.__struct_encode_fields__, strict=True
        )
        for name, wire in names:
            member_path = path if wire == ADDITIONAL else f"{path}.{wire}"
            yield from _nonfinite(getattr(value, name), member_path)
    elif is_object(value):
        for member in value.values():
            yield from _nonfinite(member, f"{path}.*")
    elif is_list_or_tuple(value):
        for index, item in enumerate(value):
            yield from _nonfinite(item, f"{path}[{index}]")
