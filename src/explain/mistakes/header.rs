//! Mistakes that are seen in the header itself (RFC 5849 §3.1 and §3.5.1): they need no search.

use super::{Mistake, Slot, entry};

const HEADER: &str = "RFC 5849 §3.5.1";
const URI: &str = "RFC 3986 §2";
const REQUEST: &str = "RFC 5849 §3.1";
const SIGNATURE: &str = "RFC 5849 §3.4.2";
const BASE64: &str = "Write the digest in the base64 of RFC 4648 §4, with padding, and percent-encode that once in the header.";

const fn seen(
    id: &'static str,
    section: &'static str,
    sentence: &'static str,
    fix: &'static str,
) -> Mistake {
    entry(id, Slot::Seen, section, sentence, fix, |_, _| {})
}

pub(super) const TABLE: &[Mistake] = &[
    seen(
        "signature-not-encoded-in-header",
        HEADER,
        "The signature is not percent-encoded in the header.",
        "Percent-encode each value in the header: + as %2B, / as %2F and = as %3D.",
    ),
    seen(
        "signature-encoded-twice",
        HEADER,
        "The signature is percent-encoded twice in the header.",
        "Percent-encode each value in the header once.",
    ),
    seen(
        "signature-plus-lost",
        HEADER,
        "The signature has a space where it had a +.",
        "Percent-encode each value in the header: + as %2B.",
    ),
    seen(
        "signature-hex",
        SIGNATURE,
        "The signature is the digest in hexadecimal digits.",
        BASE64,
    ),
    seen(
        "signature-hex-in-base64",
        SIGNATURE,
        "The signature is the base64 of the digest's hexadecimal digits.",
        BASE64,
    ),
    seen(
        "signature-base64url",
        SIGNATURE,
        "The signature is in the URL-safe base64, with - and _.",
        BASE64,
    ),
    seen(
        "signature-without-padding",
        SIGNATURE,
        "The signature's base64 lacks its padding.",
        BASE64,
    ),
    seen(
        "signature-with-newline",
        SIGNATURE,
        "The signature has white space around it, such as the line break of a base64 encoder.",
        BASE64,
    ),
    seen(
        "signature-not-canonical",
        SIGNATURE,
        "The signature's base64 ends in bits that are not zero.",
        BASE64,
    ),
    seen(
        "hash-other",
        SIGNATURE,
        "The signature was made with another hash than the one that oauth_signature_method names.",
        "Name the signature method that is used.",
    ),
    seen(
        "hmac-instead-of-rsa",
        SIGNATURE,
        "The signature is an HMAC, but oauth_signature_method names an RSA method.",
        "Name the signature method that is used.",
    ),
    seen(
        "signature-method-unknown",
        REQUEST,
        "oauth_signature_method is missing, or it is not a known method; the names are case-sensitive.",
        "Use HMAC-SHA1 in upper case, or another method that the server accepts.",
    ),
    seen(
        "timestamp-in-milliseconds",
        "RFC 5849 §3.3",
        "The timestamp is in milliseconds.",
        "Send seconds.",
    ),
    seen(
        "timestamp-not-a-number",
        "RFC 5849 §3.3",
        "The timestamp is not a positive whole number.",
        "Send whole seconds.",
    ),
    seen(
        "timestamp-missing",
        REQUEST,
        "oauth_timestamp is missing.",
        "Send and sign the seconds since 1970.",
    ),
    seen(
        "nonce-missing",
        REQUEST,
        "oauth_nonce is missing.",
        "Send and sign a random text, a new one for each request.",
    ),
    seen(
        "consumer-key-missing",
        REQUEST,
        "oauth_consumer_key is missing.",
        "Send and sign the identifier of the client credentials.",
    ),
    seen(
        "version-other",
        REQUEST,
        "oauth_version is not 1.0.",
        "Send 1.0, or leave oauth_version out.",
    ),
    seen(
        "header-parameter-repeated",
        REQUEST,
        "An oauth_ parameter occurs more than once.",
        "Send each oauth_ parameter once.",
    ),
    seen(
        "header-value-not-quoted",
        HEADER,
        "A value in the header is not in double quotes.",
        "Write name=\"value\".",
    ),
    seen(
        "header-value-not-encoded",
        HEADER,
        "A value in the header is not percent-encoded.",
        "Percent-encode each value in the header.",
    ),
    seen(
        "header-scheme-missing",
        HEADER,
        "The header does not begin with OAuth.",
        "Write OAuth and a space in front of the parameters.",
    ),
    seen(
        "header-scheme-other",
        HEADER,
        "The header begins with another word than OAuth, such as OAuth1.",
        "Write OAuth and a space in front of the parameters.",
    ),
    seen(
        "header-scheme-colon",
        HEADER,
        "The header has a colon after OAuth.",
        "Write OAuth and a space in front of the parameters.",
    ),
    seen(
        "header-scheme-comma",
        HEADER,
        "The header has a comma after OAuth.",
        "Write OAuth and a space in front of the parameters.",
    ),
    seen(
        "header-separator-other",
        HEADER,
        "The parameters in the header are not separated by commas.",
        "Write a comma between the parameters.",
    ),
    seen(
        "url-typographic",
        URI,
        "The URL contains typographic or invisible characters, and the signature is for the URL with plain ones.",
        "Replace dashes, quotes and spaces of a word processor by plain ones.",
    ),
    seen(
        "url-scheme-twice",
        URI,
        "The URL contains the scheme twice, as in http://http://.",
        "Remove the first scheme.",
    ),
    seen(
        "url-space-in-path",
        URI,
        "The path of the URL contains a space, and the signature is for the path with %20.",
        "Write %20 in place of the space.",
    ),
    seen(
        "url-cut-by-shell",
        URI,
        "The URL has an & outside quotes. A shell ends the command there and sends a shorter URL. The signature is for the whole URL.",
        "Put the URL in quotes.",
    ),
    seen(
        "client-other",
        REQUEST,
        "The consumer key of the request is not the one that belongs to the secret: it names other client credentials.",
        "Use the identifier and the secret of the same client credentials.",
    ),
    seen(
        "token-other",
        REQUEST,
        "The token of the request is not the one that belongs to the secret: it names other token credentials.",
        "Use the identifier and the secret of the same token credentials.",
    ),
    seen(
        "token-missing",
        REQUEST,
        "The request has no token, but token credentials are set.",
        "Send and sign oauth_token, unless this request is made without a token; then use --no-token.",
    ),
    seen(
        "uri-not-valid",
        "RFC 3986 §2",
        "The URI or form has a character that must be percent-encoded, or a broken percent encoding.",
        "Percent-encode it before it is signed and sent.",
    ),
];
