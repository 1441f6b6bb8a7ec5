//! API functions: the HTTP request that a function receives, and its response.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _},
    ser::SerializeStruct as _,
};
use serde_json::{Map, Value};

use super::{Error, event::take};

/// The request that an API function receives (API Gateway's payload format, version 2.0), with its body decoded.
///
/// # Examples
///
/// ```
/// use exh_oauth1::task::{Error, HttpRequest, HttpResponse, json};
///
/// fn handle(request: HttpRequest) -> Result<HttpResponse, Error> {
///     match request.method.as_str() {
///         "GET" => HttpResponse::new(200)?.json(&json!({ "path": request.path })),
///         _ => HttpResponse::new(405),
///     }
/// }
///
/// let response = handle(HttpRequest::new("GET", "/hello"))?;
/// assert_eq!(response.status(), 200);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method, such as `POST`.
    pub method: String,
    /// The path after the function's name, such as `/hello/world`.
    pub path: String,
    /// The query without `?`; empty if there is none.
    pub query: String,
    /// The headers, with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
    /// All other fields, including `requestContext`.
    pub other: Map<String, Value>,
}

impl HttpRequest {
    /// A request with no query, headers and body, to call a handler in a test.
    pub fn new(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            query: String::new(),
            headers: BTreeMap::new(),
            body: Vec::new(),
            other: Map::new(),
        }
    }

    /// The header with this name, in any letter case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(&name.to_ascii_lowercase()).map(String::as_str)
    }

    /// The user who called, as Extra Horizon authenticated them; `None` if a public function was called without a
    /// signature.
    pub fn user_id(&self) -> Option<&str> {
        self.header("x-exh-requesting-user-id")
    }

    /// The application that called, as Extra Horizon authenticated it.
    pub fn application_id(&self) -> Option<&str> {
        self.header("x-exh-requesting-application-id")
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// If the body is not UTF-8.
    pub fn text(&self) -> Result<&str, std::str::Utf8Error> {
        std::str::from_utf8(&self.body)
    }

    /// The body read as JSON.
    ///
    /// # Errors
    ///
    /// If the body is not JSON, or does not fit the type.
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
                    "requestContext.http.method is missing: this may be the event of a task instead of an API function",
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
                    .map_err(|_| D::Error::custom("body: isBase64Encoded is true, but the body is not base64"))?
            } else {
                body.into_bytes()
            },
            other: map,
        })
    }
}

/// The response of an API function. A body that is not UTF-8 is sent as base64.
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
    /// `INVALID_API_FUNCTION_RESULT` for a status outside 200-499, which the task service rejects.
    pub fn new(status: u16) -> Result<Self, Error> {
        if (200..=499).contains(&status) {
            Ok(Self { status, headers: BTreeMap::new(), body: Vec::new() })
        } else {
            Err(Error::new(
                "INVALID_API_FUNCTION_RESULT",
                format_args!("status {status} of an API function's response: expected 200 to 499"),
            ))
        }
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The body's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// Sets a header; its name becomes lower case. The task service ignores `Connection` and `Content-Length`.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.insert(name.to_ascii_lowercase(), value.into());
        self
    }

    /// Sets a JSON body.
    ///
    /// # Errors
    ///
    /// `INVALID_RESULT` if JSON cannot represent the value.
    pub fn json(self, value: &(impl Serialize + ?Sized)) -> Result<Self, Error> {
        let body = serde_json::to_vec(value).map_err(|error| invalid_result(&error))?;
        Ok(self.body(body, "application/json"))
    }

    /// Sets a plain text body.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.body(text.into(), "text/plain; charset=utf-8")
    }

    /// Sets a body. `content_type` is used unless a `Content-Type` header was set before.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>, content_type: &str) -> Self {
        self.headers.entry("content-type".to_owned()).or_insert_with(|| content_type.to_owned());
        self.body = body.into();
        self
    }
}

impl Serialize for HttpResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("HttpResponse", 4)?;
        object.serialize_field("statusCode", &self.status)?;
        object.serialize_field("headers", &self.headers)?;
        match std::str::from_utf8(&self.body) {
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

/// The error for a result that JSON cannot represent.
pub(super) fn invalid_result(error: &serde_json::Error) -> Error {
    Error::new("INVALID_RESULT", format_args!("the result cannot be written as JSON: {error}"))
}
