//! Everything that recipes are applied to, read once.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use serde_json::Value;

use super::{Encoder, METHODS, MethodRecipe, Recipe, uri::Uri};
use crate::explain::{
    readers::{Parameter, Place, Signed, is_protocol, json_text},
    request::CapturedRequest,
    secrets::Secrets,
};

/// The request, its protocol parameters and the secrets, taken apart.
pub(crate) struct Context<'a> {
    pub(crate) method: &'a str,
    pub(crate) uri: Uri<'a>,
    /// Where the protocol parameters are.
    pub(crate) place: Place,
    /// The query without protocol parameters that are already in `protocol`.
    pub(crate) query: Vec<Raw<'a>>,
    /// The form without protocol parameters that are already in `protocol`.
    pub(crate) form: Vec<Raw<'a>>,
    /// The members of a JSON body.
    pub(crate) json: Vec<(String, String)>,
    /// A body of another media type, read as a form.
    pub(crate) body_as_form: Vec<Raw<'a>>,
    pub(crate) body: &'a [u8],
    /// The protocol parameters except `realm` and `oauth_signature`, decoded, in the order in which they were sent.
    pub(crate) protocol: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) realm: Option<&'a str>,
    pub(crate) signature: Option<Vec<u8>>,
    pub(crate) secrets: &'a Secrets,
    pub(crate) other_secrets: &'a [&'a str],
    pub(crate) hosts: &'a [&'a str],
}

/// A parameter as it is written in a query or form; the value is `None` where there is no `=`.
#[derive(Clone, Copy)]
pub(crate) struct Raw<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) value: Option<&'a [u8]>,
}

/// Splits a query or a form body; nothing between two `&` is no parameter.
pub(crate) fn pairs(text: &[u8]) -> Vec<Raw<'_>> {
    text.split(|octet| *octet == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.iter().position(|octet| *octet == b'=') {
            Some(equals) => Raw {
                name: &pair[..equals],
                value: Some(&pair[equals + 1..]),
            },
            None => Raw {
                name: pair,
                value: None,
            },
        })
        .collect()
}

impl<'a> Context<'a> {
    /// Takes a request apart; `other_fields` tells whether the other fields of a multipart or JSON body are signed, too.
    pub(crate) fn new(
        request: &'a CapturedRequest,
        signed: &'a Signed,
        other_fields: bool,
        secrets: &'a Secrets,
    ) -> Option<Self> {
        let uri = Uri::parse(&request.uri)?;
        let other = request.other_body();
        let others = |text: &'a [u8], place| -> Vec<Raw<'a>> {
            let mut list = pairs(text);
            list.retain(|raw| signed.place != place || !is_protocol(raw));
            list
        };
        let mut query = others(uri.query.unwrap_or_default().as_bytes(), Place::Query);
        query.retain(|raw| signed.json_parameter.as_deref() != Some(raw.name));
        let form = match request.form_body() {
            Some(form) => others(form, Place::Form),
            None if other_fields => pairs(&signed.other_fields),
            None => Vec::new(),
        };
        Some(Self {
            method: &request.method,
            uri,
            place: signed.place,
            query,
            form,
            json: other.map(json_members).unwrap_or_default(),
            body_as_form: other.map(pairs).unwrap_or_default(),
            body: request.body_bytes().unwrap_or_default(),
            protocol: signed
                .parameters
                .iter()
                .enumerate()
                // Of a repeated one the first counts; the repetition is a finding.
                .filter(|(index, parameter)| {
                    let is_other = |other: &Parameter| other.name != parameter.name;
                    parameter.name != b"oauth_signature"
                        && signed.parameters[..*index].iter().all(is_other)
                })
                .map(|(_, parameter)| (parameter.name.clone(), parameter.value.clone()))
                .collect(),
            realm: signed.realm.as_deref(),
            signature: signed
                .get(b"oauth_signature")
                .map(|parameter| parameter.value.clone()),
            secrets,
            other_secrets: &[],
            hosts: &[],
        })
    }

    /// The method by a recipe, encoded as it stands in the base string.
    pub(crate) fn method(&self, recipe: MethodRecipe) -> Vec<u8> {
        let method = match recipe {
            MethodRecipe::Upper => self.method.to_ascii_uppercase(),
            MethodRecipe::AsWritten => self.method.to_string(),
            MethodRecipe::Lower => self.method.to_ascii_lowercase(),
            MethodRecipe::Other(index) => METHODS
                .get(usize::from(index))
                .map_or(self.method, |method| method)
                .to_string(),
        };
        Encoder::Right.encode(method.as_bytes(), 1)
    }

    /// The base string by a recipe (RFC 5849 §3.4.1.1).
    pub(crate) fn base_string(&self, recipe: &Recipe) -> Vec<u8> {
        [
            self.method(recipe.method),
            self.uri.build(&recipe.uri, self.hosts),
            self.parameters(&recipe.parameters),
        ]
        .join(&b'&')
    }

    /// The value of a protocol parameter.
    pub(crate) fn protocol(&self, name: &str) -> Option<&[u8]> {
        self.protocol
            .iter()
            .find(|(own, _)| own == name.as_bytes())
            .map(|(_, value)| value.as_slice())
    }

    /// Whether the request names token credentials, whose secret is then a part of the key. They may be named in the query
    /// or form as well (RFC 5849 §3.5.2, §3.5.3).
    pub(crate) fn names_token(&self) -> bool {
        let is_token = |raw: &Raw<'_>| {
            raw.name == b"oauth_token" && raw.value.is_some_and(|value| !value.is_empty())
        };
        self.protocol("oauth_token")
            .is_some_and(|token| !token.is_empty())
            || self.query.iter().chain(&self.form).any(is_token)
    }

    /// The timestamp of the header as a number.
    pub(crate) fn timestamp(&self) -> Option<i64> {
        core::str::from_utf8(self.protocol("oauth_timestamp")?)
            .ok()?
            .parse()
            .ok()
    }
}

fn json_members(body: &[u8]) -> Vec<(String, String)> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => members
            .into_iter()
            .map(|(name, value)| (name, json_text(value)))
            .collect(),
        _ => Vec::new(),
    }
}
