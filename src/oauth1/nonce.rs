//! Nonce and timestamp ([RFC 5849 §3.3](https://www.rfc-editor.org/rfc/rfc5849#section-3.3)).

use core::{convert::Infallible, fmt, str};

use rand_core::{CryptoRng, TryCryptoRng};

/// The length of a [`Nonce`] in characters.
const LENGTH: usize = 32;

/// The number of letters and digits.
const ALPHABET: u16 = 62;

/// The letter or digit that a fraction of 16 bits begins with to the base 62, without a branch or a table.
const fn digit(fraction: u16) -> u8 {
    let number = ((fraction as u32 * ALPHABET as u32) >> 16) as u8;
    // From `Z` to `a`, and back from behind `z` to `0`.
    let lower = (number >= 26) as u8 * (b'a' - b'Z' - 1);
    let digit = (number >= 52) as u8 * (b'z' + 1 - b'0');
    b'A' + number + lower - digit
}

/// A nonce of 32 letters and digits, which hold 189 random bits.
///
/// Nothing depends on what was generated before, so processes and threads need not agree on anything.
///
/// # Examples
///
/// ```
/// use exh_oauth1::Nonce;
/// # use rand_core::{SeedableRng, Rng};
/// # #[cfg(feature = "system")] {
/// use rand::{rngs::SysRng, TryRng};
///
/// let nonce = Nonce::try_generate(&mut SysRng)?;
/// assert_eq!(nonce.as_str().len(), 32);
/// # }
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Nonce([u8; LENGTH]);

impl Nonce {
    /// Draws 32 bytes from a generator that is fit for cryptography.
    pub fn generate<R: CryptoRng + ?Sized>(generator: &mut R) -> Self {
        match Self::try_generate(generator) {
            Ok(nonce) => nonce,
            Err(never) => {
                let never: Infallible = never;
                match never {}
            }
        }
    }

    /// Draws 32 bytes from a generator that is fit for cryptography and may fail.
    ///
    /// # Errors
    ///
    /// The generator's own error.
    pub fn try_generate<R: TryCryptoRng + ?Sized>(generator: &mut R) -> Result<Self, R::Error> {
        let mut random = [0; LENGTH];
        generator.try_fill_bytes(&mut random)?;
        // Each word is a fraction of 16 bits, whose first two digits to the base 62 are taken. No pair of characters is likelier
        // than another by more than one in 17, and a generator that misbehaves cannot make this a loop, as drawing again
        // would. All words at once, without a branch or a table, is what processors do best.
        let mut characters = [0; LENGTH];
        let (first, second) = characters.split_at_mut(LENGTH / 2);
        let words = random.as_chunks().0;
        for (character, word) in first.iter_mut().zip(words) {
            *character = digit(u16::from_le_bytes(*word));
        }
        for (character, word) in second.iter_mut().zip(words) {
            *character = digit(u16::from_le_bytes(*word).wrapping_mul(ALPHABET));
        }
        Ok(Self(characters))
    }

    /// The nonce as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl AsRef<str> for Nonce {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

/// A number in decimal, without an allocation.
pub(super) struct Decimal {
    digits: [u8; 20],
    start: usize,
}

impl Decimal {
    pub(super) fn new(mut number: u64) -> Self {
        let mut decimal = Self {
            digits: [b'0'; 20],
            start: 20,
        };
        // Two digits at a time, as division is what takes long here.
        for [tens, ones] in decimal.digits.as_chunks_mut().0.iter_mut().rev() {
            let pair = (number % 100) as u8;
            *tens += pair / 10;
            *ones += pair % 10;
            decimal.start -= if number < 10 { 1 } else { 2 };
            number /= 100;
            if number == 0 {
                break;
            }
        }
        decimal
    }

    pub(super) fn as_str(&self) -> &str {
        str::from_utf8(&self.digits[self.start..]).unwrap_or_default()
    }
}

/// The seconds since 1970-01-01 by the system's clock.
///
/// # Errors
///
/// [`AuthorizeError::Clock`] where the clock is set before 1970, or at its first second: the RFC wants a positive number.
#[cfg(feature = "system")]
pub fn timestamp() -> Result<u64, AuthorizeError> {
    let elapsed = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_err(|_| AuthorizeError::Clock)?;
    Some(elapsed.as_secs())
        .filter(|seconds| *seconds > 0)
        .ok_or(AuthorizeError::Clock)
}

/// Why the system could not give a timestamp or a nonce.
#[cfg(feature = "system")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AuthorizeError {
    /// The system's clock is set before 1970.
    Clock,
    /// The operating system gave no randomness.
    Randomness,
}

#[cfg(feature = "system")]
impl fmt::Display for AuthorizeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Clock => "the system's clock is set before 1970; set it and try again",
            Self::Randomness => "the operating system gives no random numbers (no getrandom call and no /dev/urandom)",
        })
    }
}

#[cfg(feature = "system")]
impl core::error::Error for AuthorizeError {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn numbers_are_written_as_the_standard_library_does() {
        for number in [
            0,
            1,
            9,
            10,
            99,
            137_131_202,
            1_700_000_000,
            u64::from(u32::MAX),
            u64::MAX - 1,
            u64::MAX,
        ] {
            assert_eq!(Decimal::new(number).as_str(), number.to_string());
        }
    }
}
