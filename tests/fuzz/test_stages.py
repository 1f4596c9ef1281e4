"""Short fuzzing run of the stages that read documents."""

from tests.fuzz.stages import fuzz


def test_mutated_documents_raise_no_exception() -> None:
    outcomes = fuzz(iter(range(400)), lambda: False)
    assert outcomes.total() == 400
    assert outcomes.keys() == {"read", "refused"}
