"""Tests of a fake in `unittest`: its test cases are run by a runner of their own."""

import unittest

from okta import NotFoundError, Okta
from okta.testing import FakeOkta, session


def is_signed_in(okta: Okta, session_id: str) -> bool:
    """Return whether a session exists, as code under test does."""
    try:
        okta.sessions.get(session_id)
    except NotFoundError:
        return False
    except AssertionError:  # Code that catches too much.
        return True
    return True


class SignedIn(unittest.TestCase):
    """Cases that pass, but for the last one, whose call is unexpected."""

    __test__ = False  # pytest would run it, too.

    def setUp(self) -> None:
        self.okta = self.enterContext(FakeOkta())

    def test_1_session_exists(self) -> None:
        self.okta.sessions.get.returns(session())
        self.assertTrue(is_signed_in(self.okta.client, "1"))

    def test_2_session_is_gone(self) -> None:
        self.okta.sessions.get.raises(NotFoundError)
        self.assertFalse(is_signed_in(self.okta.client, "1"))

    def test_3_fake_is_served(self) -> None:
        server = self.enterContext(self.okta.serve())
        client = self.enterContext(Okta(base_url=server.url, api_token="x"))
        self.assertTrue(is_signed_in(client, "1"))

    def test_4_unexpected_call(self) -> None:
        self.okta.sessions.get.when("1").returns(session())
        self.assertTrue(is_signed_in(self.okta.client, "2"))


def test_test_case_fails_only_for_an_unexpected_call() -> None:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(SignedIn).run(result)
    assert result.testsRun == 4 and not result.errors
    ((case, problem),) = result.failures
    assert "test_4_unexpected_call" in case.id()
    assert "expected sessions.get(session_id='1')" in problem
