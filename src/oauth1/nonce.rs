//! The nonce ([RFC 5849 §3.3](https://www.rfc-editor.org/rfc/rfc5849#section-3.3)).

use core::str;

use rand_core::TryCryptoRng;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A nonce of 24 random letters and digits. `Display` writes it.
///
/// It does not depend on earlier nonces, so processes and threads need not coordinate.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Nonce([u8; 24]);

impl Nonce {
    /// Reads 24 bytes from a cryptographic random number generator.
    ///
    /// # Errors
    ///
    /// The generator's error.
    pub fn try_generate<R: TryCryptoRng + ?Sized>(generator: &mut R) -> Result<Self, R::Error> {
        let mut random = [0; 24];
        generator.try_fill_bytes(&mut random)?;
        // Eight characters are a quarter more likely than the others. All 24 together still hold 136 bits.
        Ok(Self(
            random.map(|byte| ALPHABET[usize::from(byte) % ALPHABET.len()]),
        ))
    }

    /// The nonce as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}
