//! Protocol parameters in a form body ([RFC 5849 §3.5.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.5.2)) or in a
//! query ([§3.5.3](https://www.rfc-editor.org/rfc/rfc5849#section-3.5.3)).

use alloc::{string::String, string::ToString, vec::Vec};

use super::{
    super::{
        authorization::Authorization,
        error::{ParseError, Part},
        percent,
    },
    form,
};

/// The prefix of the names of protocol parameters (§3.1).
const PREFIX: &[u8] = b"oauth_";

impl Authorization {
    /// The protocol parameters for a form body or a query
    /// ([§3.5.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.5.2),
    /// [§3.5.3](https://www.rfc-editor.org/rfc/rfc5849#section-3.5.3)), to append to its parameters after an `&`.
    ///
    /// They replace the header. The signature is the same in every place; the realm is left out.
    pub fn to_form(&self) -> String {
        let mut form = String::with_capacity(self.as_str().len());
        for (name, value) in self.pairs() {
            if !form.is_empty() {
                form.push('&');
            }
            [name, "=", value].iter().for_each(|piece| form.push_str(piece));
        }
        form
    }

    /// The URI with the protocol parameters at the end of its query, in front of a fragment.
    ///
    /// `uri` is the URI that was signed, without them.
    ///
    /// # Examples
    ///
    /// ```
    /// # use exh_oauth1::{Authorization, Credentials, Request, Signer};
    /// # let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
    /// #     .token(Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")).without_version();
    /// let uri = "http://photos.example.net/photos?file=vacation.jpg&size=original"; // RFC 5849 §1.2
    /// let request = Request::new("GET", uri)?;
    /// let sent = signer.sign(&request, 137131202, "chapoH").in_query(uri);
    /// assert!(sent.ends_with("&oauth_token=nnch734d00sl2jdk"));
    ///
    /// let (received, uri) = Authorization::from_query(&sent)?;
    /// assert_eq!(received.signature(), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
    /// assert_eq!(signer.verify(&Request::new("GET", &uri)?, &received), Ok(()));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn in_query(&self, uri: &str) -> String {
        append_to_query(uri, &self.to_form())
    }

    /// The form body with the protocol parameters at its end.
    ///
    /// `body` is the form that was signed, without them; it may be empty. The request needs the media type
    /// `application/x-www-form-urlencoded`, even if it had no body before.
    pub fn in_form(&self, body: &str) -> String {
        let mut text = body.to_string();
        if !text.is_empty() && !text.ends_with('&') {
            text.push('&');
        }
        text.push_str(&self.to_form());
        text
    }

    /// Removes the protocol parameters, whose names begin with `oauth_`, from the query of a received request. Returns
    /// them and the URI without them, which is the one to verify.
    ///
    /// A client uses only one place (§3.5). Look here if there is no `Authorization` header with the scheme `OAuth`.
    /// The URI may be only path and query, as in the first line of a request.
    ///
    /// # Errors
    ///
    /// [`ParseError::Character`] or [`PercentEncoding`](ParseError::PercentEncoding) with the position of an invalid
    /// character; [`Duplicate`](ParseError::Duplicate) of a protocol parameter;
    /// [`Missing`](ParseError::Missing), [`NotText`](ParseError::NotText), [`Version`](ParseError::Version) and
    /// [`Signature`](ParseError::Signature) as [`parse`](Self::parse).
    pub fn from_query(uri: &str) -> Result<(Self, String), ParseError> {
        let (before, query, fragment) = split(uri);
        let offset = before.len() + 1;
        let (authorization, rest) = take(query.unwrap_or_default(), Part::Uri, offset)?;
        let mut uri = before.to_string();
        if !rest.is_empty() {
            uri.push('?');
            uri.push_str(&rest);
        }
        uri.push_str(fragment);
        Ok((authorization, uri))
    }

    /// Removes the protocol parameters from the form body of a received request. Returns them and the body without
    /// them, which is the one for [`Request::form`](super::super::Request::form).
    ///
    /// # Errors
    ///
    /// As [`from_query`](Self::from_query), with positions in the body.
    pub fn from_form(body: &str) -> Result<(Self, String), ParseError> {
        take(body, Part::Form, 0)
    }
}

fn take(source: &str, part: Part, offset: usize) -> Result<(Authorization, String), ParseError> {
    let mut protocol = Vec::new();
    let mut rest = String::with_capacity(source.len());
    for pair in form::pairs(source, part, offset) {
        let pair = pair?;
        if pair.name.starts_with(PREFIX) {
            protocol.push((
                percent::encode(&pair.name).into_owned(),
                percent::encode(&pair.value).into_owned(),
                pair.position,
            ));
        } else {
            if !rest.is_empty() {
                rest.push('&');
            }
            rest.push_str(pair.text);
        }
    }
    Ok((Authorization::from_pairs(None, protocol)?, rest))
}

/// The part of a URI in front of its query, its query, and its fragment with the `#`.
pub(super) fn split(uri: &str) -> (&str, Option<&str>, &str) {
    let (uri, fragment) = uri.split_at(uri.find('#').unwrap_or(uri.len()));
    match uri.split_once('?') {
        Some((before, query)) => (before, Some(query), fragment),
        None => (uri, None, fragment),
    }
}

/// Adds to the query of a URI, keeping what is there.
pub(super) fn append_to_query(uri: &str, form: &str) -> String {
    let (before, query, fragment) = split(uri);
    let mut text = String::with_capacity(uri.len() + 1 + form.len());
    text.push_str(before);
    text.push('?');
    if let Some(query) = query.filter(|query| !query.is_empty()) {
        text.push_str(query);
        if !query.ends_with('&') {
            text.push('&');
        }
    }
    text.push_str(form);
    text.push_str(fragment);
    text
}
