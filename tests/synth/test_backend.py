"""Each deployment has a state of its own, wherever the configuration keeps them."""

from collections.abc import Callable

import pytest

from tests.synth.conftest import Synthesised

Variant = Callable[..., Synthesised]
S3 = "backend: s3, bucket: example-state, region: eu-west-1"
KEY = "arn:aws:kms:eu-west-1:222222222222:key/11111111-2222-3333-4444-555555555555"
ROLE = "arn:aws:iam::999999999999:role/State"
LOCKED = {
    "bucket": "example-state",
    "region": "eu-west-1",
    "key": "golden-ami/sandbox.tfstate",
    "encrypt": True,
    "use_lockfile": True,
}
CLOUD = {"hostname": "app.terraform.io", "organization": "example", "workspaces": {"name": "golden-ami-sandbox"}}


@pytest.mark.parametrize(
    ("state", "kind", "expected"),
    [
        ("backend: local", "local", {"path": "../../../terraform.sandbox.tfstate"}),
        (S3, "s3", LOCKED),
        (f"{S3}, key_prefix: images/prod", "s3", LOCKED | {"key": "images/prod/sandbox.tfstate"}),
        (f"{S3}, kms_key: '{KEY}'", "s3", LOCKED | {"kms_key_id": KEY}),
        (f"{S3}, role: '{ROLE}'", "s3", LOCKED | {"assume_role": {"role_arn": ROLE}}),
        ("backend: cloud, organization: example", "cloud", CLOUD),
        (
            "backend: cloud, organization: example, hostname: tfe.example.com, project: images, workspace_prefix: ami",
            "cloud",
            {
                "hostname": "tfe.example.com",
                "organization": "example",
                "workspaces": {"name": "ami-sandbox", "project": "images"},
            },
        ),
    ],
)
def test_a_state_is_kept_where_the_configuration_says(
    variant: Variant, state: str, kind: str, expected: dict[str, object]
) -> None:
    found = variant(("\nimages:\n", f"\nstate: {{ {state} }}\n\nimages:\n")).content["terraform"]
    backend = found.get("backend", {}).get(kind) or found.get("cloud")
    assert backend == expected
    assert ("cloud" in found) == (kind == "cloud")
