//! The protocol parameters among those that are signed ([RFC 5849 §3.4.1.3.1]), by a recipe.
//!
//! [RFC 5849 §3.4.1.3.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.1

use alloc::{format, string::ToString, vec::Vec};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    context::Context,
    hash::Hash,
    parameters::{Item, Source},
    recipe::{LeftOut, MethodName, Nonce, ParameterRecipe, Presence, Signature, Times, Timestamp},
};
use crate::SignatureMethod;

/// Appends the parameters of the header.
pub(super) fn push(context: &Context<'_>, list: &mut Vec<Item>, recipe: &ParameterRecipe) {
    for (name, value) in &context.protocol {
        let mut item = Item::new(Source::Header, name.as_slice(), value.as_slice());
        if change(context, &mut item, recipe) {
            list.push(item);
        }
    }
    let mut add = |name: &str, value: &[u8]| list.push(Item::new(Source::Header, name, value));
    for (presence, name, value) in [
        (recipe.version, "oauth_version", "1.0"),
        (recipe.token, "oauth_token", ""),
    ] {
        if presence == Presence::Added && context.protocol(name).is_none() {
            add(name, value.as_bytes());
        }
    }
    if recipe.body_hash == Presence::Added && context.protocol("oauth_body_hash").is_none() {
        let hash = Hash::of_method(context.protocol("oauth_signature_method"));
        add(
            "oauth_body_hash",
            STANDARD.encode(hash.digest(&[context.body])).as_bytes(),
        );
    }
    if let Some(realm) = context.realm.filter(|_| recipe.realm) {
        add("realm", realm.as_bytes());
    }
    match recipe.signature {
        Signature::Empty => add("oauth_signature", b""),
        Signature::OfHeader => {
            add(
                "oauth_signature",
                context.signature.as_deref().unwrap_or_default(),
            );
        }
        Signature::LeftOut | Signature::OfRequest => {}
    }
}

/// Changes one parameter of the header; false where it is left out.
fn change(context: &Context<'_>, item: &mut Item, recipe: &ParameterRecipe) -> bool {
    let left_out = match (item.name.as_slice(), recipe.left_out) {
        (_, LeftOut::None) => false,
        (b"oauth_callback", LeftOut::Callback)
        | (b"oauth_verifier", LeftOut::Verifier)
        | (b"oauth_nonce", LeftOut::Nonce)
        | (b"oauth_timestamp", LeftOut::Timestamp)
        | (b"oauth_consumer_key", LeftOut::ConsumerKey)
        | (_, LeftOut::All) => true,
        (name, LeftOut::Others) => !name.starts_with(b"oauth_"),
        _ => false,
    };
    if left_out {
        return false;
    }
    match item.name.as_slice() {
        b"oauth_version" => recipe.version != Presence::LeftOut,
        b"oauth_token" => recipe.token != Presence::LeftOut,
        b"oauth_body_hash" => recipe.body_hash != Presence::LeftOut,
        b"oauth_signature_method" => match recipe.method_name {
            MethodName::AsSent => true,
            MethodName::LeftOut => false,
            MethodName::Other(index) => {
                if let Some(method) = SignatureMethod::ALL.get(usize::from(index)) {
                    item.value = method.name().into();
                }
                true
            }
        },
        b"oauth_timestamp" => {
            if let Some(timestamp) = context.timestamp() {
                item.value = match recipe.timestamp {
                    Timestamp::AsSent => return true,
                    Timestamp::Off(seconds) => timestamp.saturating_add(seconds.into()).to_string(),
                    Timestamp::Float => format!("{timestamp}.0"),
                    Timestamp::Milliseconds(milliseconds) => {
                        format!("{timestamp}{milliseconds:03}")
                    }
                    Timestamp::Seconds => (timestamp / 1000).to_string(),
                }
                .into_bytes();
            }
            true
        }
        b"oauth_nonce" => {
            match recipe.nonce {
                Nonce::AsSent => {}
                Nonce::Lower => item.value.make_ascii_lowercase(),
                Nonce::Upper => item.value.make_ascii_uppercase(),
                Nonce::NotEncoded => item.times = Some(Times::Never),
                Nonce::EncodedTwice => item.times = Some(Times::Twice),
                Nonce::Base64 => item.value = STANDARD.encode(&item.value).into_bytes(),
                Nonce::Base64Decoded => {
                    if let Ok(octets) = STANDARD.decode(&item.value) {
                        item.value = octets;
                    }
                }
                Nonce::PlusAsSpace => {
                    for octet in item.value.iter_mut().filter(|octet| **octet == b'+') {
                        *octet = b' ';
                    }
                }
            }
            true
        }
        _ => true,
    }
}
