//! Mistakes with the protocol parameters (RFC 5849 §3.1, §3.3 and §3.4.1.3.1).

use super::{Mistake, Slot, Variants, entry};
use crate::{
    SignatureMethod,
    explain::recipe::protocol::{
        EXTRAS, LeftOut, MethodName, Nonce, Presence, Signature, Timestamp,
    },
};

const SOURCES: &str = "RFC 5849 §3.4.1.3.1";
const TIME: &str = "RFC 5849 §3.3";
const SIGN_ALL: &str = "Sign every parameter of the header except realm and oauth_signature.";
const SEND_SIGNED: &str = "Send every parameter that is signed.";
const SAME_NONCE: &str = "Make the nonce once, store it in a variable, and sign and send that.";
const SAME_TIME: &str =
    "Read the clock once, store the seconds in a variable, and sign and send that.";
const BODY_HASH: &str = "RFC 5849 §3.4.1.3.1, and the draft oauth_body_hash";

pub(super) const TABLE: &[Mistake] = &[
    entry(
        "realm-signed",
        Slot::Realm,
        SOURCES,
        "The realm was signed.",
        "Do not sign realm.",
        |recipe, _| recipe.parameters.realm = true,
    ),
    entry(
        "signature-signed",
        Slot::Signature,
        SOURCES,
        "An oauth_signature in the query or form was signed.",
        "Do not sign oauth_signature, wherever it is.",
        |recipe, _| recipe.parameters.signature = Signature::OfRequest,
    ),
    entry(
        "empty-signature-signed",
        Slot::Signature,
        SOURCES,
        "An empty oauth_signature was signed.",
        "Do not sign oauth_signature.",
        |recipe, _| recipe.parameters.signature = Signature::Empty,
    ),
    entry(
        "header-signature-signed",
        Slot::Signature,
        SOURCES,
        "The oauth_signature of the header was signed.",
        "Do not sign oauth_signature.",
        |recipe, _| recipe.parameters.signature = Signature::OfHeader,
    ),
    entry(
        "version-not-signed",
        Slot::Version,
        SOURCES,
        "oauth_version is sent, but it was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.version = Presence::LeftOut,
    ),
    entry(
        "version-signed-not-sent",
        Slot::Version,
        SOURCES,
        "oauth_version was signed, but it is not sent.",
        SEND_SIGNED,
        |recipe, _| recipe.parameters.version = Presence::Added,
    ),
    entry(
        "token-empty-signed-not-sent",
        Slot::Token,
        SOURCES,
        "An empty oauth_token was signed, but it is not sent.",
        "If there is no token, neither sign nor send oauth_token.",
        |recipe, _| recipe.parameters.token = Presence::Added,
    ),
    entry(
        "token-not-signed",
        Slot::Token,
        SOURCES,
        "oauth_token is sent, but it was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.token = Presence::LeftOut,
    ),
    entry(
        "body-hash-not-signed",
        Slot::BodyHash,
        BODY_HASH,
        "oauth_body_hash is sent, but it was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.body_hash = Presence::LeftOut,
    ),
    entry(
        "body-hash-signed-not-sent",
        Slot::BodyHash,
        BODY_HASH,
        "oauth_body_hash was signed, but it is not sent.",
        SEND_SIGNED,
        |recipe, _| recipe.parameters.body_hash = Presence::Added,
    ),
    entry(
        "callback-not-signed",
        Slot::LeftOut,
        SOURCES,
        "oauth_callback is sent, but it was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::Named("oauth_callback"),
    ),
    entry(
        "verifier-not-signed",
        Slot::LeftOut,
        SOURCES,
        "oauth_verifier is sent, but it was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::Named("oauth_verifier"),
    ),
    entry(
        "other-header-parameters-not-signed",
        Slot::LeftOut,
        SOURCES,
        "Parameters of the header whose names do not start with oauth_ were not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::Others,
    ),
    entry(
        "nonce-not-signed",
        Slot::LeftOut,
        SOURCES,
        "oauth_nonce was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::Named("oauth_nonce"),
    ),
    entry(
        "timestamp-not-signed",
        Slot::LeftOut,
        SOURCES,
        "oauth_timestamp was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::Named("oauth_timestamp"),
    ),
    entry(
        "consumer-key-not-signed",
        Slot::LeftOut,
        SOURCES,
        "oauth_consumer_key was not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::Named("oauth_consumer_key"),
    ),
    entry(
        "query-parameters-in-header",
        Slot::LeftOut,
        SOURCES,
        "Parameters of the query or form are also in the header, where they do not belong; they were signed once.",
        "Take them out of the header: only realm and the oauth_ parameters belong there.",
        |recipe, _| recipe.parameters.left_out = LeftOut::Repeated,
    )
    .breadth(1),
    entry(
        "several-protocol-parameters-not-signed",
        Slot::LeftOut,
        SOURCES,
        "Several parameters of the header were not signed.",
        SIGN_ALL,
        |recipe, variant| recipe.parameters.left_out = LeftOut::Subset(variant),
    )
    .variants(Variants::Subsets)
    .breadth(8),
    entry(
        "parameter-signed-not-sent",
        Slot::Extra,
        SOURCES,
        "A parameter was signed, but it is not sent.",
        SEND_SIGNED,
        |recipe, variant| recipe.parameters.extra = Some(variant),
    )
    .variants(Variants::Count(EXTRAS.len() as u16))
    .breadth(8),
    entry(
        "protocol-parameters-not-signed",
        Slot::LeftOut,
        SOURCES,
        "None of the oauth_ parameters was signed.",
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
        "Another oauth_signature_method was signed than the one that is sent.",
        "Sign and send the same name.",
        |recipe, variant| recipe.parameters.method_name = MethodName::Other(variant),
    )
    .variants(Variants::Count(SignatureMethod::ALL.len() as u16)),
    entry(
        "timestamp-signed-in-milliseconds",
        Slot::Timestamp,
        TIME,
        "The timestamp was signed in milliseconds, but it is sent in seconds.",
        SAME_TIME,
        |recipe, variant| recipe.parameters.timestamp = Timestamp::Milliseconds(variant),
    )
    .variants(Variants::Wide(1000)),
    entry(
        "timestamp-signed-in-seconds",
        Slot::Timestamp,
        TIME,
        "The timestamp is sent in milliseconds, but it was signed in seconds.",
        "Sign and send seconds.",
        |recipe, _| recipe.parameters.timestamp = Timestamp::Seconds,
    ),
    entry(
        "timestamp-off",
        Slot::Timestamp,
        TIME,
        "Another timestamp was signed than the one that is sent, as when the clock is read twice.",
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
        "The nonce was signed in lower case, but it is not sent so.",
        SAME_NONCE,
        |recipe, _| recipe.parameters.nonce = Nonce::Lower,
    ),
    entry(
        "nonce-signed-in-upper-case",
        Slot::Nonce,
        TIME,
        "The nonce was signed in upper case, but it is not sent so.",
        SAME_NONCE,
        |recipe, _| recipe.parameters.nonce = Nonce::Upper,
    ),
    entry(
        "nonce-signed-not-encoded",
        Slot::Nonce,
        TIME,
        "The nonce was not encoded before it was signed.",
        "Encode the nonce like any other value, or use only letters and digits in it.",
        |recipe, _| recipe.parameters.nonce = Nonce::NotEncoded,
    ),
    entry(
        "nonce-signed-encoded-twice",
        Slot::Nonce,
        TIME,
        "The nonce was encoded once too often before it was signed.",
        "Encode the nonce like any other value, or use only letters and digits in it.",
        |recipe, _| recipe.parameters.nonce = Nonce::EncodedTwice,
    ),
    entry(
        "nonce-signed-in-base64",
        Slot::Nonce,
        TIME,
        "The nonce was signed in base64, but it is sent plain.",
        SAME_NONCE,
        |recipe, _| recipe.parameters.nonce = Nonce::Base64,
    ),
    entry(
        "nonce-sent-in-base64",
        Slot::Nonce,
        TIME,
        "The nonce is sent in base64, but it was signed plain.",
        SAME_NONCE,
        |recipe, _| recipe.parameters.nonce = Nonce::Base64Decoded,
    ),
    entry(
        "nonce-plus-signed-as-space",
        Slot::Nonce,
        TIME,
        "A + in the nonce was signed as a space.",
        "Encode the nonce like any other value, or use only letters and digits in it.",
        |recipe, _| recipe.parameters.nonce = Nonce::PlusAsSpace,
    ),
];
