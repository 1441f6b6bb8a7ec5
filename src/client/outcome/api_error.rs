//! An error response of the API.

use std::{error, fmt};

use super::{codes::ErrorCode, response::Response};
use crate::client::settings::sources::Sources;

/// A response with the status 4xx or 5xx.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApiError {
    /// The status.
    pub status: u16,
    /// The API's own code, if the body has one.
    pub code: Option<ErrorCode>,
    /// The API's name for the error.
    pub name: Option<String>,
    /// The API's message.
    pub message: Option<String>,
    /// The response.
    pub response: Response,
    pub(super) sources: Sources,
    /// The seconds by which the server's clock was ahead of ours.
    pub(super) server_ahead: Option<i64>,
}

impl ApiError {
    /// Which setting came from where.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.response, formatter)?;
        let mut separator = ":";
        if let Some(code) = self.code {
            write!(formatter, ": {code}")?;
            separator = "";
        }
        if let Some(name) = &self.name {
            write!(formatter, "{separator} {name}")?;
        }
        if let Some(meaning) = self.code.and_then(ErrorCode::meaning) {
            write!(formatter, ": {meaning}")?;
        }
        match &self.message {
            Some(message) => write!(formatter, " (\"{message}\")"),
            None => Ok(()),
        }
    }
}

impl error::Error for ApiError {}
