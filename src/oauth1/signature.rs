//! Signature methods ([RFC 5849 §3.4.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.2) to §3.4.4): all use of
//! cryptography for shared secrets is in this file.

use alloc::{string::String, vec::Vec};
use core::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ctutils::CtEq as _;
use hmac::{
    EagerHash, KeyInit as _,
    block_api::HmacCore,
    digest::{
        Digest, Output,
        array::Array,
        block_api::{Buffer, FixedOutputCore as _, UpdateCore as _},
    },
};
use sha1::Sha1;
use zeroize::{Zeroize as _, Zeroizing};

use super::{
    percent,
    request::{BaseString, Sink},
};

/// A signature method, by its name on the wire.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SignatureMethod {
    /// `HMAC-SHA1` (RFC 5849 §3.4.2).
    HmacSha1,
    /// `HMAC-SHA256`, which the RFC does not name and several servers use.
    HmacSha256,
    /// `HMAC-SHA512`, which the RFC does not name.
    HmacSha512,
    /// `RSA-SHA1` (RFC 5849 §3.4.3).
    RsaSha1,
    /// `RSA-SHA256`, which the RFC does not name and several servers use.
    RsaSha256,
    /// `RSA-SHA512`, which the RFC does not name.
    RsaSha512,
    /// `PLAINTEXT` (RFC 5849 §3.4.4): the secrets themselves, which needs TLS.
    Plaintext,
}

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

    /// The value of `oauth_signature_method`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::HmacSha512 => "HMAC-SHA512",
            Self::RsaSha1 => "RSA-SHA1",
            Self::RsaSha256 => "RSA-SHA256",
            Self::RsaSha512 => "RSA-SHA512",
            Self::Plaintext => "PLAINTEXT",
        }
    }

    /// The method of a name, which is case-sensitive (§3.1).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

impl fmt::Display for SignatureMethod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Both shared secrets, percent-encoded.
#[derive(Clone)]
pub(super) struct Secrets {
    client: Zeroizing<String>,
    token: Zeroizing<String>,
}

impl Secrets {
    pub(super) fn new(client: Zeroizing<String>, token: Zeroizing<String>) -> Self {
        Self {
            client: encode_secret(client),
            token: encode_secret(token),
        }
    }

    pub(super) fn set_token(&mut self, token: Zeroizing<String>) {
        self.token = encode_secret(token);
    }

    /// What the key is made of; the `&` is there even where a secret is empty (§3.4.2).
    fn parts(&self) -> [&str; 3] {
        [&self.client, "&", &self.token]
    }

    fn text(&self) -> Zeroizing<String> {
        // Never grown, since that would leave an unwiped copy behind.
        let length = self.parts().iter().map(|part| part.len()).sum();
        let mut text = Zeroizing::new(String::with_capacity(length));
        self.parts().iter().for_each(|part| text.push_str(part));
        text
    }
}

fn encode_secret(secret: Zeroizing<String>) -> Zeroizing<String> {
    let encoded = percent::encode(&**secret);
    if encoded.is_plain() {
        secret
    } else {
        Zeroizing::new(encoded.to_text())
    }
}

/// The shared secrets, ready to sign: for an HMAC its state after the key was hashed.
#[derive(Clone)]
pub(super) enum Key {
    HmacSha1(HmacCore<Sha1>),
    #[cfg(feature = "sha2")]
    HmacSha256(HmacCore<sha2::Sha256>),
    #[cfg(feature = "sha2")]
    HmacSha512(HmacCore<sha2::Sha512>),
    Plaintext(Zeroizing<String>),
}

/// Hashes the key, filled up to a block or hashed down to fit one, as RFC 2104 §2 says. (The call that takes a key of any
/// length returns an error that it never has.)
fn keyed<D: Digest + EagerHash>(secrets: &Secrets) -> HmacCore<D> {
    let parts = secrets.parts().map(str::as_bytes);
    let mut block = hmac::digest::Key::<HmacCore<D>>::default();
    let length = parts.iter().map(|part| part.len()).sum();
    if let Some(mut room) = block.get_mut(..length) {
        for part in parts {
            let (start, rest) = room.split_at_mut(part.len());
            start.copy_from_slice(part);
            room = rest;
        }
    } else {
        let mut digest = D::new();
        parts.iter().for_each(|part| digest.update(part));
        let mut hash = digest.finalize();
        block[..hash.len()].copy_from_slice(&hash);
        hash.zeroize();
    }
    let mac = HmacCore::new(&block);
    block.zeroize();
    mac
}

/// Calls the same code for the state of each HMAC.
macro_rules! with_hmac {
    ($key:expr, $mac:ident => $hmac:expr, $text:ident => $plaintext:expr) => {
        match $key {
            Key::HmacSha1($mac) => $hmac,
            #[cfg(feature = "sha2")]
            Key::HmacSha256($mac) => $hmac,
            #[cfg(feature = "sha2")]
            Key::HmacSha512($mac) => $hmac,
            Key::Plaintext($text) => $plaintext,
        }
    };
}

impl Key {
    pub(super) fn hmac_sha1(secrets: &Secrets) -> Self {
        Self::HmacSha1(keyed(secrets))
    }

    #[cfg(feature = "sha2")]
    pub(super) fn hmac_sha256(secrets: &Secrets) -> Self {
        Self::HmacSha256(keyed(secrets))
    }

    #[cfg(feature = "sha2")]
    pub(super) fn hmac_sha512(secrets: &Secrets) -> Self {
        Self::HmacSha512(keyed(secrets))
    }

    pub(super) fn plaintext(secrets: &Secrets) -> Self {
        Self::Plaintext(secrets.text())
    }

    /// A key of the same method with other secrets.
    pub(super) fn with(&self, secrets: &Secrets) -> Self {
        match self {
            Self::HmacSha1(_) => Self::hmac_sha1(secrets),
            #[cfg(feature = "sha2")]
            Self::HmacSha256(_) => Self::hmac_sha256(secrets),
            #[cfg(feature = "sha2")]
            Self::HmacSha512(_) => Self::hmac_sha512(secrets),
            Self::Plaintext(_) => Self::plaintext(secrets),
        }
    }

    /// Hashes the whole blocks that a base string begins with, which the key then stands for, too, and returns what is left of
    /// that beginning.
    pub(super) fn absorb<'a>(&mut self, beginning: &'a str) -> &'a str {
        with_hmac!(self, mac => {
            let (blocks, rest) = Array::slice_as_chunks(beginning.as_bytes());
            mac.update_blocks(blocks);
            &beginning[beginning.len() - rest.len()..]
        }, _text => "")
    }

    /// The signature of a base string, which is written to `room`, or the secrets themselves.
    pub(super) fn sign<'a>(
        &'a self,
        base_string: &impl BaseString,
        room: &'a mut Room,
    ) -> Signature<'a> {
        with_hmac!(self, mac => {
            let hash = hash(mac, base_string);
            let room = &mut room[..hash.len()];
            room.copy_from_slice(&hash);
            Signature::Octets(room)
        }, text => Signature::Text(text))
    }

    /// Compares in constant time with the signature received.
    pub(super) fn verify(&self, base_string: &impl BaseString, received: &str) -> bool {
        with_hmac!(self, mac => {
            let mut octets = [0; MAXIMUM_TEXT];
            let Ok(length) = STANDARD.decode_slice(received, &mut octets) else { return false };
            hash(mac, base_string).as_slice().ct_eq(&octets[..length]).to_bool()
        }, text => text.as_bytes().ct_eq(received.as_bytes()).to_bool())
    }
}

/// The HMAC of a base string, which is written straight into it.
fn hash<D: EagerHash>(mac: &HmacCore<D>, base_string: &impl BaseString) -> Output<HmacCore<D>> {
    let mut mac = mac.clone();
    let mut sink = MacSink {
        mac: &mut mac,
        buffer: [0; BUFFER],
        length: 0,
    };
    base_string.write(&mut sink);
    let mut last = Buffer::<HmacCore<D>>::default();
    last.digest_blocks(&sink.buffer[..sink.length], |blocks| {
        sink.mac.update_blocks(blocks);
    });
    let mut octets = Output::<HmacCore<D>>::default();
    mac.finalize_fixed_core(&mut last, &mut octets);
    octets
}

/// A hash that takes its text in whole blocks, many at a time: many small pieces it takes slowly.
struct MacSink<'a, D: EagerHash> {
    mac: &'a mut HmacCore<D>,
    buffer: [u8; BUFFER],
    length: usize,
}

/// Six blocks of SHA-1 and SHA-256 or three of SHA-512, as much as most base strings have.
const BUFFER: usize = 384;

impl<D: EagerHash> Sink for MacSink<'_, D> {
    fn put(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        loop {
            let room = &mut self.buffer[self.length..];
            let Some((now, later)) = rest.split_at_checked(room.len()) else {
                room[..rest.len()].copy_from_slice(rest);
                self.length += rest.len();
                return;
            };
            room.copy_from_slice(now);
            self.mac
                .update_blocks(Array::slice_as_chunks(&self.buffer).0);
            self.length = 0;
            rest = later;
        }
    }
}

/// The octets of the longest HMAC, HMAC-SHA512.
const MAXIMUM_OCTETS: usize = 64;
/// The same in base64.
const MAXIMUM_TEXT: usize = MAXIMUM_OCTETS.div_ceil(3) * 4;

/// Room for the longest HMAC.
pub(super) type Room = [u8; MAXIMUM_OCTETS];

pub(super) fn room() -> Room {
    [0; MAXIMUM_OCTETS]
}

/// A signature as it was made.
#[derive(Clone, Copy)]
pub(super) enum Signature<'a> {
    /// Octets, which are sent in base64.
    Octets(&'a [u8]),
    /// The secrets themselves, which `PLAINTEXT` sends.
    Text(&'a str),
}

impl Signature<'_> {
    /// At most its length in a header, as if all of its text were tripled by percent encoding.
    pub(super) fn maximum(self) -> usize {
        3 * match self {
            Self::Octets(octets) => octets.len().div_ceil(3) * 4,
            Self::Text(text) => text.len(),
        }
    }

    /// Appends the signature as it stands in a header.
    pub(super) fn push_encoded(self, header: &mut String) {
        /// A multiple of three octets, so that there is no padding but at the end.
        const CHUNK: usize = 24;
        match self {
            Self::Octets(octets) => octets.chunks(CHUNK).for_each(|chunk| {
                let mut text = [0; CHUNK / 3 * 4];
                let length = STANDARD.encode_slice(chunk, &mut text).unwrap_or_default();
                percent::encode(&text[..length]).push_to(header);
            }),
            Self::Text(text) => percent::encode(text).push_to(header),
        }
    }

    /// The signature as it stands in `oauth_signature`.
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Octets(octets) => to_text(octets),
            Self::Text(text) => text.into(),
        }
    }
}

/// Octets in base64.
pub(super) fn to_text(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// The octets of base64 in its canonical form (RFC 4648 §3.5).
pub(super) fn from_text(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
