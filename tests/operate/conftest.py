"""A factory on a local AWS, a configuration file that describes it, and people with roles who use the command line."""

import io
import itertools
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from ruamel.yaml import YAML

from golden_ami.cli import main
from golden_ami.config import ImageFactory
from golden_ami.operate.connection import Connection
from golden_ami.permissions import (
    Statement,
    reader_statements,
    retirer_statements,
    revoker_statements,
    to_policy,
)
from golden_ami.sandbox import automation
from golden_ami.sandbox.access import Principal
from golden_ami.sandbox.access.requirements import Request, needs
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, next_build
from golden_ami.sandbox.server import LocalAws
from verification.configurations import ACCOUNT, COPY, HOME, RICH
from verification.factory import Factory
from verification.ground import Ground

_NUMBERS = itertools.count()
_LOADER = Loader()
READER = ("GoldenAmiReader", "rita")
RETIRER = ("GoldenAmiRetirer", "rob")
REVOKER = ("GoldenAmiRevoker", "vera")
APPROVERS = (("GoldenAmiApprover", "ann"), ("GoldenAmiReviewer", "bob"))


class Terminal(io.StringIO):
    """Somebody at a keyboard, or before a screen."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@dataclass
class Floor:
    """A deployed factory, and people at its command line."""

    local: LocalAws
    factory: Factory
    config: Path
    people: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    @property
    def image(self) -> ImageFactory:
        return self.factory.image

    @property
    def name(self) -> str:
        return self.image.names.image

    def client(self, service: str, **options: Any) -> Any:
        return self.local.client(service, **options)

    def environment(self, role: str = "", name: str = "") -> dict[str, str]:
        """Return the variables of somebody who has taken a role, or of the account itself."""
        base = self.local.environment()
        if not role:
            return base
        if (role, name) not in self.people:
            arn = self.client("iam").get_role(RoleName=role)["Role"]["Arn"]
            taken = self.client("sts").assume_role(RoleArn=arn, RoleSessionName=name)["Credentials"]
            self.people[role, name] = {
                "AWS_ACCESS_KEY_ID": taken["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": taken["SecretAccessKey"],
                "AWS_SESSION_TOKEN": taken["SessionToken"],
            }
        return base | self.people[role, name]

    def run(self, *arguments: str, who: tuple[str, str] = ("", ""), terminal: bool = False, **variables: str) -> Said:
        """Run ``golden-ami`` in this process, as somebody, and let what it caused come to rest."""
        environment = self.environment(*who) | {"GOLDEN_AMI_CONFIG": str(self.config)} | variables
        said = run(arguments, environment, terminal=terminal)
        automation.settle()
        return said

    def read(self, *arguments: str, who: tuple[str, str] = READER, terminal: bool = False, **variables: str) -> Said:
        """Run ``golden-ami`` as somebody whose every call is judged by the policies of the role."""
        with judged(self.local):
            return self.run(*arguments, who=who, terminal=terminal, **variables)

    def let(self, role: str, name: str, statements: Iterable[Statement]) -> None:
        """Give a role a policy."""
        policy = json.dumps(to_policy(statements))
        self.client("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=policy)

    def start(self, build: BuildScenario | None = None) -> str:
        """Let somebody start the approval runbook, and return its id when it waits for people or has ended."""
        next_build(build or BuildScenario(minutes=1))
        said = self.run("start", self.name, "--quiet", who=("GoldenAmiStarter", "sam"))
        assert said.code == 0, said.err
        return said.out.strip()

    def signal(self, execution: str, kind: str, *people: tuple[str, str]) -> None:
        """Let people decide without the command line."""
        for role, name in people:
            keys = self.environment(role, name)
            given = (keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], keys["AWS_SESSION_TOKEN"])
            ssm = self.local.session(*given).client("ssm", endpoint_url=self.local.url)
            ssm.send_automation_signal(
                AutomationExecutionId=execution, SignalType=kind, Payload={"Comment": ["looked at it"]}
            )
        automation.settle()

    def approved(self, build: BuildScenario | None = None) -> str:
        """Let an image be approved, and return the execution's id."""
        execution = self.start(build)
        self.signal(execution, "Approve", *APPROVERS)
        return execution


JUDGED = {("s3", "GetObject"), ("s3", "ListObjectsV2"), ("ssm", "GetParameter"), ("ssm", "ListTagsForResource")}
"""Requests that moto answers whoever asks; the sandbox itself judges the others."""


def judging(client_of: Any) -> Any:
    """Let boto3's clients refuse what the caller's policies do not allow, as AWS would."""

    def client(self: Any, service: str, **options: Any) -> Any:
        made = client_of(self, service, **options)

        def ask(params: Mapping[str, Any], model: Any, **_: Any) -> None:
            if (service, model.name) not in JUDGED:
                return
            keys = self.get_credentials()
            caller = Principal.of_key(keys.access_key, ACCOUNT, made.meta.region_name)
            request = Request(
                service=service,
                operation=model.name,
                parameters=params,
                account=ACCOUNT,
                region=made.meta.region_name,
                tags={},
            )
            for refusal in filter(None, map(caller.refusal, needs(request))):
                code = "AccessDenied" if service == "s3" else "AccessDeniedException"
                raise ClientError({"Error": {"Code": code, "Message": refusal}}, model.name)

        made.meta.events.register("provide-client-params.*.*", ask)
        return made

    return client


@contextmanager
def judged(local: LocalAws) -> Iterator[None]:
    """Let nothing pass that the caller's role does not allow: moto's own services would not ask."""
    known = Connection.client

    def client(connection: Connection, service: str, *, region: str | None = None) -> Any:
        made = known(connection, service, region=region)
        if not hasattr(made, "is_judged"):
            made.is_judged = True
            made.meta.events.register("provide-client-params.*.*", partial(_judge, connection, service, made))
        return made

    with patch.object(Connection, "client", client):
        yield


def _judge(connection: Connection, service: str, client: Any, *, params: Any, model: Any, **_: Any) -> None:
    key, region = connection._session.get_credentials().access_key, client.meta.region_name
    principal = Principal.of_key(key, ACCOUNT, HOME)
    tags: dict[str, str] = {}
    if "AutomationExecutionId" in params:
        tags = automation.automation_backends[ACCOUNT][region].tags(params["AutomationExecutionId"])
    request = Request(
        service=service, operation=model.name, parameters=params, account=ACCOUNT, region=region, tags=tags
    )
    for need in needs(request):
        refusal = principal.refusal(need)
        if refusal:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": refusal}}, model.name)


def run(arguments: tuple[str, ...], environment: Mapping[str, str], *, terminal: bool = False) -> Said:
    """Run ``golden-ami`` in this process with exactly these ``AWS_`` variables, on a terminal or in a pipe."""
    ours = ("AWS_", "GOLDEN_AMI_", "NO_COLOR", "FORCE_COLOR", "COLUMNS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    kept |= {"TERM": "xterm-256color"}
    kind = Terminal if terminal else io.StringIO
    out, err = kind(), kind()
    code = 0
    with (
        patch.dict(os.environ, kept | dict(environment) | {"NO_PROXY": "127.0.0.1"}, clear=True),
        patch("sys.argv", ["golden-ami", *arguments]),
        patch.object(boto3.Session, "client", judging(boto3.Session.client)),
        # Each command has a session of its own, and each would read botocore's models again.
        patch.object(botocore.session, "create_loader", lambda _: _LOADER),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="package")
def ground() -> Iterator[tuple[LocalAws, Ground]]:
    """A local AWS with an organization, people and topics, for all tests of this folder."""
    with LocalAws() as local:
        local.clock.instant = True
        made = Ground(local)
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        for role in (READER[0], RETIRER[0]):
            local.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=document)
        yield local, made


@pytest.fixture
def floor(ground: tuple[LocalAws, Ground], tmp_path: Path) -> Floor:
    """An image of its own, with every feature, on which nothing has happened yet."""
    local, made = ground
    number = next(_NUMBERS)
    factory = made.build(RICH, history=number)
    written = RICH.written(history=number)
    written["deployments"]["two"]["copies"][COPY]["key"] = factory.keys[COPY]
    config = tmp_path / "factory.yaml"
    with config.open("w") as file:
        YAML(typ="safe", pure=True).dump(written, file)
    floor = Floor(local=local, factory=factory, config=config)
    names = floor.image.names
    reading = reader_statements(
        names.scope,
        [floor.image],
        topic_arn=names.scope.topic_arn,
        keys=factory.keys,
        evidence_bucket=floor.image.evidence_bucket,
    )
    for role in (READER[0], RETIRER[0], REVOKER[0]):
        floor.let(role, "reader", reading)
    floor.let(RETIRER[0], "retirer", retirer_statements(names))
    floor.let(REVOKER[0], "revoker", revoker_statements(names))
    return floor
