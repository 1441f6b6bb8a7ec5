"""A server that verifies each request with oauthlib and with Authlib, which must agree.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install oauthlib Authlib
    /tmp/venv/bin/python tests/peers/verifying_server.py [PORT]

The four API_OAUTH_ variables in the environment are the credentials that it accepts. It listens on 127.0.0.1 and prints its
port on a separate line. It responds with a user to `/users/v1/me`, with 401 and code 109 to a wrong signature, and with 110 to a
repeated request. If the two libraries differ, it responds with 500 and the difference. Both libraries reject raw `[` and `]` in
a query, which Extra Horizon's clients may send. It serves until it is ended.
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # Plain HTTP; it is read when a request is made.

from authlib.oauth1.rfc5849.signature import verify_hmac_sha1
from authlib.oauth1.rfc5849.wrapper import OAuth1Request
from oauthlib.oauth1 import RequestValidator, ResourceEndpoint

CONSUMER_KEY, CONSUMER_SECRET, TOKEN, TOKEN_SECRET = (
    os.environ["API_OAUTH_" + name]
    for name in ("CONSUMER_KEY", "CONSUMER_SECRET", "TOKEN", "TOKEN_SECRET")
)
USER = {"id": "5a0b1c2d3e4f5a6b7c8d9e0f", "first_name": "Sandy", "last_name": "Boxer", "email": "sandy.boxer@example.com"}
LIMIT = 10 * 1024 * 1024


class Validator(RequestValidator):
    enforce_ssl = False
    timestamp_lifetime = 300
    dummy_client = "dummy"
    dummy_access_token = "dummy"

    # oauthlib asks for 20 to 30 letters and digits by default.
    def check_client_key(self, text):
        return bool(text)

    check_access_token = check_nonce = check_client_key

    def validate_client_key(self, client_key, request):
        return client_key == CONSUMER_KEY

    def validate_access_token(self, client_key, token, request):
        return token == TOKEN

    def validate_realms(self, *arguments, **named):
        return True

    def validate_timestamp_and_nonce(self, *arguments, **named):
        return True  # Authlib's function has no such step; the handler does it for both.

    def get_client_secret(self, client_key, request):
        return CONSUMER_SECRET

    def get_access_token_secret(self, client_key, token, request):
        return TOKEN_SECRET


ENDPOINT = ResourceEndpoint(Validator())
SEEN = set()


class Credential:
    def get_client_secret(self):
        return CONSUMER_SECRET

    def get_oauth_token_secret(self):
        return TOKEN_SECRET


def by_oauthlib(method, url, body, headers):
    return ENDPOINT.validate_protected_resource_request(url, method, body, headers, ["all"])[0]


def by_authlib(method, url, body, headers):
    request = OAuth1Request(method, url, body=body, headers=headers)
    request.credential = request.client = request.token_credential = Credential()
    return (
        request.client_id == CONSUMER_KEY
        and request.token == TOKEN
        and request.signature_method == "HMAC-SHA1"
        and abs(int(request.timestamp) - time.time()) <= 300
        and verify_hmac_sha1(request)
    )


class Handler(BaseHTTPRequestHandler):
    timeout = 30

    def handle_any(self):
        length = int(self.headers.get("Content-Length", 0))
        if length > LIMIT:
            return self.response(413, {"code": 22})
        body = self.rfile.read(length)
        headers = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        is_form = headers.get("Content-Type", "").split(";")[0].strip().lower() == "application/x-www-form-urlencoded"
        url = f"http://{self.headers.get('Host', '')}{self.path}"
        verdicts = {}
        for name, verify in {"oauthlib": by_oauthlib, "Authlib": by_authlib}.items():
            try:
                verdicts[name] = bool(verify(self.command, url, body.decode() if is_form else None, dict(headers)))
            except Exception as error:  # Any error of a library rejects the request.
                print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
                verdicts[name] = False
        if len(set(verdicts.values())) != 1:
            self.response(500, {"code": 0, "name": "DISAGREEMENT", "message": str(verdicts)})
        elif not all(verdicts.values()):
            self.response(401, {"code": 109, "name": "OAUTH_SIGNATURE_EXCEPTION", "message": "Refused by both libraries"})
        elif headers["Authorization"] in SEEN:
            self.response(401, {"code": 110, "name": "DUPLICATE_REQUEST_EXCEPTION", "message": "Sent before"})
        elif SEEN.add(headers["Authorization"]) or self.path.split("?")[0] != "/users/v1/me":
            self.response(404, {"code": 16, "name": "RESOURCE_UNKNOWN_EXCEPTION", "message": "Requested resource is unknown"})
        else:
            self.response(200, USER)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def response(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
    print(server.server_address[1], flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
