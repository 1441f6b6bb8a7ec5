//! Reading the `Authorization` header
//! ([RFC 5849 §3.5.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.5.1)).

use alloc::{borrow::Cow, format, string::String, vec::Vec};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::super::{
    authorization::{Authorization, SCHEME},
    error::{ParseError, Part},
    extra::OWN,
    percent,
    protocol::{CONSUMER_KEY, NONCE, SIGNATURE, SIGNATURE_METHOD, TIMESTAMP, TOKEN, VERSION},
    signature::SignatureMethod,
    uri,
};

impl SignatureMethod {
    /// All methods.
    pub const ALL: [Self; 7] = [
        Self::HmacSha1,
        Self::HmacSha256,
        Self::HmacSha512,
        Self::RsaSha1,
        Self::RsaSha256,
        Self::RsaSha512,
        Self::Plaintext,
    ];

    /// The method with a name. Names are case-sensitive (§3.1).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

impl Authorization {
    /// Reads a header's value (without the name `Authorization:`).
    ///
    /// The scheme's case, white space around commas and the order of parameters are free. Characters that should be
    /// encoded are accepted where they are unambiguous. `oauth_timestamp` and `oauth_nonce` may be missing, which §3.1
    /// allows for `PLAINTEXT`: a [`ReplayGuard`](super::ReplayGuard) requires them.
    ///
    /// # Errors
    ///
    /// [`ParseError::NotOAuth`], [`Syntax`](ParseError::Syntax), [`Character`](ParseError::Character),
    /// [`PercentEncoding`](ParseError::PercentEncoding), [`Duplicate`](ParseError::Duplicate) for any name,
    /// [`NotText`](ParseError::NotText) for a parameter of the RFC that is not UTF-8, [`Version`](ParseError::Version),
    /// [`Signature`](ParseError::Signature), and [`Missing`](ParseError::Missing) for `oauth_consumer_key`,
    /// `oauth_signature_method` and `oauth_signature`.
    ///
    /// # Examples
    ///
    /// ```
    /// use exh_oauth1::Authorization;
    ///
    /// // RFC 5849 §1.2.
    /// let received = Authorization::parse(
    ///     r#"OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_signature_method="HMAC-SHA1",
    ///     oauth_timestamp="137131200", oauth_nonce="wIjqoS", oauth_signature="74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D",
    ///     oauth_callback="http%3A%2F%2Fprinter.example.com%2Fready""#,
    /// )?;
    /// assert_eq!(received.consumer_key(), "dpf43f3p2l4k3l03");
    /// assert_eq!(received.get("oauth_callback").as_deref(), Some(b"http://printer.example.com/ready".as_slice()));
    /// assert_eq!(received.signature(), "74KNZJeDHnMBp0EMJ9ZHt/XKycU=");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn parse(header: &str) -> Result<Self, ParseError> {
        let mut realm = None;
        let mut pairs = Vec::new();
        for pair in Pairs::new(header)? {
            let (name, value, position) = pair?;
            let name = canonical(name, header)?;
            if name.eq_ignore_ascii_case("realm") {
                if realm.replace(value).is_some() {
                    return Err(ParseError::Duplicate { position });
                }
            } else if let Some(at) = value.find('\\') {
                // Only a realm is an HTTP quoted string, which has escapes.
                let position = uri::position(header, value) + at;
                return Err(ParseError::Syntax { position });
            } else {
                pairs.push((name, canonical(value, header)?, position));
            }
        }
        Self::from_pairs(realm, pairs)
    }

    /// Accepts encoded names and values with their positions, and a realm as it is quoted.
    pub(in super::super) fn from_pairs(
        realm: Option<&str>,
        mut pairs: Vec<(String, String, usize)>,
    ) -> Result<Self, ParseError> {
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        for two in pairs.windows(2) {
            if let [(name, ..), (second, _, position)] = two
                && name == second
            {
                let position = *position;
                return Err(ParseError::Duplicate { position });
            }
        }
        let mut text = String::from(SCHEME);
        if let Some(realm) = realm {
            text += &format!("realm=\"{realm}\", ");
        }
        let realm_end = text.len();
        for (name, value, _) in &pairs {
            let separator = if text.len() > realm_end { ", " } else { "" };
            text.extend([separator, name, "=\"", value, "\""]);
        }
        let parsed = Self { text, realm_end };
        for name in OWN {
            let is_there = pairs.iter().any(|(other, ..)| other == name);
            if is_there && parsed.text_of(name).is_none() {
                return Err(ParseError::NotText(name));
            }
        }
        for name in [CONSUMER_KEY, SIGNATURE, SIGNATURE_METHOD] {
            if !pairs.iter().any(|(other, ..)| other == name) {
                return Err(ParseError::Missing(name));
            }
        }
        if parsed.text_of(VERSION).is_some_and(|version| version != "1.0") {
            return Err(ParseError::Version);
        }
        let is_base64 = SignatureMethod::from_name(&parsed.signature_method())
            .is_some_and(|method| method != SignatureMethod::Plaintext);
        if is_base64 && STANDARD.decode(&*parsed.signature()).is_err() {
            return Err(ParseError::Signature);
        }
        Ok(parsed)
    }

    /// The `realm`, if any.
    pub fn realm(&self) -> Option<String> {
        let quoted = self.text[SCHEME.len()..self.realm_end].strip_prefix("realm=\"")?;
        let quoted = quoted.strip_suffix("\", ")?;
        let mut realm = String::with_capacity(quoted.len());
        let mut characters = quoted.chars();
        while let Some(character) = characters.next() {
            realm.extend(if character == '\\' { characters.next() } else { Some(character) });
        }
        Some(realm)
    }

    /// The signature: base64, or with `PLAINTEXT` the secrets.
    pub fn signature(&self) -> Cow<'_, str> {
        self.text_of(SIGNATURE).unwrap_or_default()
    }

    /// The client's identifier.
    pub fn consumer_key(&self) -> Cow<'_, str> {
        self.text_of(CONSUMER_KEY).unwrap_or_default()
    }

    /// The token's identifier, if any.
    pub fn token(&self) -> Option<Cow<'_, str>> {
        self.text_of(TOKEN)
    }

    /// The name of the signature method, which may be one unknown here.
    pub fn signature_method(&self) -> Cow<'_, str> {
        self.text_of(SIGNATURE_METHOD).unwrap_or_default()
    }

    /// The timestamp as the text received, if any.
    pub fn timestamp(&self) -> Option<Cow<'_, str>> {
        self.text_of(TIMESTAMP)
    }

    /// The nonce, if any.
    pub fn nonce(&self) -> Option<Cow<'_, str>> {
        self.text_of(NONCE)
    }

    fn text_of(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.get(name)? {
            Cow::Borrowed(bytes) => str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        }
    }

    /// The decoded value of a parameter, as bytes.
    pub fn get(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        let name = percent::encode(name);
        let (_, value) = self.pairs().find(|(other, _)| *other == name)?;
        percent::decode(value).ok()
    }

    /// All parameters except the realm, sorted by encoded name: decoded names and values, as bytes.
    pub fn parameters(&self) -> impl Iterator<Item = (Cow<'_, [u8]>, Cow<'_, [u8]>)> {
        self.pairs().filter_map(|(name, value)| Some((percent::decode(name).ok()?, percent::decode(value).ok()?)))
    }
}

/// Decodes and encodes again, so that equal bytes are always written the same way.
fn canonical(text: &str, header: &str) -> Result<String, ParseError> {
    let bytes = percent::decode(text)
        .map_err(|at| ParseError::PercentEncoding { part: Part::Header, position: uri::position(header, text) + at })?;
    Ok(percent::encode(&bytes).into_owned())
}

/// The `name="value"` pairs of a header as they were written, each with its position.
struct Pairs<'a> {
    header: &'a str,
    rest: &'a str,
    done: bool,
}

impl<'a> Pairs<'a> {
    fn new(header: &'a str) -> Result<Self, ParseError> {
        let text = header.trim_start_matches(is_space);
        let (scheme, rest) = text.split_at_checked(SCHEME.len()).ok_or(ParseError::NotOAuth)?;
        if !scheme.trim_end_matches(is_space).eq_ignore_ascii_case(SCHEME.trim_end()) {
            return Err(ParseError::NotOAuth);
        }
        Ok(Self { header, rest: rest.trim_start_matches(is_space), done: false })
    }

    fn offset(&self) -> usize {
        self.header.len() - self.rest.len()
    }

    fn read(&mut self) -> Result<(&'a str, &'a str, usize), ParseError> {
        let position = self.offset();
        let (name, rest) = self.rest.split_once('=').ok_or(ParseError::Syntax { position })?;
        let name = name.trim_end_matches(is_space);
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)) {
            return Err(ParseError::Syntax { position });
        }
        self.rest = rest.trim_start_matches(is_space);
        self.take('"')?;
        let end = self.end_of_quoted()?;
        let value = &self.rest[..end];
        self.rest = self.rest[end + 1..].trim_start_matches(is_space);
        if self.rest.is_empty() {
            self.done = true;
        } else {
            self.take(',')?;
            self.rest = self.rest.trim_start_matches(is_space);
        }
        Ok((name, value, position))
    }

    fn take(&mut self, character: char) -> Result<(), ParseError> {
        self.rest = self.rest.strip_prefix(character).ok_or(ParseError::Syntax { position: self.offset() })?;
        Ok(())
    }

    /// Finds the closing quote. A backslash escapes a quote (RFC 9110 §5.6.4).
    fn end_of_quoted(&self) -> Result<usize, ParseError> {
        let mut escaped = false;
        for (at, byte) in self.rest.bytes().enumerate() {
            match byte {
                b'"' if !escaped => return Ok(at),
                _ if byte < b' ' || byte == 0x7f => {
                    return Err(ParseError::Character { part: Part::Header, position: self.offset() + at });
                }
                _ => escaped = byte == b'\\' && !escaped,
            }
        }
        Err(ParseError::Syntax { position: self.header.len() })
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Result<(&'a str, &'a str, usize), ParseError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let pair = self.read();
        self.done |= pair.is_err();
        Some(pair)
    }
}

/// White space between the parts of a header, including line folds.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}
