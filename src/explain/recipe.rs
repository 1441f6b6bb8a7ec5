//! How a signature is made, with every choice explicit: the right way is the default, and a mistake is another choice.
//!
//! The recipe falls into the parts that are made separately (method, base string URI, parameters, key), so that the search
//! makes each part once and not once for each combination.

/// All choices.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Recipe {
    pub(super) method: MethodRecipe,
    pub(super) uri: UriRecipe,
    pub(super) parameters: ParameterRecipe,
    pub(super) key: KeyRecipe,
}

impl Recipe {
    /// Encodes everything with one encoder: names, values, the parts of the base string, and the secrets.
    pub(super) fn encode_all(&mut self, encoder: Encoder) {
        self.encode_parameters(encoder);
        self.parameters.outer = encoder;
        self.uri.encoder = encoder;
        self.key.encoder = encoder;
    }

    /// Encodes names and values with one encoder.
    pub(super) fn encode_parameters(&mut self, encoder: Encoder) {
        self.parameters.names.encoder = encoder;
        self.parameters.values.encoder = encoder;
        self.parameters.protocol.encoder = encoder;
    }
}

/// The first part of the base string (RFC 5849 §3.4.1.1).
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum MethodRecipe {
    #[default]
    Upper,
    AsWritten,
    Lower,
    /// One of [`METHODS`].
    Other(u16),
}

/// The methods that a client may have signed instead.
pub(super) const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// The base string URI (RFC 5849 §3.4.1.2).
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct UriRecipe {
    pub(super) scheme: Scheme,
    pub(super) host: Host,
    pub(super) port: Port,
    pub(super) path: Path,
    pub(super) whole: Whole,
    pub(super) query: bool,
    pub(super) fragment: bool,
    pub(super) user_info: bool,
    pub(super) encoder: Encoder,
    /// How often it is encoded as a part of the base string: once is right.
    pub(super) times: Times,
}

/// How often something is encoded that is to be encoded once.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Times {
    Never,
    #[default]
    Once,
    Twice,
}

impl Times {
    pub(super) const fn count(self) -> usize {
        match self {
            Self::Never => 0,
            Self::Once => 1,
            Self::Twice => 2,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Scheme {
    #[default]
    Lower,
    AsWritten,
    Other,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Host {
    #[default]
    Lower,
    AsWritten,
    LabelAdded(&'static str),
    LabelDropped(&'static str),
    /// One of the hosts, or whole URIs, that the caller named.
    Listed(u16),
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Port {
    /// There, but for the default of the scheme.
    #[default]
    Right,
    AsWritten,
    DefaultAdded,
    Dropped,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Path {
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
pub(super) enum Whole {
    #[default]
    Uri,
    PathOnly,
    HostAndPath,
    Lower,
}

/// The normalized parameters (RFC 5849 §3.4.1.3).
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct ParameterRecipe {
    pub(super) query_left_out: bool,
    pub(super) form_left_out: bool,
    pub(super) body: Body,
    pub(super) decode_names: Decode,
    pub(super) decode_values: Decode,
    pub(super) names: Coding,
    pub(super) values: Coding,
    pub(super) protocol: Coding,
    pub(super) outer: Encoder,
    pub(super) outer_times: Times,
    pub(super) duplicates: Duplicates,
    pub(super) brackets: Brackets,
    pub(super) dropped: Dropped,
    pub(super) sort: Sort,
    pub(super) realm: bool,
    pub(super) signature: Signature,
    pub(super) version: Presence,
    pub(super) token: Presence,
    pub(super) body_hash: Presence,
    pub(super) method_name: MethodName,
    pub(super) left_out: LeftOut,
    pub(super) timestamp: Timestamp,
    pub(super) nonce: Nonce,
}

/// How names or values are encoded on their way into the base string.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Coding {
    pub(super) times: Times,
    pub(super) encoder: Encoder,
    /// Whether the encoding of the base string's part (§3.4.1.1) passes over it.
    pub(super) spared: bool,
}

/// A way of percent-encoding.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Encoder {
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
    pub(super) const COUNT: usize = Self::Form as usize + 1;
}

/// A way of reading names and values.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Decode {
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
    pub(super) const COUNT: usize = Self::SpelledIfNotText as usize + 1;
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Body {
    #[default]
    NotSigned,
    JsonMembers,
    AsForm,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Duplicates {
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
pub(super) enum Brackets {
    #[default]
    Kept,
    Qs,
    Php,
    Stripped,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Dropped {
    #[default]
    None,
    EmptyValues,
    EmptyNames,
    WithoutEquals,
    ObjectMethods,
    AfterThousand,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Sort {
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
pub(super) enum Presence {
    #[default]
    AsSent,
    LeftOut,
    Added,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Signature {
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
pub(super) enum MethodName {
    #[default]
    AsSent,
    LeftOut,
    /// One of all names.
    Other(u16),
}

/// Protocol parameters that are in the header and were not signed.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum LeftOut {
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
pub(super) enum Timestamp {
    #[default]
    AsSent,
    Off(i16),
    Float,
    /// The seconds of the header and so many milliseconds.
    Milliseconds(u16),
    Seconds,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Nonce {
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
pub(super) struct KeyRecipe {
    pub(super) client: Secret,
    pub(super) token: Secret,
    pub(super) encoder: Encoder,
    pub(super) join: Join,
    pub(super) role: Role,
    /// Whether the token's secret is taken although the header names no token.
    pub(super) token_though_unnamed: bool,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Secret {
    pub(super) source: SecretSource,
    pub(super) edit: Edit,
    pub(super) coding: SecretCoding,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum SecretSource {
    #[default]
    Given,
    /// One of those that the caller named.
    Listed(u16),
    /// The identifier in place of the secret.
    Identifier,
    Empty,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Edit {
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
pub(super) enum SecretCoding {
    #[default]
    Encoded,
    Raw,
    Twice,
    Decoded,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Join {
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
pub(super) enum Role {
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
