//! Calls with each HTTP method.

use serde::Serialize;

use super::request::RequestBuilder;
use crate::client::{
    agent::client::Client,
    outcome::{error::Error, response::Response},
};

impl Client {
    /// Sends a GET request. The path begins with `/`; its query is sent exactly as given.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for a path that cannot be sent, and as [`RequestBuilder::send`].
    pub fn get(&self, path: &str) -> Result<Response, Error> {
        self.request("GET", path)?.send()
    }

    /// Sends a HEAD request.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn head(&self, path: &str) -> Result<Response, Error> {
        self.request("HEAD", path)?.send()
    }

    /// Sends a DELETE request.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn delete(&self, path: &str) -> Result<Response, Error> {
        self.request("DELETE", path)?.send()
    }

    /// Sends a POST request with a JSON body.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), and [`RequestError::Json`](crate::client::RequestError::Json) for a value that JSON
    /// cannot express.
    pub fn post(&self, path: &str, body: &(impl Serialize + ?Sized)) -> Result<Response, Error> {
        self.request("POST", path)?.json(body)?.send()
    }

    /// Sends a PUT request with a JSON body.
    ///
    /// # Errors
    ///
    /// As [`post`](Self::post).
    pub fn put(&self, path: &str, body: &(impl Serialize + ?Sized)) -> Result<Response, Error> {
        self.request("PUT", path)?.json(body)?.send()
    }

    /// Sends a PATCH request with a JSON body.
    ///
    /// # Errors
    ///
    /// As [`post`](Self::post).
    pub fn patch(&self, path: &str, body: &(impl Serialize + ?Sized)) -> Result<Response, Error> {
        self.request("PATCH", path)?.json(body)?.send()
    }

    /// Starts a request with any method, headers and body.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for a method or path that cannot be sent as given: a path that names another host, has a
    /// fragment, or has a character that must be percent-encoded.
    pub fn request(&self, method: &str, path: &str) -> Result<RequestBuilder, Error> {
        RequestBuilder::new(self, method, path)
    }
}
