"""What Inspector has found on instances."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from moto.core.exceptions import ServiceException
from moto.ec2.models import ec2_backends
from moto.inspector2.models import inspector2_backends

from golden_ami.sandbox import neighbours
from golden_ami.sandbox.imagebuilder.images import images_of
from golden_ami.sandbox.imagebuilder.models import imagebuilder_backends
from golden_ami.sandbox.imagebuilder.scenario import Vulnerability
from golden_ami.sandbox.paging import page

PAGE: Final = 100
_RUNNING: Final = 16
_SINCE: Final = "found_since"
_SEVERITIES: Final = ("critical", "high", "medium", "low", "informational", "untriaged")


class AccessDeniedException(ServiceException):
    """When the account has not activated Inspector."""

    code = "AccessDeniedException"


class InvalidTokenException(ServiceException):
    """When a page is asked for with a token that was never given."""

    code = "ValidationException"


@dataclass(frozen=True)
class Asked:
    """Who asks, and where."""

    account: str
    region: str


def become_known(ami: str, found: Iterable[Vulnerability], *, account: str, region: str) -> None:
    """Let Inspector find more on the instances of an AMI than the scan of its image did."""
    _since(Asked(account=account, region=region)).setdefault(ami, []).extend(found)


def list_aggregations(asked: Asked, parameters: dict[str, Any]) -> dict[str, Any]:
    """Answer ListFindingAggregations: one count for each AMI on whose running instances something was found."""
    request = parameters.get("aggregationRequest", {}).get("amiAggregation", {})
    if parameters["aggregationType"] != "AMI" or set(request) - {"amis"} or "accountIds" in parameters:
        raise NotImplementedError("Findings are counted by AMI only, of the account itself.")
    if not neighbours.inspector_scans_ec2(asked.account, asked.region):
        raise AccessDeniedException("Invoking account does not have access to list finding aggregations.")
    counts = [
        {"amiAggregation": counted} for counted in _counted(asked) if _wanted(counted["ami"], request.get("amis"))
    ]
    shown, token = page(counts, parameters, size=PAGE, refusal=InvalidTokenException)
    return {"aggregationType": "AMI", "responses": shown} | token


def _wanted(ami: str, conditions: Any) -> bool:
    if not conditions:
        return True
    tests: dict[str, Callable[[str], bool]] = {
        "EQUALS": lambda value: ami == value,
        "PREFIX": ami.startswith,
        "NOT_EQUALS": lambda value: ami != value,
    }
    return any(tests[condition["comparison"]](condition["value"]) for condition in conditions)


def _counted(asked: Asked) -> Iterable[dict[str, Any]]:
    instances: dict[str, int] = {}
    for instance in ec2_backends[asked.account][asked.region].all_instances():
        if instance.state_code == _RUNNING:
            instances[instance.image_id] = instances.get(instance.image_id, 0) + 1
    for ami, number in sorted(instances.items()):
        severities = [*_scanned(asked, ami), *(each.severity for each in _since(asked).get(ami, []))]
        if not severities:
            continue
        by_severity = {name: severities.count(name.upper()) * number for name in _SEVERITIES}
        yield {
            "ami": ami,
            "accountId": asked.account,
            "severityCounts": {"all": len(severities) * number} | by_severity,
            "affectedInstances": number,
        }


def _scanned(asked: Asked, ami: str) -> Iterable[str]:
    for backend in imagebuilder_backends[asked.account].values():
        for image in images_of(backend):
            if any(each["image"] == ami for each in image.amis):
                yield from (finding["severity"] for finding in image.findings)


def _since(asked: Asked) -> dict[str, list[Vulnerability]]:
    known: dict[str, list[Vulnerability]] = inspector2_backends[asked.account][asked.region].__dict__.setdefault(
        _SINCE, {}
    )
    return known
