//! A request before it is sent.

use std::{
    fmt,
    io::{self, Read},
    path::Path,
    time::Duration,
};

use serde::Serialize;
use ureq::http::{HeaderMap, HeaderValue, Method, Uri, header::CONTENT_TYPE};

use super::{
    body::{Body, FORM, LARGEST_FORM, is_form},
    multipart::Multipart,
    signing::Placement,
};
use crate::client::{
    agent::{client::Client, headers::header, retry::Retry},
    outcome::{error::Error, request_error::RequestError},
    settings::host::BaseUrl,
};
use crate::oauth1;

/// A request that is not yet sent; see [`Client::request`].
///
/// `Debug` shows neither headers nor body.
///
/// # Examples
///
/// ```no_run
/// use exh_oauth1::client::{Client, Retry};
///
/// let client = Client::from_env()?;
/// let response = client
///     .request("POST", "/tasks/v1/")?
///     .json(&serde_json::json!({ "functionName": "report" }))?
///     .retry(Retry::times(2))
///     .send()?;
/// let task: serde_json::Value = response.json()?;
/// println!("{}", task["id"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct RequestBuilder {
    pub(super) client: Client,
    pub(super) method: Method,
    /// Exactly as it is signed and sent.
    pub(super) url: String,
    pub(super) signed: oauth1::Request,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
    pub(super) timeout: Option<Duration>,
    pub(super) retry: Option<Retry>,
    pub(super) body_limit: Option<u64>,
    pub(super) placement: Placement,
    pub(super) has_body_hash: bool,
}

impl RequestBuilder {
    pub(crate) fn new(client: &Client, method: &str, path: &str) -> Result<Self, Error> {
        let url = join(client.configuration().base_url(), path)?;
        // The method is signed in upper case (RFC 5849 §3.4.1.1).
        let method = method.to_ascii_uppercase();
        let signed = read(client, &method, &url)?;
        let method =
            Method::from_bytes(method.as_bytes()).map_err(|_| RequestError::Parse(oauth1::ParseError::Method))?;
        Ok(Self {
            client: client.clone(),
            method,
            url,
            signed,
            headers: HeaderMap::new(),
            body: Body::default(),
            timeout: None,
            retry: None,
            body_limit: None,
            placement: Placement::Header,
            has_body_hash: false,
        })
    }

    /// The URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Adds a parameter to the query, percent-encoded as in OAuth 1 (RFC 5849 §3.6).
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    pub fn query(self, name: &str, value: &str) -> Result<Self, Error> {
        let (name, value) = (oauth1::percent::encode(name), oauth1::percent::encode(value));
        self.raw_query(&format!("{name}={value}"))
    }

    /// Adds text to the query exactly as it is sent.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    pub fn raw_query(mut self, query: &str) -> Result<Self, Error> {
        if query.contains('#') {
            return Err(RequestError::Fragment.into());
        }
        let separator = match self.url.split_once('?') {
            None => "?",
            Some((_, before)) if before.is_empty() || before.ends_with('&') => "",
            Some(_) => "&",
        };
        self.url.push_str(separator);
        self.url.push_str(query);
        self.signed = read(&self.client, self.method.as_str(), &self.url)?;
        Ok(self)
    }

    /// Replaces the query with text exactly as it is sent.
    pub(crate) fn with_query(mut self, query: &str) -> Result<Self, Error> {
        self.url.truncate(self.url.find('?').unwrap_or(self.url.len()));
        self.raw_query(query)
    }

    /// Adds a header. A `Content-Type` given here decides whether the body is a form, and so signed.
    ///
    /// # Errors
    ///
    /// [`RequestError::Header`] for an invalid name or value, [`RequestError::ReservedHeader`] for a header that the
    /// client sets itself.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let (name, value) = header(name, value)?;
        if name == CONTENT_TYPE {
            self.headers.insert(name, value);
        } else {
            self.headers.append(name, value);
        }
        Ok(self)
    }

    /// Sets a JSON body, which is not signed.
    ///
    /// # Errors
    ///
    /// [`RequestError::Json`] for a value that JSON cannot express.
    pub fn json(self, value: &(impl Serialize + ?Sized)) -> Result<Self, Error> {
        let body = serde_json::to_vec(value).map_err(|_| RequestError::Json)?;
        self.body(body, "application/json")
    }

    /// Sets a form body exactly as it is sent, such as `a=1&b=%20`. It is signed.
    ///
    /// # Errors
    ///
    /// [`RequestError::Parse`] for characters that a form cannot have.
    pub fn form(self, body: &str) -> Result<Self, Error> {
        self.signed.clone().form(body)?;
        self.body(body, FORM)
    }

    /// Sets a form body from names and values, which are percent-encoded. It is signed.
    ///
    /// # Errors
    ///
    /// As [`form`](Self::form).
    pub fn form_pairs<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let mut body = String::new();
        for (name, value) in pairs {
            if !body.is_empty() {
                body.push('&');
            }
            body.push_str(&format!("{}={}", oauth1::percent::encode(name), oauth1::percent::encode(value)));
        }
        self.form(&body)
    }

    /// Sets a body and its media type, unless a header has set that. A form is signed, other bodies are not.
    ///
    /// # Errors
    ///
    /// [`RequestError::Header`] for an invalid media type.
    pub fn body(mut self, body: impl Into<Vec<u8>>, content_type: &str) -> Result<Self, Error> {
        let value = HeaderValue::from_str(content_type).map_err(|_| RequestError::Header)?;
        self.headers.entry(CONTENT_TYPE).or_insert(value);
        self.body = Body::default();
        self.body.push(body);
        Ok(self)
    }

    /// Sets a file as the body. It is read while it is sent and is not held in memory, unless it is a form, which must
    /// be signed and has at most 1 MiB.
    ///
    /// # Errors
    ///
    /// [`Error::Upload`] if the file cannot be opened, or is not a regular file,
    /// [`RequestError::Header`] for an invalid media type.
    pub fn file(mut self, path: impl AsRef<Path>, content_type: &str) -> Result<Self, Error> {
        let path = path.as_ref();
        self = self.body("", content_type)?;
        let mut pushed = self.body.push_file(path);
        // Signing rejects a larger one.
        if pushed.is_ok() && self.is_form() && self.body.length() <= LARGEST_FORM {
            pushed = self.body.hold();
        }
        pushed.map_err(|error| Error::Upload(io::Error::new(error.kind(), format!("{}: {error}", path.display()))))?;
        Ok(self)
    }

    /// Sets a body of several parts, which are not signed.
    ///
    /// # Errors
    ///
    /// [`Error::Authorize`] if the system has no random numbers for the boundary between them.
    pub fn multipart(mut self, parts: Multipart) -> Result<Self, Error> {
        let (body, content_type) = parts.assemble()?;
        // Only the new one has the boundary.
        self.headers.remove(CONTENT_TYPE);
        self = self.body("", &content_type)?;
        self.body = body;
        Ok(self)
    }

    /// Overall timeout of this call, instead of the client's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Maximum size, in bytes, of a response held in memory, instead of the client's limit.
    pub fn body_limit(mut self, limit: u64) -> Self {
        self.body_limit = Some(limit);
        self
    }

    /// Retry policy of this call, instead of the client's.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// The body exactly as it is sent, files included, from its beginning.
    pub fn open_body(&self) -> impl Read + '_ {
        self.body.open()
    }

    pub(super) fn authority(&self) -> &str {
        let origin = &self.url[..self.client.shared.origin_length];
        origin.split_once("://").map_or(origin, |(_, rest)| rest)
    }

    pub(super) fn is_form(&self) -> bool {
        self.headers.get(CONTENT_TYPE).is_some_and(is_form)
    }
}

impl fmt::Debug for RequestBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RequestBuilder")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Reads the URL that is signed, and checks that the HTTP library sends the same.
fn read(client: &Client, method: &str, url: &str) -> Result<oauth1::Request, Error> {
    let base = client.configuration().base_url().as_str();
    // The URL that is sent must be valid, too, even if another one is signed.
    let mut signed = oauth1::Request::new(method, url)?;
    if let Some(other) = &client.shared.sign_as {
        signed = oauth1::Request::new(method, &url.replacen(base, other.as_str(), 1))?;
    }
    let uri: Uri = url.parse().map_err(|_| RequestError::Rewritten)?;
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    if !url.ends_with(target) || url.len() != client.shared.origin_length + target.len() {
        return Err(RequestError::Rewritten.into());
    }
    Ok(signed)
}

/// Appends a path to the base URL. It must not lead to another host.
fn join(base: &BaseUrl, path: &str) -> Result<String, RequestError> {
    let scheme = path.split("://").next().unwrap_or_default();
    let is_absolute = scheme.len() < path.len()
        && scheme.starts_with(|one: char| one.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if is_absolute || path.starts_with("//") {
        return Err(RequestError::Origin);
    }
    if path.contains('#') {
        return Err(RequestError::Fragment);
    }
    let slash = if path.starts_with('/') { "" } else { "/" };
    Ok(format!("{}{slash}{path}", base.as_str()))
}
