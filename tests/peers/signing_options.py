"""Every signature method in every placement: oauthlib and Authlib must accept what the program sends.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install 'oauthlib[signedtoken]' Authlib
    /tmp/venv/bin/python tests/peers/signing_options.py target/debug/exh-oauth1

The program calls a server on loopback with `get` and `post`. The server verifies each request with both libraries. Authlib has
HMAC-SHA1, RSA-SHA1 and PLAINTEXT only; oauthlib alone verifies the others. A changed secret or key must be refused each time.
"""

import base64
import hashlib
import itertools
import os
import subprocess
import sys
import tempfile
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # Plain HTTP; it is read when a request is made.

from authlib.oauth1.rfc5849.signature import verify_hmac_sha1, verify_plaintext, verify_rsa_sha1
from authlib.oauth1.rfc5849.wrapper import OAuth1Request
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from oauthlib.oauth1 import RequestValidator, ResourceEndpoint

FORM = "application/x-www-form-urlencoded"
# The secrets have no characters to encode: oauthlib decodes a PLAINTEXT signature twice if it is in a form or query.
KEY, SECRET, TOKEN, TOKEN_SECRET = "key &", "secret-._~", "token=", "token_secret"
METHODS = ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT"]
AUTHLIB = {"HMAC-SHA1": verify_hmac_sha1, "RSA-SHA1": verify_rsa_sha1, "PLAINTEXT": verify_plaintext}


def key():
    """A private key, and its public key."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, public.decode()


PRIVATE, PUBLIC = key()
OTHER_PRIVATE, _ = key()


class Validator(RequestValidator):
    enforce_ssl = False
    timestamp_lifetime = 300
    dummy_client = dummy_access_token = "dummy"

    # By default, oauthlib accepts 20 to 30 letters and digits only.
    def check_client_key(self, text):
        return bool(text)

    check_access_token = check_nonce = check_client_key

    def validate_client_key(self, client_key, request):
        return client_key == KEY

    def validate_access_token(self, client_key, token, request):
        return token == TOKEN

    def validate_realms(self, *arguments, **named):
        return True

    validate_timestamp_and_nonce = validate_realms

    def get_client_secret(self, client_key, request):
        return SECRET

    def get_access_token_secret(self, client_key, token, request):
        return TOKEN_SECRET

    def get_rsa_key(self, client_key, request):
        return PUBLIC


ENDPOINT = ResourceEndpoint(Validator())


class Credential:
    def get_client_secret(self):
        return SECRET

    def get_oauth_token_secret(self):
        return TOKEN_SECRET

    def get_rsa_public_key(self):
        return PUBLIC


def by_oauthlib(method, url, body, headers):
    return ENDPOINT.validate_protected_resource_request(url, method, body, headers, ["all"])[0]


def by_authlib(method, url, body, headers):
    request = OAuth1Request(method, url, body=body, headers=headers)
    request.credential = request.client = request.token_credential = Credential()
    verify = AUTHLIB.get(request.signature_method)
    if verify is None:
        return None
    return request.client_id == KEY and request.token == TOKEN and verify(request)


def has_right_hash(parameters, body):
    """The hash of a body that is not a form (OAuth Request Body Hash), if there is one."""
    if "oauth_body_hash" not in parameters:
        return True
    name = parameters["oauth_signature_method"].rsplit("-")[-1].lower()
    digest = hashlib.new(name if name.startswith("sha") else "sha1", body).digest()
    return parameters["oauth_body_hash"] == base64.b64encode(digest).decode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    last = None

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        is_form = headers.get("Content-Type") == FORM
        url = f"http://{self.headers['Host']}{self.path}"
        verdicts = {}
        for name, verify in {"oauthlib": by_oauthlib, "Authlib": by_authlib}.items():
            try:
                verdicts[name] = verify(self.command, url, body.decode() if is_form else None, dict(headers))
            except Exception as error:  # The libraries raise errors of many types.
                verdicts[name] = f"{type(error).__name__}: {error}"
        parameters = OAuth1Request(self.command, url, body=body.decode() if is_form else None, headers=headers).oauth_params
        place = "header" if "Authorization" in headers else "query" if "oauth_" in self.path else "form"
        Handler.last = (place, parameters, verdicts, has_right_hash(parameters, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = handle_any

    def log_message(self, *arguments):
        pass


def run(program, port, files, method, placement, command, extra, is_wrong):
    """Runs the program once, and returns what the server saw."""
    Handler.last = None
    secret, private = ("wrong", files["other"]) if is_wrong else (SECRET, files["right"])
    environment = {
        "API_HOST": f"http://127.0.0.1:{port}",
        "API_OAUTH_CONSUMER_KEY": KEY,
        "API_OAUTH_TOKEN": TOKEN,
    }
    words = ["--signature-method", method, "--placement", placement]
    if method.startswith("RSA"):
        words += ["--rsa-key", private]
    else:
        environment |= {"API_OAUTH_CONSUMER_SECRET": secret, "API_OAUTH_TOKEN_SECRET": TOKEN_SECRET}
    output = subprocess.run([program, *command, *words, *extra], env=environment, capture_output=True, text=True)
    if output.returncode != 0 or Handler.last is None:
        sys.exit(f"{command} {words}: exit code {output.returncode}\n{output.stderr}")
    return Handler.last


def main(program):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    path = "/x%20y?b=%C3%AB&a=1&a=%26"
    form = ["post", path, "-F", "c=Zoë & co", "-F", "a=2"]
    json = ["post", path, "-d", '{"a": 1}']
    commands = {
        "get": ["get", path],
        "post of a form": form,
        "post of JSON": json,
        "post of JSON with its hash": [*json, "--body-hash"],
    }
    extras = {"": [], "with --parameter and --no-version": ["--no-version", "--parameter", "oauth_callback=oob"]}
    accepted = {"oauthlib": 0, "Authlib": 0}
    refused = 0
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for name, pem in {"right": PRIVATE, "other": OTHER_PRIVATE}.items():
            files[name] = os.path.join(folder, name)
            with open(files[name], "wb") as file:
                file.write(pem)
        for method, placement, (name, command), (more, extra) in itertools.product(
            METHODS, ["header", "form", "query"], commands.items(), extras.items()
        ):
            if placement == "form" and name != "post of a form":
                continue
            if method == "PLAINTEXT" and "--body-hash" in command:
                continue  # It has no hash.
            case = f"{method}, {placement}, {name} {more}"
            place, parameters, verdicts, is_right_hash = run(
                program, port, files, method, placement, command, extra, False
            )
            has_hash = "oauth_body_hash" in parameters
            if place != placement or parameters["oauth_signature_method"] != method or not is_right_hash:
                sys.exit(f"{case}: {place} {parameters}")
            if has_hash != ("--body-hash" in command) or ("oauth_version" in parameters) == bool(extra):
                sys.exit(f"{case}: {parameters}")
            for library, verdict in verdicts.items():
                if verdict is True:
                    accepted[library] += 1
                elif library == "oauthlib" or verdict is not None:
                    sys.exit(f"{case}: {library}: {verdict}")
            _, _, verdicts, _ = run(program, port, files, method, placement, command, extra, True)
            if any(verdict is True for verdict in verdicts.values()):
                sys.exit(f"{case}: accepted with another key: {verdicts}")
            refused += 1
    counts = ", ".join(f"{count} by {library}" for library, count in accepted.items())
    print(f"signing options: accepted {counts}; {refused} with another key refused by both")


if __name__ == "__main__":
    main(sys.argv[1])
