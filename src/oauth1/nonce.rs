//! The nonce ([RFC 5849 §3.3](https://www.rfc-editor.org/rfc/rfc5849#section-3.3)).

use core::str;

use rand_core::TryCryptoRng;

/// 32 characters, so that each holds five bits. Some servers accept only letters and digits.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A nonce of 26 random letters and digits, which hold 130 bits. `Display` writes it.
///
/// It does not depend on earlier nonces, so processes and threads need not coordinate.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Nonce([u8; 26]);

impl Nonce {
    /// Reads 26 bytes from a cryptographic random number generator.
    ///
    /// # Errors
    ///
    /// The generator's error.
    pub fn try_generate<R: TryCryptoRng + ?Sized>(generator: &mut R) -> Result<Self, R::Error> {
        let mut random = [0; 26];
        generator.try_fill_bytes(&mut random)?;
        Ok(Self(random.map(|byte| ALPHABET[usize::from(byte % 32)])))
    }

    /// The nonce as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}
