//! The body of a refusal: `{"code", "name", "message"}`, as Extra Horizon's API answers 4xx and 5xx.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{error::printable, response::LARGEST_READ};

/// As much of a text as is looked at, in bytes.
const LONGEST: usize = 4096;

/// What a refusal says, as far as it says it.
#[derive(Default)]
pub(super) struct Refusal {
    pub(super) code: Option<u32>,
    pub(super) name: Option<String>,
    pub(super) message: Option<String>,
}

/// The fields that there may be; their values are left as they stand, whatever they are and however large.
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

impl Refusal {
    /// Reads what is there; a body of another kind says nothing.
    pub(super) fn read(body: &[u8]) -> Self {
        if body.len() as u64 > LARGEST_READ {
            return Self::default();
        }
        let fields: Fields<'_> = serde_json::from_slice(body).unwrap_or_default();
        let first =
            |fields: &[Option<&RawValue>]| fields.iter().flatten().find_map(|raw| text(raw));
        Self {
            code: fields.code.and_then(|raw| raw.get().parse().ok()),
            name: first(&[fields.name, fields.error]),
            message: first(&[fields.message, fields.description, fields.error_description]),
        }
    }
}

/// The beginning of a string, fit to be shown.
fn text(raw: &RawValue) -> Option<String> {
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    let end = inner.len().min(LONGEST);
    // The end may have cut a character or an escape in two; the longest is that of two surrogates.
    (0..12)
        .find_map(|cut| {
            let part = inner.get(..end.checked_sub(cut)?)?;
            serde_json::from_str::<String>(&format!("\"{part}\"")).ok()
        })
        .map(|text| printable(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_other_kinds_say_nothing() {
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
            let refusal = Refusal::read(body.as_bytes());
            assert_eq!(refusal.code, None, "{body}");
            assert_eq!(refusal.name, None, "{body}");
            assert!(refusal.message.is_none_or(|text| text.is_empty()), "{body}");
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        for (piece, whole) in [
            ("x", 'x'),
            ("\u{e9}", '\u{e9}'),
            ("\\u00e9", '\u{e9}'),
            ("\\ud83d\\ude00", '\u{1f600}'),
        ] {
            for shift in 0..12 {
                let body = format!(
                    "{{\"message\":\"{}{}\"}}",
                    "a".repeat(shift),
                    piece.repeat(5000)
                );
                let message = Refusal::read(body.as_bytes()).message.unwrap();
                let rest = message.trim_start_matches('a');
                assert!(
                    rest.len() > 300 && rest.chars().all(|one| one == whole),
                    "{piece} {shift}: {message}"
                );
            }
        }
    }
}
