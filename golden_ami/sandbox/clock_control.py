"""The sandbox's own requests about its time, beside AWS's.

``GET /_sandbox/clock`` tells the time and the speed. ``POST /_sandbox/clock`` with ``{"advance": 604800}`` lets a week
pass at once, and with ``{"speed": 300}`` lets time run faster from now on.
"""

import json
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.wrappers import Request, Response

from golden_ami.sandbox.clock import CLOCK, iso

PATH: Final = "/_sandbox/clock"


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    advance: Annotated[float, Field(ge=0, le=10 * 366 * 86_400)] = 0
    speed: Annotated[float, Field(gt=0, le=100_000)] | None = None


def answer(request: Request) -> Response:
    """Answer a request to ``PATH``: 200 with the time, or 400 with one sentence."""
    if request.method == "POST":
        try:
            change = _Change.model_validate_json(request.get_data())
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "body"
            return Response(f"The request is not valid: {where}: {first['msg']}.\n", status=400)
        if change.speed is not None:
            CLOCK.speed = change.speed
        CLOCK.advance(change.advance)
    elif request.method != "GET":
        return Response(f"The sandbox knows only GET and POST {PATH}.\n", status=400)
    return Response(json.dumps({"now": iso(CLOCK.now()), "speed": CLOCK.speed}) + "\n", content_type="application/json")
