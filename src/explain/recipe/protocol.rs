//! The protocol parameters among those that are signed ([RFC 5849 §3.4.1.3.1]), by a recipe.
//!
//! [RFC 5849 §3.4.1.3.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.1

use alloc::{format, string::ToString, vec::Vec};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    Times,
    context::Context,
    item::Item,
    parameters::ParameterRecipe,
    source::Source,
    words::{Word, Words},
};
use crate::{
    SignatureMethod,
    explain::{encode::decode, search::hash::Hash},
};

/// A parameter that a client may have signed though it was not sent, or the reverse.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Presence {
    #[default]
    AsSent,
    LeftOut,
    Added,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Signature {
    #[default]
    LeftOut,
    /// From the query or form.
    OfRequest,
    /// As an empty parameter.
    Empty,
    /// As the parameter of the header.
    OfHeader,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum MethodName {
    #[default]
    AsSent,
    LeftOut,
    /// One of all names.
    Other(u16),
}

/// Protocol parameters that are sent and were not signed.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum LeftOut {
    #[default]
    None,
    Named(&'static str),
    /// Those of the bits of a number, in the order in which they are sent.
    Subset(u16),
    /// Those that are in the query or form with the same value.
    Repeated,
    /// Those whose names do not begin with `oauth_`.
    Others,
    All,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Timestamp {
    #[default]
    AsSent,
    Off(i16),
    Float,
    /// The seconds of the header and a number of milliseconds.
    Milliseconds(u16),
    Seconds,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Nonce {
    #[default]
    AsSent,
    Lower,
    Upper,
    NotEncoded,
    EncodedTwice,
    Base64,
    Base64Decoded,
    PlusAsSpace,
}

/// Parameters that a client may have signed and not sent.
pub(crate) const EXTRAS: [(&str, &str); 5] = [
    ("oauth_callback", "oob"),
    ("oauth_callback", ""),
    ("oauth_verifier", ""),
    ("oauth_token_secret", ""),
    ("realm", ""),
];

/// Appends the parameters of the header.
pub(crate) fn push(
    context: &Context<'_>,
    protocol: &[(Word, Word)],
    list: &mut Vec<Item>,
    recipe: &ParameterRecipe,
    words: &mut Words,
) {
    for (place, (name, value)) in protocol.iter().enumerate() {
        let mut item = Item::new(Source::Header, *name, *value);
        let is_left_out =
            matches!(recipe.left_out, LeftOut::Subset(bits) if bits >> place.min(15) & 1 == 1);
        if !is_left_out && change(context, &mut item, recipe, words) {
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
    if let Some((name, value)) = recipe
        .extra
        .and_then(|number| EXTRAS.get(usize::from(number)))
        && context.protocol(name).is_none()
    {
        add(name, value.as_bytes());
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

/// Changes one parameter of the header; false if it is left out.
fn change(
    context: &Context<'_>,
    item: &mut Item,
    recipe: &ParameterRecipe,
    words: &mut Words,
) -> bool {
    let name = words.text(item.name);
    let left_out = match recipe.left_out {
        LeftOut::None | LeftOut::Subset(_) => false,
        LeftOut::Named(other) => name == other.as_bytes(),
        LeftOut::Others => !name.starts_with(b"oauth_"),
        LeftOut::Repeated => context.is_repeated(name, words.text(item.value)),
        LeftOut::All => true,
    };
    let presence = match name {
        b"oauth_version" => recipe.version,
        b"oauth_token" => recipe.token,
        b"oauth_body_hash" => recipe.body_hash,
        _ => Presence::AsSent,
    };
    if left_out || presence == Presence::LeftOut {
        return false;
    }
    let value = match name {
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
    let value = value.or_else(|| {
        recipe
            .protocol_decoded
            .then(|| decode(words.text(item.value), false))
    });
    if let Some(value) = value {
        item.value = words.number(&value);
    }
    true
}

/// The timestamp that is signed, if it is not the one that is sent.
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

/// The nonce that is signed, if it is not the one that is sent.
fn signed_nonce(nonce: &[u8], recipe: Nonce) -> Option<Vec<u8>> {
    match recipe {
        Nonce::AsSent | Nonce::NotEncoded | Nonce::EncodedTwice => None,
        Nonce::Lower => Some(nonce.to_ascii_lowercase()),
        Nonce::Upper => Some(nonce.to_ascii_uppercase()),
        Nonce::Base64 => Some(STANDARD.encode(nonce).into_bytes()),
        Nonce::Base64Decoded => STANDARD.decode(nonce).ok(),
        Nonce::PlusAsSpace => {
            let mut nonce = nonce.to_vec();
            for byte in nonce.iter_mut().filter(|byte| **byte == b'+') {
                *byte = b' ';
            }
            Some(nonce)
        }
    }
}
