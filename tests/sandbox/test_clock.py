"""The sandbox's clock: what is scheduled happens in its order and at its time, whoever makes the time pass."""

import json
import threading
from datetime import datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_ami.sandbox.clock import Clock
from golden_ami.sandbox.server import LocalAws

SECONDS = st.integers(min_value=0, max_value=1_000_000)


@given(st.lists(SECONDS, max_size=20))
def test_what_is_scheduled_happens_once_in_the_order_of_its_time(delays: list[int]) -> None:
    clock = Clock(instant=True)
    happened: list[int] = []
    for delay in delays:
        clock.schedule(delay, lambda delay=delay: happened.append(delay))
    clock.advance(1_000_001)
    assert happened == sorted(delays)


@given(SECONDS, SECONDS)
def test_two_sleeps_are_one_long_sleep(first: int, second: int) -> None:
    clock = Clock(instant=True)
    start = clock.now()
    clock.sleep(first)
    clock.sleep(second)
    assert abs((clock.now() - start).total_seconds() - (first + second)) < 1


def test_an_action_sees_the_time_it_was_scheduled_for_and_may_schedule_the_next_one() -> None:
    clock = Clock(instant=True)
    start, seen = clock.now(), []

    def first() -> None:
        seen.append(clock.now())
        clock.schedule(60, lambda: seen.append(clock.now()))

    clock.schedule(30, first)
    clock.advance(3600)
    assert [round((moment - start).total_seconds()) for moment in seen] == [30, 90]
    assert round((clock.now() - start).total_seconds()) == 3600


def test_waiting_ends_with_the_event_or_with_the_time_and_never_makes_time_pass() -> None:
    clock = Clock(instant=True)
    done = threading.Event()
    until = clock.now() + timedelta(days=7)
    answers: list[bool] = []
    waiting = threading.Thread(target=lambda: answers.append(clock.wait(done.is_set, until)))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    assert (until - clock.now()) > timedelta(days=6)
    done.set()
    clock.notify()
    waiting.join(5)
    assert answers == [True]
    other = threading.Thread(target=lambda: answers.append(clock.wait(lambda: False, until)))
    other.start()
    clock.advance(8 * 86_400)
    other.join(5)
    assert answers == [True, False]


def test_a_fast_clock_takes_that_much_less_of_the_worlds_time() -> None:
    clock = Clock(speed=10_000)
    start = clock.now()
    clock.sleep(3600)
    assert (clock.now() - start) >= timedelta(hours=1)


def test_a_user_of_the_sandbox_lets_time_pass_over_http(local: LocalAws) -> None:
    before = _clock(local)
    after = _clock(local, {"advance": 604_800})
    passed = datetime.fromisoformat(after["now"]) - datetime.fromisoformat(before["now"])
    assert timedelta(days=7) <= passed < timedelta(days=7, minutes=1)
    assert _clock(local, {"speed": 300})["speed"] == 300


def test_objects_and_parameters_are_dated_by_the_clock(local: LocalAws) -> None:
    s3, ssm = local.client("s3"), local.client("ssm")
    s3.create_bucket(Bucket="dated", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    _clock(local, {"advance": 604_800})
    s3.put_object(Bucket="dated", Key="record", Body=b"{}")
    ssm.put_parameter(Name="dated", Value="x", Type="String")
    now = datetime.fromisoformat(_clock(local)["now"])
    (listed,) = s3.list_objects_v2(Bucket="dated")["Contents"]
    parameter = ssm.get_parameter(Name="dated")["Parameter"]
    head = s3.head_object(Bucket="dated", Key="record")
    for written in (listed["LastModified"], head["LastModified"], parameter["LastModifiedDate"]):
        assert abs(now - written) < timedelta(minutes=1)


@pytest.mark.parametrize("body", [{"advance": -1}, {"advance": "1"}, {"speed": 0}, {"sped": 3}, [], "x"])
def test_a_mistaken_change_of_time_is_refused_and_changes_nothing(local: LocalAws, body: Any) -> None:
    before = _clock(local)
    with pytest.raises(HTTPError) as raised:
        _clock(local, body)
    assert raised.value.code == 400
    assert b"not valid" in raised.value.read()
    assert _clock(local)["speed"] == before["speed"]


def _clock(local: LocalAws, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{local.url}/_sandbox/clock", data=data)
    with build_opener(ProxyHandler({})).open(request) as answer:
        return json.loads(answer.read())
