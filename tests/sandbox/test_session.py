"""Clients that share what is costly share nothing that a test or a door changes."""

import pytest

from golden_ami.sandbox.endpoint import Endpoint
from golden_ami.sandbox.server import LocalAws


@pytest.mark.parametrize(
    "event", ["provide-client-params", "before-call", "before-send", "response-received", "after-call"]
)
def test_a_handler_of_one_client_hears_that_one_only(event: str) -> None:
    heard: list[str] = []
    with LocalAws() as local:
        first, second, third = (local.client("sts") for _ in range(3))
        first.meta.events.register(f"{event}.*.*", lambda **_: heard.append("first"))
        second.meta.events.register(f"{event}.*.*", lambda **_: heard.append("second"))
        for client in (third, second, first, second):
            client.get_caller_identity()
    assert heard == ["second", "first", "second"]


def test_clients_of_another_region_or_identity_are_others() -> None:
    endpoint = Endpoint("http://127.0.0.1:1")
    session = endpoint.session("key", "secret")
    regions = [session.client("ec2", region_name=name).meta.region_name for name in ("eu-west-1", "eu-north-1")]
    assert regions == ["eu-west-1", "eu-north-1"]
    keys = []
    for who in ("key", "other"):
        signer = endpoint.session(who, "secret").client("sts")._request_signer
        keys.append(signer._credentials.access_key)
    assert keys == ["key", "other"]
