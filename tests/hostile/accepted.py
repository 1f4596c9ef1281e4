"""Why a verdict other than the expected one is right, by the id of the document."""

REASONS: dict[str, str] = {}
