//! The protocol parameters among those that are signed (RFC 5849 §3.4.1.3.1), by a recipe.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    Context, Word, Words,
    parameters::{Item, ParameterRecipe, Source},
};
use crate::explain::{
    encode::{decode, plus_as_space},
    search::Hash,
};

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Signature {
    #[default]
    LeftOut,
    OfRequest,
    Empty,
    OfHeader,
}

/// Protocol parameters that are sent and were not signed.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum LeftOut {
    #[default]
    None,
    /// Those of the bits of a number, in the order in which they are sent.
    Subset(u16),
    /// Those that are in the query or form with the same value.
    Repeated,
    /// Those whose names do not begin with `oauth_`.
    Others,
}

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Timestamp {
    #[default]
    AsSent,
    Off(i16),
    Float,
    /// The seconds of the header and a number of milliseconds.
    Milliseconds(u16),
    Seconds,
}

type Change = fn(&[u8]) -> Vec<u8>;
/// What a client may have made of the nonce that it sent.
pub(crate) const NONCES: [Change; 5] = [
    |nonce| nonce.to_ascii_lowercase(),
    |nonce| nonce.to_ascii_uppercase(),
    |nonce| STANDARD.encode(nonce).into_bytes(),
    |nonce| STANDARD.decode(nonce).unwrap_or_else(|_| nonce.to_vec()),
    plus_as_space,
];

/// Parameters that a client may have signed and not sent.
const EXTRAS: &str = "oauth_version=1.0;oauth_token=;oauth_token=the token;oauth_body_hash=the hash of the body;\
    oauth_callback=oob;oauth_callback=;oauth_verifier=;oauth_callback=&oauth_verifier=;oauth_token_secret=;realm=";
/// How many of them there are, and the number of the token, with which its secret is in the key.
pub(crate) const EXTRA_COUNT: u16 = 10;
pub(crate) const SIGNED_TOKEN: u16 = 2;

/// The pairs of a number.
pub(crate) fn extra(number: u16) -> &'static str {
    EXTRAS.split(';').nth(number.into()).unwrap_or_default()
}

/// Appends the parameters of the header.
pub(crate) fn push(
    context: &Context<'_>,
    protocol: &[(Word, Word)],
    list: &mut Vec<Item>,
    recipe: &ParameterRecipe,
    words: &mut Words,
) {
    for (place, &(name, value)) in protocol.iter().enumerate() {
        let [name_text, value_text] = [name, value].map(|word| words.text(word));
        let is_left_out = match recipe.left_out {
            LeftOut::None => false,
            LeftOut::Subset(bits) => bits >> place.min(15) & 1 == 1,
            LeftOut::Others => !name_text.starts_with(b"oauth_"),
            LeftOut::Repeated => context.is_repeated(name_text, value_text),
        };
        if !is_left_out {
            let changed = changed_value(context, name_text, value_text, recipe);
            let value = changed.map_or(value, |changed| words.number(&changed));
            list.push(Item { source: Source::Header, name, value, has_equals: true });
        }
    }
    let mut add = |name: &str, value: &[u8]| {
        let name = words.number(name.as_bytes());
        list.push(Item { source: Source::Header, name, value: words.number(value), has_equals: true });
    };
    let extras = recipe.extra.map_or("", extra).split('&').filter_map(|pair| pair.split_once('='));
    for (name, value) in extras.filter(|(name, _)| context.protocol(name).is_none()) {
        match value {
            "the hash of the body" => {
                let hash = Hash::of_method(context.protocol("oauth_signature_method"));
                add(name, STANDARD.encode(hash.digest(&[context.body])).as_bytes());
            }
            "the token" => add(name, context.secrets.token_identifier.as_deref().unwrap_or_default().as_bytes()),
            value => add(name, value.as_bytes()),
        }
    }
    if let Some(realm) = context.realm.filter(|_| recipe.realm) {
        add("realm", realm.as_bytes());
    }
    match recipe.signature {
        Signature::Empty => add("oauth_signature", b""),
        Signature::OfHeader => add("oauth_signature", context.signature.as_deref().unwrap_or_default()),
        Signature::LeftOut | Signature::OfRequest => {}
    }
}

/// The value of a parameter of the header that is signed, if it is not the one that is sent.
fn changed_value(context: &Context<'_>, name: &[u8], value: &[u8], recipe: &ParameterRecipe) -> Option<Vec<u8>> {
    let changed = match name {
        b"oauth_signature_method" => recipe.method_name.map(|method| method.name().into()),
        b"oauth_timestamp" => context.timestamp().and_then(|timestamp| recipe.timestamp.change(timestamp)),
        b"oauth_nonce" => recipe.nonce.map(|nonce| NONCES[usize::from(nonce)](value)),
        _ => None,
    };
    changed.or_else(|| recipe.protocol_decoded.then(|| decode(value, false)))
}

impl Timestamp {
    fn change(self, timestamp: i64) -> Option<Vec<u8>> {
        let text = match self {
            Self::AsSent => return None,
            Self::Off(seconds) => timestamp.saturating_add(seconds.into()).to_string(),
            Self::Float => format!("{timestamp}.0"),
            Self::Milliseconds(milliseconds) => format!("{timestamp}{milliseconds:03}"),
            Self::Seconds => (timestamp / 1000).to_string(),
        };
        Some(text.into_bytes())
    }
}
