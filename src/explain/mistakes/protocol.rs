//! Mistakes with the protocol parameters (RFC 5849 §3.1, §3.3 and §3.4.1.3.1).

use super::{Mistake, Slot, Variants, entry};
use crate::{
    SignatureMethod,
    explain::recipe::{LeftOut, MethodName, Nonce, Presence, Signature, Timestamp},
};

const SOURCES: &str = "RFC 5849 §3.4.1.3.1";
const TIME: &str = "RFC 5849 §3.3";
const SIGN_ALL: &str = "Sign every parameter of the header but realm and oauth_signature.";
const SAME_NONCE: &str = "Keep the nonce in one variable, and sign and send that.";
const SAME_TIME: &str = "Read the clock once, and sign and send the same seconds.";
const BODY_HASH: &str = "RFC 5849 §3.4.1.3.1, and the draft on oauth_body_hash";

pub(super) const TABLE: &[Mistake] = &[
    entry(
        "realm-signed",
        Slot::Realm,
        SOURCES,
        "realm was signed.",
        "Leave realm out of the signature.",
        |recipe, _| recipe.parameters.realm = true,
    ),
    entry(
        "signature-signed",
        Slot::Signature,
        SOURCES,
        "An oauth_signature in the query or form was signed.",
        "Leave oauth_signature out of the signature, wherever it stands.",
        |recipe, _| recipe.parameters.signature = Signature::OfRequest,
    ),
    entry(
        "empty-signature-signed",
        Slot::Signature,
        SOURCES,
        "An empty oauth_signature was signed.",
        "Leave oauth_signature out of the signature.",
        |recipe, _| recipe.parameters.signature = Signature::Empty,
    ),
    entry(
        "header-signature-signed",
        Slot::Signature,
        SOURCES,
        "The oauth_signature of the header was signed.",
        "Leave oauth_signature out of the signature.",
        |recipe, _| recipe.parameters.signature = Signature::OfHeader,
    ),
    entry(
        "version-not-signed",
        Slot::Version,
        SOURCES,
        "oauth_version is sent and was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.version = Presence::LeftOut,
    ),
    entry(
        "version-signed-not-sent",
        Slot::Version,
        SOURCES,
        "oauth_version was signed and is not sent.",
        "Send what is signed.",
        |recipe, _| recipe.parameters.version = Presence::Added,
    ),
    entry(
        "token-empty-signed-not-sent",
        Slot::Token,
        SOURCES,
        "An empty oauth_token was signed and is not sent.",
        "Leave oauth_token out of both where there is no token.",
        |recipe, _| recipe.parameters.token = Presence::Added,
    ),
    entry(
        "token-not-signed",
        Slot::Token,
        SOURCES,
        "oauth_token is sent and was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.token = Presence::LeftOut,
    ),
    entry(
        "body-hash-not-signed",
        Slot::BodyHash,
        BODY_HASH,
        "oauth_body_hash is sent and was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.body_hash = Presence::LeftOut,
    ),
    entry(
        "body-hash-signed-not-sent",
        Slot::BodyHash,
        BODY_HASH,
        "oauth_body_hash was signed and is not sent.",
        "Send what is signed.",
        |recipe, _| recipe.parameters.body_hash = Presence::Added,
    ),
    entry(
        "callback-not-signed",
        Slot::LeftOut,
        SOURCES,
        "oauth_callback is sent and was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::Callback,
    ),
    entry(
        "verifier-not-signed",
        Slot::LeftOut,
        SOURCES,
        "oauth_verifier is sent and was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::Verifier,
    ),
    entry(
        "other-header-parameters-not-signed",
        Slot::LeftOut,
        SOURCES,
        "Parameters of the header that do not begin with oauth_ were not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::Others,
    ),
    entry(
        "nonce-not-signed",
        Slot::LeftOut,
        SOURCES,
        "oauth_nonce was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::Nonce,
    ),
    entry(
        "timestamp-not-signed",
        Slot::LeftOut,
        SOURCES,
        "oauth_timestamp was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::Timestamp,
    ),
    entry(
        "consumer-key-not-signed",
        Slot::LeftOut,
        SOURCES,
        "oauth_consumer_key was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::ConsumerKey,
    ),
    entry(
        "protocol-parameters-not-signed",
        Slot::LeftOut,
        SOURCES,
        "No protocol parameter was signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::All,
    ),
    entry(
        "signature-method-name-not-signed",
        Slot::MethodName,
        SOURCES,
        "oauth_signature_method was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.method_name = MethodName::LeftOut,
    ),
    entry(
        "signature-method-name-other",
        Slot::MethodName,
        SOURCES,
        "Another oauth_signature_method was signed than is sent.",
        "Sign and send the same name.",
        |recipe, variant| recipe.parameters.method_name = MethodName::Other(variant),
    )
    .variants(Variants::Count(SignatureMethod::ALL.len() as u16)),
    entry(
        "timestamp-signed-in-milliseconds",
        Slot::Timestamp,
        TIME,
        "The timestamp was signed in milliseconds and is sent in seconds.",
        SAME_TIME,
        |recipe, variant| recipe.parameters.timestamp = Timestamp::Milliseconds(variant),
    )
    .variants(Variants::Wide(1000)),
    entry(
        "timestamp-signed-in-seconds",
        Slot::Timestamp,
        TIME,
        "The timestamp is sent in milliseconds and was signed in seconds.",
        "Sign and send seconds.",
        |recipe, _| recipe.parameters.timestamp = Timestamp::Seconds,
    ),
    entry(
        "timestamp-off",
        Slot::Timestamp,
        TIME,
        "The timestamp that was signed is a few seconds off the one that is sent.",
        SAME_TIME,
        |recipe, variant| {
            // 1, -1, 2, -2 and so on up to 5.
            let seconds = variant.cast_signed() / 2 + 1;
            recipe.parameters.timestamp =
                Timestamp::Off(if variant % 2 == 0 { seconds } else { -seconds });
        },
    )
    .variants(Variants::Count(10)),
    entry(
        "timestamp-signed-as-float",
        Slot::Timestamp,
        TIME,
        "The timestamp was signed with a decimal point.",
        "Sign and send whole seconds.",
        |recipe, _| recipe.parameters.timestamp = Timestamp::Float,
    ),
    entry(
        "nonce-signed-in-lower-case",
        Slot::Nonce,
        TIME,
        "The nonce was signed in lower case.",
        SAME_NONCE,
        |recipe, _| recipe.parameters.nonce = Nonce::Lower,
    ),
    entry(
        "nonce-signed-in-upper-case",
        Slot::Nonce,
        TIME,
        "The nonce was signed in upper case.",
        SAME_NONCE,
        |recipe, _| recipe.parameters.nonce = Nonce::Upper,
    ),
    entry(
        "nonce-signed-not-encoded",
        Slot::Nonce,
        TIME,
        "The nonce was signed without being encoded.",
        "Encode the nonce like any value, or make it of letters and digits.",
        |recipe, _| recipe.parameters.nonce = Nonce::NotEncoded,
    ),
    entry(
        "nonce-signed-encoded-twice",
        Slot::Nonce,
        TIME,
        "The nonce was encoded once too often for signing.",
        "Encode the nonce like any value, or make it of letters and digits.",
        |recipe, _| recipe.parameters.nonce = Nonce::EncodedTwice,
    ),
    entry(
        "nonce-signed-in-base64",
        Slot::Nonce,
        TIME,
        "The nonce was signed in base64 and is sent plain.",
        SAME_NONCE,
        |recipe, _| recipe.parameters.nonce = Nonce::Base64,
    ),
    entry(
        "nonce-sent-in-base64",
        Slot::Nonce,
        TIME,
        "The nonce is sent in base64 and was signed plain.",
        SAME_NONCE,
        |recipe, _| recipe.parameters.nonce = Nonce::Base64Decoded,
    ),
    entry(
        "nonce-plus-signed-as-space",
        Slot::Nonce,
        TIME,
        "A + in the nonce was signed as a space.",
        "Encode the nonce like any value, or make it of letters and digits.",
        |recipe, _| recipe.parameters.nonce = Nonce::PlusAsSpace,
    ),
];
