//! The credentials that a sandbox accepts.

use std::fmt;

use rand::{TryRng as _, rngs::SysRng};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Error;

/// Client credentials and token credentials, as the environment variables name them.
///
/// `Debug` shows the identifiers only. The secrets are wiped on drop.
#[derive(Clone)]
pub struct Keys {
    /// The client's identifier.
    pub consumer_key: String,
    /// The client's secret.
    pub consumer_secret: String,
    /// The token's identifier.
    pub token: String,
    /// The token's secret.
    pub token_secret: String,
}

impl Keys {
    /// Random keys of 40 hexadecimal digits, as Extra Horizon issues them.
    ///
    /// # Errors
    ///
    /// [`Error::Randomness`] if the operating system provides none.
    pub fn random() -> Result<Self, Error> {
        Ok(Self {
            consumer_key: random(20)?,
            consumer_secret: random(20)?,
            token: random(20)?,
            token_secret: random(20)?,
        })
    }
}

/// An identifier as in the API: 24 hexadecimal digits.
pub(super) fn identifier() -> Result<String, Error> {
    random(12)
}

/// A number of random bytes as hexadecimal digits.
pub(super) fn random(bytes: usize) -> Result<String, Error> {
    let mut bytes = vec![0; bytes];
    SysRng.try_fill_bytes(&mut bytes).map_err(|_| Error::Randomness)?;
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in &bytes {
        for digit in [byte >> 4, byte & 15] {
            digits.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    bytes.zeroize();
    Ok(digits)
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Keys")
            .field("consumer_key", &self.consumer_key)
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

impl ZeroizeOnDrop for Keys {}

impl Drop for Keys {
    fn drop(&mut self) {
        self.consumer_secret.zeroize();
        self.token_secret.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn random_keys_differ_and_show_no_secret() {
        let keys = Keys::random().unwrap();
        let texts = [&keys.consumer_key, &keys.consumer_secret, &keys.token, &keys.token_secret];
        for (at, text) in texts.iter().enumerate() {
            assert_eq!(text.len(), 40);
            assert!(text.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert!(!texts[..at].contains(text));
        }
        let debug = format!("{keys:?}");
        assert!(debug.contains(&keys.token));
        assert!(!debug.contains(&keys.consumer_secret) && !debug.contains(&keys.token_secret));
    }
}
