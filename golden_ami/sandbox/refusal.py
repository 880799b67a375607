"""The answer to what the sandbox does not model: 501, at once, in the shape that the caller's protocol gives errors.

AWS SDKs retry 500, 502, 503 and 504, Terraform for many minutes; 501 they report. The protocol is told by the request
itself, because a request for an unknown service has no model. Source: Smithy's AWS protocol specifications
(aws-json, rest-json, rest-xml, query, ec2-query, rpc-v2-cbor).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

CODE: Final = "NotImplemented"
_REST_XML: Final = frozenset({"s3", "cloudfront", "route53", "s3express"})
_UNKNOWN: Final = "unknown-service"


@dataclass(frozen=True, kw_only=True)
class Call:
    """Who is called, as far as a request tells.

    Attributes
    ----------
    service : str
        The name that the request is signed for, such as ``imagebuilder`` or ``monitoring``.
    operation : str
        Operation, or method and path where the protocol does not name it.
    protocol : str
        ``json``, ``rest-json``, ``rest-xml``, ``query``, ``ec2`` or ``cbor``.
    """

    service: str
    operation: str
    protocol: str

    @classmethod
    def of(cls, request: Request) -> "Call":
        """Read a request's signature, headers, path and form."""
        service = _signed_for(request)
        target = request.headers.get("X-Amz-Target", "")
        if request.headers.get("Smithy-Protocol") == "rpc-v2-cbor":
            return cls(service=service, operation=request.path.rsplit("/", 1)[-1], protocol="cbor")
        if target:
            return cls(service=service, operation=target.rsplit(".", 1)[-1], protocol="json")
        action = request.values.get("Action")
        if action:
            return cls(service=service, operation=action, protocol="ec2" if service == "ec2" else "query")
        protocol = "rest-xml" if service in _REST_XML else "rest-json"
        return cls(service=service, operation=f"{request.method} {request.path}", protocol=protocol)


def refuse(call: Call, request: Request, why: str) -> Response:
    """Return the 501 that names what was called and why it is not answered.

    Parameters
    ----------
    call : Call
        What was called.
    request : Request
        The request, for its content type and method.
    why : str
        One sentence.

    Returns
    -------
    Response
        Status 501, in the shape of the call's protocol.
    """
    message = f"The sandbox cannot answer {call.service}:{call.operation}. {why}"
    body, headers = _SHAPES[call.protocol](message, request)
    return Response(b"" if request.method == "HEAD" else body, status=501, headers=dict(headers))


def _signed_for(request: Request) -> str:
    """Return the service in the credential scope ``key/date/region/service/aws4_request``."""
    credential = request.args.get("X-Amz-Credential", "")
    header = request.headers.get("Authorization", "")
    if "Credential=" in header:
        credential = header.split("Credential=", 1)[1].split(",", 1)[0]
    scope = credential.strip().split("/")
    return scope[3].lower() if len(scope) == 5 else _UNKNOWN


def _json(message: str, request: Request) -> tuple[bytes, Mapping[str, str]]:
    body = json.dumps({"__type": CODE, "message": message}).encode()
    return body, {"Content-Type": request.content_type or "application/x-amz-json-1.1", "X-Amzn-ErrorType": CODE}


def _rest_json(message: str, _: Request) -> tuple[bytes, Mapping[str, str]]:
    body = json.dumps({"code": CODE, "message": message}).encode()
    return body, {"Content-Type": "application/json", "X-Amzn-ErrorType": CODE}


def _error_xml(message: str) -> str:
    return f"<Error><Type>Receiver</Type><Code>{CODE}</Code><Message>{escape(message)}</Message></Error>"


def _rest_xml(message: str, _: Request) -> tuple[bytes, Mapping[str, str]]:
    return _error_xml(message).encode(), {"Content-Type": "application/xml"}


def _query(message: str, _: Request) -> tuple[bytes, Mapping[str, str]]:
    body = f"<ErrorResponse>{_error_xml(message)}<RequestId>sandbox</RequestId></ErrorResponse>"
    return body.encode(), {"Content-Type": "text/xml"}


def _ec2(message: str, _: Request) -> tuple[bytes, Mapping[str, str]]:
    body = f"<Response><Errors>{_error_xml(message)}</Errors><RequestID>sandbox</RequestID></Response>"
    return body.encode(), {"Content-Type": "text/xml"}


def _cbor(message: str, _: Request) -> tuple[bytes, Mapping[str, str]]:
    pairs = {"__type": CODE, "message": message}
    body = bytes([0xA0 + len(pairs)]) + b"".join(_cbor_text(text) for pair in pairs.items() for text in pair)
    return body, {"Content-Type": "application/cbor", "Smithy-Protocol": "rpc-v2-cbor", "X-Amzn-ErrorType": CODE}


def _cbor_text(text: str) -> bytes:
    """Encode one text string (RFC 8949, major type 3, two-byte length)."""
    data = text.encode()
    return b"\x79" + len(data).to_bytes(2, "big") + data


_SHAPES: Final[Mapping[str, Callable[[str, Request], tuple[bytes, Mapping[str, str]]]]] = MappingProxyType(
    {"json": _json, "rest-json": _rest_json, "rest-xml": _rest_xml, "query": _query, "ec2": _ec2, "cbor": _cbor}
)
