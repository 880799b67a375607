"""A way to AWS: who calls, from where, with the standard retries; boto3 is imported with the first call."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

from golden_ami.errors import InputError
from golden_ami.operate.faults import remember

ATTEMPTS = 6
"""Of a call that is throttled or meets a passing fault, with botocore's standard backoff."""


@dataclass(frozen=True)
class Caller:
    """Who calls.

    Attributes
    ----------
    account : str
        Twelve digits.
    arn : str
        As STS gives it: of a user, a role's session, or the account.
    """

    account: str
    arn: str

    @property
    def person(self) -> str:
        """The person behind the principal, by which approvals are counted: the name of a user or of a session."""
        return self.arn.rpartition("/")[2]


class Connection:
    """Clients of one identity.

    Parameters
    ----------
    profile : str or None
        Profile of the AWS configuration; boto3's own search without it.
    region : str or None
        Region of calls that name none; boto3's own search without it.
    endpoint_url : str or None
        Where every service is; AWS itself, or ``AWS_ENDPOINT_URL``, without it.
    """

    def __init__(
        self, *, profile: str | None = None, region: str | None = None, endpoint_url: str | None = None
    ) -> None:
        self._profile = profile
        self._region = region
        self._endpoint_url = endpoint_url
        self._clients: dict[tuple[str, str | None], Any] = {}
        self._ahead = timedelta()

    @property
    def now(self) -> datetime:
        """The time as AWS said it with its last answer: what is left of an approval is counted by AWS's clock."""
        return datetime.now(UTC) + self._ahead

    def client(self, service: str, *, region: str | None = None) -> Any:
        """Return the client of a service, by default in the connection's Region."""
        region = region or self.region
        if (service, region) not in self._clients:
            from botocore.config import Config  # noqa: PLC0415 - --help needs no AWS

            config = Config(
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                connect_timeout=10,
                read_timeout=60,
                user_agent_extra="golden-ami",
            )
            try:
                client = self._session.client(
                    service, region_name=region, endpoint_url=self._endpoint_url, config=config
                )
            except ValueError as error:
                # botocore says so of an endpoint that is no URL, also of one in AWS_ENDPOINT_URL.
                raise InputError(str(error), remedy="write a URL like http://127.0.0.1:4566") from error
            client.meta.events.register("after-call", self._look_at_the_clock)
            client.meta.events.register("after-call", remember)
            self._clients[service, region] = client
        return self._clients[service, region]

    def pages(self, service: str, operation: str, items: str, *, region: str | None = None, **given: Any) -> list[Any]:
        """Collect the items of every page of an operation, which is named as botocore names it."""
        client = self.client(service, region=region)
        if client.can_paginate(operation):
            found = client.get_paginator(operation).paginate(**given)
            return [item for page in found for item in page.get(items, [])]
        page = getattr(client, operation)(**given)
        collected = list(page.get(items, []))
        while token := page.get("nextToken") or page.get("NextToken"):
            name = "nextToken" if "nextToken" in page else "NextToken"
            page = getattr(client, operation)(**given, **{name: token})
            collected += page.get(items, [])
        return collected

    @property
    def region(self) -> str | None:
        """The connection's Region, if there is one."""
        return self._region or self._session.region_name

    def at(self, region: str) -> "Connection":
        """Return the same identity in another Region."""
        if region == self._region:
            return self
        return Connection(profile=self._profile, region=region, endpoint_url=self._endpoint_url)

    @cached_property
    def caller(self) -> Caller:
        """Ask STS who calls; anybody may ask that."""
        found = self.client("sts").get_caller_identity()
        return Caller(account=found["Account"], arn=found["Arn"])

    def _look_at_the_clock(self, *, http_response: Any, **_: Any) -> None:
        try:
            said = parsedate_to_datetime(http_response.headers["Date"])
        except (KeyError, TypeError, ValueError):
            return
        # Without an offset it is UTC (RFC 5322, -0000).
        self._ahead = (said if said.tzinfo else said.replace(tzinfo=UTC)) - datetime.now(UTC)

    @cached_property
    def _session(self) -> Any:
        import boto3  # noqa: PLC0415 - --help needs no AWS

        return boto3.Session(profile_name=self._profile, region_name=self._region)
