//! Credentials ([RFC 5849 §1.1](https://www.rfc-editor.org/rfc/rfc5849#section-1.1)).

use alloc::string::String;
use core::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

/// An identifier and its shared secret: client credentials or token credentials.
///
/// Older texts call them consumer key and consumer secret, or access token and token secret. `Debug` shows the
/// identifier only, and the secret is wiped when it is dropped.
///
/// # Examples
///
/// ```
/// use exh_oauth1::Credentials;
///
/// let client = Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"); // RFC 5849 §1.2
/// assert_eq!(client.identifier(), "dpf43f3p2l4k3l03");
/// assert!(!format!("{client:?}").contains("kd94hf93k423kf44"));
/// ```
#[doc(alias = "consumer")]
#[derive(Clone)]
pub struct Credentials {
    identifier: String,
    secret: Zeroizing<String>,
}

impl Credentials {
    /// Takes an identifier and its secret as they are, without percent encoding; any text is valid.
    pub fn new(identifier: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            identifier: identifier.into(),
            secret: Zeroizing::new(secret.into()),
        }
    }

    /// The identifier and the secret, given away.
    pub(super) fn into_parts(self) -> (String, Zeroizing<String>) {
        (self.identifier, self.secret)
    }

    /// The identifier, which is no secret.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// The shared secret, to keep in a safe place what a server answered with; never print or log it.
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

/// The secret is [`Zeroizing`].
impl ZeroizeOnDrop for Credentials {}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("identifier", &self.identifier)
            .finish_non_exhaustive()
    }
}
