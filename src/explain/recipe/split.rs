//! How a query or form is split into parameters, right and wrong.

use std::{borrow::Cow, mem};

use super::parameters::Source;
use crate::explain::encode::{Encoder, decode};

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Split {
    #[default]
    Right,
    /// A value ends at its own `=`.
    SecondEquals,
    /// The same after decoding.
    DecodedSecondEquals,
    /// The query ends at its own `?`.
    SecondQuestionMark,
    /// Nothing between two `&` is a parameter with an empty name.
    EmptyPieces,
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

impl Split {
    /// The text of a query or form that the right way splits as this way splits the given one.
    pub(super) fn rewrite<'a>(self, text: &'a [u8], source: Source, port: Option<&str>) -> Cow<'a, [u8]> {
        let is_query = source == Source::Query;
        match self {
            _ if text.is_empty() => text.into(),
            Self::SecondQuestionMark if is_query => text.split(|byte| *byte == b'?').next().unwrap_or(text).into(),
            Self::QuestionMarkKept if is_query => [b"?", text].concat().into(),
            Self::PortAppended if is_query => match port {
                Some(port) => [text, b":", port.as_bytes()].concat().into(),
                None => text.into(),
            },
            Self::Semicolons => text.iter().map(|byte| if *byte == b';' { b'&' } else { *byte }).collect(),
            Self::DecodedSecondEquals => each_piece(text, |piece| {
                let equals = piece.windows(3).position(|it| it.eq_ignore_ascii_case(b"%3D"));
                &piece[..equals.unwrap_or(piece.len())]
            }),
            Self::SecondEquals => each_piece(text, |piece| {
                let mut equals = piece.iter().enumerate().filter(|(_, byte)| **byte == b'=');
                &piece[..equals.nth(1).map_or(piece.len(), |(second, _)| second)]
            }),
            Self::EmptyPieces => each_piece(text, |piece| if piece.is_empty() { b"=" } else { piece }),
            Self::OneEmptyPiece => {
                let mut is_first = true;
                each_piece(text, |piece| match piece {
                    b"" if mem::take(&mut is_first) => b"=",
                    piece => piece,
                })
            }
            Self::Entities => each_piece(text, |piece| piece.strip_prefix(b"amp;").unwrap_or(piece)),
            Self::DecodedFirst => Encoder::unlike(b"&=").encode(&decode(text, true), 1).into(),
            Self::NotEncoded => {
                let (mut encoded, mut has_value) = (Vec::new(), false);
                for piece in text.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty()) {
                    let is_pair = piece.contains(&b'=');
                    encoded.extend(if has_value && !is_pair { &b"%26"[..] } else { b"&" });
                    encoded.extend(Encoder::unlike(b"=").encode(piece, 1));
                    has_value |= is_pair;
                }
                encoded.into()
            }
            _ => text.into(),
        }
    }
}

/// Changes each piece between two `&`.
fn each_piece<'a>(text: &[u8], change: impl FnMut(&[u8]) -> &[u8]) -> Cow<'a, [u8]> {
    let pieces: Vec<&[u8]> = text.split(|byte| *byte == b'&').map(change).collect();
    pieces.join(&b'&').into()
}
