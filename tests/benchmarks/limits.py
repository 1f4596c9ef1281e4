"""Limits of the benchmark: ratios of one run, each with its maximum."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.benchmarks.costs import Cost
from tests.benchmarks.sampling import Samples, Spread, ratios
from tests.benchmarks.sections import (
    BLACK,
    DOCUMENTS,
    FAKES,
    FLOOR,
    OURS,
    WITH_FAKE,
    WITHOUT_FAKE,
)


@dataclass(frozen=True, slots=True)
class Limit:
    """A value with its maximum.

    Attributes:
        text: What the value is.
        maximum: Its maximum.
        value: Function that returns it; None if it was not measured, or a variant failed.
        peer: The section, case and variant of the peer that it is compared with, if any.
    """

    text: str
    maximum: float
    value: Callable[[Samples], Spread | None]
    peer: tuple[str, str, str] | None = None


def cpu(cost: Cost) -> float:
    """Return the CPU seconds of a run."""
    return cost.cpu


def wall(cost: Cost) -> float:
    """Return the seconds that a run took."""
    return cost.wall


def limits() -> Iterator[Limit]:
    """Yield all limits, in the order of the sections."""
    for case, maximum in (("home clients", 3.0), ("1,000 operations", 5.0)):
        for command in ("generate", "check"):
            text = f"unchanged `{command}`, {case} / `import click`"
            ratio = _ratio("unchanged", case, command, "import click")
            yield Limit(text, maximum, ratio)
    for package, maximum in (
        ("clerk", 1.15),
        ("okta", 1.15),
        ("pangea", 1.15),
        ("things", 1.2),
    ):
        name = "1,000 operations" if package == "things" else package
        text = f"import and construct, {name} / {FLOOR}"
        yield Limit(text, maximum, _ratio("imports", "clients", package, FLOOR))
    for case, variant, maximum in (
        ("sync", "own connections", 1.15),
        ("async", "own connections", 1.15),
        ("sync", "http=FastTransport", 0.65),
        ("async", "http=AsyncFastTransport", 0.5),
    ):
        text = f"a decoded call, {case}, {variant} / raw httpx2"
        yield Limit(text, maximum, _ratio("calls", case, variant, "raw httpx2"))
    yield Limit(
        "a page of 10,000 sessions / httpx2 and json",
        0.55,
        _ratio("pages", "10,000 sessions", "own connections", "httpx2 and json"),
    )
    for case in DOCUMENTS:
        for peer, maximum in (
            ("openapi-python-client", 1.0 if case == "petstore" else 0.4),
            ("openapi-ts", 0.5),
            ("apiroute", 1.5),
        ):
            if case != "petstore" or peer == "openapi-python-client":
                text = f"cold generation, {case} / {peer}"
                key = ("generation", case, peer)
                yield Limit(text, maximum, _ratio("generation", case, OURS, peer), key)
    yield Limit(
        "cold generation with black, Clerk / openapi-python-client",
        1.0,
        _ratio("generation", "Clerk", BLACK, "openapi-python-client"),
    )
    for case in FAKES:
        text = f"cold generation with a fake, {case} / without"
        yield Limit(text, 1.1, _ratio("fakes", case, WITH_FAKE, WITHOUT_FAKE))
    for case in ("GitHub", "Kubernetes"):
        text = f"wall / CPU of cold generation, {case}"
        yield Limit(text, 0.7, _parallelism("generation", case))
    yield Limit(
        "wall / CPU of cold generation, 1,000 operations",
        0.7,
        _parallelism("sizes", "1,000 operations"),
    )
    yield Limit("peak of memory in MB, GitHub", 250, _megabytes("generation", "GitHub"))
    yield Limit(
        "one operation of 1,000 changed / cold",
        0.25,
        _ratio("change", "1,000 operations", "one changed", "cold"),
    )
    yield Limit("CPU of an operation, of 1,000 / of 100", 1.0, _operation_growth)


def _ratio(
    section: str, case: str, variant: str, base: str
) -> Callable[[Samples], Spread | None]:
    def value(samples: Samples) -> Spread | None:
        found = samples.variants(section, case)
        return ratios(found.get(variant, {}), found.get(base, {}), cpu)

    return value


def _parallelism(section: str, case: str) -> Callable[[Samples], Spread | None]:
    def value(samples: Samples) -> Spread | None:
        costs = samples.variants(section, case).get(OURS, {})
        return Spread.of([cost.wall / cost.cpu for cost in costs.values() if cost.cpu])

    return value


def _megabytes(section: str, case: str) -> Callable[[Samples], Spread | None]:
    def value(samples: Samples) -> Spread | None:
        costs = samples.variants(section, case).get(OURS, {})
        return Spread.of([cost.megabytes for cost in costs.values()])

    return value


def _operation_growth(samples: Samples) -> Spread | None:
    small, large = (
        samples.variants("sizes", f"{size:,} operations").get(OURS, {})
        for size in (100, 1000)
    )
    found = ratios(large, small, cpu)
    if found is None:
        return None
    return Spread(found.median / 10, found.least / 10, found.greatest / 10)
