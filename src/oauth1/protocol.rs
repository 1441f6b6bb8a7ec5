//! The protocol parameters ([RFC 5849 §3.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.1)): in the header, and in
//! the base string.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::array;

use super::{
    authorization::{Authorization, SCHEME},
    percent,
};

pub(super) const CONSUMER_KEY: &str = "oauth_consumer_key";
pub(super) const NONCE: &str = "oauth_nonce";
pub(super) const SIGNATURE: &str = "oauth_signature";
pub(super) const SIGNATURE_METHOD: &str = "oauth_signature_method";
pub(super) const TIMESTAMP: &str = "oauth_timestamp";
pub(super) const TOKEN: &str = "oauth_token";
pub(super) const VERSION: &str = "oauth_version";

/// Names and values of further parameters, not encoded.
pub(super) type Parameters = Vec<(String, String)>;

/// The value of nonce, signature and timestamp in a template. No other value can have it, as all are encoded.
pub(super) const GAP: &str = "\0";

/// What is the same in all headers and base strings of a signer. Nonce, signature and timestamp go in between, and
/// their names sort in this order.
#[derive(Clone)]
pub(super) struct Template {
    header: [String; 4],
    realm_end: usize,
    base_string: [String; 3],
}

impl Template {
    pub(super) fn new<'a>(realm: Option<&str>, parameters: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let encode = |text: &'a str| match text {
            GAP => GAP.into(),
            text => percent::encode(text),
        };
        let mut sorted: Vec<_> = parameters.map(|(name, value)| [encode(name), encode(value)]).collect();
        sorted.sort_unstable();
        let realm = realm.map_or_else(String::new, |realm| format!("realm=\"{realm}\", "));
        let sent = sorted.iter().map(|[name, value]| format!("{name}=\"{value}\""));
        let header = format!("{SCHEME}{realm}{}", sent.collect::<Vec<_>>().join(", "));
        // A signature is not signed, nor is the realm (§3.4.1.3.1).
        let signed = sorted.into_iter().filter(|[name, _]| name != SIGNATURE);
        let pairs = signed.map(|pair| pair.map(percent::encode_again).join("%3D"));
        Self {
            header: split(&header),
            realm_end: SCHEME.len() + realm.len(),
            base_string: split(&pairs.collect::<Vec<_>>().join("%26")),
        }
    }

    /// The protocol parameters as they appear in the base string.
    pub(super) fn signed<'a>(&'a self, fresh: &'a NonceAndTimestamp<'_>) -> [&'a str; 5] {
        let [start, before_timestamp, end] = &self.base_string;
        [start, &fresh.signed_nonce, before_timestamp, &fresh.timestamp, end]
    }

    /// The header with a signature, which is not encoded.
    pub(super) fn header(&self, fresh: &NonceAndTimestamp<'_>, signature: &str) -> Authorization {
        let [start, before_signature, before_timestamp, end] = &self.header;
        let fixed: usize = self.header.iter().map(String::len).sum();
        // Never grown: growth would leave copies of a PLAINTEXT signature in memory.
        let fresh_length = fresh.nonce.len() + 3 * signature.len() + fresh.timestamp.len();
        let mut text = String::with_capacity(fixed + fresh_length);
        text.push_str(start);
        text.push_str(&fresh.nonce);
        text.push_str(before_signature);
        percent::push(&mut text, signature.as_bytes());
        text.push_str(before_timestamp);
        text.push_str(&fresh.timestamp);
        text.push_str(end);
        let realm_end = self.realm_end;
        Authorization { text, realm_end }
    }
}

fn split<const N: usize>(text: &str) -> [String; N] {
    let mut pieces = text.split(GAP).map(String::from);
    array::from_fn(|_| pieces.next().unwrap_or_default())
}

/// Nonce and timestamp of one request. The nonce is encoded once for the header, and twice for the base string.
pub(super) struct NonceAndTimestamp<'a> {
    nonce: Cow<'a, str>,
    signed_nonce: Cow<'a, str>,
    timestamp: String,
}

impl<'a> NonceAndTimestamp<'a> {
    pub(super) fn new(timestamp: u64, nonce: &'a str) -> Self {
        let nonce = percent::encode(nonce);
        Self { signed_nonce: percent::encode_again(nonce.clone()), timestamp: timestamp.to_string(), nonce }
    }
}
