//! Mistakes that are seen in the request and need no search, and what servers check besides the signature.

use super::{Mistake, Slot, entry};

const BODY_HASH: &str = "RFC 5849 §3.4.1.3.1, and the draft oauth_body_hash";
const NONCE: &str = "RFC 5849 §3.3";
const URI: &str = "RFC 5849 §3.4.1.2";
const SIGNATURE: &str = "RFC 5849 §3.4.2";

const HASH_BYTES: &str = "Compute the hash from exactly the bytes that are sent: convert the body to bytes once, then hash and send these.";

pub(super) const fn seen(
    id: &'static str,
    section: &'static str,
    sentence: &'static str,
    fix: &'static str,
) -> Mistake {
    entry(id, Slot::Seen, section, sentence, fix, |_, _| {})
}

#[rustfmt::skip]
pub(super) const TABLE: &[Mistake] = &[
    seen("body-hash-other", BODY_HASH,
        "oauth_body_hash does not match the body: it is the hash of other bytes.",
        HASH_BYTES),
    seen("body-hash-encoded-twice", BODY_HASH,
        "oauth_body_hash is percent-encoded once too often.",
        "Pass the plain base64 text as the value of oauth_body_hash; the signer encodes it."),
    seen("body-hash-other-hash", BODY_HASH,
        "oauth_body_hash was made with another hash than the signature method names.",
        "Use the hash of the signature method, unless the server documents another one."),
    seen("body-hash-not-checked", BODY_HASH,
        "oauth_body_hash was not checked, because the body is not known.",
        "Give the request with its body, as with --http or --curl."),
    seen("body-hash-with-form", BODY_HASH,
        "oauth_body_hash is sent with a form, whose parameters are signed anyway; some servers reject this.",
        "Leave out oauth_body_hash if the body is a form."),
    seen("token-still-encoded", "RFC 5849 §2.3",
        "The token is used as the server sent it, still percent-encoded.",
        "Decode the response with the token: it is a form."),
    seen("signature-digest-as-text", SIGNATURE,
        "The digest was converted to text before it was encoded in base64, which damages its bytes.",
        "Encode the bytes of the digest in base64, not a string made from them."),
    seen("plaintext-with-base-string", "RFC 5849 §3.4.4",
        "The signature is the base string, but with PLAINTEXT it is the two secrets joined with &.",
        "Send both secrets, encoded and joined with &, as the signature."),
    seen("hmac-instead-of-plaintext", "RFC 5849 §3.4.4",
        "The signature is an HMAC, but oauth_signature_method is PLAINTEXT.",
        "Name the signature method that is used."),
    seen("timestamp-far", NONCE,
        "Many servers reject a timestamp that is more than about five minutes from their clock.",
        "Set the clock, and use seconds since 1970 in UTC; sign each request directly before it is sent."),
    seen("plaintext-without-tls", "RFC 5849 §3.4.4",
        "PLAINTEXT sends the secrets over http, where anyone on the way can read them; most servers reject this.",
        "Use https, or an HMAC."),
    seen("token-in-request-token-step", "RFC 5849 §2.1",
        "The URL looks like the first step of the three-legged flow, which is made without a token, but the request contains oauth_token.",
        "Leave out oauth_token and the token secret in this step."),
    seen("realm-netsuite", "RFC 5849 §3.5.1",
        "NetSuite expects the account ID as the realm, in upper case and with _ in place of -, such as 1234567_SB1. No signature covers the realm.",
        "Set realm to the account ID in that form."),
    seen("host-address", URI,
        "The host is an IP address. A server that is configured with a name may compute the signature for that name.",
        "Call the server by the host name that it is configured with."),
    seen("nonce-once", NONCE,
        "A server accepts each nonce only once, so that this request is rejected if it was already sent.",
        "Make a new nonce for each request, also if it is sent again."),
];
