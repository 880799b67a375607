"""Nothing leaves before the approval, and nobody but the configured receivers gets it afterwards."""

from typing import Any

import pytest

from tests.runbooks.conftest import NAMES, ORGANIZATION, SHARE, UNIT
from tests.runbooks.scripts.conftest import SESSION, Aws, Script

DISTRIBUTION = NAMES.scope.arn("imagebuilder", "distribution-configuration/golden-ami-web-server")
EVENTS = {"pipeline": NAMES.pipeline_arn}
SHARING = {**EVENTS, "share": SHARE, "receivers": [ORGANIZATION, "333333333333"]}
HARMLESS = {
    "amiDistributionConfiguration",
    "amiTags",
    "containerDistributionConfiguration",
    "description",
    "fastLaunchConfigurations",
    "kmsKeyId",
    "licenseConfigurationArns",
    "name",
    "region",
}


def _distribution(*distributions: dict[str, Any]) -> dict[str, Any]:
    plain = {"region": "eu-west-1", "amiDistributionConfiguration": {"name": "web {{ imagebuilder:buildDate }}"}}
    found = [plain, *({"region": "us-east-1", **each} for each in distributions)]
    return {"distributionConfiguration": {"distributions": found}}


@pytest.fixture(autouse=True)
def _private(aws: Aws) -> None:
    aws.answers["imagebuilder", "GetImagePipeline"] = {"imagePipeline": {"distributionConfigurationArn": DISTRIBUTION}}
    aws.answers["imagebuilder", "GetDistributionConfiguration"] = _distribution()
    aws.answers["ram", "GetResourceShares"] = {
        "resourceShares": [{"allowExternalPrincipals": False, "status": "ACTIVE"}]
    }
    aws.answers["ram", "GetResourceShareAssociations"] = {"resourceShareAssociations": []}


def _reaches(aws: Aws, *principals: dict[str, Any]) -> None:
    aws.answers["ram", "GetResourceShareAssociations"] = {"resourceShareAssociations": list(principals)}


def test_a_pipeline_that_only_builds_and_copies_passes(aws: Aws, script: Script) -> None:
    assert script("inspect_targets").handler(EVENTS, {}) == {"distribution": DISTRIBUTION}
    assert aws.requested("GetResourceShares") == []


def test_a_pipeline_without_distribution_passes(aws: Aws, script: Script) -> None:
    aws.answers["imagebuilder", "GetImagePipeline"] = {"imagePipeline": {}}
    assert script("inspect_targets").handler(EVENTS, {}) == {"distribution": "none"}


@pytest.mark.parametrize(
    "acts",
    [
        {"amiDistributionConfiguration": {"launchPermission": {"userGroups": ["all"]}}},
        {"amiDistributionConfiguration": {"launchPermission": {"userIds": ["333333333333"]}}},
        {"amiDistributionConfiguration": {"launchPermission": {"organizationArns": [ORGANIZATION]}}},
        {"amiDistributionConfiguration": {"launchPermission": {"userIds": [], "organizationalUnitArns": [UNIT]}}},
        {"amiDistributionConfiguration": {"targetAccountIds": ["333333333333"]}},
        {"launchTemplateConfigurations": [{"launchTemplateId": "lt-1"}]},
        {"ssmParameterConfigurations": [{"parameterName": "/x"}]},
        {"s3ExportConfiguration": {"roleName": "r", "diskImageFormat": "RAW", "s3Bucket": "b"}},
    ],
)
def test_a_distribution_that_acts_before_any_approval_is_refused(aws: Aws, script: Script, acts: Any) -> None:
    aws.answers["imagebuilder", "GetDistributionConfiguration"] = _distribution(acts)
    with pytest.raises(ValueError, match=r"in us-east-1 .* before any approval"):
        script("inspect_targets").handler(EVENTS, {})


@pytest.mark.parametrize(
    "says_nothing",
    [
        {"amiDistributionConfiguration": {"launchPermission": {}}},
        {"amiDistributionConfiguration": {"launchPermission": {"userIds": [], "userGroups": []}}},
        {"launchTemplateConfigurations": [], "s3ExportConfiguration": {}},
    ],
)
def test_what_says_nothing_does_nothing(aws: Aws, script: Script, says_nothing: Any) -> None:
    aws.answers["imagebuilder", "GetDistributionConfiguration"] = _distribution(says_nothing)
    assert script("inspect_targets").handler(EVENTS, {})


def test_everything_that_a_distribution_can_do_has_been_judged(script: Script) -> None:
    model = SESSION.get_service_model("imagebuilder")
    known = {*model.shape_for("Distribution").members, *model.shape_for("AmiDistributionConfiguration").members}
    assert known == {*script("inspect_targets").ACTS_EARLY, *HARMLESS}


@pytest.mark.parametrize(
    "principals",
    [
        [],
        [{"associatedEntity": ORGANIZATION, "status": "ASSOCIATED", "external": False}],
        [{"associatedEntity": "333333333333", "status": "ASSOCIATING"}],
        [{"associatedEntity": "999999999999", "status": "DISASSOCIATED", "external": True}],
    ],
    ids=["nobody", "the organization", "an account on its way", "a foreigner who has left"],
)
def test_a_share_that_reaches_only_receivers_passes(aws: Aws, script: Script, principals: Any) -> None:
    _reaches(aws, *principals)
    assert script("inspect_targets").handler(SHARING, {})


STATUSES = SESSION.get_service_model("ram").shape_for("ResourceShareAssociationStatus").enum


@pytest.mark.parametrize("status", [each for each in STATUSES if each != "DISASSOCIATED"])
@pytest.mark.parametrize(
    "principal",
    [{"associatedEntity": "999999999999"}, {"associatedEntity": UNIT}, {"associatedEntity": ORGANIZATION + "x"}],
)
def test_a_share_that_reaches_anybody_else_is_refused(aws: Aws, script: Script, principal: Any, status: str) -> None:
    _reaches(aws, {**principal, "status": status})
    with pytest.raises(ValueError, match="which the configuration does not name"):
        script("inspect_targets").handler(SHARING, {})


def test_an_external_receiver_is_refused_though_it_is_named(aws: Aws, script: Script) -> None:
    _reaches(aws, {"associatedEntity": "333333333333", "status": "ASSOCIATED", "external": True})
    with pytest.raises(ValueError, match="does not name"):
        script("inspect_targets").handler(SHARING, {})


def test_a_foreigner_on_a_later_page_is_refused(aws: Aws, script: Script) -> None:
    foreigner = {"associatedEntity": "999999999999", "status": "ASSOCIATED"}
    aws.answers["ram", "GetResourceShareAssociations"] = lambda _, asked: (
        {"resourceShareAssociations": [foreigner]}
        if "nextToken" in asked
        else {"resourceShareAssociations": [], "nextToken": "more"}
    )
    with pytest.raises(ValueError, match="reaches 999999999999"):
        script("inspect_targets").handler(SHARING, {})


@pytest.mark.parametrize(
    "share",
    [
        {"allowExternalPrincipals": True, "status": "ACTIVE"},
        {"allowExternalPrincipals": None, "status": "ACTIVE"},
        *(
            {"allowExternalPrincipals": False, "status": status}
            for status in SESSION.get_service_model("ram").shape_for("ResourceShareStatus").enum
            if status != "ACTIVE"
        ),
    ],
)
def test_an_open_or_inactive_share_is_refused(aws: Aws, script: Script, share: Any) -> None:
    aws.answers["ram", "GetResourceShares"] = {"resourceShares": [share]}
    with pytest.raises(ValueError, match="closed to external principals"):
        script("inspect_targets").handler(SHARING, {})


def test_a_share_that_is_not_there_is_refused(aws: Aws, script: Script) -> None:
    aws.answers["ram", "GetResourceShares"] = {"resourceShares": []}
    with pytest.raises(ValueError, match="unpack"):
        script("inspect_targets").handler(SHARING, {})
