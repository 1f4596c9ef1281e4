"""A short run of the fuzzing of the stages that read documents."""

from tests.fuzz.stages import fuzz


def test_no_mutated_document_ends_in_an_exception() -> None:
    outcomes = fuzz(iter(range(400)), lambda: False)
    assert outcomes.total() == 400
    assert outcomes.keys() == {"read", "refused"}
