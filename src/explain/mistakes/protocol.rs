//! Mistakes with the protocol parameters (RFC 5849 §3.1, §3.3 and §3.4.1.3.1).

use super::{Mistake, Variants, entry};
use crate::{
    SignatureMethod,
    explain::recipe::protocol::{EXTRA_COUNT, LeftOut, NONCES, SIGNED_TOKEN, Signature, Timestamp},
};

const SOURCES: &str = "RFC 5849 §3.4.1.3.1";
const TIME: &str = "RFC 5849 §3.3";
const SIGN_ALL: &str = "Sign every parameter of the header except realm and oauth_signature.";
const SEND_SIGNED: &str = "Send every parameter that is signed.";
const SAME_NONCE: &str = "Make the nonce once, store it in a variable, and sign and send that.";
const SAME_TIME: &str = "Read the clock once, store the seconds in a variable, and sign and send that.";
/// Seconds between two times when the clock is read.
const OFFSETS: [i16; 10] = [1, -1, 2, -2, 3, -3, 4, -4, 5, -5];

#[rustfmt::skip]
pub(super) const TABLE: &[Mistake] = &[
    entry("realm-signed", SOURCES, |recipe, _| recipe.parameters.realm = true,
        "The realm was signed.",
        "Do not sign realm."),
    entry("signature-signed", SOURCES, |recipe, _| recipe.parameters.signature = Signature::OfRequest,
        "An oauth_signature in the query or form was signed.",
        "Do not sign oauth_signature, wherever it is."),
    entry("empty-signature-signed", SOURCES,
        |recipe, _| recipe.parameters.signature = Signature::Empty,
        "An empty oauth_signature was signed.",
        "Do not sign oauth_signature."),
    entry("header-signature-signed", SOURCES,
        |recipe, _| recipe.parameters.signature = Signature::OfHeader,
        "The oauth_signature of the header was signed.",
        "Do not sign oauth_signature."),
    entry("other-header-parameters-not-signed", SOURCES,
        |recipe, _| recipe.parameters.left_out = LeftOut::Others,
        "Parameters of the header whose names do not start with oauth_ were not signed.",
        SIGN_ALL).variants(Variants::Slip),
    entry("query-parameters-in-header", SOURCES,
        |recipe, _| recipe.parameters.left_out = LeftOut::Repeated,
        "Parameters of the query or form are also in the header, where they do not belong; they were signed once.",
        "Take them out of the header: only realm and the oauth_ parameters belong there.").variants(Variants::Slip).breadth(1),
    entry("protocol-parameters-not-signed", SOURCES,
        |recipe, variant| recipe.parameters.left_out = LeftOut::Subset(variant),
        "One or more of the oauth_ parameters are sent, but they were not signed.",
        SIGN_ALL).variants(Variants::Subsets),
    entry("parameter-signed-not-sent", SOURCES, |recipe, variant| {
            recipe.parameters.extra = Some(variant);
            recipe.key.token_though_unnamed |= variant == SIGNED_TOKEN;
        },
        "A parameter was signed, but it is not sent.",
        SEND_SIGNED).variants(Variants::Count(EXTRA_COUNT)),
    entry("signature-method-name-other", SOURCES,
        |recipe, variant| recipe.parameters.method_name = Some(SignatureMethod::ALL[usize::from(variant)]),
        "Another oauth_signature_method was signed than the one that is sent.",
        "Sign and send the same name.").variants(Variants::Count(SignatureMethod::ALL.len() as u16)),
    entry("timestamp-signed-in-milliseconds", TIME,
        |recipe, variant| recipe.parameters.timestamp = Timestamp::Milliseconds(variant),
        "The timestamp was signed in milliseconds, but it is sent in seconds.",
        SAME_TIME).variants(Variants::Wide(1000)),
    entry("timestamp-signed-in-seconds", TIME,
        |recipe, _| recipe.parameters.timestamp = Timestamp::Seconds,
        "The timestamp is sent in milliseconds, but it was signed in seconds.",
        "Sign and send seconds.").variants(Variants::Slip),
    entry("timestamp-off", TIME,
        |recipe, variant| recipe.parameters.timestamp = Timestamp::Off(OFFSETS[usize::from(variant)]),
        "Another timestamp was signed than the one that is sent, as when the clock is read twice.",
        SAME_TIME).variants(Variants::Count(OFFSETS.len() as u16)),
    entry("timestamp-signed-as-float", TIME,
        |recipe, _| recipe.parameters.timestamp = Timestamp::Float,
        "The timestamp was signed with a decimal point.",
        "Sign and send whole seconds.").variants(Variants::Slip),
    entry("nonce-changed", TIME, |recipe, variant| recipe.parameters.nonce = Some(variant),
        "Another nonce was signed than the one that is sent.",
        SAME_NONCE).variants(Variants::Count(NONCES.len() as u16)),
];
