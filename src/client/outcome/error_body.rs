//! The API's error bodies: `{"code", "name", "message"}`.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    api_error::ApiError,
    clock,
    codes::ErrorCode,
    error::printable,
    response::{LARGEST_READ, Response},
};
use crate::client::settings::sources::Sources;

/// The fields that an error body may have. Their values may be of any type and size.
#[derive(Default, Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    code: Option<&'a RawValue>,
    name: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
    message: Option<&'a RawValue>,
    description: Option<&'a RawValue>,
    error_description: Option<&'a RawValue>,
}

impl ApiError {
    /// Reads a response of 4xx or 5xx. A body of another form leaves code, name and message empty.
    pub(crate) fn read(response: Response, sources: &Sources) -> Self {
        let body = response.bytes();
        let fields: Fields<'_> = if body.len() as u64 > LARGEST_READ {
            Fields::default()
        } else {
            serde_json::from_slice(body).unwrap_or_default()
        };
        let code = fields.code.and_then(|raw| raw.get().parse().ok());
        Self {
            status: response.status,
            code: code.map(<ErrorCode as From<u32>>::from),
            name: first([fields.name, fields.error]),
            message: first([fields.message, fields.description, fields.error_description]),
            server_ahead: clock::ahead(&response),
            response,
            sources: sources.clone(),
        }
    }
}

/// The first value that is a string.
fn first<const N: usize>(fields: [Option<&RawValue>; N]) -> Option<String> {
    fields
        .into_iter()
        .flatten()
        .find_map(|raw| serde_json::from_str::<String>(raw.get()).ok())
        .map(|text| printable(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> ApiError {
        let response = Response { status: 400, body: body.as_bytes().to_vec().into(), ..Response::default() };
        ApiError::read(response, &Sources::default())
    }

    #[test]
    fn fields_of_other_types_are_ignored() {
        for body in [
            "",
            "[]",
            "null",
            "1",
            "{",
            "\"x\"",
            "{\"code\":\"1\"}",
            "{\"code\":-1}",
            "{\"code\":1.5}",
            "{\"code\":4294967296}",
            "{\"code\":[1]}",
            "{\"name\":{}}",
            "{\"message\":null}",
            "{\"message\":\"\\ud800\"}",
        ] {
            let error = read(body);
            assert_eq!(error.code, None, "{body}");
            assert_eq!(error.name, None, "{body}");
            assert_eq!(error.message, None, "{body}");
        }
    }

    #[test]
    fn long_texts_are_cut_and_control_characters_are_replaced() {
        let error = read(&format!("{{\"name\":\"a\\nb\",\"message\":\"{}\"}}", "é".repeat(5000)));
        assert_eq!(error.name.as_deref(), Some("a b"));
        assert_eq!(error.message, Some("é".repeat(500)));
    }
}
