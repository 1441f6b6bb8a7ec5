//! The `Authorization` header ([RFC 5849 §3.5.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.5.1)) and the other two
//! places of the protocol parameters (§3.5.2, §3.5.3).

use alloc::{borrow::Cow, string::String, string::ToString, vec::Vec};
use core::{fmt, iter};

use zeroize::{Zeroize as _, ZeroizeOnDrop};

use super::{
    error::{ParseError, Part},
    percent,
    signature::{self, SignatureMethod},
    wire::{
        CONSUMER_KEY, NONCE, OWN, REALM, SIGNATURE, SIGNATURE_METHOD, TIMESTAMP, TOKEN, VERSION,
    },
};

/// The protocol parameters of one request with their signature: the value of an `Authorization` header.
///
/// Kept as that text in one form: realm first, names sorted, `", "` between, values encoded as §3.6 says. `Display` writes
/// it, [`as_str`](Self::as_str) lends it, [`into_string`](Self::into_string) gives it away. `Debug` leaves the signature
/// out, which with `PLAINTEXT` is made of the secrets (and then wiped on drop).
///
/// # Examples
///
/// ```
/// use exh_oauth1::Authorization;
///
/// // RFC 5849 §1.2.
/// let received = Authorization::parse(
///     r#"OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_signature_method="HMAC-SHA1",
///     oauth_timestamp="137131200", oauth_nonce="wIjqoS", oauth_callback="http%3A%2F%2Fprinter.example.com%2Fready",
///     oauth_signature="74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D""#,
/// )?;
/// assert_eq!(received.consumer_key(), "dpf43f3p2l4k3l03");
/// assert_eq!(received.get("oauth_callback").as_deref(), Some(b"http://printer.example.com/ready".as_slice()));
/// assert_eq!(received.signature(), "74KNZJeDHnMBp0EMJ9ZHt/XKycU=");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Authorization {
    text: String,
    /// Where the parameters begin, behind scheme and realm.
    realm_end: usize,
    is_plaintext: bool,
}

pub(super) const SCHEME: &str = "OAuth ";

/// The parameters of most headers, for which there is room from the start.
const USUAL: usize = 8;

impl Authorization {
    /// Reads a header's value (without the name `Authorization:`).
    ///
    /// The scheme's case, white space around commas and the order of the parameters are free; characters that should be
    /// encoded and can be told apart are taken as they are. `oauth_timestamp` and `oauth_nonce` may be missing, which §3.1
    /// allows for `PLAINTEXT` only: whether a nonce is needed is for the guard against replays to say.
    ///
    /// # Errors
    ///
    /// [`ParseError::NotOAuth`], [`Syntax`](ParseError::Syntax), [`PercentEncoding`](ParseError::PercentEncoding),
    /// [`Duplicate`](ParseError::Duplicate) of any name, [`NotText`](ParseError::NotText) for a protocol parameter of the RFC
    /// that is not UTF-8, [`Version`](ParseError::Version), [`Signature`](ParseError::Signature), and
    /// [`Missing`](ParseError::Missing) for `oauth_consumer_key`, `oauth_signature_method` and `oauth_signature`.
    pub fn parse(header: &str) -> Result<Self, ParseError> {
        let mut realm = None;
        let mut pairs = Vec::with_capacity(USUAL);
        for pair in Pairs::new(header)? {
            let (name, value, position) = pair?;
            let name = canonical(name, header)?;
            if name.eq_ignore_ascii_case(REALM) {
                if realm.replace(value).is_some() {
                    return Err(ParseError::Duplicate { position });
                }
            } else {
                if let Some(at) = value.find('\\') {
                    // Only a realm is an HTTP quoted string, which has escapes of this kind.
                    let position = value.as_ptr() as usize - header.as_ptr() as usize + at;
                    return Err(ParseError::Syntax { position });
                }
                pairs.push((name, canonical(value, header)?, position));
            }
        }
        Self::from_pairs(realm, pairs)
    }

    /// Takes encoded names and values with their positions, and a realm as it is quoted.
    pub(super) fn from_pairs(
        realm: Option<&str>,
        mut pairs: Vec<(Cow<'_, str>, Cow<'_, str>, usize)>,
    ) -> Result<Self, ParseError> {
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        if let Some(position) = pairs.windows(2).find_map(|pair| match pair {
            [one, second] if one.0 == second.0 => Some(second.2),
            _ => None,
        }) {
            return Err(ParseError::Duplicate { position });
        }
        let lengths = pairs
            .iter()
            .map(|(name, value, _)| name.len() + value.len());
        let around = SCHEME.len() + "realm=\"\", ".len() + "=\"\", ".len() * pairs.len();
        let capacity = around + realm.map_or(0, str::len) + lengths.sum::<usize>();
        let mut text = String::with_capacity(capacity);
        text.push_str(SCHEME);
        if let Some(realm) = realm {
            text.push_str("realm=\"");
            text.push_str(realm);
            text.push_str("\", ");
        }
        let realm_end = text.len();
        for (name, value, _) in &pairs {
            if text.len() > realm_end {
                text.push_str(", ");
            }
            [name, "=\"", value, "\""]
                .iter()
                .for_each(|piece| text.push_str(piece));
        }
        let mut parsed = Self {
            text,
            realm_end,
            is_plaintext: false,
        };
        parsed.check()?;
        parsed.is_plaintext = parsed.is(SIGNATURE_METHOD, SignatureMethod::Plaintext.name());
        Ok(parsed)
    }

    fn check(&self) -> Result<(), ParseError> {
        for (name, value) in self.pairs() {
            // What is not escaped is ASCII.
            if value.contains('%')
                && text_of(value).is_none()
                && let Some(own) = OWN.iter().find(|own| own.text == name)
            {
                return Err(ParseError::NotText(&own.text));
            }
        }
        let needed = [CONSUMER_KEY, SIGNATURE, SIGNATURE_METHOD];
        let values = self.all_encoded(needed);
        for (name, value) in needed.into_iter().zip(values) {
            value.ok_or(ParseError::Missing(name))?;
        }
        if !matches!(self.encoded(VERSION), None | Some("1.0")) {
            return Err(ParseError::Version);
        }
        // The names of all methods stand for themselves.
        let [_, signature, method] = values.map(Option::unwrap_or_default);
        let is_hash = SignatureMethod::from_name(method)
            .is_some_and(|method| method != SignatureMethod::Plaintext);
        if is_hash && text_of(signature).is_none_or(|text| signature::from_text(&text).is_none()) {
            return Err(ParseError::Signature);
        }
        Ok(())
    }

    /// Takes a header's value that the signer wrote.
    pub(super) fn written(text: String, realm_end: usize, method: SignatureMethod) -> Self {
        Self {
            text,
            realm_end,
            is_plaintext: method == SignatureMethod::Plaintext,
        }
    }

    /// The header's value.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The header's value, without a copy.
    pub fn into_string(mut self) -> String {
        core::mem::take(&mut self.text)
    }

    /// The protocol parameters for a form body or a query
    /// ([§3.5.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.5.2),
    /// [§3.5.3](https://www.rfc-editor.org/rfc/rfc5849#section-3.5.3)), to be put behind what stands there, with an `&` between.
    ///
    /// They take the place of the header; the signature is the same wherever they are, and a realm has no place there. A
    /// form body has to be the only content of the request, with the media type of a form.
    pub fn to_form(&self) -> String {
        let mut form = String::with_capacity(self.text.len());
        for (name, value) in self.pairs() {
            if !form.is_empty() {
                form.push('&');
            }
            [name, "=", value]
                .iter()
                .for_each(|piece| form.push_str(piece));
        }
        form
    }

    /// The `realm`, if any.
    pub fn realm(&self) -> Option<String> {
        let quoted = self.text[SCHEME.len()..self.realm_end]
            .strip_prefix("realm=\"")?
            .strip_suffix("\", ")?;
        let mut realm = String::with_capacity(quoted.len());
        let mut characters = quoted.chars();
        while let Some(character) = characters.next() {
            realm.extend(if character == '\\' {
                characters.next()
            } else {
                Some(character)
            });
        }
        Some(realm)
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

    /// The signature: base64, or with `PLAINTEXT` the secrets.
    pub fn signature(&self) -> Cow<'_, str> {
        self.text_of(SIGNATURE).unwrap_or_default()
    }

    /// The timestamp as the text received, if any.
    pub fn timestamp(&self) -> Option<Cow<'_, str>> {
        self.text_of(TIMESTAMP)
    }

    /// The nonce, if any.
    pub fn nonce(&self) -> Option<Cow<'_, str>> {
        self.text_of(NONCE)
    }

    /// The decoded value of a parameter, as octets.
    pub fn get(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        let name = percent::encode(name).to_string();
        percent::decode(self.encoded(&name)?).ok()
    }

    /// All parameters but the realm, in the order of their names: decoded names and values, as octets.
    pub fn parameters(&self) -> impl Iterator<Item = (Cow<'_, [u8]>, Cow<'_, [u8]>)> {
        self.pairs().filter_map(|(name, value)| {
            Some((percent::decode(name).ok()?, percent::decode(value).ok()?))
        })
    }

    /// The encoded value of a parameter, by its encoded name.
    pub(super) fn encoded(&self, name: &str) -> Option<&str> {
        self.pairs()
            .find(|(other, _)| *other == name)
            .map(|(_, value)| value)
    }

    /// The encoded values of parameters, by their encoded names, found in one pass.
    pub(super) fn all_encoded<const N: usize>(&self, names: [&str; N]) -> [Option<&str>; N] {
        let mut values = [None; N];
        for (name, value) in self.pairs() {
            if let Some(at) = names.iter().position(|other| *other == name) {
                values[at] = Some(value);
            }
        }
        values
    }

    /// All parameters but the realm, encoded and sorted.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        // Names and values are encoded, so that no quote stands in them.
        let mut pieces = self.text[self.realm_end..].split('"');
        iter::from_fn(move || {
            let name = pieces.next()?.strip_suffix('=')?;
            Some((name.strip_prefix(", ").unwrap_or(name), pieces.next()?))
        })
    }

    fn text_of(&self, name: &str) -> Option<Cow<'_, str>> {
        self.encoded(name).and_then(text_of)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.encoded(name) == Some(value)
    }
}

/// An encoded value as text.
fn text_of(value: &str) -> Option<Cow<'_, str>> {
    match percent::decode(value).ok()? {
        Cow::Borrowed(octets) => str::from_utf8(octets).ok().map(Cow::Borrowed),
        Cow::Owned(octets) => String::from_utf8(octets).ok().map(Cow::Owned),
    }
}

impl fmt::Display for Authorization {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = formatter.debug_map();
        map.entries(self.pairs().filter(|(name, _)| *name != SIGNATURE))
            .finish_non_exhaustive()
    }
}

/// Where it holds secrets, which is with `PLAINTEXT`.
impl ZeroizeOnDrop for Authorization {}

impl Drop for Authorization {
    fn drop(&mut self) {
        if self.is_plaintext {
            self.text.zeroize();
        }
    }
}

/// Decodes and encodes again, so that the same octets are always written in the same way.
fn canonical<'a>(text: &'a str, header: &str) -> Result<Cow<'a, str>, ParseError> {
    if percent::encode(text).is_plain() {
        return Ok(Cow::Borrowed(text));
    }
    let start = text.as_ptr() as usize - header.as_ptr() as usize;
    let octets = percent::decode(text).map_err(|at| ParseError::PercentEncoding {
        part: Part::Header,
        position: start + at,
    })?;
    Ok(Cow::Owned(percent::encode(&octets).to_text()))
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
        let (scheme, rest) = text
            .split_at_checked(SCHEME.len())
            .ok_or(ParseError::NotOAuth)?;
        if !scheme
            .trim_end_matches(is_space)
            .eq_ignore_ascii_case(SCHEME.trim_end())
        {
            return Err(ParseError::NotOAuth);
        }
        Ok(Self {
            header,
            rest: rest.trim_start_matches(is_space),
            done: false,
        })
    }

    fn offset(&self) -> usize {
        self.header.len() - self.rest.len()
    }

    fn read(&mut self) -> Result<(&'a str, &'a str, usize), ParseError> {
        let position = self.offset();
        let (name, rest) = self
            .rest
            .split_once('=')
            .ok_or(ParseError::Syntax { position })?;
        let name = name.trim_end_matches(is_space);
        if name.is_empty()
            || !name
                .bytes()
                .all(|octet| octet.is_ascii_graphic() && !b"\",;\\".contains(&octet))
        {
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
        self.rest = self
            .rest
            .strip_prefix(character)
            .ok_or(ParseError::Syntax {
                position: self.offset(),
            })?;
        Ok(())
    }

    /// Finds the closing quote, which a backslash before it makes an ordinary character (RFC 9110 §5.6.4).
    fn end_of_quoted(&self) -> Result<usize, ParseError> {
        let mut escaped = false;
        for (at, octet) in self.rest.bytes().enumerate() {
            match octet {
                b'"' if !escaped => return Ok(at),
                _ if octet < b' ' || octet == 0x7f => {
                    return Err(ParseError::Character {
                        part: Part::Header,
                        position: self.offset() + at,
                    });
                }
                _ => escaped = octet == b'\\' && !escaped,
            }
        }
        Err(ParseError::Syntax {
            position: self.header.len(),
        })
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

/// White space that may stand between the parts of a header, line folds of old included.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}
