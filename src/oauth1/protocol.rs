//! The protocol parameters that a client sends
//! ([RFC 5849 §3.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.1)).

use super::{
    authorization::Authorization,
    error::ParseError,
    nonce::Decimal,
    parameters::AND,
    percent,
    request::{BaseString, Request, Sink},
    signature::{self, SignatureMethod},
    template::{Pair, Template},
};
use alloc::{borrow::Cow, string::String, string::ToString, vec::Vec};

// The names on the wire.
pub(super) const CONSUMER_KEY: &str = "oauth_consumer_key";
pub(super) const NONCE: &str = "oauth_nonce";
pub(super) const SIGNATURE: &str = "oauth_signature";
pub(super) const SIGNATURE_METHOD: &str = "oauth_signature_method";
pub(super) const TIMESTAMP: &str = "oauth_timestamp";
pub(super) const TOKEN: &str = "oauth_token";
pub(super) const VERSION: &str = "oauth_version";
pub(super) const REALM: &str = "realm";

/// What a client says of itself with each request: identifiers, signature method, realm and extra parameters, without any
/// secret.
///
/// A [`Signer`](super::Signer) has one of these and a key. Where the key is held elsewhere (a key service, a hardware
/// token), use it directly: [`base_string`](Self::base_string) gives what is to be signed, and
/// [`authorization`](Self::authorization) takes the octets of the signature.
///
/// # Examples
///
/// ```
/// use exh_oauth1::{ProtocolParameters, Request, SignatureMethod};
///
/// let parameters = ProtocolParameters::new("dpf43f3p2l4k3l03", SignatureMethod::RsaSha1).token("nnch734d00sl2jdk");
/// let request = Request::new("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original")?;
/// let base_string = parameters.base_string(&request, 1196666512, "13917289812797014437");
/// # fn hardware_token(_: &str) -> Vec<u8> { vec![1, 2, 3] }
/// let authorization = parameters.authorization(1196666512, "13917289812797014437", &hardware_token(&base_string));
/// assert_eq!(authorization.signature(), "AQID");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProtocolParameters {
    method: SignatureMethod,
    realm: Option<String>,
    /// Names and values, encoded once and sorted; nonce, signature and timestamp have no value yet.
    all: Vec<Pair>,
    template: Template,
}

/// What is new with each request: the timestamp, and the nonce encoded once and twice.
pub(super) struct Fresh<'a> {
    timestamp: &'a str,
    once: Cow<'a, str>,
    twice: Cow<'a, str>,
}

impl<'a> Fresh<'a> {
    pub(super) fn new(timestamp: &'a Decimal, nonce: &'a str) -> Self {
        let timestamp = timestamp.as_str();
        let encoded = percent::encode(nonce);
        if encoded.is_plain() {
            return Self {
                timestamp,
                once: Cow::Borrowed(nonce),
                twice: Cow::Borrowed(nonce),
            };
        }
        let once = encoded.to_string();
        Self {
            timestamp,
            twice: Cow::Owned(percent::encode_again(&once).into_owned()),
            once: Cow::Owned(once),
        }
    }

    /// The texts as they stand in the base string.
    pub(super) fn nonce(&self) -> &str {
        &self.twice
    }

    pub(super) fn timestamp(&self) -> &str {
        self.timestamp
    }
}

impl ProtocolParameters {
    /// The parameters of a client, by the identifier of its credentials; `oauth_version` is sent.
    pub fn new(client: &str, method: SignatureMethod) -> Self {
        Self::with_token(client, "", method)
    }

    /// The parameters with both identifiers, of which an empty token is not sent.
    pub(super) fn with_token(client: &str, token: &str, method: SignatureMethod) -> Self {
        let all = [
            (CONSUMER_KEY, percent::encode(client).to_text().into()),
            (NONCE, Cow::Borrowed("")),
            (SIGNATURE, Cow::Borrowed("")),
            (SIGNATURE_METHOD, Cow::Borrowed(method.name())),
            (TIMESTAMP, Cow::Borrowed("")),
            (TOKEN, percent::encode(token).to_text().into()),
            (VERSION, Cow::Borrowed("1.0")),
        ]
        .into_iter()
        .filter(|(name, value)| *name != TOKEN || !value.is_empty())
        .map(|(name, value)| (Cow::Borrowed(name), value))
        .collect();
        let mut parameters = Self {
            method,
            realm: None,
            all,
            template: Template::default(),
        };
        parameters.build();
        parameters
    }

    /// Adds the identifier of token credentials, or puts another in its place; an empty one is not sent.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        if token.is_empty() {
            self.all.retain(|(name, _)| name != TOKEN);
            self.build();
            return self;
        }
        self.set(
            Cow::Borrowed(TOKEN),
            percent::encode(token).to_text().into(),
        );
        self
    }

    /// Leaves `oauth_version` out, which is optional (§3.1).
    #[must_use]
    pub fn without_version(mut self) -> Self {
        self.all.retain(|(name, _)| name != VERSION);
        self.build();
        self
    }

    /// Adds a `realm`, which comes first in the header and is never signed (§3.4.1.3.1, §3.5.1).
    ///
    /// # Errors
    ///
    /// [`ParseError::Control`] where it holds anything but visible ASCII characters and spaces;
    /// [`ParseError::Duplicate`] where there is one already.
    pub fn realm(mut self, realm: &str) -> Result<Self, ParseError> {
        if !realm.bytes().all(|octet| matches!(octet, b' '..=b'~')) {
            return Err(ParseError::Control);
        }
        if self.realm.is_some() {
            return Err(ParseError::Duplicate { position: 0 });
        }
        self.realm = Some(realm.to_string());
        self.build();
        Ok(self)
    }

    /// Adds another parameter that is sent and signed, such as `oauth_callback`, `oauth_verifier` or one of a server's own.
    ///
    /// # Errors
    ///
    /// [`ParseError::Reserved`] for the names that the signer sets itself and for `realm`, which have functions of their own,
    /// and for an empty name; [`ParseError::Duplicate`] for a name that is there already (§3.1);
    /// [`ParseError::Control`] where name or value holds a control character.
    pub fn parameter(mut self, name: &str, value: &str) -> Result<Self, ParseError> {
        const RESERVED: [&str; 8] = [
            "",
            CONSUMER_KEY,
            NONCE,
            SIGNATURE,
            SIGNATURE_METHOD,
            TIMESTAMP,
            TOKEN,
            VERSION,
        ];
        // A header's reader takes `REALM` for a realm, too.
        if RESERVED.contains(&name) || name.eq_ignore_ascii_case(REALM) {
            return Err(ParseError::Reserved);
        }
        if name.chars().chain(value.chars()).any(char::is_control) {
            return Err(ParseError::Control);
        }
        let name = percent::encode(name).to_text();
        if self.all.iter().any(|(other, _)| *other == name) {
            return Err(ParseError::Duplicate { position: 0 });
        }
        self.set(name.into(), percent::encode(value).to_text().into());
        Ok(self)
    }

    /// The signature method that the parameters name.
    pub fn signature_method(&self) -> SignatureMethod {
        self.method
    }

    /// The signature base string (§3.4.1.1) of a request sent with these parameters.
    pub fn base_string(&self, request: &Request, timestamp: u64, nonce: &str) -> String {
        let mut text = String::new();
        self.claim(request, &Fresh::new(&Decimal::new(timestamp), nonce))
            .write(&mut text);
        text
    }

    /// The finished parameters, with the octets of a signature that was made elsewhere.
    pub fn authorization(&self, timestamp: u64, nonce: &str, signature: &[u8]) -> Authorization {
        self.finish(
            &Fresh::new(&Decimal::new(timestamp), nonce),
            signature::to_text(signature),
        )
    }

    pub(super) fn claim<'a>(&'a self, request: &'a Request, fresh: &'a Fresh<'a>) -> Claim<'a> {
        Claim {
            parameters: self,
            request,
            fresh,
        }
    }

    pub(super) fn finish(&self, fresh: &Fresh<'_>, signature: impl AsRef<[u8]>) -> Authorization {
        let signature = signature.as_ref();
        let mut text = String::with_capacity(self.header_length(fresh, signature));
        self.push_header(&mut text, fresh, signature);
        Authorization::written(text, self.template.realm_end(), self.method)
    }

    /// Appends the header's value; a text without room grows once.
    pub(super) fn write_header(&self, text: &mut String, fresh: &Fresh<'_>, signature: &[u8]) {
        text.reserve(self.header_length(fresh, signature));
        self.push_header(text, fresh, signature);
    }

    /// At most the length of the header's value, as if all of the signature were tripled by its encoding.
    fn header_length(&self, fresh: &Fresh<'_>, signature: &[u8]) -> usize {
        let variable = fresh.once.len() + fresh.timestamp.len() + 3 * signature.len();
        self.template.header_length() + variable
    }

    fn push_header(&self, text: &mut String, fresh: &Fresh<'_>, signature: &[u8]) {
        let [start, before_signature, before_timestamp, end] = self.template.header();
        text.push_str(start);
        text.push_str(&fresh.once);
        text.push_str(before_signature);
        percent::encode(signature).push_to(text);
        text.push_str(before_timestamp);
        text.push_str(fresh.timestamp);
        text.push_str(end);
    }

    /// The value of a fixed parameter, encoded.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_ref())
    }

    pub(super) fn set_method(&mut self, method: SignatureMethod) {
        self.method = method;
        self.set(
            Cow::Borrowed(SIGNATURE_METHOD),
            Cow::Borrowed(method.name()),
        );
    }

    fn set(&mut self, name: Cow<'static, str>, value: Cow<'static, str>) {
        self.all.retain(|(other, _)| *other != name);
        let at = self.all.partition_point(|(other, _)| *other < name);
        self.all.insert(at, (name, value));
        self.build();
    }

    fn build(&mut self) {
        self.template = Template::new(self.realm.as_deref(), &self.all);
    }
}

/// A request together with the protocol parameters that a client sends with it.
pub(super) struct Claim<'a> {
    parameters: &'a ProtocolParameters,
    request: &'a Request,
    fresh: &'a Fresh<'a>,
}

impl ProtocolParameters {
    /// Where in the request's parameters all protocol parameters go, if it is one place: nearly always, as few names sort
    /// among those that begin with `oauth_`.
    fn place(&self, request: &Request) -> Option<usize> {
        if request.parameters().len() == 0 {
            return Some(0);
        }
        let (name, value) = self.template.first();
        let last = self.template.last_name();
        let before = request.parameters().before(name, value);
        (before == request.parameters().through(last)).then_some(before)
    }

    /// The base string of a request up to the nonce, and from behind the timestamp, where no nonce or timestamp can change
    /// the order of its parameters.
    pub(super) fn ends(&self, request: &Request) -> Option<(String, String)> {
        let place = self.place(request)?;
        let [start, _, end] = self.template.base_string();
        let (mut beginning, mut ending) = (String::new(), String::new());
        write_beginning(request, place, start, &mut beginning);
        write_ending(request, place, end, &mut ending);
        Some((beginning, ending))
    }

    /// What stands between nonce and timestamp in a base string.
    pub(super) fn middle(&self) -> &str {
        self.template.base_string()[1]
    }
}

fn write_beginning(request: &Request, place: usize, start: &str, sink: &mut impl Sink) {
    sink.put(request.prefix());
    if place > 0 {
        sink.put(request.parameters().run(0..place));
        sink.put(AND);
    }
    sink.put(start);
}

fn write_ending(request: &Request, place: usize, end: &str, sink: &mut impl Sink) {
    sink.put(end);
    let parameters = request.parameters();
    if place < parameters.len() {
        sink.put(AND);
        sink.put(parameters.run(place..parameters.len()));
    }
}

impl BaseString for Claim<'_> {
    fn write(&self, sink: &mut impl Sink) {
        let Self {
            parameters,
            request,
            fresh,
        } = self;
        if let Some(place) = parameters.place(request) {
            let [start, middle, end] = parameters.template.base_string();
            write_beginning(request, place, start, sink);
            [fresh.nonce(), middle, fresh.timestamp()]
                .iter()
                .for_each(|text| sink.put(text));
            write_ending(request, place, end, sink);
            return;
        }
        let pairs = parameters.all.iter().filter_map(|(name, value)| {
            let value = match name.as_ref() {
                NONCE => Cow::Borrowed(fresh.nonce()),
                TIMESTAMP => Cow::Borrowed(fresh.timestamp()),
                SIGNATURE => return None,
                _ => percent::encode_again(value),
            };
            Some((percent::encode_again(name), value))
        });
        request.write(sink, pairs);
    }
}
