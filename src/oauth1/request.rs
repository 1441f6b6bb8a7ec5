//! The request and its signature base string ([RFC 5849 §3.4.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1)).

use alloc::{borrow::Cow, format, string::String, vec::Vec};
use core::mem;

use super::{
    error::{ParseError, Part},
    percent,
    protocol::{Parameters, SIGNATURE},
    uri::{self, Uri},
};

/// A request as it is sent: read once, signed or verified any number of times.
///
/// Input is used exactly as given; nothing is corrected or inferred. The path stays as it is. The query and the form
/// body are decoded as HTML forms, where `+` is a space. Values are bytes, so `%f8` is signed as `%F8`.
///
/// # Examples
///
/// ```
/// use exh_oauth1::Request;
///
/// // RFC 5849 §3.4.1.1, erratum 2550.
/// let uri = "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b";
/// let request = Request::new("POST", uri)?.form("c2&a3=2+q")?;
/// assert_eq!(request.base_string_uri(), "http://example.com/request");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Request {
    pub(super) method: String,
    pub(super) base_string_uri: String,
    pub(super) is_form: bool,
    /// The base string up to the parameters: method and base string URI.
    prefix: String,
    /// The parameters of query and form, normalized (§3.4.1.3.2) and encoded once more (§3.4.1.1).
    parameters: String,
    /// The protocol parameters that are sent with this request only.
    pub(super) protocol: Parameters,
    /// Where the first parameter is whose name begins with `oauth_`.
    pub(super) second_place: Option<(Part, usize)>,
}

impl Request {
    /// Reads a method and an absolute URI (`http` or `https`).
    ///
    /// The base string has the method in upper case (§3.4.1.1). User-info and fragment are ignored (§3.4.1.2).
    ///
    /// # Errors
    ///
    /// [`ParseError::Method`], [`Scheme`](ParseError::Scheme), [`Host`](ParseError::Host), [`Port`](ParseError::Port),
    /// [`Character`](ParseError::Character) or [`PercentEncoding`](ParseError::PercentEncoding).
    pub fn new(method: &str, uri: &str) -> Result<Self, ParseError> {
        // A token (RFC 9110 §5.6.2).
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if method.is_empty() || !method.bytes().all(is_token) {
            return Err(ParseError::Method);
        }
        let method = method.to_ascii_uppercase();
        let parsed = Uri::parse(uri)?;
        let base_string_uri = parsed.base_string_uri();
        let mut request = Self {
            prefix: format!("{}&{}&", percent::encode(&method), percent::encode(&base_string_uri)),
            method,
            base_string_uri,
            is_form: false,
            parameters: String::new(),
            protocol: Vec::new(),
            second_place: None,
        };
        request.collect(parsed.query, Part::Uri, uri::position(uri, parsed.query));
        Ok(request)
    }

    /// Adds the body of a request with the media type `application/x-www-form-urlencoded`
    /// ([§3.4.1.3.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.1)). Other bodies are not signed.
    ///
    /// # Errors
    ///
    /// [`ParseError::Character`] or [`PercentEncoding`](ParseError::PercentEncoding).
    pub fn form(mut self, body: &str) -> Result<Self, ParseError> {
        uri::check(body, Part::Form)?;
        self.collect(body, Part::Form, 0);
        self.is_form = true;
        Ok(self)
    }

    /// Collects the parameters of a query or form (§3.4.1.3.1), which begins at `offset` in `part`.
    fn collect(&mut self, source: &str, part: Part, offset: usize) {
        let mut pairs = Vec::new();
        let mut position = offset;
        for pair in source.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = recode(name);
            if name.starts_with("oauth_") && self.second_place.is_none() {
                self.second_place = Some((part, position));
            }
            // A signature is never signed. An empty piece between two `&` is not a parameter.
            if !pair.is_empty() && name != SIGNATURE {
                pairs.push((name, recode(value)));
            }
            position += pair.len() + 1;
        }
        let earlier = mem::take(&mut self.parameters);
        merge(&mut self.parameters, &earlier, &normalize(pairs));
    }

    /// The base string URI ([§3.4.1.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.2)).
    pub fn base_string_uri(&self) -> &str {
        &self.base_string_uri
    }

    /// The signature base string (§3.4.1.1) with protocol parameters that are encoded and sorted like this request's,
    /// given in pieces.
    pub(super) fn merge(&self, protocol: &[&str]) -> String {
        let length: usize = protocol.iter().map(|piece| piece.len()).sum();
        let mut text = String::with_capacity(self.prefix.len() + self.parameters.len() + 3 + length);
        text.push_str(&self.prefix);
        if self.parameters.is_empty() {
            text.extend(protocol.iter().copied());
        } else {
            merge(&mut text, &self.parameters, &protocol.concat());
        }
        text
    }
}

/// Decodes a name or value of a form that was checked, and encodes it twice.
fn recode(text: &str) -> String {
    let spaced: Cow<'_, str> = if text.contains('+') { text.replace('+', " ").into() } else { text.into() };
    let bytes = percent::decode(&spaced).unwrap_or_default();
    percent::encode_again(percent::encode(&bytes)).into_owned()
}

/// Sorts parameters by name and value (§3.4.1.3.2) and joins them. All are encoded twice: the second encoding does not
/// change the order.
pub(super) fn normalize(mut pairs: Vec<(String, String)>) -> String {
    pairs.sort_unstable();
    let mut text = String::new();
    for (name, value) in &pairs {
        if !text.is_empty() {
            text.push_str("%26");
        }
        text.push_str(name);
        text.push_str("%3D");
        text.push_str(value);
    }
    text
}

/// Appends two lists of encoded and sorted parameters as one.
fn merge<'a>(text: &mut String, one: &'a str, other: &'a str) {
    let start = text.len();
    let split = |list: &'a str| list.split("%26").filter(|pair| !pair.is_empty()).peekable();
    let (mut one, mut other) = (split(one), split(other));
    while let Some(pair) = match (one.peek(), other.peek()) {
        (Some(first), Some(second)) if second.split_once("%3D") < first.split_once("%3D") => other.next(),
        (None, _) => other.next(),
        _ => one.next(),
    } {
        if text.len() > start {
            text.push_str("%26");
        }
        text.push_str(pair);
    }
}
