//! Everything that recipes are applied to, read once.

use std::collections::BTreeSet;

use super::{
    MethodRecipe, Recipe, Uri, path,
    uri::{Host, UriRecipe},
};
use crate::explain::{
    encode::{Decode, SPECIAL, encoded},
    readers::{Place, Signed, is_protocol, json_members, multipart},
    request::CapturedRequest,
    secrets::Secrets,
};

/// The request, its protocol parameters and the secrets, taken apart.
pub(crate) struct Context<'a> {
    pub(crate) method: &'a str,
    pub(crate) uri: Uri<'a>,
    pub(crate) place: Place,
    /// The query without protocol parameters that are already in `protocol`.
    pub(crate) query: Vec<Raw<'a>>,
    /// The form without protocol parameters that are already in `protocol`.
    pub(crate) form: Vec<Raw<'a>>,
    /// The text of `query` and of `form`.
    pub(crate) query_text: Vec<u8>,
    pub(crate) form_text: Vec<u8>,
    pub(crate) json: Vec<Pair>,
    pub(crate) multipart: Vec<Pair>,
    pub(crate) body: &'a [u8],
    pub(crate) other_body: &'a [u8],
    /// The protocol parameters except `realm` and `oauth_signature`, decoded, in the order in which they were sent.
    pub(crate) protocol: Vec<Pair>,
    pub(crate) realm: Option<&'a str>,
    pub(crate) signature: Option<Vec<u8>>,
    pub(crate) secrets: &'a Secrets,
    pub(crate) other_secrets: &'a [&'a str],
    pub(crate) hosts: &'a [&'a str],
}

/// A name and its value, decoded.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

/// A parameter as it is written in a query or form; the value is `None` if there is no `=`.
#[derive(Clone, Copy)]
pub(crate) struct Raw<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) value: Option<&'a [u8]>,
}

impl Raw<'_> {
    pub(crate) fn decoded(&self) -> Pair {
        (Decode::Form.read(self.name), Decode::Form.read(self.value.unwrap_or_default()))
    }
}

/// Splits a query or a form body. Empty pieces are left out.
pub(crate) fn pairs(text: &[u8]) -> Vec<Raw<'_>> {
    text.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.iter().position(|byte| *byte == b'=') {
            Some(equals) => Raw { name: &pair[..equals], value: Some(&pair[equals + 1..]) },
            None => Raw { name: pair, value: None },
        })
        .collect()
}

impl<'a> Context<'a> {
    /// Takes a request apart; `other_fields` tells whether the other fields of a multipart or JSON body are signed,
    /// too.
    pub(crate) fn new(
        request: &'a CapturedRequest,
        signed: &'a Signed,
        other_fields: bool,
        secrets: &'a Secrets,
    ) -> Option<Self> {
        let uri = Uri::parse(&request.uri)?;
        let other = request.other_body();
        let whole_query = uri.query.unwrap_or_default().as_bytes();
        let in_query = |raw: &Raw<'_>| {
            (signed.place == Place::Query && is_protocol(raw)) || signed.json_parameter.as_deref() == Some(raw.name)
        };
        let (query, query_text) = without(whole_query, in_query);
        let in_form = |raw: &Raw<'_>| signed.place == Place::Form && is_protocol(raw);
        let whole_form = match request.form_body() {
            Some(form) => form,
            None if other_fields => &signed.other_fields,
            None => b"",
        };
        let (form, form_text) = without(whole_form, in_form);
        // Of a repeated parameter the first counts; the repetition is a finding.
        let mut seen = BTreeSet::from([b"oauth_signature".as_slice()]);
        let protocol = signed.parameters.iter();
        let protocol = protocol
            .filter(|parameter| seen.insert(&parameter.name))
            .map(|parameter| (parameter.name.clone(), parameter.value.clone()))
            .collect();
        Some(Self {
            method: &request.method,
            uri,
            place: signed.place,
            query,
            form,
            query_text,
            form_text,
            json: other.and_then(json_members).unwrap_or_default(),
            multipart: multipart::fields(request).unwrap_or_default(),
            body: request.body_bytes().unwrap_or_default(),
            other_body: other.unwrap_or_default(),
            protocol,
            realm: signed.realm.as_deref(),
            signature: signed.get(b"oauth_signature").map(|parameter| parameter.value.clone()),
            secrets,
            other_secrets: &[],
            hosts: &[],
        })
    }

    /// The method by a recipe, encoded as in the base string, with the & that follows it.
    pub(crate) fn method(&self, recipe: MethodRecipe) -> Vec<u8> {
        let method = match recipe {
            MethodRecipe::Upper => self.method.to_ascii_uppercase(),
            MethodRecipe::AsWritten => self.method.to_string(),
            MethodRecipe::Lower => self.method.to_ascii_lowercase(),
            MethodRecipe::LeftOut => return Vec::new(),
            MethodRecipe::Other(method) => method.to_string(),
        };
        format!("{}&", encoded(method.as_bytes())).into_bytes()
    }

    /// The base string URI by a recipe, encoded as in the base string, with the & that follows it.
    pub(crate) fn base_string_uri(&self, recipe: &UriRecipe) -> Vec<u8> {
        let query = Some(&*self.query_text).filter(|query| !query.is_empty());
        let uri = match recipe.host {
            Host::Listed(index) => self.uri.at(self.hosts[usize::from(index)]),
            _ => self.uri,
        };
        uri.build(recipe, query)
    }

    /// The base string by a recipe (RFC 5849 §3.4.1.1).
    pub(crate) fn base_string(&self, recipe: &Recipe) -> Vec<u8> {
        [self.method(recipe.method), self.base_string_uri(&recipe.uri), self.parameters(&recipe.parameters)].concat()
    }

    pub(crate) fn protocol(&self, name: &str) -> Option<&[u8]> {
        self.protocol.iter().find(|(own, _)| own == name.as_bytes()).map(|(_, value)| value.as_slice())
    }

    /// Whether the request names token credentials, whose secret is then a part of the key. They may be named in the
    /// query or form as well (RFC 5849 §3.5.2, §3.5.3).
    pub(crate) fn names_token(&self) -> bool {
        let is_token = |raw: &Raw<'_>| raw.name == b"oauth_token" && raw.value.is_some_and(|value| !value.is_empty());
        self.protocol("oauth_token").is_some_and(|token| !token.is_empty())
            || self.query.iter().chain(&self.form).any(is_token)
    }

    /// Which of the special characters the names and values have, as bits; only the first ten of them.
    pub(crate) fn special_characters(&self) -> u16 {
        let sent = self.query.iter().chain(&self.form).map(Raw::decoded);
        let texts: Vec<Vec<u8>> = sent.flat_map(|(name, value)| [name, value]).collect();
        let values = self.protocol.iter().map(|(_, value)| value);
        let is_there = |character: &u8| texts.iter().chain(values.clone()).any(|text| text.contains(character));
        bits(SPECIAL, 10, is_there)
    }

    /// Which of the [`path::CHARACTERS`] the path has, as bits; only the first six of them.
    pub(crate) fn path_characters(&self) -> u16 {
        bits(path::CHARACTERS, 6, |character| self.uri.path.as_bytes().contains(character))
    }

    /// Whether a parameter that does not belong into the header is in the query or form, with the same value.
    pub(crate) fn is_repeated(&self, name: &[u8], value: &[u8]) -> bool {
        let is_equal = |raw: &Raw<'_>| raw.decoded() == (name.to_vec(), value.to_vec());
        !name.starts_with(b"oauth_") && self.query.iter().chain(&self.form).any(is_equal)
    }

    /// Whether all parameters of the query are also in the header, where they were signed.
    pub(crate) fn is_query_repeated(&self) -> bool {
        let is_in_header = |raw: &Raw<'_>| {
            let pair = raw.decoded();
            !pair.0.starts_with(b"oauth_") && self.protocol.contains(&pair)
        };
        !self.query.is_empty() && self.query.iter().all(is_in_header)
    }

    pub(crate) fn is_json_or_xml(&self) -> bool {
        let text = self.form_text.trim_ascii();
        let ends = (text.first(), text.last());
        matches!(ends, (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) | (Some(b'<'), Some(b'>')))
    }

    pub(crate) fn timestamp(&self) -> Option<i64> {
        std::str::from_utf8(self.protocol("oauth_timestamp")?).ok()?.parse().ok()
    }
}

/// The first characters that are there, as bits.
fn bits(characters: &[u8], most: usize, is_there: impl Fn(&u8) -> bool) -> u16 {
    let found = characters.iter().enumerate().filter(|(_, character)| is_there(character));
    found.take(most).map(|(place, _)| 1 << place).sum()
}

/// The parameters of a query or form except some, and their text.
fn without<'a>(text: &'a [u8], is_left_out: impl Fn(&Raw<'_>) -> bool) -> (Vec<Raw<'a>>, Vec<u8>) {
    let pieces = text.split(|byte| *byte == b'&');
    let kept: Vec<&[u8]> = pieces.filter(|piece| !pairs(piece).iter().any(&is_left_out)).collect();
    (kept.iter().flat_map(|piece| pairs(piece)).collect(), kept.join(&b'&'))
}
