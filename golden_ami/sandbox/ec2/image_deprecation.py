"""When an AMI is deprecated, from which time on others do not find it without its id.

Source: EnableImageDeprecation, DisableImageDeprecation (EC2 API Reference): rounded to the minute, not in the past, at
most ten years ahead, for public AMIs at most two years after creation. The limits' words are not documented. That AWS
deprecates public AMIs by itself is not modelled.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from moto.core.responses import ActionResult
from moto.ec2.models.amis import Ami
from moto.ec2.responses import EC2Response

from golden_ami.sandbox.clock import iso, now
from golden_ami.sandbox.ec2.images import is_public
from golden_ami.sandbox.ec2.requests import Ec2Refusal, add_operations, checked_parameters, owned_image

_YEARS_AHEAD: Final = 10
_YEARS_PUBLIC: Final = 2
_HALF_A_MINUTE: Final = timedelta(seconds=30)


def install() -> None:
    """Give moto's EC2 the two operations, and its AMIs the time that DescribeImages shows."""
    Ami.deprecation_time = None  # type: ignore[attr-defined]
    add_operations(enable_image_deprecation, disable_image_deprecation)


def enable_image_deprecation(response: EC2Response) -> ActionResult:
    """Answer EnableImageDeprecation; the last time given counts."""
    image = owned_image(response)
    at = _to_the_minute(checked_parameters(response)["DeprecateAt"])
    latest = _years_after(now(), _YEARS_AHEAD)
    if is_public(image):
        latest = _years_after(image.creation_date.replace(tzinfo=UTC), _YEARS_PUBLIC)
    if not now() - _HALF_A_MINUTE <= at <= latest:
        raise Ec2Refusal(
            "InvalidParameterValue",
            f"Value ({iso(at)}) for parameter DeprecateAt is invalid. It must be in the future and not after "
            f"{iso(latest)}.",
        )
    response.error_on_dryrun()
    image.deprecation_time = iso(at)  # type: ignore[attr-defined]
    return ActionResult({"Return": True})


def disable_image_deprecation(response: EC2Response) -> ActionResult:
    """Answer DisableImageDeprecation; an AMI without a time keeps none."""
    image = owned_image(response)
    response.error_on_dryrun()
    image.deprecation_time = None  # type: ignore[attr-defined]
    return ActionResult({"Return": True})


def is_deprecated(image: Ami) -> bool:
    """Tell whether the time has come."""
    time: str | None = image.deprecation_time  # type: ignore[attr-defined]
    return time is not None and time <= iso(now())


def _to_the_minute(moment: datetime) -> datetime:
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return (moment + _HALF_A_MINUTE).replace(second=0, microsecond=0)


def _years_after(moment: datetime, years: int) -> datetime:
    """Count calendar years; a leap day becomes the first of March."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1)
