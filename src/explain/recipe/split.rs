//! How a query or form is split into parameters, right and wrong.

use alloc::{borrow::Cow, vec::Vec};

use super::source::Source;
use crate::explain::encode::decode;

/// A way of splitting a query or form.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Split {
    #[default]
    Right,
    /// A value ends at its own `=`.
    SecondEquals,
    /// The query ends at its own `?`.
    SecondQuestionMark,
    /// Nothing between two `&` is a parameter with an empty name.
    EmptyPieces,
    /// The same, once only.
    OneEmptyPiece,
    Semicolons,
    /// The `?` is a part of the first name.
    QuestionMarkKept,
    DecodedFirst,
    /// The text was never encoded, so that a piece without `=` belongs to the value in front of it.
    NotEncoded,
    /// `&amp;` is read as `&`.
    Entities,
    /// The port is at the end of the query.
    PortAppended,
}

/// A name and its value; `None` if there is no `=`.
pub(super) type Piece<'a> = (Cow<'a, [u8]>, Option<Cow<'a, [u8]>>);

impl Split {
    /// Splits the text of a query or form.
    pub(super) fn pieces<'a>(self, text: &'a [u8], source: Source, port: Option<&str>) -> Vec<Piece<'a>> {
        let is_query = source == Source::Query;
        let text: Cow<'a, [u8]> = match (self, port) {
            (Self::SecondQuestionMark, _) if is_query => text.split(|byte| *byte == b'?').next().unwrap_or(text).into(),
            (Self::QuestionMarkKept, _) if is_query && !text.is_empty() => [b"?", text].concat().into(),
            (Self::DecodedFirst, _) => decode(text, true).into(),
            (Self::PortAppended, Some(port)) if is_query && !text.is_empty() => {
                [text, b":", port.as_bytes()].concat().into()
            }
            _ => text.into(),
        };
        match text {
            Cow::Borrowed(text) => self.split(text),
            Cow::Owned(text) => {
                let owned = |text: Cow<'_, [u8]>| Cow::Owned(text.into_owned());
                let pieces = self.split(&text).into_iter();
                pieces.map(|(name, value)| (owned(name), value.map(owned))).collect()
            }
        }
    }

    fn split(self, text: &[u8]) -> Vec<Piece<'_>> {
        let mut pieces: Vec<Piece<'_>> = Vec::new();
        let mut has_empty = false;
        let is_mark = |byte: &u8| *byte == b'&' || (self == Self::Semicolons && *byte == b';');
        for piece in text.split(is_mark).filter(|_| !text.is_empty()) {
            let piece = match self {
                Self::Entities => piece.strip_prefix(b"amp;").unwrap_or(piece),
                _ => piece,
            };
            if piece.is_empty() {
                if self == Self::EmptyPieces || (self == Self::OneEmptyPiece && !has_empty) {
                    has_empty = true;
                    pieces.push((Cow::default(), Some(Cow::default())));
                }
                continue;
            }
            let mut parts = piece.splitn(2, |byte| *byte == b'=');
            let name = parts.next().unwrap_or_default();
            let value = parts.next();
            if self == Self::NotEncoded
                && value.is_none()
                && let Some((_, Some(last))) = pieces.last_mut()
            {
                *last = [&**last, b"&", piece].concat().into();
                continue;
            }
            let value = value.map(|value| match self {
                Self::SecondEquals => value.split(|byte| *byte == b'=').next().unwrap_or(value),
                _ => value,
            });
            pieces.push((name.into(), value.map(Cow::from)));
        }
        pieces
    }
}
