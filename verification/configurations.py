"""The configurations that are proved: what decides which steps a document has, and with what they are filled."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from golden_ami.config import Config, ImageFactory, resolve
from verification.combinations import pairwise

ACCOUNT: Final = "222222222222"
HOME: Final = "eu-west-1"
COPY: Final = "eu-north-1"
ORGANIZATION: Final = "o-sandbox00001"
EXPIRES_AFTER_DAYS: Final = 9
OLDEST_SCAN_DAYS: Final = 7
WAIVED: Final = "CVE-2026-0002"
WAIVED_FOR_NOW: Final = "CVE-2026-0004"
WAIVED_UNTIL: Final = datetime.now(UTC).date() + timedelta(days=60)
RETIRABLE: Final = 3
"""Images approved before one is taken back: one is the current one, one the one before, and one neither."""

_FACTORS: Final = ("share", "launch", "scanning", "both", "copies", "parameter")
_LETTERS: Final = {
    "share": "share",
    "launch": "ami",
    "scanning": "scan",
    "both": "two",
    "copies": "copy",
    "parameter": "ssm",
    "asks": "ask",
    "disables": "off",
}


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """One way to configure an image.

    Attributes
    ----------
    share, launch, scanning : bool
        Whether there is a resource share, there are receivers of launch permissions, and there is a scan.
    both : bool
        Whether both approvers must approve, instead of one of them.
    copies : bool
        Whether there is a second Region.
    parameter : bool
        Whether the resource share gets the parameter, too.
    asks, disables : bool
        Whether a revocation asks people first, and disables the AMIs.
    """

    share: bool
    launch: bool
    scanning: bool
    both: bool
    copies: bool
    parameter: bool
    asks: bool = False
    disables: bool = False

    @property
    def name(self) -> str:
        """What it has, in words with dashes; an image's name has room for no more."""
        has = [word for factor, word in _LETTERS.items() if getattr(self, factor)]
        every = len(_FACTORS)
        return "-".join(has if has[:every] != list(_LETTERS.values())[:every] else ["rich", *has[every:]]) or "bare"

    @property
    def regions(self) -> tuple[str, ...]:
        """Home Region first."""
        return (HOME, COPY) if self.copies else (HOME,)

    @property
    def required(self) -> int:
        """Approvals needed."""
        return 2 if self.both else 1

    def factory(self, *, history: int) -> ImageFactory:
        """Resolve it as the product does.

        Parameters
        ----------
        history : int
            How many images are approved already when a scenario begins; it is only part of the names.
        """
        (found,) = resolve(Config.model_validate(self.written(history=history)), self.deployment)
        return found

    @property
    def deployment(self) -> str:
        """Deployment that it is part of."""
        return "two" if self.copies else "one"

    def written(self, *, history: int) -> dict[str, Any]:
        """Write it down as a user does; parameters as for :meth:`factory`."""
        image, deployment = f"{self.name}-{history}", self.deployment
        key = f"arn:aws:kms:{COPY}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
        sharing: dict[str, Any] = {"share_parameter": self.parameter}
        # An account alone, too: what admits the unit that it is in may say nothing of it.
        launch = [*(["workloads"] if self.share else []), "444444444444"]
        sharing |= {"launch": launch} if self.launch else {}
        sharing |= {"image_builder": ["workloads"]} if self.share else {}
        described: dict[str, Any] = {
            "description": "An image",
            "version": "1.0",
            "parent": "ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
            "components": [{"aws": "update-linux"}],
        }
        if not self.scanning:
            described["scanning"] = {"disabled_because": "It only runs here"}
        return {
            "organization": {
                "id": ORGANIZATION,
                "management_account": "111111111111",
                "units": {"workloads": "ou-sbox-workloads1"},
            },
            "images": {image: described},
            "waivers": [
                {"id": WAIVED, "reason": "It cannot be reached", "owner": "security", "expires": date(2099, 12, 31)},
                {"id": WAIVED_FOR_NOW, "reason": "It is being mended", "owner": "web@team", "expires": WAIVED_UNTIL},
            ],
            "deployments": {
                deployment: {
                    "account": ACCOUNT,
                    "region": HOME,
                    "copies": {COPY: {"key": key}} if self.copies else {},
                    "approval": {
                        "approvers": ["role/GoldenAmiApprover", "role/people/GoldenAmiReviewer"],
                        "required": self.required,
                        "expires_after_days": EXPIRES_AFTER_DAYS,
                    },
                    "findings": {"critical": 0, "high": 1, "max_scan_age_days": OLDEST_SCAN_DAYS},
                    "sharing": sharing,
                    "revocation": {"approval": self.asks, "disable": self.disables},
                    "images": {image: None},
                }
            },
        }


def _sensible(row: dict[str, bool]) -> bool:
    """Who builds upon an image must be able to launch it, and a parameter is shared through a resource share only."""
    return (row["share"] or not row["parameter"]) and (row["launch"] or not row["share"])


RICH: Final = Configuration(**dict.fromkeys(_FACTORS, True))
BARE: Final = Configuration(**dict.fromkeys(_FACTORS, False))
CAREFUL: Final = Configuration(**dict.fromkeys(_LETTERS, True))
"""As rich as can be, and revocations ask first, and disable."""


def configurations() -> tuple[Configuration, ...]:
    """Choose configurations with every pair of features on and off, and both ends of the scale."""
    rows = pairwise(dict.fromkeys(_FACTORS, (True, False)), allowed=_sensible)
    return tuple(dict.fromkeys([RICH, BARE, *(Configuration(**row) for row in rows)]))


def taking_back() -> tuple[Configuration, ...]:
    """Choose configurations in which images are revoked and rolled back: every pair of features, and both ends."""
    rows = pairwise(dict.fromkeys(_LETTERS, (True, False)), allowed=_sensible)
    return tuple(dict.fromkeys([RICH, BARE, CAREFUL, *(Configuration(**row) for row in rows)]))
