"""What AWS refuses is one line with a remedy and an exit code, whichever way it refuses."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from golden_ami.cli.words import said
from golden_ami.inert import inert
from tests.operate.conftest import APPROVERS, Floor

ID = "00000000-0000-4000-8000-000000000000"
STS = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::222222222222:user/ann</Arn>"
STS += "<Account>222222222222</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def answering(code: str, message: str, *, sts: bool = False) -> Iterator[str]:
    """Serve an AWS that refuses everything; or everything but to say who asks."""

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if b"GetCallerIdentity" in body and not sts:
            start_response("200 OK", [("Content-Type", "text/xml")])
            return [STS.encode()]
        if b"GetCallerIdentity" in body:
            start_response("403 Forbidden", [("Content-Type", "text/xml")])
            return [
                f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>".encode()
            ]
        start_response("400 Bad Request", [("Content-Type", "application/x-amz-json-1.1")])
        return [json.dumps({"__type": code, "message": message}).encode()]

    with serving(application) as url:
        yield url


@contextmanager
def serving(application: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _line(text: str) -> str:
    assert text.count("\n") == 1
    assert "Traceback" not in text
    assert text.isprintable() or text.rstrip("\n").isprintable()
    return text


@pytest.mark.parametrize(
    ("code", "sts", "remedy"),
    [
        ("ExpiredToken", True, "log in again"),
        ("ExpiredTokenException", False, "log in again"),
        ("InvalidClientTokenId", True, "--profile"),
        ("AccessDeniedException", False, "let your role do DescribeAutomationExecutions"),
        ("SomethingNew", False, "see the reason above"),
    ],
)
def test_a_refusal_is_a_line_with_its_remedy(floor: Floor, code: str, sts: bool, remedy: str) -> None:
    with answering(code, "No." if sts else "No. \u001b[2J", sts=sts) as url:
        said = floor.run("list", AWS_ENDPOINT_URL=url)
    assert said.code == 1
    assert remedy in _line(said.err)
    assert code in said.err


def test_an_answer_that_is_not_from_aws_is_a_line(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("golden_ami.operate.connection.ATTEMPTS", 1)
    with answering("<html>", "log in to the hotel's network", sts=True) as url:
        said = floor.run("list", AWS_ENDPOINT_URL=url)
    assert said.code == 1
    assert "proxy" in _line(said.err)


@contextmanager
def strange(body: bytes) -> Iterator[str]:
    """Serve the same page to everybody, with status 200, as the network of a hotel does."""

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
        return [body]

    with serving(application) as url:
        yield url


PAGES = {
    "page": b"<html><body>Welcome, \x1b[2J please log in</body></html>",
    "nothing": b"",
    "json": b'{"x": 1}',
    "list": b"[]",
    "null": b"null",
    "bytes": bytes(range(256)),
    "empty": b"<GetCallerIdentityResponse/>",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_is_not_from_aws_is_a_line(floor: Floor, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setattr("golden_ami.operate.connection.ATTEMPTS", 1)
    with strange(PAGES[page]) as url:
        said = floor.run("list", AWS_ENDPOINT_URL=url)
    assert (said.code, "proxy" in _line(said.err)) == (1, True)


def test_one_service_behind_a_strange_page_is_a_line_or_unknown_and_never_nobody(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("golden_ami.operate.connection.ATTEMPTS", 1)
    execution = floor.approved()
    with strange(PAGES["page"]) as url:
        for service, command in (
            ("SSM", ("list",)),
            ("SSM", ("status",)),
            ("S3", ("history", floor.name)),
            ("S3", ("evidence", execution)),
            ("IMAGEBUILDER", ("images", floor.name)),
            ("EC2", ("who-can-launch", floor.name)),
            ("RAM", ("who-can-launch", floor.name)),
        ):
            ended = floor.run(*command, **{f"AWS_ENDPOINT_URL_{service}": url})
            # botocore makes a fault of S3 of it by itself.
            why = "500: Internal Server Error" if command[0] == "history" else "is not AWS"
            assert (ended.code, why in ended.out + ended.err) == (1, True), (service, command, ended)
            assert "Traceback" not in ended.err
        ended = floor.run("doctor", "--output", "json", AWS_ENDPOINT_URL_SSM=url, AWS_ENDPOINT_URL_SQS=url)
    strange_ones = {each["check"] for each in ended.data if "is not AWS" in each["what"]}
    assert {"runbooks", "dead-letters", "approved-images"} <= strange_ones
    assert {each["severity"] for each in ended.data if "is not AWS" in each["what"]} == {"unknown"}


def test_an_endpoint_that_is_no_url_is_a_line(floor: Floor) -> None:
    for ended in (floor.run("list", "--endpoint-url", "nonsense"), floor.run("list", AWS_ENDPOINT_URL="x y")):
        assert (ended.code, "write a URL" in _line(ended.err)) == (2, True)


@pytest.mark.parametrize("text", ["garbage \x1b[2J", "[]", "{}", '{"image": 1}', '{"image": "x", "amis": []}', "7"])
def test_a_record_that_somebody_has_overwritten_is_a_line(floor: Floor, text: str) -> None:
    floor.approved()
    name = f"{floor.image.names.parameter}/approved"
    floor.client("ssm").put_parameter(Name=name, Value=text, Type="String", Overwrite=True)
    for command in (
        ("status",),
        ("images",),
        ("who-can-launch", floor.name),
        ("retire", floor.name),
        ("rollback", floor.name, "--because", "x", "--yes"),
    ):
        said = floor.run(*command)
        if text != "{}":
            assert (said.code, "is no record" in _line(said.err)) == (1, True), said.err
        assert "Traceback" not in said.err
    said = floor.run("doctor", "--check", "approved-images")
    assert "Traceback" not in said.err


def test_throttling_that_outlasts_the_retries_is_a_line(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("golden_ami.operate.connection.ATTEMPTS", 2)
    with answering("ThrottlingException", "Rate exceeded") as url:
        said = floor.run("list", AWS_ENDPOINT_URL=url)
    assert said.code == 1
    assert "wait a minute" in _line(said.err)


def test_an_endpoint_that_is_not_there_is_a_line(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("golden_ami.operate.connection.ATTEMPTS", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        said = floor.run("status", AWS_ENDPOINT_URL=f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert said.code == 1
    assert "check the network" in _line(said.err)


def test_no_credentials_are_a_line(floor: Floor) -> None:
    said = floor.run("status", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert said.code == 1
    assert "no AWS credentials" in _line(said.err)


def test_another_account_is_a_line(floor: Floor) -> None:
    said = floor.run("status", **floor.local.environment(account="333333333333"))
    assert said.code == 2
    assert "333333333333" in _line(said.err)


def test_another_region_is_a_line(floor: Floor) -> None:
    said = floor.run("status", "-d", floor.image.names.scope.deployment, "--region", "us-east-1")
    assert said.code == 2
    assert "is in eu-west-1, not in us-east-1" in _line(said.err)


def test_no_configuration_is_said(floor: Floor) -> None:
    said = floor.run("status", GOLDEN_AMI_CONFIG="/nothing.yaml")
    assert said.code == 2
    assert "/nothing.yaml" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "command",
    [("watch",), ("evidence",), ("approve", "--yes"), ("deny", "-m", "no", "--yes")],
    ids=lambda each: each[0],
)
def test_an_unknown_execution_is_a_line_of_every_command(floor: Floor, command: tuple[str, ...]) -> None:
    said = floor.run(*command, ID, who=APPROVERS[0])
    assert said.code == 2
    assert "check the id" in _line(said.err)
    bad = floor.run(*command, "../x", who=APPROVERS[0], AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert bad.code == 2
    assert "no id of an execution" in _line(bad.err)


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b31m", "\u202eevil", "a\nb", "\ud800", "\x00", "\u2028", "\x7f"])
def test_nothing_that_moves_a_cursor_or_turns_text_around_is_printed(text: str) -> None:
    assert inert(text).isprintable()
    assert said("[red]", text, ":boom: [/]").plain == f"[red]{inert(text)}:boom: [/]"
