//! The protocol parameters that a client sends
//! ([RFC 5849 §3.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.1)).

use alloc::{borrow::Cow, string::String, string::ToString, vec::Vec};

use super::{
    authorization::Authorization,
    error::ParseError,
    nonce::Decimal,
    parameters::AND,
    percent,
    request::{BaseString, Request, Sink},
    signature::{Signature, SignatureMethod},
    template::Template,
    wire::{Name, OWN, REALM, Role},
};

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
    /// The identifiers, encoded.
    client: String,
    token: String,
    has_version: bool,
    /// The parameters of a server's own, their values encoded, sorted by name.
    others: Vec<(Name, String)>,
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
        Self::with_token(client.to_string(), String::new(), method)
    }

    /// The parameters with both identifiers, of which an empty token is not sent.
    pub(super) fn with_token(client: String, token: String, method: SignatureMethod) -> Self {
        let mut parameters = Self {
            method,
            realm: None,
            client: percent::encode_text(client),
            token: percent::encode_text(token),
            has_version: true,
            others: Vec::new(),
            template: Template::default(),
        };
        parameters.build();
        parameters
    }

    /// Adds the identifier of token credentials, or puts another in its place; an empty one is not sent.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        self.token = percent::encode(token).to_text();
        self.build();
        self
    }

    /// Leaves `oauth_version` out, which is optional (§3.1).
    #[must_use]
    pub fn without_version(mut self) -> Self {
        self.has_version = false;
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
        // A header's reader takes `REALM` for a realm, too.
        let is_own = OWN.iter().any(|own| own.text == name);
        if name.is_empty() || is_own || name.eq_ignore_ascii_case(REALM) {
            return Err(ParseError::Reserved);
        }
        if name.chars().chain(value.chars()).any(char::is_control) {
            return Err(ParseError::Control);
        }
        let name = Name::new(name);
        let place = self
            .others
            .binary_search_by(|(other, _)| other.text.cmp(&name.text));
        let Err(at) = place else {
            return Err(ParseError::Duplicate { position: 0 });
        };
        self.others
            .insert(at, (name, percent::encode(value).to_text()));
        self.build();
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
            Signature::Octets(signature),
        )
    }

    pub(super) fn claim<'a>(&'a self, request: &'a Request, fresh: &'a Fresh<'a>) -> Claim<'a> {
        Claim {
            parameters: self,
            request,
            fresh,
        }
    }

    pub(super) fn finish(&self, fresh: &Fresh<'_>, signature: Signature<'_>) -> Authorization {
        let mut text = String::with_capacity(self.header_length(fresh, signature));
        self.push_header(&mut text, fresh, signature);
        Authorization::written(text, self.template.realm_end(), self.method)
    }

    /// Appends the header's value; a text without room grows once.
    pub(super) fn write_header(
        &self,
        text: &mut String,
        fresh: &Fresh<'_>,
        signature: Signature<'_>,
    ) {
        text.reserve(self.header_length(fresh, signature));
        self.push_header(text, fresh, signature);
    }

    /// At most the length of the header's value.
    fn header_length(&self, fresh: &Fresh<'_>, signature: Signature<'_>) -> usize {
        let variable = fresh.once.len() + fresh.timestamp.len() + signature.maximum();
        self.template.header_length() + variable
    }

    fn push_header(&self, text: &mut String, fresh: &Fresh<'_>, signature: Signature<'_>) {
        let [start, before_signature, before_timestamp, end] = self.template.header();
        text.push_str(start);
        text.push_str(&fresh.once);
        text.push_str(before_signature);
        signature.push_encoded(text);
        text.push_str(before_timestamp);
        text.push_str(fresh.timestamp);
        text.push_str(end);
    }

    /// The client's identifier, encoded.
    pub(super) fn client(&self) -> &str {
        &self.client
    }

    /// The token's identifier, encoded, and empty where there is none.
    pub(super) fn token_identifier(&self) -> &str {
        &self.token
    }

    pub(super) fn set_method(&mut self, method: SignatureMethod) {
        self.method = method;
        self.build();
    }

    fn build(&mut self) {
        self.template = Template::new(self.realm.as_deref(), |visit| self.visit(visit));
    }

    /// Visits all names with their values, encoded once and sorted; nonce, signature and timestamp have no value yet.
    fn visit<'a>(&'a self, mut visit: impl FnMut(&'a Name, &'a str)) {
        let version = if self.has_version { "1.0" } else { "" };
        let method = self.method.name();
        let values = [&self.client, "", "", method, "", &self.token, version];
        let mut others = self.others.iter().peekable();
        for (own, value) in OWN.iter().zip(values) {
            while let Some((name, value)) = others.next_if(|(other, _)| other.text < own.text) {
                visit(name, value);
            }
            if own.role != Role::Optional || !value.is_empty() {
                visit(own, value);
            }
        }
        others.for_each(|(name, value)| visit(name, value));
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
        let mut merging = request.merging(sink);
        parameters.visit(|name, value| {
            let value = match name.role {
                Role::Nonce => Cow::Borrowed(fresh.nonce()),
                Role::Timestamp => Cow::Borrowed(fresh.timestamp()),
                Role::Signature => return,
                Role::Fixed | Role::Optional => percent::encode_again(value),
            };
            merging.put(&percent::encode_again(&name.text), &value);
        });
        merging.finish();
    }
}
