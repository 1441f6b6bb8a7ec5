//! Two base strings side by side (RFC 5849 §3.4.1.1).

use alloc::{string::String, vec::Vec};

use serde::Serialize;

use crate::explain::encode::lossy;

/// The first place at which two base strings differ.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The part of the base string: `method`, `base string URI` or `parameters`.
    pub part: &'static str,
    /// The byte of the whole base string at which they differ.
    pub position: usize,
    /// The right one from there on, up to the end of that parameter or part.
    pub ours: String,
    /// The other one from there on.
    pub theirs: String,
}

const PARTS: [&str; 3] = ["method", "base string URI", "parameters"];

/// The first difference, or `None` if the strings are equal.
pub(crate) fn difference(ours: &[u8], theirs: &[u8]) -> Option<Difference> {
    let position = ours
        .iter()
        .zip(theirs)
        .position(|(one, other)| one != other)
        .unwrap_or_else(|| ours.len().min(theirs.len()));
    if ours.len() == theirs.len() && position == ours.len() {
        return None;
    }
    let part = ours[..position]
        .iter()
        .filter(|byte| **byte == b'&')
        .count()
        .min(2);
    Some(Difference {
        part: PARTS[part],
        position,
        ours: lossy(around(ours, position, part)),
        theirs: lossy(around(theirs, position, part)),
    })
}

/// The parameter, or the part, that a position falls into.
fn around(text: &[u8], position: usize, part: usize) -> &[u8] {
    let (mark, other): (&[u8], &[u8]) = if part == 2 {
        (b"%26", b"&")
    } else {
        (b"&", b"&")
    };
    let position = position.min(text.len());
    let starts = |at: &usize| text[*at..].starts_with(mark) || text[*at..].starts_with(other);
    let start = (0..position)
        .rev()
        .find(starts)
        .map_or(0, |at| at + if text[at] == b'&' { 1 } else { mark.len() })
        .min(position);
    let end = (position..text.len()).find(starts).unwrap_or(text.len());
    &text[start..end]
}

/// The parts of a base string; everything after the second `&` is one part.
pub(crate) fn parts(text: &[u8]) -> Vec<&[u8]> {
    text.splitn(3, |byte| *byte == b'&').collect()
}
