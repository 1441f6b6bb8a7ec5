//! Requests of the crate `http`, which many clients and servers share: signed in place, and read for verifying.

use alloc::{string::String, string::ToString};
use core::{error, fmt};

use ::http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, CONTENT_TYPE},
};

use super::super::{
    authorization::Authorization,
    error::{ParseError, Part},
    request::Request,
    signer::Signer,
};

/// The media type of a form body (§3.4.1.3.1).
const FORM: &str = "application/x-www-form-urlencoded";

impl Request {
    /// Reads the method, the absolute URI and the form body of a request.
    ///
    /// If the `Content-Type` is that of a form, pass the body as `form`, because the body in the request can have any
    /// type. A form is signed, and must be sent unchanged.
    ///
    /// # Errors
    ///
    /// [`HttpError::FormNeeded`] and [`HttpError::NotForm`] if the media type and `form` do not match;
    /// [`HttpError::Parse`] with an error of [`Request::new`], which is [`ParseError::Scheme`] for a URI that is not
    /// absolute, or of [`Request::form`].
    pub fn from_http<B>(request: &::http::Request<B>, form: Option<&str>) -> Result<Self, HttpError> {
        Self::new(request.method().as_str(), &request.uri().to_string())
            .map_err(HttpError::Parse)
            .and_then(|signed| signed.with_form(request.headers(), form))
    }

    /// Reads a request as a server receives it, with only path and query as its URI. `base` is the rest of the URI as
    /// the client sees it, such as `https://photos.example.net`. A scheme or host in the request's URI is ignored.
    ///
    /// Do not use the host of the request without checking that it is one of the server's hosts.
    ///
    /// # Errors
    ///
    /// As [`from_http`](Self::from_http); [`HttpError::Target`] if the URI has no path, as in `OPTIONS *`.
    pub fn from_http_at<B>(base: &str, request: &::http::Request<B>, form: Option<&str>) -> Result<Self, HttpError> {
        if let Some(position) = base.find(['?', '#']) {
            let part = Part::Uri;
            return Err(HttpError::Parse(ParseError::Character { part, position }));
        }
        let path = request.uri().path();
        if !path.starts_with('/') {
            return Err(HttpError::Target);
        }
        let mut uri = String::from(base.strip_suffix('/').unwrap_or(base));
        uri.push_str(path);
        if let Some(query) = request.uri().query() {
            uri.push('?');
            uri.push_str(query);
        }
        Self::new(request.method().as_str(), &uri)
            .map_err(HttpError::Parse)
            .and_then(|signed| signed.with_form(request.headers(), form))
    }

    fn with_form(self, headers: &HeaderMap, form: Option<&str>) -> Result<Self, HttpError> {
        match (is_form(headers), form) {
            (true, Some(form)) => self.form(form).map_err(HttpError::Parse),
            (false, None) => Ok(self),
            (true, None) => Err(HttpError::FormNeeded),
            (false, Some(_)) => Err(HttpError::NotForm),
        }
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return false;
    };
    // Parameters such as `charset` change nothing.
    let media_type = value.as_bytes().split(|byte| *byte == b';').next();
    media_type.is_some_and(|text| text.trim_ascii().eq_ignore_ascii_case(FORM.as_bytes()))
}

impl Authorization {
    /// Inserts or replaces the `Authorization` header. It is marked as sensitive, so that it is not logged.
    ///
    /// # Errors
    ///
    /// [`ParseError::Control`], which cannot happen for a header made by a signer.
    pub fn insert_into(&self, headers: &mut HeaderMap) -> Result<(), ParseError> {
        let mut value = HeaderValue::from_str(self.as_str()).map_err(|_| ParseError::Control)?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
        Ok(())
    }
}

impl Signer {
    /// Signs a request in place, with a timestamp and a nonce; see [`Request::from_http`] for the form and
    /// [`sign`](Self::sign).
    ///
    /// # Errors
    ///
    /// As [`Request::from_http`]. The request is then unchanged.
    ///
    /// # Examples
    ///
    /// ```
    /// use exh_oauth1::{Credentials, Signer};
    ///
    /// // RFC 5849 §1.2.
    /// let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
    ///     .token(Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"))
    ///     .without_version();
    /// let uri = "http://photos.example.net/photos?file=vacation.jpg&size=original";
    /// let mut request = http::Request::get(uri).body(())?;
    /// signer.sign_http(&mut request, None, 137131202, "chapoH")?;
    /// let header = request.headers()["authorization"].to_str()?;
    /// assert!(header.contains(r#"oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D""#));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn sign_http<B>(
        &self,
        request: &mut ::http::Request<B>,
        form: Option<&str>,
        timestamp: u64,
        nonce: &str,
    ) -> Result<(), HttpError> {
        let signed = Request::from_http(request, form)?;
        self.sign(&signed, timestamp, nonce).insert_into(request.headers_mut()).map_err(HttpError::Parse)
    }

    /// Signs a request in place, with the system's clock and randomness; see [`authorize`](Self::authorize).
    ///
    /// # Errors
    ///
    /// As [`sign_http`](Self::sign_http), and [`HttpError::Authorize`] if the system has no clock or randomness.
    #[cfg(feature = "system")]
    pub fn authorize_http<B>(&self, request: &mut ::http::Request<B>, form: Option<&str>) -> Result<(), HttpError> {
        let signed = Request::from_http(request, form)?;
        self.authorize(&signed)
            .map_err(HttpError::Authorize)?
            .insert_into(request.headers_mut())
            .map_err(HttpError::Parse)
    }
}

/// Why a request of the crate `http` cannot be signed or verified.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum HttpError {
    /// The method, URI or form cannot be read.
    Parse(ParseError),
    /// The URI has no path.
    Target,
    /// The `Content-Type` is that of a form, and no form was given.
    FormNeeded,
    /// A form was given, and the `Content-Type` is not that of a form.
    NotForm,
    /// The system has no clock or no randomness.
    #[cfg(feature = "system")]
    Authorize(super::system::AuthorizeError),
}

impl fmt::Display for HttpError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parse(error) => error.fmt(formatter),
            Self::Target => formatter.write_str("the URI of the request has no path"),
            Self::FormNeeded => {
                write!(formatter, "a body of {FORM} is signed: pass its text")
            }
            Self::NotForm => write!(formatter, "a form is signed only with Content-Type: {FORM}"),
            #[cfg(feature = "system")]
            Self::Authorize(error) => error.fmt(formatter),
        }
    }
}

impl error::Error for HttpError {}
