"""How a program reaches the sandbox and nothing else: environment variables for programs, clients for Python.

The stacks contain nothing for the sandbox: these variables are the only difference to AWS. A user's own ``AWS_*``
variables and configuration files are kept out, because one forgotten profile could send a test to a real account.
"""

import os
from collections.abc import Mapping
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT, access_key_of
from golden_ami.sandbox.session import Session

DEFAULT_REGION: Final = "eu-west-1"
SECRET: Final = "sandbox"  # noqa: S105 - every secret is accepted, this one is no secret
_NO_PROXY: Final = ("NO_PROXY", "no_proxy")
_ONE_ATTEMPT: Final = Config(retries={"total_max_attempts": 1}, proxies={})
_LOADER: Final = Loader()
"""Shared by all sessions: reading botocore's models is most of what a client costs."""


class Endpoint:
    """A running sandbox, in this process or in another one.

    Parameters
    ----------
    url : str
        Where it listens, such as ``http://127.0.0.1:4566``.
    region : str
        Region of requests that name none.
    """

    def __init__(self, url: str, *, region: str = DEFAULT_REGION) -> None:
        self.url = url
        self.region = region
        self._sessions: dict[tuple[str, str], boto3.Session] = {}

    def environment(self, *, account: str = FACTORY_ACCOUNT) -> dict[str, str]:
        """Return the variables that send Terraform, boto3 and the AWS CLI to the sandbox.

        Parameters
        ----------
        account : str
            Whose credentials to set, twelve digits.

        Returns
        -------
        dict[str, str]
            To be added to an environment without other ``AWS_`` variables (:meth:`isolated_environment`).
        """
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": access_key_of(account),
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def isolated_environment(self, base: Mapping[str, str], *, account: str = FACTORY_ACCOUNT) -> dict[str, str]:
        """Return an environment from which only the sandbox can be reached as AWS.

        Parameters
        ----------
        base : Mapping[str, str]
            The user's environment: every ``AWS_`` variable of it is left out, and proxies leave the sandbox alone.
        account : str
            Whose credentials to set, twelve digits.
        """
        kept = {name: value for name, value in base.items() if not name.startswith("AWS_")}
        for name in _NO_PROXY:
            kept[name] = ",".join(filter(None, [kept.get(name, ""), "127.0.0.1", "localhost"]))
        return kept | self.environment(account=account)

    def client(self, service: str, *, account: str = FACTORY_ACCOUNT, region: str | None = None) -> Any:
        """Return a boto3 client that ignores the user's environment, profile and configuration files.

        Parameters
        ----------
        service : str
            As boto3 names it, such as ``imagebuilder``.
        account : str
            Whose credentials to use, twelve digits.
        region : str | None
            Region, by default the endpoint's.
        """
        wanted = (account, region or self.region)
        if wanted not in self._sessions:
            self._sessions[wanted] = self.session(access_key_of(account), SECRET, region=region)
        session: Any = self._sessions[wanted]
        return session.client(service, endpoint_url=self.url, config=_ONE_ATTEMPT)

    def session(
        self, access_key_id: str, secret: str, token: str | None = None, *, region: str | None = None
    ) -> boto3.Session:
        """Return a boto3 session with given credentials, for example those of a role that was assumed."""
        bare = botocore.session.Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": (None, None, os.devnull, None),
                "credentials_file": (None, None, os.devnull, None),
            }
        )
        bare.register_component("data_loader", _LOADER)
        return Session(
            aws_access_key_id=access_key_id,
            aws_secret_access_key=secret,
            aws_session_token=token,
            region_name=region or self.region,
            botocore_session=bare,
        )
