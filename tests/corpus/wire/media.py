"""Media types."""


def essence(media_type: str) -> str:
    """Return a media type in lower case without parameters."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Return whether content of a media type is one JSON value."""
    return essence(media_type).endswith(("/json", "+json"))


def is_xml(media_type: str) -> bool:
    """Return whether content of a media type is XML."""
    return essence(media_type).endswith(("/xml", "+xml"))


def is_text(media_type: str) -> bool:
    """Return whether content of a media type is text without structure."""
    return essence(media_type) == "text/plain"
