//! The request that is signed, and its signature base string
//! ([RFC 5849 §3.4.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1)).

use alloc::{string::String, string::ToString, vec::Vec};
use core::fmt;

use super::{
    error::{ParseError, Part},
    parameters::{AND, EQUALS, Parameters},
    percent,
    uri::Uri,
};

/// What a base string is written to: a text, or the state of a hash.
pub(super) trait Sink {
    fn put(&mut self, text: &str);
}

/// What can be written as a signature base string.
pub(super) trait BaseString {
    fn write(&self, sink: &mut impl Sink);
}

impl Sink for String {
    fn put(&mut self, text: &str) {
        self.push_str(text);
    }
}

/// A request as it goes over the wire, read once and ready to be signed or verified any number of times.
///
/// Nothing of the input is guessed or mended: give the very URI and form body that are sent. The path stays as it is; the
/// query and the form body are read as HTML forms are, where `+` is a space. Values are octets, so that `%f8` is signed as
/// `%F8`. Parameters named `oauth_…` in the query or form count like any other.
///
/// # Examples
///
/// ```
/// use exh_oauth1::Request;
///
/// // RFC 5849 §3.4.1.1, erratum 2550.
/// let request = Request::new("POST", "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b")?.form("c2&a3=2+q")?;
/// assert_eq!(request.base_string_uri(), "http://example.com/request");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Request {
    /// The base string up to the parameters: method, `&`, encoded base string URI, `&`.
    prefix: String,
    method_end: usize,
    parameters: Parameters,
    is_form: bool,
}

impl Request {
    /// Reads a method and an absolute URI (`http` or `https`).
    ///
    /// The base string has the method in upper case (§3.4.1.1); user-info and fragment are dropped (§3.4.1.2).
    ///
    /// # Errors
    ///
    /// [`ParseError::Method`], [`Scheme`](ParseError::Scheme), [`Host`](ParseError::Host) or [`Port`](ParseError::Port) for
    /// the part that cannot be read; [`Character`](ParseError::Character) or
    /// [`PercentEncoding`](ParseError::PercentEncoding) with the position of what may not stand in a URI.
    pub fn new(method: &str, uri: &str) -> Result<Self, ParseError> {
        if method.is_empty() || !method.bytes().all(is_token) {
            return Err(ParseError::Method);
        }
        let text = uri;
        let uri = Uri::parse(text)?;
        let mut parameters = Parameters::default();
        if let Some(query) = uri.query {
            let offset = query.as_ptr() as usize - text.as_ptr() as usize;
            parameters.collect(query, Part::Uri, offset)?;
        }
        let mut prefix = String::with_capacity(128);
        // A token may hold `!`, `*` and others that §3.6 encodes.
        percent::encode(method).push_to(&mut prefix);
        prefix.make_ascii_uppercase();
        let method_end = prefix.len();
        prefix.push('&');
        uri.push_encoded(&mut prefix);
        prefix.push('&');
        Ok(Self {
            prefix,
            method_end,
            parameters,
            is_form: false,
        })
    }

    /// Adds the body of a request whose media type is `application/x-www-form-urlencoded`
    /// ([§3.4.1.3.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.1)); other bodies are not signed.
    ///
    /// # Errors
    ///
    /// [`Character`](ParseError::Character) or [`PercentEncoding`](ParseError::PercentEncoding) with the position of what may
    /// not stand in a form body.
    pub fn form(mut self, body: &str) -> Result<Self, ParseError> {
        self.parameters.collect(body, Part::Form, 0)?;
        self.is_form = true;
        Ok(self)
    }

    /// The method as it is signed: percent-encoded, in upper case.
    pub fn method(&self) -> &str {
        &self.prefix[..self.method_end]
    }

    /// Whether the URI's scheme is `https`.
    pub fn is_secure(&self) -> bool {
        self.prefix[self.method_end..].starts_with("&https")
    }

    /// Whether the request has a form body.
    pub fn is_form(&self) -> bool {
        self.is_form
    }

    /// Checks that neither the query nor the form has a protocol parameter, that is a name that begins with `oauth_`:
    /// [§3.5](https://www.rfc-editor.org/rfc/rfc5849#section-3.5) allows one place only, and they came in another.
    ///
    /// [`Signer::verify`](super::Signer::verify) includes this check. A server that selects the signer by the token received
    /// calls it first. Signing such a request stays possible.
    ///
    /// # Errors
    ///
    /// [`ParseError::SecondPlace`] with the position of the first one.
    pub fn check_place(&self) -> Result<(), ParseError> {
        match self.parameters.protocol() {
            Some((part, position)) => Err(ParseError::SecondPlace { part, position }),
            None => Ok(()),
        }
    }

    /// The base string URI ([§3.4.1.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.2)).
    pub fn base_string_uri(&self) -> String {
        let encoded = &self.prefix[self.method_end + 1..self.prefix.len() - 1];
        // It was encoded from ASCII text here.
        String::from_utf8_lossy(&percent::decode(encoded).unwrap_or_default()).into_owned()
    }

    /// The normalized parameters ([§3.4.1.3.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.2)) of this request
    /// together with the given protocol parameters, which are names and values without percent encoding.
    ///
    /// `realm` and `oauth_signature` are not to be among them.
    pub fn normalized_parameters<N, V>(&self, protocol: impl IntoIterator<Item = (N, V)>) -> String
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        self.base_string(protocol)[self.prefix.len()..]
            .replace(EQUALS, "=")
            .replace(AND, "&")
            .replace("%25", "%")
    }

    /// The signature base string ([§3.4.1.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.1)) of this request with the
    /// given protocol parameters, which are names and values without percent encoding.
    ///
    /// This is the step on its own, for comparing and for teaching; `realm` and `oauth_signature` are not to be among the
    /// parameters. To have the base string of what is signed with a key held elsewhere, see
    /// [`ProtocolParameters`](super::ProtocolParameters).
    ///
    /// # Examples
    ///
    /// ```
    /// use exh_oauth1::Request;
    ///
    /// // OAuth Core 1.0a §9.1.3, with a made-up subset of its parameters.
    /// let request = Request::new("GET", "http://photos.example.net/photos?size=original&file=vacation.jpg")?;
    /// assert_eq!(
    ///     request.base_string([("oauth_nonce", "chapoH")]),
    ///     "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg%26oauth_nonce%3DchapoH%26size%3Doriginal"
    /// );
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn base_string<N, V>(&self, protocol: impl IntoIterator<Item = (N, V)>) -> String
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let twice =
            |octets: &[u8]| percent::encode(&percent::encode(octets).to_string()).to_string();
        let mut pairs: Vec<_> = protocol
            .into_iter()
            .map(|(name, value)| (twice(name.as_ref()), twice(value.as_ref())))
            .collect();
        pairs.sort_unstable();
        let mut text = String::new();
        let mut merging = self.merging(&mut text);
        for (name, value) in &pairs {
            merging.put(name, value);
        }
        merging.finish();
        text
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    pub(super) fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Writes the base string, into which the protocol parameters are merged in the order of their names.
    pub(super) fn merging<'a, S: Sink>(&'a self, sink: &'a mut S) -> Merging<'a, S> {
        sink.put(&self.prefix);
        Merging {
            parameters: &self.parameters,
            sink,
            done: 0,
            separator: "",
        }
    }
}

/// A base string that is being written: the request's own parameters come where they belong among the others.
pub(super) struct Merging<'a, S> {
    parameters: &'a Parameters,
    sink: &'a mut S,
    /// How many of the request's own were written.
    done: usize,
    separator: &'static str,
}

impl<S: Sink> Merging<'_, S> {
    /// Writes the next protocol parameter, whose name and value are encoded twice.
    pub(super) fn put(&mut self, name: &str, value: &str) {
        self.put_own(self.parameters.before(name, value));
        self.put_pieces(&[name, EQUALS, value]);
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) {
        self.put_own(self.parameters.len());
    }

    fn put_own(&mut self, end: usize) {
        if end > self.done {
            let parameters = self.parameters;
            self.put_pieces(&[parameters.run(self.done..end)]);
            self.done = end;
        }
    }

    fn put_pieces(&mut self, pieces: &[&str]) {
        self.sink.put(self.separator);
        pieces.iter().for_each(|piece| self.sink.put(piece));
        self.separator = AND;
    }
}

impl fmt::Debug for Request {
    /// Shows no parameters: a form body may hold a password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("method", &self.method())
            .field("base_string_uri", &self.base_string_uri())
            .field("parameters", &self.parameters.len())
            .finish()
    }
}

/// A character of a token (RFC 9110 §5.6.2).
fn is_token(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_example() {
        // RFC 5849 §3.4.1.1, erratum 2550.
        let request = Request::new(
            "POST",
            "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
        )
        .and_then(|request| request.form("c2&a3=2+q"))
        .unwrap();
        let protocol = [
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
        ];
        assert_eq!(
            request.base_string(protocol),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D\
             %26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1\
             %26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
        assert_eq!(
            request.normalized_parameters([("oauth_nonce", "7d8f3e4a")]),
            "a2=r%20b&a3=2%20q&a3=a&b5=%3D%253D&c%40=&c2=&oauth_nonce=7d8f3e4a"
        );
    }

    #[test]
    fn methods_are_tokens() {
        for method in ["", "GET ", "GÉT", "G\nT", "a/b"] {
            assert_eq!(
                Request::new(method, "http://h/").err(),
                Some(ParseError::Method),
                "{method:?}"
            );
        }
        assert_eq!(
            Request::new("m-search*", "http://h/").unwrap().method(),
            "M-SEARCH%2A"
        );
    }
}
