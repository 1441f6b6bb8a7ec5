//! Characters that must be percent-encoded, and those of a body that is not JSON.

use exh_oauth1::{ParseError, oauth1::percent};

use crate::failure::Failure;

/// Names the character that `error` is about: itself, its code point, its position in `text` and its encoding.
///
/// `skipped` is the number of bytes in front of `text` in the part that was read.
pub(crate) fn unencoded(error: ParseError, what: &str, text: &str, skipped: usize) -> Failure {
    let position = match error {
        ParseError::Character { position, .. } | ParseError::PercentEncoding { position, .. } => {
            position.checked_sub(skipped)
        }
        _ => None,
    };
    let character = position.and_then(|position| text.get(position..)?.chars().next());
    let (Some(position), Some(character)) = (position, character) else {
        return error.into();
    };
    let encoded = percent::encode(character.encode_utf8(&mut [0; 4])).to_string();
    Failure::usage(format_args!(
        "the {what} has {character:?} (U+{:04X}) at byte {position}, which must be written as {encoded}",
        u32::from(character)
    ))
}
