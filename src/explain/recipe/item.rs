//! A parameter on its way into the base string.

use super::{source::Source, words::Word};

/// A parameter, decoded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Item {
    pub(crate) source: Source,
    pub(crate) name: Word,
    pub(crate) value: Word,
}

impl Item {
    pub(crate) const fn new(source: Source, name: Word, value: Word) -> Self {
        Self { source, name, value }
    }
}
