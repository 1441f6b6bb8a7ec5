"""Writes vectors/normalization.json: one row per trap of parameter and URI normalization."""

import write

NOTES = {
    "names": "How names and values are split and decoded.",
    "encoding": "Which octets are percent-encoded, and how often.",
    "sorting": "The order of the encoded pairs.",
    "duplicates": "A name, or a whole pair, that occurs more than once.",
    "brackets": "Square brackets are data like any other.",
    "octets": "Octets that are not UTF-8 stay the octets they are.",
    "uri": "The base string URI.",
    "port": "Only the scheme's own port is dropped.",
    "path": "The path is signed as spelled.",
    "method": "The request method.",
    "form": "Form bodies are signed with any method; other bodies never are.",
    "protocol": "Protocol parameters and where they stand.",
    "key": "The key made of the two secrets.",
    "header": "The Authorization header.",
    "choice": "The RFC does not say; this is the reading chosen here.",
    "oauthlib-cannot": "oauthlib cannot express the row, so only rfc5849.py vouches for it.",
}
HEAD = {
    "source": "Traps of normalization met in other signers; comments name public issues as project#number on github.com",
    "url": "https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1",
    "version": "1",
    "license": "as this project",
    "generator": "generate/normalization.py: inputs are listed there, stages are computed by generate/rfc5849.py and compared "
    "with oauthlib 4.0.1 where it can express the row.",
}
RSA_KEY = "requests-oauthlib.pem"
tests = []


def row(
    name, flag, comment, uri="http://example.com/", method="GET", form=None, realm=None,
    secrets=("kd94hf93k423kf44", "pfkkdhi9sl3r4s00"), digest="HMAC-SHA1", **changed,
):
    """One row; a parameter is changed by its name without `oauth_`, and left out if None."""
    claimed = {
        "consumer_key": "dpf43f3p2l4k3l03",
        "token": "nnch734d00sl2jdk",
        "signature_method": digest,
        "timestamp": "1191242096",
        "nonce": "kllo9940pd9333jh",
        "version": "1.0",
    }
    claimed.update(changed)
    test = {"id": "normalization-" + name, "comment": comment, "flags": flag.split(), "method": method, "uri": uri}
    if form is not None:
        test["form"] = form
    if realm is not None:
        test["realm"] = realm
    test["protocol_parameters"] = [["oauth_" + n, v] for n, v in claimed.items() if v is not None]
    test["signature_method"] = digest
    if digest.startswith("RSA"):
        test["rsa_private_key"] = RSA_KEY
        secrets = (None, "" if claimed["token"] is not None else None)
    for key, secret in zip(("client_secret", "token_secret"), secrets):
        if secret is not None:
            test[key] = secret
    tests.append(write.fill(test))


def query(name, flag, comment, text, **more):
    row(name, flag, comment, uri="http://example.com/?" + text, **more)


# Sorting
query("sort-name-prefix", "sorting", "A name that begins another one comes first, whatever follows it (jersey#1105).", "org-country=US&org=acme")
query("sort-name-number", "sorting", "a1 comes before a10, so joined pairs must not be sorted (OAuthSwift#283, oauthconsumer#8).", "a10=1&a1=2&a2=3")
query("sort-name-before-equals", "sorting", "Octets below the equals sign in a name do not put it before its prefix.", "a-b=1&a=2&a.c=3&a%21=4")
query("sort-after-encoding", "sorting", "Pairs are sorted after encoding, so a percent sign comes before letters and digits (python-oauth2#75).", "b=1&%C3%9F=2&2=3&%7B=4&~=5&_=6&A=7")
query("sort-values-utf8", "sorting", "ASCII and UTF-8 values of one name are sorted encoded (p5-oauth-lite#5).", "v=z&v=%C3%A9&v=a&v=%E3%81%82")
query("sort-numeric-indexes", "sorting", "Indexes that look like numbers are text: 10 before 2 (magento-lts#721).", "id%5B2%5D=b&id%5B10%5D=c&id%5B1%5D=a")
query("sort-numeric-names", "sorting", "Names that are numbers are text too (oauth1-signer-nodejs#3).", "10=a&9=b&1=c&02=d")
query("sort-case", "sorting", "Capitals come before small letters.", "b=1&B=2&a=3&A=4")
query("sort-among-protocol", "sorting", "Request and protocol parameters are sorted together.", "oauth_a=1&p=2&a=3&oauth=4&oauth_z=5")
query("sort-values", "sorting duplicates", "Values of one name are sorted as text.", "f=50&f=a&f=25&f=&f=5")
query("sort-hex-case", "sorting", "Escapes are compared in capitals, whatever case was sent.", "a=%fa&a=%FB&a=%c3")

# Names, values and pieces
query("duplicate-name", "duplicates", "A repeated name keeps all its values (signet#173, RestSharp#234, node-oauth#71).", "a=2&a=1&a=3")
query("duplicate-pair", "duplicates", "Even an identical pair counts twice (oauth-subscriber#69, oauth1-rs#9).", "a=1&a=1")
row("duplicate-in-query-and-form", "duplicates form", "A pair in the query and again in the form counts twice.", uri="http://example.com/?a=1", method="POST", form="a=1&a=1")
query("duplicate-many", "duplicates", "A hundred values of one name are a hundred pairs.", "&".join("n=%d" % n for n in range(100)))
query("empty-value", "names", "An empty value keeps its equals sign.", "a=&b=1")
query("no-equals", "names", "A piece without an equals sign is a name with an empty value.", "a&b=1")
query("no-equals-and-empty", "names duplicates", "With and without the equals sign are two equal pairs.", "a&a=")
query("empty-name", "names choice", "An empty name is kept.", "=v&a=1")
query("empty-name-and-value", "names choice", "A lone equals sign is a pair of nothing and nothing.", "=&a=1")
query("empty-pieces", "names choice", "Nothing between two ampersands is no parameter.", "&a=1&&b=2&")
query("empty-query", "names", "A question mark with nothing behind it adds nothing.", "")
query("second-equals", "names", "Only the first equals sign divides.", "a=b=c&d==")
query("second-question-mark", "names", "Only the first question mark begins the query.", "a=?&?b=1")
query("semicolon", "names choice", "A semicolon does not divide.", "a=1;b=2")
query("encoded-ampersand", "names", "An encoded ampersand in name or value does not divide (decode after splitting).", "a%26b=c%26d&e=f")
query("encoded-equals", "names", "An encoded equals sign in a name does not divide.", "a%3Db=c%3Dd")
query("long-value", "names", "A long value is signed whole.", "a=" + "0123456789" * 200)
query("many-names", "names", "More than a thousand parameters are all signed.", "&".join("p%d=%d" % (n, n) for n in range(1100)))

# Encoding
query("plus-is-space", "encoding", "A plus sign in the query is a space (oauth-client-rs#16, postman-app-support#1874, nango#7098).", "q=a+b")
query("space", "encoding", "%20 signs like a plus sign (jersey#705).", "q=a%20b")
query("encoded-plus", "encoding", "%2B is a plus sign, not a space.", "q=a%2Bb")
query("plus-in-name", "encoding", "A plus sign in a name is a space too.", "a+b=1")
row("plus-in-form", "encoding form", "Plus sign, %20 and %2B in a form.", method="POST", form="a=b+c&d=e%20f&g=h%2Bi")
query("lower-case-hex", "encoding", "Escapes in small letters are signed in capitals.", "q=%c3%a9%2f")
query("tilde", "encoding", "A tilde is never encoded, sent raw or not (python-oauth2#15, simple-oauth1#8).", "a=~&b=%7E&c=%7e")
query("unreserved-encoded", "encoding", "An escape that was not needed disappears.", "%61%2D=%41%2E%5F%7E%30")
query("reserved-raw", "encoding", "Raw reserved characters are signed encoded (oauth-sign#4, AFOAuth1Client#38, oauth1-signer-python#21).", "a=!*'(),;:@/?$&b=x")
query("reserved-encoded", "encoding", "The same reserved characters sent encoded give the same base string.", "a=%21%2A%27%28%29%2C%3B%3A%40%2F%3F%24&b=x")
query("reserved-rest", "encoding", "The characters that no query may hold raw, sent encoded.", "a=%22%23%3C%3E%5C%5E%60%7B%7C%7D%20")
query("percent-sign", "encoding", "An encoded percent sign is one percent sign.", "a=100%25&b=%25")
query("double-encoded", "encoding", "What is encoded twice is decoded once (postman-app-support#1869, requests-oauth#29, jsOAuth#35).", "a=%2520&b=%25252F")
query("double-encoded-rql", "encoding", "A query of the API with a value encoded twice.", "eq(name,John%2520%2526%2520Co)&limit(10)")
query("utf8", "encoding", "UTF-8 is encoded octet by octet.", "%C3%BC=%E2%82%AC&%F0%9F%98%80=%E6%97%A5")
query("utf8-decomposed", "encoding", "Composed and decomposed letters stay different.", "a=%C3%A9&a=e%CC%81")
query("control", "encoding", "Control characters, NUL among them.", "a=%00%01%09%0A%0D%1F%7F&b=%C2%80")
row("form-line-break", "encoding form", "A line break in a form.", method="POST", form="t=a%0D%0Ab")

# Brackets
query("brackets-encoded", "brackets", "Encoded brackets in a name (OAuthSwift#168, insomnia#943).", "filter%5Bstatus%5D=open&a%5B%5D=1&a%5B%5D=2")
query("brackets-raw", "brackets", "Raw brackets give the same base string (aio-commerce-sdk#574, insomnia#4407).", "filter[status]=open&a[]=1&a[]=2")
query("brackets-nested", "brackets", "Nested and indexed brackets are no structure (WP-API/OAuth1#34).", "a[b][c]=1&a[0]=x&a[1]=y")
query("brackets-in-value", "brackets", "Brackets in a value.", "a=[1,2]&contains(x[0],1)")
row("brackets-form-raw", "brackets form", "Raw brackets in a form.", method="POST", form="filter[number]=-1&tags[]=a&tags[]=b")
row("brackets-form-encoded", "brackets form", "Encoded brackets in a form.", method="POST", form="filter%5Bnumber%5D=-1&tags%5B%5D=a&tags%5B%5D=b")

# Bytes
query("octet-value", "octets", "An octet that is no UTF-8 stays as it is.", "a=%f8")
query("octet-name", "octets", "An octet that is no UTF-8 in a name.", "%E4=1&%FF=2")
query("octet-cut", "octets", "A UTF-8 sequence cut short.", "a=%E2%82&b=%C3")
query("octet-overlong", "octets", "An overlong sequence and a surrogate.", "a=%C0%AF&b=%ED%A0%80")
row("octet-form", "octets form", "Octets that are no UTF-8 in a form.", method="POST", form="a=%FF%FE&b=%80")

# Base string URI
row("scheme-case", "uri", "The scheme is lower-cased.", uri="HTTPS://example.com/a")
row("host-case", "uri", "The host is lower-cased, the path is not.", uri="http://WWW.Example.COM/Path/TO")
row("method-case", "method", "The method is upper-cased.", method="get")
row("method-mixed", "method", "A mixed-case method is upper-cased.", method="dElEtE")
row("method-patch", "method", "PATCH is a method like any other.", method="PATCH", uri="https://example.com/a?b=c")
row("method-custom", "method", "A method with a hyphen that no client offers.", method="M-SEARCH")
row("port-80-http", "port", "Port 80 is dropped under http.", uri="http://example.com:80/a")
row("port-443-https", "port", "Port 443 is dropped under https (ddo/oauth-1.0a#59, TDOAuth#3).", uri="https://example.com:443/a")
row("port-443-http", "port", "Port 443 stays under http (scribejava#428).", uri="http://example.com:443/a")
row("port-80-https", "port", "Port 80 stays under https (oauth1-client#81).", uri="https://example.com:80/a")
row("port-other", "port", "Any other port stays (oauth1-client#123, RestKit#1037, insomnia-plugin-mastercard#6).", uri="https://example.com:8443/a?b=c")
row("port-8080", "port", "A port that begins like the default stays.", uri="http://example.com:8080/")
row("port-empty", "port", "A colon without a port is dropped.", uri="http://example.com:/a")
row("port-empty-no-path", "port path", "A colon without a port, and no path.", uri="https://example.com:")
row("ipv4", "uri", "An IPv4 host.", uri="http://192.0.2.1:8080/a")
row("ipv6", "uri", "An IPv6 host keeps its brackets (oauthlib#817).", uri="http://[2001:db8::1]/a")
row("ipv6-default-port", "uri port", "The default port behind an IPv6 host is dropped.", uri="https://[2001:db8::1]:443/a")
row("ipv6-foreign-port", "uri port", "Port 80 behind an IPv6 host stays under https.", uri="https://[2001:db8::1]:80/a")
row("ipv6-empty-port", "uri port", "A colon without a port behind an IPv6 host.", uri="http://[::1]:/a")
row("ipv6-case", "uri", "An IPv6 host is lower-cased.", uri="http://[2001:DB8::ABCD]:8080/a")
row("ipv6-long", "uri choice", "An IPv6 host is not shortened.", uri="http://[2001:db8:0:0:0:0:0:1]/a")
row("host-trailing-dot", "uri choice", "A dot at the end of the host stays.", uri="http://example.com./a")
row("host-punycode", "uri", "A host in its ASCII form is text.", uri="http://XN--Bcher-KVA.example/a")
row("user-info", "uri", "User-info is dropped.", uri="http://user:secret@example.com/a?b=c")
row("user-info-port", "uri port", "User-info is dropped, the port stays.", uri="http://user@example.com:8080/a")
row("user-info-encoded-at", "uri", "An encoded at sign in the user-info.", uri="https://a%40b:c@[::1]:443/")
row("fragment", "uri", "The fragment is dropped.", uri="http://example.com/a?b=c#d=e")
row("fragment-question-mark", "uri", "A question mark in the fragment begins no query.", uri="http://example.com/a#b?c=d")
row("fragment-no-path", "uri path", "A fragment right after the host.", uri="http://example.com#a")
row("path-empty", "path", "An empty path is signed as a slash.", uri="http://example.com")
row("path-empty-query", "path", "An empty path before a query is signed as a slash.", uri="http://example.com?a=1")
row("path-empty-port", "path port", "An empty path after a port.", uri="http://example.com:8080?a=1")
row("path-encoded-slash", "path", "%2F in the path stays %2F.", uri="http://example.com/a%2Fb/c")
row("path-dots", "path", "Dot segments are not resolved.", uri="http://example.com/a/../b/./c/..")
row("path-double-slash", "path", "Empty segments stay.", uri="http://example.com//a//b/")
row("path-lower-hex", "path", "Escapes in the path keep their case.", uri="http://example.com/%c3%a9/%C3%A9")
row("path-tilde-encoded", "path", "A needless escape in the path stays.", uri="http://example.com/%7Euser/~user/%41")
row("path-plus", "path", "A plus sign in the path is a plus sign.", uri="http://example.com/a+b")
row("path-space", "path", "An encoded space in the path (oauthlib#650).", uri="http://example.com/a%20b")
row("path-semicolon", "path", "What follows a semicolon belongs to the path (oauthlib#83).", uri="http://example.com/a;b=c;d/e;f=g?h=i")
row("path-at-sign", "path", "An at sign in the path is no user-info (oauth1-signer-java#18).", uri="http://example.com/@user/a@b:80")
row("path-raw-reserved", "path", "Raw reserved characters in the path.", uri="http://example.com/!$&'()*,=:@/a")
row("path-trailing-slash", "path", "A slash at the end stays.", uri="https://example.com/users/v1/")
row("path-case", "path", "The path keeps its case.", uri="https://example.com/Users/V1/Me")
row("path-octets", "path", "Escapes in the path need not be UTF-8.", uri="http://example.com/%ff/%E4")
row("path-question-in-query", "path", "A slash in the query is no path.", uri="http://example.com?a=/b/../c")

# Forms
row("form-post", "form", "A form is signed.", method="POST", form="a=1&b=2")
row("form-put", "form", "A form is signed with PUT too (python-oauth2#71).", method="PUT", form="a=1&b=2")
row("form-patch", "form", "A form is signed with PATCH too.", method="PATCH", form="a=1")
row("form-delete", "form", "A form is signed with DELETE too.", method="DELETE", form="a=1")
row("form-get", "form", "A form is signed even with GET.", form="a=1")
row("form-and-query", "form", "Query and form are sorted together.", method="POST", uri="http://example.com/?b=2&d=4", form="c=3&a=1")
row("form-empty", "form", "An empty form adds nothing.", method="POST", form="")
row("form-pieces", "form names", "Pieces of a form without name or value.", method="POST", form="a&=b&c=&&d==e")
row("form-question-mark", "form names", "A question mark in a form is data.", method="POST", form="?a=1&b=?")
row("form-rfc", "form", "The form and query of section 3.4.1.3.1.", method="POST", uri="http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", form="c2&a3=2+q")
row("other-body", "form", "A JSON or multipart body is not signed, so nothing but the URI counts (ddo/oauth-1.0a#110, requests-oauthlib#40).", method="POST", uri="https://example.com/data/v1/?a=1")

# Protocol parameters
row("no-token", "protocol", "Without a token there is no oauth_token.", token=None, secrets=("kd94hf93k423kf44", None))
row("no-version", "protocol", "oauth_version may be left out.", version=None)
row("no-token-no-version", "protocol", "Neither token nor version.", token=None, version=None, secrets=("kd94hf93k423kf44", None))
row("callback", "protocol", "A callback is encoded twice in the base string.", method="POST", token=None, callback="http://client.example/ready?a=b&c=%20", secrets=("kd94hf93k423kf44", None))
row("callback-oob", "protocol", "The callback of a client without one.", method="POST", token=None, callback="oob", secrets=("kd94hf93k423kf44", None))
row("verifier", "protocol", "A verifier takes part.", method="POST", verifier="hfdp7dh39dks9884")
row("body-hash", "protocol", "A body hash takes part like any parameter.", method="POST", body_hash="Lve95gjOVATpfV8EL5X4nxwjKHE=")
row("consumer-key-reserved", "protocol", "A consumer key with reserved characters is encoded in the header too (here-aaa-java-sdk#37).", consumer_key="a b+c&d=e/f%g\"h,i")
row("token-reserved", "protocol", "A token with reserved characters is encoded in the header too.", token="t~!*'();:@&=+$,/?#[]")
row("token-utf8", "protocol", "A token beyond ASCII.", token="tökén")
row("nonce-reserved", "protocol", "A nonce with the characters of base64.", nonce="+/==a~")
row("timestamp-one", "protocol", "The smallest timestamp.", timestamp="1")
row("timestamp-largest", "protocol", "The largest timestamp of 64 bits.", timestamp="18446744073709551615")
query("query-oauth", "protocol", "An oauth_ parameter in the query counts like any other.", "oauth_callback=oob&oauth_custom=a&b=c")
row("form-oauth", "protocol form", "An oauth_ parameter in the form counts like any other.", method="POST", form="oauth_verifier=abc&b=c")
query("query-oauth-encoded", "protocol", "The value of an oauth_ parameter in the query is decoded once.", "oauth_custom=%2541&b=%2541")
query("query-oauth-token", "protocol", "A token in the query, none in the header.", "oauth_token=nnch734d00sl2jdk&b=c", token=None)
query("query-signature", "protocol", "oauth_signature is left out, even where it stands in the query.", "oauth_signature=abc&b=c")
query("query-signature-encoded", "protocol", "oauth_signature is known by its decoded name.", "oauth%5Fsignature=abc&b=c")
query("query-signature-like", "protocol", "Names that only resemble oauth_signature are signed.", "oauth_signature2=a&Oauth_signature=b&xoauth_signature=c&oauth_signature_method2=d")
query("query-realm", "protocol", "A realm in the query is a parameter like any other.", "realm=Photos&b=c")
row("form-realm", "protocol form", "A realm in the form too, while the header's is not signed.", method="POST", form="realm=Photos", realm="Header")

# Secrets
row("secret-reserved", "key", "Secrets with reserved characters are encoded in the key (dghubble/oauth1#72, north#2, request#263).", secrets=("a&b%c d+e/f=g", "h&i%26j~k"))
row("secret-utf8", "key", "Secrets beyond ASCII.", secrets=("schlüssel", "日本"))
row("secret-ampersand", "key", "Secrets that are ampersands.", secrets=("&", "&&"))
row("secret-space", "key", "Spaces at the ends of a secret are part of it.", secrets=(" a ", " b\t"))
row("secret-base64", "key", "Secrets in base64 (AppEngine-OAuth-Library#3).", secrets=("ab+/cd==", "+/+/=="))
row("token-secret-empty", "key", "An empty token secret leaves the ampersand (WP-API/OAuth1#76, woocommerce#18146).", secrets=("kd94hf93k423kf44", ""))
row("client-secret-empty", "key", "An empty client secret leaves the ampersand.", secrets=("", "pfkkdhi9sl3r4s00"))
row("secrets-empty", "key", "Both secrets empty: the key is a lone ampersand (soletta#1176).", secrets=("", ""))
row("token-absent", "key", "No token at all: the ampersand stays (woocommerce-rest-api-docs#8, yaak#611).", token=None, secrets=("kd94hf93k423kf44", None))
row("secret-long", "key", "Secrets longer than the digest's block are hashed first.", secrets=("c" * 100, "t" * 100))
row("secret-block", "key", "A key exactly as long as the block of SHA-1.", secrets=("c" * 32, "t" * 31))
row("plaintext-reserved", "key", "PLAINTEXT: the secrets are encoded in the signature, and it again in the header.", digest="PLAINTEXT", secrets=("a&b%c d+e/f=ü", "h&i"))
row("plaintext-no-token", "key", "PLAINTEXT without a token.", digest="PLAINTEXT", token=None, secrets=("kd94hf93k423kf44", None))

# Signature methods on one request, and the header
for digest in ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT"):
    query("digest-" + digest.lower(), "header", "One request signed with %s." % digest, "size=original&file=vacation.jpg", digest=digest)
row("realm", "header", "The realm comes first and is not signed (ddo/oauth-1.0a#50, scribejava#437, netsuite-php#121).", realm="1234567_SB1")
row("realm-empty", "header", "An empty realm is a realm.", realm="")
row("realm-quoted", "header choice", "Quote and backslash in a realm are escaped by a backslash.", realm='a "b" \\ c')
row("realm-separators", "header", "Comma, equals sign and percent sign in a realm are left alone.", realm="a, oauth_token=b%20c")
row("signature-escaped", "header", "A signature with plus sign and slash is encoded in the header (oauth1-signer-python#35).", uri="http://example.com/?n=15")

write.write("normalization", HEAD, NOTES, tests)
