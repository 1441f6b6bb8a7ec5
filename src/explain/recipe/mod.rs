//! How a signature is made, with every choice explicit: the right way is the default, and a mistake is another choice.
//!
//! The recipe falls into the parts that are made separately (method, base string URI, parameters, key), so that the search
//! makes each part once and not once for each combination.
//!
//! | choices, and the code that carries them out | file |
//! |---|---|
//! | base string URI | `uri.rs` |
//! | parameters: collected, decoded, encoded, joined | `parameters.rs`, `sort.rs`, `duplicates.rs`, `brackets.rs` |
//! | protocol parameters | `protocol.rs` |
//! | signing key | `key.rs` |
//! | a parameter and where it came from | `item.rs`, `source.rs` |
//! | names and values, each stored once | `words.rs` |
//! | the request that recipes are applied to | `context.rs` |

pub(super) mod brackets;
pub(super) mod context;
mod duplicates;
pub(super) mod item;
mod key;
pub(super) mod parameters;
mod protocol;
mod sort;
pub(super) mod source;
pub(super) mod uri;
pub(super) mod words;

/// All choices.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Recipe {
    pub(crate) method: MethodRecipe,
    pub(crate) uri: UriRecipe,
    pub(crate) parameters: ParameterRecipe,
    pub(crate) key: KeyRecipe,
}

impl Recipe {
    /// Encodes everything with one encoder: names, values, the parts of the base string, and the secrets.
    pub(crate) fn encode_all(&mut self, encoder: Encoder) {
        self.encode_parameters(encoder);
        self.parameters.outer = encoder;
        self.uri.encoder = encoder;
        self.key.encoder = encoder;
    }

    /// Encodes names and values with one encoder.
    pub(crate) fn encode_parameters(&mut self, encoder: Encoder) {
        self.parameters.names.encoder = encoder;
        self.parameters.values.encoder = encoder;
        self.parameters.protocol.encoder = encoder;
    }
}

/// The first part of the base string (RFC 5849 §3.4.1.1).
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum MethodRecipe {
    #[default]
    Upper,
    AsWritten,
    Lower,
    /// One of [`METHODS`].
    Other(u16),
}

/// The methods that a client may have signed instead.
pub(crate) const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// The base string URI (RFC 5849 §3.4.1.2).
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct UriRecipe {
    pub(crate) scheme: Scheme,
    pub(crate) host: Host,
    pub(crate) port: Port,
    pub(crate) path: Path,
    pub(crate) whole: Whole,
    pub(crate) query: bool,
    pub(crate) fragment: bool,
    pub(crate) user_info: bool,
    pub(crate) encoder: Encoder,
    /// How often it is encoded as a part of the base string: once is right.
    pub(crate) times: Times,
}

/// How often something is encoded that is to be encoded once.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Times {
    Never,
    #[default]
    Once,
    Twice,
}

impl Times {
    pub(crate) const fn count(self) -> usize {
        match self {
            Self::Never => 0,
            Self::Once => 1,
            Self::Twice => 2,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Scheme {
    #[default]
    Lower,
    AsWritten,
    Other,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Host {
    #[default]
    Lower,
    AsWritten,
    LabelAdded(&'static str),
    LabelDropped(&'static str),
    /// One of the hosts, or whole URIs, that the caller named.
    Listed(u16),
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Port {
    /// There, but for the default of the scheme.
    #[default]
    Right,
    AsWritten,
    DefaultAdded,
    Dropped,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Path {
    #[default]
    Right,
    EmptyKept,
    SlashAdded,
    SlashDropped,
    Decoded,
    EncodedAgain,
    Lower,
    Resolved,
    SlashesMerged,
    FirstSegmentDropped,
    HexUpper,
    Dropped,
}

/// The parts of the URI that are signed.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Whole {
    #[default]
    Uri,
    PathOnly,
    HostAndPath,
    Lower,
}

/// The normalized parameters (RFC 5849 §3.4.1.3).
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct ParameterRecipe {
    pub(crate) query_left_out: bool,
    pub(crate) form_left_out: bool,
    pub(crate) body: Body,
    pub(crate) decode_names: Decode,
    pub(crate) decode_values: Decode,
    pub(crate) names: Coding,
    pub(crate) values: Coding,
    pub(crate) protocol: Coding,
    pub(crate) outer: Encoder,
    pub(crate) outer_times: Times,
    pub(crate) duplicates: Duplicates,
    pub(crate) brackets: Brackets,
    pub(crate) dropped: Dropped,
    pub(crate) sort: Sort,
    pub(crate) realm: bool,
    pub(crate) signature: Signature,
    pub(crate) version: Presence,
    pub(crate) token: Presence,
    pub(crate) body_hash: Presence,
    pub(crate) method_name: MethodName,
    pub(crate) left_out: LeftOut,
    pub(crate) timestamp: Timestamp,
    pub(crate) nonce: Nonce,
}

/// How names or values are encoded on their way into the base string.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Coding {
    pub(crate) times: Times,
    pub(crate) encoder: Encoder,
    /// Whether the encoding of the base string's part (§3.4.1.1) passes over it.
    pub(crate) spared: bool,
}

/// A way of percent-encoding.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Encoder {
    /// RFC 5849 §3.6.
    #[default]
    Right,
    LowerHex,
    TildeEncoded,
    /// `!*'()` stay, as in JavaScript's `encodeURIComponent`.
    MarksKept,
    /// A space becomes `+`, and nothing else is different.
    SpaceAsPlus,
    /// That of forms: a space becomes `+`, `*` stays, `~` is encoded.
    Form,
}

impl Encoder {
    pub(crate) const COUNT: usize = Self::Form as usize + 1;
}

/// A way of reading names and values.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Decode {
    /// As HTML forms are read: `+` is a space.
    #[default]
    Form,
    PlusKept,
    Spelled,
    Twice,
    Latin1Read,
    Latin1Written,
    Replaced,
    /// What is no UTF-8 once decoded stays as it was spelled.
    SpelledIfNotText,
}

impl Decode {
    pub(crate) const COUNT: usize = Self::SpelledIfNotText as usize + 1;
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Body {
    #[default]
    NotSigned,
    JsonMembers,
    AsForm,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Duplicates {
    #[default]
    Kept,
    First,
    Last,
    Identical,
    QueryWins,
    FormWins,
    Numbered,
    Bracketed,
    Joined,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Brackets {
    #[default]
    Kept,
    Qs,
    Php,
    Stripped,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Dropped {
    #[default]
    None,
    EmptyValues,
    EmptyNames,
    WithoutEquals,
    ObjectMethods,
    AfterThousand,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Sort {
    #[default]
    Encoded,
    Decoded,
    Joined,
    NameOnly,
    IgnoringCase,
    /// As the parameters come: query, form, header, and two other orders.
    NotAtAll(u16),
    ProtocolFirst,
    ProtocolLast,
}

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

/// Protocol parameters that are in the header and were not signed.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum LeftOut {
    #[default]
    None,
    Callback,
    Verifier,
    Nonce,
    Timestamp,
    ConsumerKey,
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
    /// The seconds of the header and so many milliseconds.
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

/// The signing key and its use (RFC 5849 §3.4.2).
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct KeyRecipe {
    pub(crate) client: Secret,
    pub(crate) token: Secret,
    pub(crate) encoder: Encoder,
    pub(crate) join: Join,
    pub(crate) role: Role,
    /// Whether the token's secret is taken although the header names no token.
    pub(crate) token_though_unnamed: bool,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Secret {
    pub(crate) source: SecretSource,
    pub(crate) edit: Edit,
    pub(crate) coding: SecretCoding,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum SecretSource {
    #[default]
    Given,
    /// One of those that the caller named.
    Listed(u16),
    /// The identifier in place of the secret.
    Identifier,
    Empty,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Edit {
    #[default]
    None,
    Trimmed,
    Appended(&'static str),
    Prepended(&'static str),
    Quoted(char),
    Lower,
    Upper,
    Base64Decoded,
    CutAtEquals,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum SecretCoding {
    #[default]
    Encoded,
    Raw,
    Twice,
    Decoded,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Join {
    #[default]
    Ampersand,
    /// No `&` where there is no token.
    OnlyWithToken,
    Nothing,
    Swapped,
    /// The `&` percent-encoded with the rest.
    EncodedWhole,
    Plus,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
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
