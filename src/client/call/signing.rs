//! Signing a request for one sending, and where its protocol parameters go.

use std::{borrow::Cow, io, sync::atomic::Ordering};

use rand::rngs::SysRng;
use ureq::http::{
    self, HeaderValue, Method,
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE},
};

use super::{
    body::{FORM, LARGEST_FORM},
    request::RequestBuilder,
    signed::SignedRequest,
};
use crate::client::outcome::{error::Error, request_error::RequestError};
use crate::oauth1::{self, AuthorizeError, BodyHashError, Nonce, Signer};

/// The largest body whose hash is signed, in bytes: all of it is in memory.
const LARGEST_HASHED: u64 = 64 << 20;

/// Where the protocol parameters are sent
/// ([RFC 5849 §3.5](https://www.rfc-editor.org/rfc/rfc5849#section-3.5)).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Placement {
    /// In the `Authorization` header.
    #[default]
    Header,
    /// At the end of a form body.
    Form,
    /// At the end of the query.
    Query,
}

/// A request that is signed for one sending.
pub(super) struct Signed {
    pub(super) message: http::Request<()>,
    /// The form with the protocol parameters in it, which is sent instead of the builder's body.
    pub(super) form: Option<String>,
    timestamp: u64,
    nonce: Nonce,
}

impl RequestBuilder {
    /// Sets where the protocol parameters are sent: in the `Authorization` header by default.
    pub fn placement(mut self, placement: Placement) -> Self {
        self.placement = placement;
        self
    }

    /// Signs the hash of a body that is not a form, as `oauth_body_hash` (OAuth Request Body Hash). All of the body is
    /// read into memory, up to 64 MiB.
    pub fn body_hash(mut self) -> Self {
        self.has_body_hash = true;
        self
    }

    /// The request as it would be sent now, signed with the time and nonce of this call.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for a form that cannot be read, [`Error::Authorize`] if the system has no time or no random
    /// numbers.
    pub fn sign(&self) -> Result<SignedRequest, Error> {
        let offset = self.client.shared.clock_offset.load(Ordering::Relaxed);
        let Signed { message, form, .. } = self.message(self.body.length(), offset)?;
        let mut headers = vec![("host".to_owned(), self.authority().to_owned())];
        for (name, value) in message.headers() {
            // Only text can be set as a value.
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            headers.push((name.as_str().to_owned(), value));
        }
        let origin = &self.url[..self.client.shared.origin_length];
        let target = message.uri().path_and_query();
        let url = match self.placement {
            Placement::Query => format!("{origin}{}", target.map_or("", |target| target.as_str())),
            _ => self.url.clone(),
        };
        Ok(SignedRequest {
            method: self.method.as_str().to_owned(),
            url,
            headers,
            body: form.map(String::into_bytes).or_else(|| self.body.bytes()),
        })
    }

    /// What is signed, with the form, or with the hash of the body if it is wanted.
    fn signed(&self, length: u64) -> Result<Cow<'_, oauth1::Request>, Error> {
        let mut request = Cow::Borrowed(&self.signed);
        if self.is_form() {
            if self.body.length() > LARGEST_FORM {
                return Err(RequestError::FormTooLarge.into());
            }
            request = Cow::Owned(request.into_owned().form(&self.form_text(length)?)?);
        }
        if self.has_body_hash {
            let method = self.signer().signature_method();
            let hashed = request.into_owned().body_hash(method, &self.hashed(length)?);
            request = Cow::Owned(hashed.map_err(|error| match error {
                BodyHashError::Form => RequestError::HashOfForm,
                _ => RequestError::NoHash,
            })?);
        }
        Ok(request)
    }

    fn signer(&self) -> &Signer {
        self.client.configuration().signer()
    }

    /// The form body. A body that a reader gives is not held, and cannot be signed.
    fn form_text(&self, length: u64) -> Result<String, RequestError> {
        let bytes = self.body.bytes();
        let bytes = bytes.filter(|body| body.len() as u64 == length);
        let bytes = bytes.ok_or(RequestError::FormNotHeld)?;
        String::from_utf8(bytes).map_err(|_| RequestError::FormNotText)
    }

    /// The body whose hash is signed.
    fn hashed(&self, length: u64) -> Result<Vec<u8>, Error> {
        if length > LARGEST_HASHED {
            return Err(RequestError::HashTooLarge.into());
        }
        if self.body.length() != length {
            return Err(RequestError::HashNotHeld.into());
        }
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut self.body.open(), &mut bytes).map_err(Error::Upload)?;
        Ok(bytes)
    }

    /// The base string of a request that [`message`](Self::message) signed.
    pub(super) fn base_string(&self, signed: &Signed) -> Option<String> {
        let length = self.body.length();
        let request = self.signed(length).ok()?;
        let nonce = signed.nonce.as_str();
        Some(self.signer().base_string(&request, signed.timestamp, nonce))
    }

    /// Signs the request by our clock, with an offset in seconds.
    pub(super) fn message(&self, length: u64, offset: i64) -> Result<Signed, Error> {
        let request = self.signed(length)?;
        let nonce = Nonce::try_generate(&mut SysRng).map_err(|_| AuthorizeError::Randomness)?;
        let timestamp = oauth1::timestamp()?.saturating_add_signed(offset).max(1);
        let authorization = self.signer().sign(&request, timestamp, nonce.as_str());
        if authorization.signature().is_empty() {
            return Err(AuthorizeError::Key.into());
        }

        let mut message = http::Request::new(());
        *message.method_mut() = self.method.clone();
        let (mut url, mut form) = (Cow::Borrowed(&self.url), None);
        let headers = message.headers_mut();
        match self.placement {
            Placement::Header => {
                let value = HeaderValue::from_str(authorization.as_str());
                let mut value = value.map_err(|_| RequestError::Header)?;
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
            }
            Placement::Query => url = Cow::Owned(authorization.in_query(&self.url)),
            Placement::Form if self.is_form() => {
                form = Some(authorization.in_form(&self.form_text(length)?));
            }
            Placement::Form if length == 0 && self.has_body(0) => {
                form = Some(authorization.in_form(""));
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
            }
            Placement::Form => return Err(RequestError::NotAForm.into()),
        }
        headers.extend(self.headers.clone());
        for (name, value) in &self.client.shared.headers {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        if self.has_body(length) {
            let length = form.as_ref().map_or(length, |form| form.len() as u64);
            headers.insert(CONTENT_LENGTH, length.into());
        }
        *message.uri_mut() = url.parse().map_err(|_| RequestError::Rewritten)?;
        Ok(Signed { message, form, timestamp, nonce })
    }

    /// Whether it has a body, if only an empty one.
    pub(super) fn has_body(&self, length: u64) -> bool {
        length > 0 || matches!(self.method, Method::POST | Method::PUT | Method::PATCH)
    }
}
