"""ARNs read and write alike, and Regions belong to the partitions that botocore knows."""

import json
from pathlib import Path

import botocore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_ami.arn import DNS_SUFFIXES, PARTITIONS, Arn, partition_of

PART = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-", max_size=12)


@given(
    st.builds(
        Arn,
        partition=st.sampled_from(sorted(PARTITIONS)),
        service=PART.filter(bool),
        region=PART,
        account=PART,
        resource=st.text(alphabet="abc/:-_019", min_size=1),
    )
)
def test_parsing_what_was_written_gives_the_same_arn(arn: Arn) -> None:
    assert Arn.parse(str(arn)) == arn


@pytest.mark.parametrize(
    "text", ["", "arn", "arn:aws", "arn:aws:s3:::", "arn:aws:s3:::b*", "urn:aws:s3:::b", "arn:x:s3:::b"]
)
def test_what_is_no_arn_of_one_resource_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"; |is not an ARN"):
        Arn.parse(text)


def test_partitions_are_botocores() -> None:
    data = json.loads((Path(botocore.__file__).parent / "data" / "partitions.json").read_text())
    known = {each["id"]: each for each in data["partitions"]}
    assert set(known) == set(PARTITIONS) == set(DNS_SUFFIXES)
    for partition, each in known.items():
        assert DNS_SUFFIXES[partition] == each["outputs"]["dnsSuffix"]
        for region in each["regions"]:
            if not region.endswith("-global"):
                assert partition_of(region) == partition
