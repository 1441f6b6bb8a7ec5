//! How a signature is made, with every choice explicit: the right way is the default, and a mistake is another choice.
//!
//! The recipe has the parts that are made separately (method, base string URI, parameters, key), so that the search
//! makes each part once and not once for each combination. Each file has its choices next to the code that carries them
//! out.
//!
//! | choices | file |
//! |---|---|
//! | base string URI | `uri.rs`, `path.rs` |
//! | parameters: split, decoded, encoded, sorted, joined | `parameters.rs`, `split.rs`, `sort.rs`, `duplicates.rs`, `brackets.rs` |
//! | protocol parameters | `protocol.rs` |
//! | the whole base string | `finish.rs` |
//! | signing key | `key.rs` |
//! | encoding and decoding | `encode.rs` one folder up, as the readers use it, too |
//!
//! `context.rs` has the request that recipes are applied to; `words.rs` has its names and values.

pub(super) mod brackets;
mod context;
pub(super) mod duplicates;
pub(super) mod finish;
pub(super) mod key;
pub(super) mod parameters;
pub(super) mod path;
pub(super) mod protocol;
pub(super) mod sort;
pub(super) mod split;
pub(super) mod uri;
mod words;

pub(super) use context::{Context, Pair, Raw, pairs};
pub(super) use key::{KeyRecipe, Role};
pub(super) use uri::{Uri, is_loopback, split_port};
pub(super) use words::{Word, Words};

use self::{finish::Finish, parameters::ParameterRecipe, uri::UriRecipe};
use super::encode::Encoder;

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct Recipe {
    pub(crate) method: MethodRecipe,
    pub(crate) uri: UriRecipe,
    pub(crate) parameters: ParameterRecipe,
    pub(crate) finish: Finish,
    pub(crate) key: KeyRecipe,
}

/// Where a client uses a wrong encoder, in the order of the variants of such a mistake.
pub(crate) const REACHES: [&str; 5] = [
    "Where: names and values.",
    "Where: names, values, secrets and the parts of the base string.",
    "Where: the parts of the base string.",
    "Where: the values of the query and form.",
    "Where: names, values, and again the parameters as a part of the base string.",
];

impl Recipe {
    /// Uses an encoder in one of the [`REACHES`].
    pub(crate) fn encode(&mut self, encoder: Encoder, reach: u16) {
        let parameters = &mut self.parameters;
        if reach != 2 {
            parameters.values.encoder = encoder;
        }
        if matches!(reach, 0 | 1 | 4) {
            parameters.names.encoder = encoder;
            parameters.protocol.encoder = encoder;
        }
        if matches!(reach, 1 | 2 | 4) {
            parameters.outer.encoder = encoder;
        }
        if matches!(reach, 1 | 2) {
            self.uri.encoder = encoder;
        }
        if reach == 1 {
            self.key.encoder = encoder;
        }
    }
}

/// The first part of the base string (RFC 5849 §3.4.1.1).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum MethodRecipe {
    #[default]
    Upper,
    AsWritten,
    Lower,
    LeftOut,
    Other(&'static str),
}

/// The methods that a client may have signed instead.
pub(crate) const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// How often something is encoded that must be encoded once; the values are the numbers.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Times {
    Never = 0,
    #[default]
    Once = 1,
    Twice = 2,
}
