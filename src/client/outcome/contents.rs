//! A response's body as text and as JSON.

use serde::de::DeserializeOwned;

use super::{
    error::{Error, Unexpected},
    response::Response,
};

impl Response {
    /// The body as text.
    ///
    /// # Errors
    ///
    /// [`Error::Unexpected`] if it is not UTF-8.
    pub fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(self.bytes()).map_err(|_| self.unexpected(Unexpected::NotText))
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    ///
    /// [`Error::Unexpected`] if the body is empty, is not JSON, or is JSON of another shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        if self.bytes().is_empty() {
            return Err(self.unexpected(Unexpected::Empty));
        }
        // serde's message may repeat parts of the body, so the error holds only the place.
        serde_json::from_slice(self.bytes()).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            self.unexpected(if error.is_data() {
                Unexpected::Shape { line, column }
            } else {
                Unexpected::NotJson { line, column }
            })
        })
    }

    pub(crate) fn unexpected(&self, what: Unexpected) -> Error {
        Error::Unexpected { what, response: Box::new(self.clone()) }
    }
}
