//! Mistakes with the protocol parameters (RFC 5849 §3.1, §3.3 and §3.4.1.3.1).

use super::{Mistake, Slot, Variants, entry};
use crate::{
    SignatureMethod,
    explain::recipe::protocol::{EXTRAS, LeftOut, NONCES, Signature, Timestamp},
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
    entry("realm-signed", Slot::Realm, SOURCES,
        "The realm was signed.",
        "Do not sign realm.",
        |recipe, _| recipe.parameters.realm = true),
    entry("signature-signed", Slot::Signature, SOURCES,
        "An oauth_signature in the query or form was signed.",
        "Do not sign oauth_signature, wherever it is.",
        |recipe, _| recipe.parameters.signature = Signature::OfRequest),
    entry("empty-signature-signed", Slot::Signature, SOURCES,
        "An empty oauth_signature was signed.",
        "Do not sign oauth_signature.",
        |recipe, _| recipe.parameters.signature = Signature::Empty),
    entry("header-signature-signed", Slot::Signature, SOURCES,
        "The oauth_signature of the header was signed.",
        "Do not sign oauth_signature.",
        |recipe, _| recipe.parameters.signature = Signature::OfHeader),
    entry("other-header-parameters-not-signed", Slot::LeftOut, SOURCES,
        "Parameters of the header whose names do not start with oauth_ were not signed.",
        SIGN_ALL,
        |recipe, _| recipe.parameters.left_out = LeftOut::Others),
    entry("query-parameters-in-header", Slot::LeftOut, SOURCES,
        "Parameters of the query or form are also in the header, where they do not belong; they were signed once.",
        "Take them out of the header: only realm and the oauth_ parameters belong there.",
        |recipe, _| recipe.parameters.left_out = LeftOut::Repeated).breadth(1),
    entry("protocol-parameters-not-signed", Slot::LeftOut, SOURCES,
        "One or more of the oauth_ parameters are sent, but they were not signed.",
        SIGN_ALL,
        |recipe, variant| recipe.parameters.left_out = LeftOut::Subset(variant)).variants(Variants::Subsets),
    entry("parameter-signed-not-sent", Slot::Extra, SOURCES,
        "A parameter was signed, but it is not sent.",
        SEND_SIGNED,
        |recipe, variant| recipe.parameters.extra = Some(variant)).variants(Variants::Count(EXTRAS.len() as u16)),
    entry("signature-method-name-other", Slot::MethodName, SOURCES,
        "Another oauth_signature_method was signed than the one that is sent.",
        "Sign and send the same name.",
        |recipe, variant| recipe.parameters.method_name = Some(SignatureMethod::ALL[usize::from(variant)])).variants(Variants::Count(SignatureMethod::ALL.len() as u16)),
    entry("timestamp-signed-in-milliseconds", Slot::Timestamp, TIME,
        "The timestamp was signed in milliseconds, but it is sent in seconds.",
        SAME_TIME,
        |recipe, variant| recipe.parameters.timestamp = Timestamp::Milliseconds(variant)).variants(Variants::Wide(1000)),
    entry("timestamp-signed-in-seconds", Slot::Timestamp, TIME,
        "The timestamp is sent in milliseconds, but it was signed in seconds.",
        "Sign and send seconds.",
        |recipe, _| recipe.parameters.timestamp = Timestamp::Seconds),
    entry("timestamp-off", Slot::Timestamp, TIME,
        "Another timestamp was signed than the one that is sent, as when the clock is read twice.",
        SAME_TIME,
        |recipe, variant| recipe.parameters.timestamp = Timestamp::Off(OFFSETS[usize::from(variant)]))
        .variants(Variants::Count(OFFSETS.len() as u16)),
    entry("timestamp-signed-as-float", Slot::Timestamp, TIME,
        "The timestamp was signed with a decimal point.",
        "Sign and send whole seconds.",
        |recipe, _| recipe.parameters.timestamp = Timestamp::Float),
    entry("nonce-changed", Slot::Nonce, TIME,
        "Another nonce was signed than the one that is sent.",
        SAME_NONCE,
        |recipe, variant| recipe.parameters.nonce = Some(variant)).variants(Variants::Count(NONCES.len() as u16)),
];
