"""What is not modelled answers 501 at once, in the shape of its protocol, and says what is missing."""

import logging
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config
from werkzeug.test import Client
from werkzeug.wrappers import Response

from golden_ami.sandbox.wsgi import SandboxApplication
from tests.sandbox.refusals import refused

UNMODELLED = [
    ("json, operation", "ssm", "describe_patch_groups", {}),
    ("json, service", "bcm-dashboards", "list_dashboards", {}),
    ("rest-json, operation", "imagebuilder", "list_container_recipes", {}),
    ("rest-json, operation of RAM", "ram", "get_resource_share_invitations", {}),
    ("rest-json, service", "outposts", "list_outposts", {}),
    ("rest-json, operation of moto", "inspector2", "list_cis_scans", {}),
    ("rest-xml", "cloudfront", "list_streaming_distributions", {}),
    ("query", "iam", "list_service_specific_credentials", {}),
    ("ec2", "ec2", "describe_ipam_pools", {}),
    ("cbor", "cloudwatchomni", "list_domains", {}),
    ("cbor, of a service that moto has", "eventbridgev2", "list_event_buses", {}),
]


@pytest.mark.parametrize(("what", "service", "operation", "parameters"), UNMODELLED, ids=[u[0] for u in UNMODELLED])
def test_it_answers_501_once_and_names_the_call(local, what, service, operation, parameters):
    client = boto3.client(
        service,
        region_name="eu-west-1",
        endpoint_url=local.url,
        aws_access_key_id="AKIA222222222222SBOX",
        aws_secret_access_key="x",
        config=Config(retries={"mode": "standard", "total_max_attempts": 5}),
    )
    if what.startswith("cbor"):
        assert client.meta.service_model.resolved_protocol == "smithy-rpc-v2-cbor"
    with refused("NotImplemented", "cannot answer") as refusal:
        getattr(client, operation)(**parameters)
    assert (refusal.status, refusal.retries) == (501, 0)


def test_an_unknown_object_in_a_bucket_is_still_a_404(local):
    s3 = local.client("s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    with refused("NoSuchKey"):
        s3.get_object(Bucket="bucket", Key="missing")
    with refused("404"):
        s3.head_object(Bucket="bucket", Key="missing")


def test_an_unknown_thing_of_a_modelled_service_is_still_its_own_error(local):
    with refused("LexiconNotFoundException"):
        local.client("polly").get_lexicon(Name="missing")


def _answer(app, **request):
    return Client(SandboxApplication(app), Response).open("/thing", **request)


def test_a_fault_of_the_sandbox_reaches_the_caller_and_the_log(caplog):
    def broken(environ, start_response):
        raise ValueError("out of cheese")

    with caplog.at_level(logging.ERROR):
        answer = _answer(broken)
    assert answer.status_code == 501
    assert "It failed with ValueError: out of cheese" in answer.json["message"]
    assert "ValueError: out of cheese" in caplog.text


@pytest.mark.parametrize(
    ("status", "body"), [(404, "<!doctype html>no page"), (405, ""), (404, ""), (500, "boom"), (503, "slow")]
)
def test_a_web_servers_error_is_no_services_error(status, body):
    assert _answer(Response(body, status=status)).status_code == 501


def test_a_services_own_404_is_left_alone():
    answer = _answer(Response('{"message": "no"}', status=404, content_type="text/html"))
    assert (answer.status_code, answer.get_data()) == (404, b'{"message": "no"}')


def test_the_body_of_a_refused_head_is_empty():
    def unknown(environ, start_response):
        raise NotImplementedError("There is none.")

    answer = _answer(unknown, method="HEAD")
    assert (answer.status_code, answer.get_data()) == (501, b"")


def test_motos_own_controls_cannot_be_reached(local):
    request = urllib.request.Request(f"{local.url}/moto-api/reset", method="POST")
    with pytest.raises(urllib.error.HTTPError, match="501"):
        urllib.request.urlopen(request)
