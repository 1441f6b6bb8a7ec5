//! The protocol parameters of a request, wherever they are (RFC 5849 §3.5).

use serde::Serialize;
use serde_json::{Map, Value};

use super::{header, multipart};
use crate::explain::{
    encode::{decode, encoded, lossy},
    recipe::{Pair, Raw, pairs},
    request::{CapturedRequest, Remark},
};

/// Where the signature of a request is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Place {
    /// The `Authorization` header (RFC 5849 §3.5.1).
    #[default]
    Header,
    /// The form body (§3.5.2).
    Form,
    /// The query of the URI (§3.5.3).
    Query,
    /// The fields of a multipart body, which the RFC does not provide for.
    Multipart,
    /// A JSON object in the body or in a parameter of the query, which the RFC does not provide for.
    Json,
}

impl Place {
    /// The name of the place as `Steps` and `Diagnosis` show it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Form => "form",
            Self::Query => "query",
            Self::Multipart => "multipart",
            Self::Json => "json",
        }
    }
}

/// The protocol parameters that came with a signature.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signed {
    pub(crate) place: Place,
    /// The header's value as it was read, with repairs.
    pub(crate) text: String,
    pub(crate) realm: Option<String>,
    /// All but `realm`, in the order in which they were sent.
    pub(crate) parameters: Vec<Parameter>,
    /// What breaks the form of the header, by the identifiers of the mistakes.
    pub(crate) findings: Vec<&'static str>,
    /// What had to be changed to read them.
    pub(crate) repairs: Vec<Remark>,
    /// The other fields of a multipart body, or the other members of a JSON body, as a form.
    pub(crate) other_fields: Vec<u8>,
    /// A part of the header that is not a parameter.
    pub(crate) not_understood: Option<String>,
    /// The parameter of the query that contains a JSON object with the signature.
    pub(crate) json_parameter: Option<Vec<u8>>,
}

/// A protocol parameter.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Parameter {
    /// The value as it was sent, percent-encoded.
    pub(crate) raw: String,
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
}

impl Signed {
    /// Finds the signature of a request: in the header, the form, the query, or a place that the RFC does not provide
    /// for.
    ///
    /// `None` if there is none.
    pub(crate) fn find(request: &CapturedRequest) -> Option<Self> {
        let places: [fn(&CapturedRequest) -> Option<Self>; 6] = [
            Self::of_header,
            |request| Some(Self::of_pairs(Place::Form, request.form_body()?)),
            |request| Some(Self::of_pairs(Place::Query, query(&request.uri))),
            |request| Some(Self::of_fields(Place::Multipart, multipart::fields(request)?)),
            |request| Some(Self::of_fields(Place::Json, json_members(request.body_bytes()?)?)),
            Self::of_query_json,
        ];
        let is_signed = |it: &Self| it.get(b"oauth_signature").is_some() || it.not_understood.is_some();
        places.iter().find_map(|find| find(request).filter(is_signed))
    }

    /// The parameters of the first `Authorization` header that is of the scheme `OAuth`.
    pub(crate) fn of_header(request: &CapturedRequest) -> Option<Self> {
        request.header_values("authorization").find_map(header::read)
    }

    /// The protocol parameters of a form or query.
    fn of_pairs(place: Place, text: &[u8]) -> Self {
        let mut signed = Self { place, ..Self::default() };
        for raw in pairs(text).iter().filter(|raw| is_protocol(raw)) {
            let value = raw.value.unwrap_or_default();
            signed.push(Parameter {
                raw: lossy(value).replace('+', "%20"),
                name: decode(raw.name, true),
                value: decode(value, true),
            });
        }
        signed
    }

    /// A parameter of the query that contains the protocol parameters as a JSON object, as `BrickLink` has it.
    fn of_query_json(request: &CapturedRequest) -> Option<Self> {
        pairs(query(&request.uri)).iter().find_map(|raw| {
            let mut signed = Self::of_fields(Place::Json, json_members(&decode(raw.value?, true))?);
            signed.get(b"oauth_signature")?;
            signed.json_parameter = Some(raw.name.to_vec());
            Some(signed)
        })
    }

    /// The protocol parameters among names and values that are not encoded.
    pub(super) fn of_fields(place: Place, fields: Vec<Pair>) -> Self {
        let mut signed = Self { place, ..Self::default() };
        let mut others = Vec::new();
        for (name, value) in fields {
            if name.starts_with(b"oauth_") {
                signed.push(Parameter { raw: encoded(&value), name, value });
            } else {
                others.push(format!("{}={}", encoded(&name), encoded(&value)));
            }
        }
        signed.other_fields = others.join("&").into_bytes();
        signed
    }

    /// Remembers the first part of the header that is not a parameter.
    pub(super) fn reject(&mut self, part: &str) {
        self.not_understood.get_or_insert_with(|| part.trim().to_string());
    }

    pub(super) fn push(&mut self, parameter: Parameter) {
        let is_cut = ["..", "…", "***", "<"].iter().any(|mark| parameter.raw.contains(mark));
        if is_cut && self.place == Place::Header && parameter.name == b"oauth_signature" {
            self.reject(&format!("a shortened oauth_signature ({})", parameter.raw));
        }
        if self.get(&parameter.name).is_some() {
            self.find_mistake("header-parameter-repeated");
        }
        self.parameters.push(parameter);
    }

    pub(crate) fn find_mistake(&mut self, identifier: &'static str) {
        if !self.findings.contains(&identifier) {
            self.findings.push(identifier);
        }
    }

    /// The first parameter with a name.
    pub(crate) fn get(&self, name: &[u8]) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// The value of a parameter as text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name.as_bytes()).map(|parameter| lossy(&parameter.value))
    }
}

/// Whether a parameter of a query or form is a protocol parameter.
pub(crate) fn is_protocol(raw: &Raw<'_>) -> bool {
    decode(raw.name, true).starts_with(b"oauth_")
}

/// The query of a URI, without the fragment.
fn query(uri: &str) -> &[u8] {
    let uri = uri.split('#').next().unwrap_or_default();
    uri.split_once('?').map_or("", |(_, query)| query).as_bytes()
}

/// The members of a JSON object. A value that is not a string stays as it is written.
pub(crate) fn json_members(json: &[u8]) -> Option<Vec<Pair>> {
    let members: Map<String, Value> = serde_json::from_slice(json).ok()?;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToString::to_string);
    Some(members.iter().map(|(name, value)| (name.as_str().into(), text(value).into())).collect())
}
