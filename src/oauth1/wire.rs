//! The names of the protocol parameters on the wire
//! ([RFC 5849 §3.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.1)).

use alloc::{borrow::Cow, format, string::String};

use super::percent;

/// The name of a parameter, encoded, with what stands around it in the two texts that it is written to.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) text: Cow<'static, str>,
    pub(super) role: Role,
    /// In a header, behind another parameter: that one's last quote, and up to the value.
    header: Cow<'static, str>,
    /// In a base string, behind another parameter and up to the value.
    base_string: Cow<'static, str>,
}

/// What becomes of a parameter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    /// Sent with the client's requests as it is.
    Fixed,
    /// The same, and left out where it is empty.
    Optional,
    Nonce,
    Signature,
    Timestamp,
}

/// The octets in which a name behind another parameter begins otherwise than the first one, in either text: `", ` and `%26`.
const BEHIND: usize = 3;

impl Name {
    /// A name of a server's own.
    pub(super) fn new(name: &str) -> Self {
        let text = percent::encode(name).to_text();
        Self {
            header: format!("\", {text}=\"").into(),
            base_string: format!("%26{}%3D", percent::encode_again(&text)).into(),
            text: text.into(),
            role: Role::Fixed,
        }
    }

    /// Appends the name to a header, up to the value.
    pub(super) fn push_to_header(&self, header: &mut String, is_first: bool) {
        header.push_str(&self.header[if is_first { BEHIND } else { 0 }..]);
    }

    /// Appends the name to the parameters of a base string, up to the value.
    pub(super) fn push_to_base_string(&self, base_string: &mut String, is_first: bool) {
        base_string.push_str(&self.base_string[if is_first { BEHIND } else { 0 }..]);
    }

    /// At most what it takes of either text.
    pub(super) fn len(&self) -> usize {
        self.base_string.len()
    }
}

macro_rules! names {
    ($($constant:ident: $role:ident = $name:literal),*) => {
        $(pub(super) const $constant: &str = $name;)*

        /// The names that the signer sets itself, in their order.
        pub(super) static OWN: [Name; 7] = [
            $(Name {
                text: Cow::Borrowed($name),
                role: Role::$role,
                header: Cow::Borrowed(concat!("\", ", $name, "=\"")),
                base_string: Cow::Borrowed(concat!("%26", $name, "%3D")),
            }),*
        ];
    };
}

names! {
    CONSUMER_KEY: Fixed = "oauth_consumer_key",
    NONCE: Nonce = "oauth_nonce",
    SIGNATURE: Signature = "oauth_signature",
    SIGNATURE_METHOD: Fixed = "oauth_signature_method",
    TIMESTAMP: Timestamp = "oauth_timestamp",
    TOKEN: Optional = "oauth_token",
    VERSION: Optional = "oauth_version"
}

pub(super) const REALM: &str = "realm";
