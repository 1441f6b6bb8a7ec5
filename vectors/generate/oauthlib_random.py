"""Writes vectors/oauthlib-random.json: random requests, every stage by oauthlib's own functions."""

import random

import check
import write

ROWS, RSA_ROWS, SEED = 2000, 60, 5849
NOTES = {
    "generated": "Random, from a fixed seed; the expected values are oauthlib's.",
}
HEAD = {
    "source": "Random requests signed by oauthlib",
    "url": "https://pypi.org/project/oauthlib/4.0.1/",
    "version": "oauthlib 4.0.1, seed %d" % SEED,
    "license": "as this project",
    "generator": "generate/oauthlib_random.py: stages by oauthlib.oauth1.rfc5849.signature, the header by generate/rfc5849.py, "
    "which also recomputed every stage.",
}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get", "Post", "PROPFIND"]
HOSTS = ["example.com", "API.Example.COM", "a.b-c.example", "192.0.2.7", "[2001:db8::1]", "[::1]", "[2001:DB8::ab]", "localhost"]
PORTS = ["", "", "", ":80", ":443", ":8080", ":8443", ":1", ":65535", ":"]
PATHS = ["", "/", "/users/v1/me", "/a%20b/", "/a%2Fb", "/../x/./y", "//", "/~u;v=w/x", "/%c3%a9", "/A(b)*'!$,:@&=+"]
WORDS = ["a", "b", "a1", "a10", "A", "org", "org-country", "z~_.-", "name", "10", "9", "", "é", "ß", "日本", "😀", "oauth", "realm", "[x]"]
PIECES = [chr(octet) for octet in range(128)] + list("éßñ€日本😀\u0080\u00ff") + ["%41", "%2525", "&a=b", "a b"]
RAW = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-:~,*@!()/?'$;")
SECRETS = ["", "&", "a&b", "%", "%26", " ", "a b ", "+/==", "ü", "日本", "~!*'()", "=", "\\\"", "kd94hf93k423kf44", "x" * 70]
HMAC = ["HMAC-SHA1", "HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512"]
RSA = ["RSA-SHA1", "RSA-SHA256", "RSA-SHA512"]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

chance = random.Random(SEED)


def letters(count):
    return "".join(chance.choices(LETTERS, k=count))


def word():
    """A name or value: mostly plain, now and then hostile, sometimes empty."""
    if chance.random() < 0.5:
        return chance.choice(WORDS)
    return "".join(chance.choices(PIECES, k=chance.randrange(5)))


def spell(text):
    """One of the ways to write a text in a query or form."""
    out = ""
    for octet in text.encode():
        character = chr(octet)
        if character == " " and chance.random() < 0.5:
            out += "+"
        elif character in RAW and chance.random() < 0.9:
            out += character
        else:
            out += chance.choice(["%%%02X", "%%%02X", "%%%02x"]) % octet
    return out


def pairs():
    """A query or form with up to five pieces, some of them twice, some without `=` or with nothing at all."""
    pieces = []
    for _ in range(chance.choice([0, 1, 1, 2, 2, 3, 4, 5])):
        piece = spell(word()) + chance.choice(["=", "=", "=", "=", ""])
        if piece.endswith("="):
            piece += spell(word()) + chance.choice(["", "", "", "="])
        pieces += [piece] * chance.choice([1, 1, 1, 1, 1, 2])
    chance.shuffle(pieces)
    return "&".join(pieces)


def secret():
    return chance.choice([chance.choice(SECRETS), letters(40), word() + word()])


def request(digest):
    test = {"flags": ["generated"], "method": chance.choice(METHODS)}
    scheme = chance.choice(["http", "https", "HTTPS", "Http"])
    user = chance.choice([""] * 15 + ["user:pass@"])
    query = chance.choice(["", "?" + pairs(), "?" + pairs()])
    fragment = chance.choice([""] * 15 + ["#f?x=y"])
    test["uri"] = scheme + "://" + user + chance.choice(HOSTS) + chance.choice(PORTS) + chance.choice(PATHS) + query + fragment
    if chance.random() < 0.35:
        test["form"] = pairs()
    if chance.random() < 0.15:
        test["realm"] = chance.choice(["Photos", "", "http://example.com/", 'a "b" \\c', "a, b=c", "1234_SB1"])
    claimed = {"oauth_consumer_key": chance.choice([letters(16), letters(3) + word() + "k"])}
    token = chance.random() < 0.7
    if token:
        claimed["oauth_token"] = chance.choice([letters(16), letters(3) + word()])
    claimed["oauth_signature_method"] = digest
    claimed["oauth_timestamp"] = str(chance.randrange(1, 2 ** chance.choice([31, 31, 33, 63])))
    claimed["oauth_nonce"] = chance.choice([letters(32), letters(1), letters(2) + word()])
    if chance.random() < 0.8:
        claimed["oauth_version"] = "1.0"
    if chance.random() < 0.1:
        claimed["oauth_callback"] = chance.choice(["oob", "http://client.example/ready?a=b&c=" + spell(word())])
    if token and chance.random() < 0.1:
        claimed["oauth_verifier"] = letters(8)
    if "form" not in test and chance.random() < 0.1:
        claimed["oauth_body_hash"] = chance.choice(["2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "Lve95gjOVATpfV8EL5X4nxwjKHE="])
    test["protocol_parameters"] = [list(pair) for pair in claimed.items() if readable(pair[1])]
    test["signature_method"] = digest
    if digest.startswith("RSA"):
        test["rsa_private_key"] = chance.choice(["requests-oauthlib.pem", "oauthlib.pem"])
        if token:
            test["token_secret"] = ""
    else:
        test["client_secret"] = secret()
        if token:
            test["token_secret"] = secret()
    return test


def readable(value):
    """Whether a text has no control characters, which a protocol parameter must not have."""
    return all(" " <= character and not "\x7f" <= character <= "\x9f" for character in value)


def main():
    digests = [RSA[n % len(RSA)] for n in range(RSA_ROWS)]
    digests += ["PLAINTEXT"] * 90
    digests += [HMAC[n % len(HMAC)] for n in range(ROWS - len(digests))]
    chance.shuffle(digests)
    tests = []
    while len(tests) < ROWS:
        test = request(digests[len(tests)])
        # oauthlib is the oracle here, so a row that it cannot express is replaced by another one.
        if check.rfc5849.through(test) != "signing" or check.oauthlib_cannot(test):
            continue
        test["id"] = "oauthlib-random-%04d" % (len(tests) + 1)
        test["comment"] = "Random request signed with %s." % test["signature_method"]
        test.update(check.oauthlib_stages(test))
        tests.append(write.fill(test))
    write.write("oauthlib-random", HEAD, NOTES, tests, compact=True)


main()
