//! The signing key (RFC 5849 §3.4.2) by a recipe.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::{Context, Times};
use crate::explain::encode::{Encoder, decode};

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct KeyRecipe {
    pub(crate) client: Secret,
    pub(crate) token: Secret,
    pub(crate) encoder: Encoder,
    pub(crate) join: Join,
    pub(crate) role: Role,
    /// Whether the token's secret is used although the request has no token.
    pub(crate) token_though_unnamed: bool,
}

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct Secret {
    pub(crate) source: SecretSource,
    pub(crate) edit: Edit,
    /// Whether it is percent-decoded before it is encoded.
    pub(crate) decoded: bool,
    pub(crate) times: Times,
}

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum SecretSource {
    #[default]
    Given,
    /// One of those that the caller named.
    Listed(u16),
    /// The identifier in place of the secret.
    Identifier,
    Client,
    /// Nothing, or the name of a missing value in a programming language.
    Word(&'static str),
}

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Edit {
    #[default]
    None,
    Trimmed,
    Around(&'static str, &'static str),
    Lower,
    Upper,
    Base64Decoded,
    CutAtEquals,
}

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Join {
    #[default]
    Ampersand,
    /// No `&` if there is no token.
    OnlyWithToken,
    Nothing,
    Swapped,
    /// The `&` percent-encoded with the rest.
    EncodedWhole,
    Plus,
}

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Role {
    #[default]
    Key,
    /// The base string as the key, the key as the text.
    Swapped,
    /// The key sent as the signature, as `PLAINTEXT` does.
    Sent,
    /// No HMAC: a hash of the base string and the key.
    Hashed,
    /// The hash of the base string alone.
    Unkeyed,
}

impl Context<'_> {
    /// The key by a recipe, wiped when dropped.
    pub(crate) fn key(&self, recipe: &KeyRecipe) -> Zeroizing<Vec<u8>> {
        let (client, token) = (self.secrets.client_secret(), self.secrets.token_secret());
        // A token's secret belongs to the token that the header names.
        let has_token = self.names_token() || recipe.token_though_unnamed;
        let token = token.filter(|_| has_token).unwrap_or_default();
        let client = self.secret(client, "oauth_consumer_key", &recipe.client, recipe.encoder);
        let token = self.secret(token, "oauth_token", &recipe.token, recipe.encoder);
        let join = |parts: [&[u8]; 3]| Zeroizing::new(parts.concat());
        match recipe.join {
            Join::OnlyWithToken if token.is_empty() => client,
            Join::Ampersand | Join::OnlyWithToken => join([&client, b"&", &token]),
            Join::Nothing => join([&client, b"", &token]),
            Join::Swapped => join([&token, b"&", &client]),
            Join::Plus => join([&client, b"+", &token]),
            Join::EncodedWhole => Zeroizing::new(Encoder::RIGHT.encode(&join([&client, b"&", &token]), 1)),
        }
    }

    fn secret(&self, given: &str, identifier: &str, recipe: &Secret, encoder: Encoder) -> Zeroizing<Vec<u8>> {
        let text = match recipe.source {
            SecretSource::Given => given.as_bytes(),
            SecretSource::Client => self.secrets.client_secret().as_bytes(),
            SecretSource::Word(word) => word.as_bytes(),
            SecretSource::Identifier => self.protocol(identifier).unwrap_or_default(),
            SecretSource::Listed(index) => self.other_secrets[usize::from(index)].as_bytes(),
        };
        let mut text = edited(text, recipe.edit);
        if recipe.decoded {
            text = Zeroizing::new(decode(&text, false));
        }
        Zeroizing::new(encoder.encode(&text, recipe.times as usize))
    }
}

fn edited(text: &[u8], edit: Edit) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(match edit {
        Edit::None => text.to_vec(),
        Edit::Trimmed => text.trim_ascii().to_vec(),
        Edit::Around(front, end) => [front.as_bytes(), text, end.as_bytes()].concat(),
        Edit::Lower => String::from_utf8_lossy(text).to_lowercase().into_bytes(),
        Edit::Upper => String::from_utf8_lossy(text).to_uppercase().into_bytes(),
        Edit::Base64Decoded => STANDARD.decode(text).unwrap_or_else(|_| text.to_vec()),
        Edit::CutAtEquals => text.split(|byte| *byte == b'=').next().unwrap_or(text).to_vec(),
    })
}
