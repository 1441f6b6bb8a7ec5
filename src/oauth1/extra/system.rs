//! The system's clock and randomness.

use core::{error, fmt};
use std::time::{SystemTime, UNIX_EPOCH};

use rand::rngs::SysRng;

use super::super::{Authorization, Nonce, Request, Signer, protocol::SIGNATURE};

impl Signer {
    /// Signs a request with the system's clock and a nonce from the operating system's randomness. Each call reads new
    /// randomness, so a process and its fork never send the same nonce.
    ///
    /// # Errors
    ///
    /// [`AuthorizeError::Clock`] and [`AuthorizeError::Randomness`]; with an RSA key also [`AuthorizeError::Key`].
    pub fn authorize(&self, request: &Request) -> Result<Authorization, AuthorizeError> {
        let nonce = Nonce::try_generate(&mut SysRng).map_err(|_| AuthorizeError::Randomness)?;
        let authorization = self.sign(request, timestamp()?, nonce.as_str());
        // Without a copy of a PLAINTEXT signature.
        if authorization.pairs().any(|pair| pair == (SIGNATURE, "")) {
            return Err(AuthorizeError::Key);
        }
        Ok(authorization)
    }
}

/// The seconds since 1970-01-01 by the system's clock.
///
/// # Errors
///
/// [`AuthorizeError::Clock`] if the clock is not after 1970-01-01 00:00:00: the RFC requires a positive number.
pub fn timestamp() -> Result<u64, AuthorizeError> {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(elapsed) if elapsed.as_secs() > 0 => Ok(elapsed.as_secs()),
        _ => Err(AuthorizeError::Clock),
    }
}

/// Why a request could not be signed with the system's clock and randomness.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AuthorizeError {
    /// The system's clock is set before 1970.
    Clock,
    /// The operating system provides no randomness.
    Randomness,
    /// The RSA signature was computed incorrectly, for example by faulty hardware.
    Key,
}

impl fmt::Display for AuthorizeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Clock => "the system's clock is set before 1970; set it and try again",
            Self::Randomness => {
                "the operating system provides no random numbers (no getrandom call and no /dev/urandom)"
            }
            Self::Key => "the RSA signature was computed incorrectly and discarded; try again",
        })
    }
}

impl error::Error for AuthorizeError {}
