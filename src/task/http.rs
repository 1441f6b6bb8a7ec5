//! API functions: the HTTP request that one is given, and the response that it gives.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _},
    ser::SerializeStruct as _,
};
use serde_json::{Map, Value};

use super::{Error, event::take};

/// The request that an API function is given (API Gateway's format, version 2.0), with its body as it was sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method, such as `POST`.
    pub method: String,
    /// The path behind the function's name, such as `/hello/world`.
    pub path: String,
    /// The query without its `?`; empty where there is none.
    pub query: String,
    /// The headers, with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
    /// All else, `requestContext` with it.
    pub other: Map<String, Value>,
}

impl HttpRequest {
    /// The header of this name, in whatever case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(&name.to_ascii_lowercase())
            .map(String::as_str)
    }

    /// The user who called, as Extra Horizon vouches for; `None` for a public function called by nobody known.
    pub fn user_id(&self) -> Option<&str> {
        self.header("x-exh-requesting-user-id")
    }

    /// The application that called, as Extra Horizon vouches for.
    pub fn application_id(&self) -> Option<&str> {
        self.header("x-exh-requesting-application-id")
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// Where it is not UTF-8.
    pub fn text(&self) -> Result<&str, core::str::Utf8Error> {
        core::str::from_utf8(&self.body)
    }

    /// The body read as JSON.
    ///
    /// # Errors
    ///
    /// Where it is none, or of another shape.
    pub fn json<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.body)
    }
}

impl<'de> Deserialize<'de> for HttpRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut map = Map::deserialize(deserializer)?;
        let method = map
            .get("requestContext")
            .and_then(|context| context.get("http")?.get("method")?.as_str())
            .ok_or_else(|| {
                D::Error::custom(
                    "requestContext.http.method is not there: is this the event of a task, and not of an API function?",
                )
            })?
            .to_owned();
        let query: Option<String> = take(&mut map, "rawQueryString")?;
        let query = query.unwrap_or_default();
        let headers: Option<BTreeMap<String, String>> = take(&mut map, "headers")?;
        let is_base64: Option<bool> = take(&mut map, "isBase64Encoded")?;
        let body: Option<String> = take(&mut map, "body")?;
        let body = body.unwrap_or_default();
        Ok(Self {
            method,
            path: take::<Option<_>, _>(&mut map, "rawPath")?.unwrap_or_default(),
            query: query.strip_prefix('?').unwrap_or(&query).to_owned(),
            headers: headers
                .unwrap_or_default()
                .into_iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .collect(),
            body: if is_base64.unwrap_or_default() {
                STANDARD
                    .decode(body)
                    .map_err(|_| D::Error::custom("body: it is no base64"))?
            } else {
                body.into_bytes()
            },
            other: map,
        })
    }
}

/// The response of an API function; a body that is not text is sent as base64.
///
/// ```
/// use exh_oauth1::task::{HttpResponse, json};
///
/// let response = HttpResponse::new(404)?.json(&json!({ "message": "no such patient" }))?;
/// # Ok::<(), exh_oauth1::task::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HttpResponse {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl HttpResponse {
    /// A response without a body.
    ///
    /// # Errors
    ///
    /// `INVALID_API_FUNCTION_RESULT` for a status that is not from 200 to 499, which the service would refuse.
    pub fn new(status: u16) -> Result<Self, Error> {
        if (200..=499).contains(&status) {
            Ok(Self {
                status,
                headers: BTreeMap::new(),
                body: Vec::new(),
            })
        } else {
            Err(Error::new(
                "INVALID_API_FUNCTION_RESULT",
                format_args!("the status of a response is from 200 to 499, and not {status}"),
            ))
        }
    }

    /// Sets a header; the name is put into lower case. The service ignores `Connection` and `Content-Length`.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.insert(name.to_ascii_lowercase(), value.into());
        self
    }

    /// Gives it a body of JSON.
    ///
    /// # Errors
    ///
    /// `INVALID_RESULT` for a value that JSON cannot say.
    pub fn json(self, value: &(impl Serialize + ?Sized)) -> Result<Self, Error> {
        let body = serde_json::to_vec(value).map_err(|error| invalid_result(&error))?;
        Ok(self.body(body, "application/json"))
    }

    /// Gives it a body of plain text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.body(text.into(), "text/plain; charset=utf-8")
    }

    /// Gives it a body, and its media type unless a header has said another.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>, content_type: &str) -> Self {
        self.headers
            .entry("content-type".to_owned())
            .or_insert_with(|| content_type.to_owned());
        self.body = body.into();
        self
    }
}

impl Serialize for HttpResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("HttpResponse", 4)?;
        object.serialize_field("statusCode", &self.status)?;
        object.serialize_field("headers", &self.headers)?;
        match core::str::from_utf8(&self.body) {
            Ok(text) => {
                object.serialize_field("body", text)?;
                object.serialize_field("isBase64Encoded", &false)?;
            }
            Err(_) => {
                object.serialize_field("body", &STANDARD.encode(&self.body))?;
                object.serialize_field("isBase64Encoded", &true)?;
            }
        }
        object.end()
    }
}

/// The error for a result that JSON cannot say.
pub(super) fn invalid_result(error: &serde_json::Error) -> Error {
    Error::new(
        "INVALID_RESULT",
        format_args!("the result cannot be written as JSON: {error}"),
    )
}
