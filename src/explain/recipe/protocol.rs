//! The protocol parameters among those that are signed ([RFC 5849 §3.4.1.3.1]), by a recipe.
//!
//! [RFC 5849 §3.4.1.3.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.1

use alloc::{format, string::ToString, vec::Vec};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    LeftOut, MethodName, Nonce, ParameterRecipe, Presence, Signature, Times, Timestamp,
    context::Context,
    item::Item,
    source::Source,
    words::{Word, Words},
};
use crate::{SignatureMethod, explain::search::hash::Hash};

/// Appends the parameters of the header.
pub(crate) fn push(
    context: &Context<'_>,
    protocol: &[(Word, Word)],
    list: &mut Vec<Item>,
    recipe: &ParameterRecipe,
    words: &mut Words,
) {
    for (name, value) in protocol {
        let mut item = Item::new(Source::Header, *name, *value);
        if change(context, &mut item, recipe, words) {
            list.push(item);
        }
    }
    let mut add = |name: &str, value: &[u8]| {
        let name = words.number(name.as_bytes());
        list.push(Item::new(Source::Header, name, words.number(value)));
    };
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
fn change(
    context: &Context<'_>,
    item: &mut Item,
    recipe: &ParameterRecipe,
    words: &mut Words,
) -> bool {
    let name = words.text(item.name);
    let left_out = match (name, recipe.left_out) {
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
    let value = match name {
        b"oauth_version" => return recipe.version != Presence::LeftOut,
        b"oauth_token" => return recipe.token != Presence::LeftOut,
        b"oauth_body_hash" => return recipe.body_hash != Presence::LeftOut,
        b"oauth_signature_method" => match recipe.method_name {
            MethodName::AsSent => None,
            MethodName::LeftOut => return false,
            MethodName::Other(index) => SignatureMethod::ALL
                .get(usize::from(index))
                .map(|method| method.name().into()),
        },
        b"oauth_timestamp" => context
            .timestamp()
            .and_then(|timestamp| signed_timestamp(timestamp, recipe.timestamp)),
        b"oauth_nonce" => {
            match recipe.nonce {
                Nonce::NotEncoded => item.times = Some(Times::Never),
                Nonce::EncodedTwice => item.times = Some(Times::Twice),
                _ => {}
            }
            signed_nonce(words.text(item.value), recipe.nonce)
        }
        _ => None,
    };
    if let Some(value) = value {
        item.value = words.number(&value);
    }
    true
}

/// The timestamp that is signed, where it is not the one that is sent.
fn signed_timestamp(timestamp: i64, recipe: Timestamp) -> Option<Vec<u8>> {
    let text = match recipe {
        Timestamp::AsSent => return None,
        Timestamp::Off(seconds) => timestamp.saturating_add(seconds.into()).to_string(),
        Timestamp::Float => format!("{timestamp}.0"),
        Timestamp::Milliseconds(milliseconds) => format!("{timestamp}{milliseconds:03}"),
        Timestamp::Seconds => (timestamp / 1000).to_string(),
    };
    Some(text.into_bytes())
}

/// The nonce that is signed, where it is not the one that is sent.
fn signed_nonce(nonce: &[u8], recipe: Nonce) -> Option<Vec<u8>> {
    match recipe {
        Nonce::AsSent | Nonce::NotEncoded | Nonce::EncodedTwice => None,
        Nonce::Lower => Some(nonce.to_ascii_lowercase()),
        Nonce::Upper => Some(nonce.to_ascii_uppercase()),
        Nonce::Base64 => Some(STANDARD.encode(nonce).into_bytes()),
        Nonce::Base64Decoded => STANDARD.decode(nonce).ok(),
        Nonce::PlusAsSpace => {
            let mut nonce = nonce.to_vec();
            for octet in nonce.iter_mut().filter(|octet| **octet == b'+') {
                *octet = b' ';
            }
            Some(nonce)
        }
    }
}
