"""Launch permissions, parameters and shares that change, for laws about what scripts leave behind."""

import copy
import json
from typing import Any

from tests.runbooks.conftest import NAMES, ORGANIZATION, SHARE, UNIT
from tests.runbooks.scripts.bucket import DIGEST
from tests.runbooks.scripts.conftest import AMIS, EXECUTION, HOME, IMAGE, OLDER, Aws, built, error, load

AMI_PARAMETER = NAMES.parameter + "/ami"
RECORD = NAMES.parameter + "/approved"
OLD_AMIS = {region: ami[:-1] + "9" for region, ami in AMIS.items()}
GONE = "DISASSOCIATED"
BUILT = "Web server, built 2026-03-01"
TODAY = "2026-03-02"


class World(Aws):
    """EC2, Parameter Store and RAM, as far as sharing needs them."""

    def __init__(self) -> None:
        super().__init__()
        self.permissions: dict[tuple[str, str], list[dict[str, str]]] = {each: [] for each in AMIS.items()}
        self.descriptions: dict[tuple[str, str], str] = dict.fromkeys(AMIS.items(), BUILT)
        self.parameters: dict[tuple[str, str], dict[str, Any]] = {}
        self.associations: dict[str, str] = {}
        self.states: dict[tuple[str, str], str] = dict.fromkeys([*AMIS.items(), *OLD_AMIS.items()], "available")
        self.image_tags: dict[str, dict[str, str]] = {}
        self.ami_tags: dict[tuple[str, str], dict[str, str]] = {
            each: {"Ec2ImageBuilderArn": image}
            for image, amis in ((IMAGE, AMIS), (OLDER, OLD_AMIS))
            for each in amis.items()
        }
        self.deprecated: dict[tuple[str, str], str] = {}
        self.answers = {
            ("ec2", "ModifyImageAttribute"): self._modify,
            ("ec2", "DescribeImageAttribute"): self._attribute,
            ("ssm", "GetParameter"): self._get,
            ("ssm", "PutParameter"): self._put,
            ("ssm", "DeleteParameter"): self._delete,
            ("ram", "AssociateResourceShare"): lambda _, asked: self._associate(asked, "ASSOCIATED"),
            ("ram", "DisassociateResourceShare"): lambda _, asked: self._associate(asked, GONE),
            ("ram", "GetResourceShareAssociations"): self._associated,
            ("imagebuilder", "GetImage"): self._image,
            ("imagebuilder", "TagResource"): self._tag_image,
            ("ec2", "DescribeImages"): self._images,
            ("ec2", "CreateTags"): self._tag,
            ("ec2", "EnableImageDeprecation"): self._deprecate,
            ("ec2", "DisableImageDeprecation"): lambda region, asked: self._lift(region, asked["ImageId"]),
            ("ec2", "EnableImage"): lambda region, asked: self._become(region, asked["ImageId"], "available"),
            ("ec2", "DisableImage"): lambda region, asked: self._become(region, asked["ImageId"], "disabled"),
        }

    def approved_before(self, amis: dict[str, str] = OLD_AMIS) -> None:
        """Begin with an older image that was approved."""
        record = {
            "image": OLDER,
            "created": "2026-02-01T00:00:00Z",
            "amis": amis,
            "execution": "before",
            "evidence": "0" * 64,
        }
        self.parameters[HOME, RECORD] = {"Value": json.dumps(record), "DataType": "text", "Tier": "Standard"}
        for region, ami in amis.items():
            found = {"Value": ami, "DataType": "aws:ec2:image", "Tier": "Standard"}
            self.parameters[region, AMI_PARAMETER] = found

    def record(self) -> dict[str, Any]:
        """Read what is approved."""
        return dict(json.loads(self.parameters.get((HOME, RECORD), {"Value": "{}"})["Value"]))

    def visible(self) -> dict[str, Any]:
        """Say all that anybody else gets or finds."""
        return copy.deepcopy(
            {
                "permissions": self.permissions,
                "published": {
                    region: found["Value"] for (region, name), found in self.parameters.items() if name == AMI_PARAMETER
                },
                "approved": self.record().get("image"),
                "image is shared": self.associations.get(IMAGE, GONE) != GONE,
            }
        )

    def share(self) -> None:
        """Run the steps of the runbook between the approval and the end."""
        self.call("ram", "AssociateResourceShare", resourceShareArn=SHARE, resourceArns=[IMAGE])
        principals = {"principals": [ORGANIZATION, UNIT, "333333333333"], "organization": "o-a1b2c3d4e5"}
        load("share_ami", self).handler({"amis": AMIS, "today": TODAY, "digest": DIGEST, **principals}, {})
        load("publish_ami", self).handler(PUBLISH, {})

    def _image(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        arn = asked["imageBuildVersionArn"]
        image = built(OLD_AMIS if arn == OLDER else AMIS)["image"]
        return {"image": image | {"arn": arn, "tags": self.image_tags.get(arn, {})}}

    def _tag_image(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        self.image_tags.setdefault(asked["resourceArn"], {}).update(asked["tags"])
        return {}

    def _images(self, region: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Describe AMIs by their id or by a tag; one that is gone has no state."""
        (wanted,) = asked["Filters"]
        found = []
        for (there, ami), state in self.states.items():
            tags = self.ami_tags.get((there, ami), {})
            value = ami if wanted["Name"] == "image-id" else tags.get(wanted["Name"].removeprefix("tag:"))
            if there == region and value in wanted["Values"] and (state == "available" or asked["IncludeDisabled"]):
                time = self.deprecated.get((there, ami))
                found.append({"ImageId": ami, "State": state} | ({"DeprecationTime": time} if time else {}))
        return {"Images": found}

    def _tag(self, region: str, asked: dict[str, Any]) -> dict[str, Any]:
        for ami in asked["Resources"]:
            self.ami_tags.setdefault((region, ami), {}).update({tag["Key"]: tag["Value"] for tag in asked["Tags"]})
        return {}

    def _deprecate(self, region: str, asked: dict[str, Any]) -> dict[str, Any]:
        self.deprecated[region, asked["ImageId"]] = asked["DeprecateAt"]
        return {}

    def _lift(self, region: str, ami: str) -> dict[str, Any]:
        self.deprecated.pop((region, ami), None)
        return {}

    def _become(self, region: str, ami: str, state: str) -> dict[str, Any]:
        self.states[region, ami] = state
        if state == "disabled":
            self.permissions[region, ami] = []
        return {}

    def _attribute(self, region: str, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["Attribute"] == "description":
            return {"Description": {"Value": self.descriptions[region, asked["ImageId"]]}}
        return {"LaunchPermissions": list(self.permissions[region, asked["ImageId"]])}

    def _modify(self, region: str, asked: dict[str, Any]) -> dict[str, Any]:
        if "Description" in asked:
            self.descriptions[region, asked["ImageId"]] = asked["Description"]["Value"]
            return {}
        held = self.permissions[region, asked["ImageId"]]
        held += [each for each in asked["LaunchPermission"].get("Add", []) if each not in held]
        for each in asked["LaunchPermission"].get("Remove", []):
            held.remove(each)
        return {}

    def _get(self, region: str, asked: dict[str, Any]) -> dict[str, Any]:
        if (region, asked["Name"]) not in self.parameters:
            raise error("ParameterNotFound")
        arn = f"arn:aws:ssm:{region}:222222222222:parameter{asked['Name']}"
        return {"Parameter": {"Value": self.parameters[region, asked["Name"]]["Value"], "ARN": arn}}

    def _put(self, region: str, asked: dict[str, Any]) -> dict[str, Any]:
        known = self.parameters.get((region, asked["Name"]))
        if known and not asked.get("Overwrite"):
            raise error("ParameterAlreadyExists")
        if known and known["DataType"] != asked["DataType"]:
            raise error("ValidationException", "The data type can't be changed.")
        if known and known["Tier"] == "Advanced" and asked.get("Tier") == "Standard":
            raise error("ValidationException", "You can't downgrade a parameter.")
        if asked.get("Overwrite") and "Tags" in asked:
            raise error("ValidationException", "Tags and overwrite can't be used together.")
        self.parameters[region, asked["Name"]] = (known or {}) | asked
        return {}

    def _delete(self, region: str, asked: dict[str, Any]) -> dict[str, Any]:
        del self.parameters[region, asked["Name"]]
        return {}

    def _associate(self, asked: dict[str, Any], status: str) -> dict[str, Any]:
        self.associations |= dict.fromkeys(asked["resourceArns"], status)
        return {}

    def _associated(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        if "nextToken" not in asked:  # RAM may give pages without anything
            return {"resourceShareAssociations": [], "nextToken": "more"}
        status = self.associations.get(asked["resourceArn"])
        return {"resourceShareAssociations": [{"status": status}] if status else []}


PUBLISH = {
    "image": IMAGE,
    "amis": AMIS,
    "parameter": NAMES.parameter,
    "execution": EXECUTION,
    "digest": DIGEST,
    "home": HOME,
    "tags": {"owner": "golden-ami-automation"},
}
