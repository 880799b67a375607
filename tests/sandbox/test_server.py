"""It listens on loopback only, starts empty, keeps the user's AWS settings out, and says why it cannot start."""

import importlib.metadata
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from urllib.error import HTTPError

import pytest

from golden_ami.errors import SandboxError
from golden_ami.sandbox import moto_extension, server
from golden_ami.sandbox.__main__ import main
from golden_ami.sandbox.endpoint import Endpoint
from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT, WORKLOAD_ACCOUNT
from golden_ami.sandbox.organization import prepare_organization
from golden_ami.sandbox.server import LocalAws, PortError

COMMAND = [sys.executable, "-m", "golden_ami.sandbox"]


def test_it_listens_on_loopback_only():
    with LocalAws() as local:
        port = int(local.url.rsplit(":", 1)[1])
        assert local.url == f"http://127.0.0.1:{port}"
        own = socket.gethostbyname(socket.gethostname())
        if not own.startswith("127."):
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((own, port), timeout=2)


def test_every_start_forgets_what_was():
    with LocalAws() as local:
        local.client("s3").create_bucket(
            Bucket="left-behind", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        local.client("ram").create_resource_share(name="left-behind")
        local.client("ec2").disable_image_block_public_access()
        local.client("organizations", account="111111111111").create_organization(FeatureSet="ALL")
    with LocalAws() as local:
        assert local.client("s3").list_buckets()["Buckets"] == []
        assert local.client("ram").get_resource_shares(resourceOwner="SELF")["resourceShares"] == []
        state = local.client("ec2").get_image_block_public_access_state()["ImageBlockPublicAccessState"]
        assert state == "block-new-sharing"
        created = local.client("organizations", account="111111111111").create_organization(FeatureSet="ALL")
        assert created["Organization"]["Id"] == "o-sandbox00001"


def test_stopping_frees_the_port_and_stopping_twice_is_harmless():
    local = LocalAws()
    local.start()
    port = int(local.url.rsplit(":", 1)[1])
    local.stop()
    local.stop()
    assert local.url == ""
    with LocalAws(port) as again:
        assert again.url.endswith(f":{port}")


def test_a_second_one_in_the_same_process_is_refused_and_the_first_goes_on():
    with LocalAws() as local:
        with pytest.raises(SandboxError, match="already runs in this process; stop it first"):
            LocalAws().start()
        assert local.client("sts").get_caller_identity()["Account"] == FACTORY_ACCOUNT


def test_one_that_answers_otherwise_does_not_block_the_next_start(monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(server, "HEALTH_PATH", "/moto-api/there-is-no-such-page")
        with pytest.raises(HTTPError, match="501"):
            LocalAws().start()
    with LocalAws() as local:
        assert local.url


def test_unexpected_identifiers_are_told():
    with LocalAws() as local:
        client = local.client("organizations", account="444444444444")
        client.create_organization(FeatureSet="ALL")
        with pytest.raises(SandboxError, match=r"unexpected identifiers.*; use a fresh sandbox"):
            prepare_organization(local)


@pytest.mark.parametrize(("port", "why"), [(70_000, "cannot be had"), (None, "is taken")])
def test_a_port_that_cannot_be_had_is_named_with_a_remedy_and_does_not_block_the_next_start(port, why):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = port or taken.getsockname()[1]
        with pytest.raises(PortError, match=f"port {number} on 127.0.0.1 {why}.*; choose another one") as caught:
            LocalAws(number).start()
    assert caught.value.exit_code == 2
    with LocalAws() as local:
        assert local.url


def test_another_version_of_moto_is_refused_in_one_sentence(monkeypatch):
    monkeypatch.setattr(moto_extension, "MOTO_VERSION", "5.2.4")
    with pytest.raises(SandboxError, match=r"written against moto 5\.2\.4, installed is 5\.2\.5; install"):
        LocalAws().start()


def test_a_missing_moto_is_told(monkeypatch):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    with pytest.raises(SandboxError, match="needs moto, which is not installed; install the development"):
        LocalAws().start()


def test_an_internal_of_moto_that_moved_is_named():
    with pytest.raises(SandboxError, match=r"has no moto\.core\.nowhere\.Thing"):
        moto_extension._part("moto.core.nowhere", "Thing")


def test_a_variable_that_would_mix_up_accounts_is_refused(monkeypatch):
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "999999999999")
    with pytest.raises(SandboxError, match=r"MOTO_ACCOUNT_ID=999999999999 .*; unset MOTO_ACCOUNT_ID"):
        LocalAws().start()


def test_a_profile_of_the_user_that_does_not_exist_changes_nothing(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    with LocalAws() as local:
        prepare_organization(local)
        assert local.client("sts").get_caller_identity()["Account"] == FACTORY_ACCOUNT


def test_the_environment_leads_to_the_sandbox_and_to_nothing_else():
    theirs = {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL_S3": "https://example.com",
        "PATH": "/bin",
        "NO_PROXY": "internal",
    }
    environment = Endpoint("http://127.0.0.1:1", region="eu-central-1").isolated_environment(
        theirs, account=WORKLOAD_ACCOUNT
    )
    assert environment == {
        "PATH": "/bin",
        "NO_PROXY": "internal,127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "AKIA333333333333SBOX",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def test_it_is_silent_about_requests(capfd):
    with LocalAws() as local:
        local.client("sts").get_caller_identity()
    assert capfd.readouterr() == ("", "")


def test_other_web_sites_may_not_read_it():
    with LocalAws() as local:
        headers = local.client("ram").get_resource_shares(resourceOwner="SELF")["ResponseMetadata"]["HTTPHeaders"]
    assert not [name for name in headers if name.startswith("access-control")]


def test_requests_at_the_same_time_do_not_disturb_each_other():
    failures: list[Exception] = []

    def share(local: LocalAws, name: str) -> None:
        try:
            client = local.client("ram")
            for number in range(5):
                client.create_resource_share(name=f"{name}-{number}")
                client.get_resource_shares(resourceOwner="SELF")
        except Exception as error:
            failures.append(error)

    with LocalAws() as local:
        threads = [threading.Thread(target=share, args=(local, f"share-{number}")) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = local.client("ram").get_resource_shares(resourceOwner="SELF")["resourceShares"]
    assert not failures
    assert len(found) == 40


def test_the_command_prints_exports_that_a_shell_understands_and_ends_cleanly_on_ctrl_c():
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines = []
        while not lines or "cdktf deploy" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert process.poll() is None, process.stderr and process.stderr.read()
        program = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"
        shell = subprocess.run(
            ["sh", "-c", "".join(lines) + '\nexec "$0" -c "$1"', sys.executable, program],
            check=False,
            capture_output=True,
            text=True,
            env=os.environ | {"AWS_PROFILE": "production"},
        )
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert shell.stdout == "222222222222\n", shell.stderr
    assert (process.returncode, errors) == (0, "")


def test_a_service_manager_ends_it_cleanly_too(capsys):
    before = signal.getsignal(signal.SIGTERM)
    alarm = threading.Timer(3, os.kill, (os.getpid(), signal.SIGTERM))
    alarm.start()
    try:
        assert main(["--region", "us-west-2"]) == 0
    finally:
        alarm.cancel()
        signal.signal(signal.SIGTERM, before)
    assert "export AWS_REGION=us-west-2\n" in capsys.readouterr().out


@pytest.mark.parametrize("port", ["taken", "70000"])
def test_the_command_says_in_one_line_that_the_port_cannot_be_had(port):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = str(taken.getsockname()[1]) if port == "taken" else port
        done = subprocess.run([*COMMAND, "--port", number], check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(rf"port {number} on 127\.0\.0\.1 .*; choose another one, or 0 for any free port\n", done.stderr)
