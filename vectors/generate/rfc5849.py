"""A naive implementation of RFC 5849: one short function per section, without shared code.

It exists to disagree with the crate if the crate is wrong, so it is written from the RFC alone.
Text is handed in as the request carries it; names and values are octets once decoded.
"""

import base64
import hashlib
import hmac

UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
HEX = b"0123456789abcdefABCDEF"
DEFAULT_PORT = {"http": "80", "https": "443"}
METHODS = ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT")


def octets(text):
    return text if isinstance(text, bytes) else text.encode("utf-8")


def encode(text):
    """Section 3.6."""
    return "".join(chr(o) if o in UNRESERVED else "%%%02X" % o for o in octets(text))


def decode(text):
    """Form decoding: `+` is a space, `%XX` a byte, anything else itself."""
    data, out, at = octets(text), bytearray(), 0
    while at < len(data):
        if data[at] == ord("+"):
            out.append(ord(" "))
        elif data[at] == ord("%"):
            digits = data[at + 1 : at + 3]
            if len(digits) != 2 or digits[0] not in HEX or digits[1] not in HEX:
                raise ValueError("bad percent escape in %r" % text)
            out.append(int(digits, 16))
            at += 2
        else:
            out.append(data[at])
        at += 1
    return bytes(out)


def pairs(text):
    """Names and values of a query or form body; a piece without `=` has an empty value."""
    found = []
    for piece in text.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            found.append((decode(name), decode(value)))
    return found


def split_uri(uri):
    """Scheme, authority, path and query, each as spelled; the fragment is gone."""
    uri = uri.partition("#")[0]
    scheme, _, rest = uri.partition("://")
    hierarchy, _, query = rest.partition("?")
    authority, slash, path = hierarchy.partition("/")
    return scheme, authority, slash + path, query


def base_string_uri(uri):
    """Section 3.4.1.2."""
    scheme, authority, path, _ = split_uri(uri)
    scheme, host = scheme.lower(), authority.rpartition("@")[2].lower()
    port = ""
    if ":" in host.rpartition("]")[2]:
        host, _, port = host.rpartition(":")
    if port and port != DEFAULT_PORT[scheme]:
        host += ":" + port
    return scheme + "://" + host + (path or "/")


def normalized_parameters(uri, form, protocol):
    """Section 3.4.1.3."""
    everything = pairs(split_uri(uri)[3]) + pairs(form or "")
    everything += [(octets(name), octets(value)) for name, value in protocol]
    encoded = [(encode(n), encode(v)) for n, v in everything if n != b"oauth_signature"]
    return "&".join(name + "=" + value for name, value in sorted(encoded))


def base_string(method, uri, form, protocol):
    """Section 3.4.1.1."""
    steps = method.upper(), base_string_uri(uri), normalized_parameters(uri, form, protocol)
    return "&".join(map(encode, steps))


def signature(method, base, client_secret, token_secret, pem=None):
    """Sections 3.4.2, 3.4.3 and 3.4.4."""
    key = encode(client_secret or "") + "&" + encode(token_secret or "")
    if method == "PLAINTEXT":
        return key
    kind, _, digest = method.partition("-")
    if kind == "HMAC":
        tag = hmac.new(key.encode(), base.encode(), getattr(hashlib, digest.lower())).digest()
    else:
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding

        private = serialization.load_pem_private_key(pem, password=None)
        tag = private.sign(base.encode(), padding.PKCS1v15(), getattr(hashes, digest)())
    return base64.b64encode(tag).decode()


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def authorization(realm, protocol, value):
    """Section 3.5.1; names sorted, `", "` between, realm first."""
    encoded = sorted((encode(n), encode(v)) for n, v in list(protocol) + [("oauth_signature", value)])
    parts = [] if realm is None else ["realm=" + quoted(realm)]
    return "OAuth " + ", ".join(parts + ['%s="%s"' % pair for pair in encoded])


def through(test):
    """How far a row can be driven: see vectors/README.md."""
    claimed = dict(test.get("protocol_parameters", []))
    method = test.get("signature_method")
    if method is None or claimed.get("oauth_signature_method") != method or "oauth_consumer_key" not in claimed:
        return "step"
    timestamp = claimed.get("oauth_timestamp", "")
    canonical = timestamp.isascii() and timestamp.isdigit() and timestamp[0] != "0" and int(timestamp) < 2**64
    if canonical and claimed.get("oauth_nonce") and claimed.get("oauth_version", "1.0") == "1.0":
        return "signing"
    return "verification"
