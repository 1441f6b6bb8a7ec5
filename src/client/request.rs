//! A request on its way: built, signed, sent, and its answer read.

use core::{fmt, time::Duration};

use serde::Serialize;
use ureq::http::{
    self, HeaderMap, HeaderName, HeaderValue, Method, Uri,
    header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING},
};

use super::{
    Client, connect_timeout,
    error::{ApiError, Error, RequestError},
    host::BaseUrl,
    network::{self, Phase},
    response::Response,
};
use crate::oauth1;

const FORM: &str = "application/x-www-form-urlencoded";

/// A request that is not yet sent; see [`Client::request`].
///
/// `Debug` shows neither headers nor body.
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct RequestBuilder {
    client: Client,
    method: Method,
    /// The one spelling that is signed and sent.
    url: String,
    signed: oauth1::Request,
    headers: HeaderMap,
    body: Vec<u8>,
    timeout: Option<Duration>,
}

impl RequestBuilder {
    pub(super) fn new(client: &Client, method: &str, path: &str) -> Result<Self, Error> {
        let url = join(client.base_url(), path)?;
        // The method is signed in upper case (RFC 5849 §3.4.1.1).
        let method = method.to_ascii_uppercase();
        let signed = oauth1::Request::new(&method, &url)?;
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| RequestError::Parse(oauth1::ParseError::Method))?;
        let uri: Uri = url.parse().map_err(|_| RequestError::Rewritten)?;
        let target = uri.path_and_query().map_or("", |target| target.as_str());
        if !url.ends_with(target) || url.len() != client.origin_length() + target.len() {
            return Err(RequestError::Rewritten.into());
        }
        Ok(Self {
            client: client.clone(),
            method,
            url,
            signed,
            headers: HeaderMap::new(),
            body: Vec::new(),
            timeout: None,
        })
    }

    /// The URL that is asked.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Adds a header. A `Content-Type` given here decides whether the body is a form, and so signed.
    ///
    /// # Errors
    ///
    /// [`RequestError::Header`] for a name or value that no header may have, [`RequestError::ReservedHeader`] for one that
    /// the client itself sets.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| RequestError::Header)?;
        let value = HeaderValue::from_str(value).map_err(|_| RequestError::Header)?;
        if [
            AUTHORIZATION,
            HOST,
            CONTENT_LENGTH,
            TRANSFER_ENCODING,
            CONNECTION,
        ]
        .contains(&name)
        {
            return Err(RequestError::ReservedHeader.into());
        }
        if name == CONTENT_TYPE {
            self.headers.insert(name, value);
        } else {
            self.headers.append(name, value);
        }
        Ok(self)
    }

    /// Gives it a body of JSON, which is not signed.
    ///
    /// # Errors
    ///
    /// [`RequestError::Json`] for a value that JSON cannot say.
    pub fn json(self, value: &(impl Serialize + ?Sized)) -> Result<Self, Error> {
        let body = serde_json::to_vec(value).map_err(|_| RequestError::Json)?;
        self.body(body, "application/json")
    }

    /// Gives it a form body as it goes over the wire, such as `a=1&b=%20`; it is signed.
    ///
    /// # Errors
    ///
    /// [`RequestError::Parse`] for what may not stand in a form.
    pub fn form(self, body: &str) -> Result<Self, Error> {
        self.signed.clone().form(body)?;
        self.body(body, FORM)
    }

    /// Gives it a form body of names and values, which are percent-encoded here; it is signed.
    ///
    /// # Errors
    ///
    /// As [`form`](Self::form).
    pub fn form_pairs<'a>(
        self,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Error> {
        let mut body = String::new();
        for (name, value) in pairs {
            if !body.is_empty() {
                body.push('&');
            }
            body.push_str(&format!(
                "{}={}",
                oauth1::percent::encode(name),
                oauth1::percent::encode(value)
            ));
        }
        self.form(&body)
    }

    /// Gives it a body and its media type, unless a header has said another; a form is signed, others are not.
    ///
    /// # Errors
    ///
    /// [`RequestError::Header`] for a media type that no header may have.
    pub fn body(mut self, body: impl Into<Vec<u8>>, content_type: &str) -> Result<Self, Error> {
        let value = HeaderValue::from_str(content_type).map_err(|_| RequestError::Header)?;
        self.headers.entry(CONTENT_TYPE).or_insert(value);
        self.body = body.into();
        Ok(self)
    }

    /// Bounds the whole call, in place of the client's own bound.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Signs and sends it, and reads the answer to its end.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for a form that cannot be read, [`Error::Network`] and [`Error::TooLarge`] where no whole answer
    /// came, [`Error::Redirect`] for 3xx, [`Error::Api`] for 4xx and 5xx.
    pub fn send(self) -> Result<Response, Error> {
        // A retry would be another attempt, with a nonce and a timestamp of its own.
        let response = self.attempt()?;
        match response.status {
            300..400 => Err(Error::Redirect(Box::new(response))),
            400.. => {
                let sources = self.client.configuration().sources();
                Err(Error::Api(Box::new(ApiError::new(response, sources))))
            }
            _ => Ok(response),
        }
    }

    fn attempt(&self) -> Result<Response, Error> {
        let request = if self.is_form() {
            let form = core::str::from_utf8(&self.body).map_err(|_| RequestError::FormNotText)?;
            &self.signed.clone().form(form)?
        } else {
            &self.signed
        };
        let authorization = self.client.configuration().signer().authorize(request)?;
        let mut value =
            HeaderValue::from_str(authorization.as_str()).map_err(|_| RequestError::Header)?;
        value.set_sensitive(true);

        let has_body = !self.body.is_empty()
            || matches!(self.method, Method::POST | Method::PUT | Method::PATCH);
        let mut message = http::Request::new(self.body.as_slice());
        *message.method_mut() = self.method.clone();
        *message.uri_mut() = self.url.parse().map_err(|_| RequestError::Rewritten)?;
        *message.headers_mut() = self.headers.clone();
        message.headers_mut().insert(AUTHORIZATION, value);

        let agent = self.client.agent();
        let mut scope = agent.configure_request(message);
        if let Some(timeout) = self.timeout {
            scope = scope
                .timeout_global(Some(timeout))
                .timeout_connect(Some(connect_timeout(timeout)));
        }
        let message = scope.build();
        let answer = if has_body {
            agent.run(message)
        } else {
            agent.run(message.map(|_| ()))
        };
        let answer = answer.map_err(|error| network::error(error, &self.url, Phase::Answer))?;
        self.read(answer)
    }

    fn read(&self, answer: http::Response<ureq::Body>) -> Result<Response, Error> {
        let (head, body) = answer.into_parts();
        let body = body
            .into_with_config()
            .limit(self.client.body_limit())
            .read_to_vec()
            .map_err(|error| network::error(error, &self.url, Phase::Body))?;
        Ok(Response {
            url: self.url.clone(),
            status: head.status.as_u16(),
            headers: head
                .headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
                .collect(),
            body,
        })
    }

    /// Whether the body is a form (§3.4.1.3.1); the parameters of the media type do not matter.
    fn is_form(&self) -> bool {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.as_bytes().split(|octet| *octet == b';').next())
            .is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(FORM.as_bytes()))
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

/// Puts a path behind the base URL; it must not lead anywhere else.
fn join(base: &BaseUrl, path: &str) -> Result<String, RequestError> {
    let scheme = path.split("://").next().unwrap_or_default();
    let is_absolute = scheme.len() < path.len()
        && scheme.starts_with(|one: char| one.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'-' | b'.'));
    if is_absolute || path.starts_with("//") {
        return Err(RequestError::Origin);
    }
    if path.contains('#') {
        return Err(RequestError::Fragment);
    }
    let slash = if path.starts_with('/') { "" } else { "/" };
    Ok(format!("{}{slash}{path}", base.as_str()))
}
