//! Everything that recipes are applied to, read once.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use serde_json::Value;

use super::{Encoder, METHODS, MethodRecipe, Recipe, uri::Uri};
use crate::explain::{
    header::{Header, Parameter},
    subject::{Secrets, Subject},
};

/// The request, the header and the secrets, taken apart.
pub(crate) struct Context<'a> {
    pub(crate) method: &'a str,
    pub(crate) uri: Uri<'a>,
    pub(crate) query: Vec<Raw<'a>>,
    pub(crate) form: Vec<Raw<'a>>,
    /// The members of a JSON body.
    pub(crate) json: Vec<(String, String)>,
    /// A body that is no form, read as one.
    pub(crate) body_as_form: Vec<Raw<'a>>,
    pub(crate) body: &'a [u8],
    /// The protocol parameters but `realm` and `oauth_signature`, decoded, in the order of the header.
    pub(crate) protocol: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) realm: Option<&'a str>,
    pub(crate) signature: Option<Vec<u8>>,
    pub(crate) secrets: Option<&'a Secrets>,
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
    pub(in crate::explain) fn new(subject: Subject<'a>, header: &Header<'a>) -> Option<Self> {
        let uri = Uri::parse(subject.uri)?;
        let other = subject.other_body.map(|(_, body)| body);
        let body = subject
            .form
            .map(str::as_bytes)
            .or(other)
            .unwrap_or_default();
        Some(Self {
            method: subject.method,
            uri,
            query: pairs(uri.query.unwrap_or_default().as_bytes()),
            form: pairs(subject.form.unwrap_or_default().as_bytes()),
            json: other.map(json_members).unwrap_or_default(),
            body_as_form: other.map(pairs).unwrap_or_default(),
            body,
            protocol: header
                .parameters
                .iter()
                .enumerate()
                // Of a repeated one the first counts; that it is repeated is a finding of its own.
                .filter(|(index, parameter)| {
                    let is_other = |other: &Parameter<'_>| other.name != parameter.name;
                    parameter.name != b"oauth_signature"
                        && header.parameters[..*index].iter().all(is_other)
                })
                .map(|(_, parameter)| (parameter.name.clone(), parameter.value.clone()))
                .collect(),
            realm: header.realm,
            signature: header
                .get(b"oauth_signature")
                .map(|parameter| parameter.value.clone()),
            secrets: None,
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
            .map(|(name, value)| match value {
                Value::String(text) => (name, text),
                other => (name, other.to_string()),
            })
            .collect(),
        _ => Vec::new(),
    }
}
