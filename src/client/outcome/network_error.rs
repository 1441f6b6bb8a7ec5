use std::{error, fmt};

use super::{
    attempt::Attempt,
    phase::{NetworkErrorKind, Phase},
};

/// Why no response came, or not all of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NetworkError {
    pub(crate) phase: Phase,
    pub(crate) kind: NetworkErrorKind,
    pub(crate) url: String,
    /// The message of the system or of TLS.
    pub(crate) detail: String,
    /// A reused connection broke before the first byte of a response; see `transport/connection.rs`.
    pub(crate) is_stale: bool,
    pub(crate) attempts: Vec<Attempt>,
}

impl NetworkError {
    /// How far the call came.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What went wrong.
    pub fn kind(&self) -> NetworkErrorKind {
        self.kind
    }

    /// The URL that was called.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// All attempts in order; the last is this failure.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// Whether the request certainly never reached the API, so that sending another cannot do anything twice.
    pub fn is_unsent(&self) -> bool {
        matches!(self.phase, Phase::Resolve | Phase::Connect | Phase::Proxy | Phase::Tls)
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}: {}", self.url, self.phase, self.kind)?;
        if self.detail.is_empty() {
            return Ok(());
        }
        write!(formatter, " ({})", self.detail)
    }
}

impl error::Error for NetworkError {}
