//! The mistakes that clients make: one entry each, in tables by subject.
//!
//! An entry says in a sentence what went wrong, which section of the RFC says otherwise, how to mend it, and how it changes
//! the recipe of a signature. To add a mistake is to add an entry.

mod encoding;
mod header;
mod key;
mod parameters;
mod protocol;
mod uri;

use serde::Serialize;

use super::recipe::{Recipe, context::Context};

/// A known mistake.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct Mistake {
    /// A stable name in kebab-case.
    pub id: &'static str,
    /// What went wrong.
    pub sentence: &'static str,
    /// The section that says what is right.
    pub section: &'static str,
    /// How to mend it.
    pub fix: &'static str,
    #[serde(skip)]
    pub(super) slot: Slot,
    #[serde(skip)]
    pub(super) variants: Variants,
    #[serde(skip)]
    pub(super) apply: fn(&mut Recipe, u16),
}

/// What a mistake is about. Two of one slot are never combined: they would undo one another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Slot {
    Method,
    Scheme,
    Host,
    Port,
    Path,
    Whole,
    UriQuery,
    UriRest,
    UriEncoding,
    Form,
    Body,
    DecodeNames,
    DecodeValues,
    DecodeBoth,
    Names,
    Values,
    Protocol,
    Encoder,
    Outer,
    Duplicates,
    Brackets,
    Dropped,
    Sort,
    Realm,
    Signature,
    Version,
    Token,
    BodyHash,
    MethodName,
    LeftOut,
    Timestamp,
    Nonce,
    ClientSource,
    TokenSource,
    ClientEdit,
    TokenEdit,
    Coding,
    Join,
    Role,
    TokenUnnamed,
    /// Seen in the header itself, and no part of any recipe.
    Seen,
}

impl Slot {
    /// Whether it is about the key, and not about the base string.
    pub(super) const fn is_key(self) -> bool {
        matches!(
            self,
            Self::ClientSource
                | Self::TokenSource
                | Self::ClientEdit
                | Self::TokenEdit
                | Self::Coding
                | Self::Join
                | Self::Role
                | Self::TokenUnnamed
        )
    }

    /// Whether it is a slip of one program or person, which seldom comes with two others, and not the way of a library.
    const fn is_slip(self) -> bool {
        matches!(
            self,
            Self::Whole
                | Self::MethodName
                | Self::LeftOut
                | Self::Timestamp
                | Self::Nonce
                | Self::ClientEdit
                | Self::TokenEdit
                | Self::TokenUnnamed
                | Self::Role
        )
    }

    /// Whether two slots exclude one another.
    pub(super) fn excludes(self, other: Self) -> bool {
        let both = |one, two| (self, other) == (one, two) || (other, self) == (one, two);
        self == other
            || both(Self::DecodeBoth, Self::DecodeNames)
            || both(Self::DecodeBoth, Self::DecodeValues)
    }
}

/// How many ways there are to make one mistake.
#[derive(Clone, Copy, Debug)]
pub(super) enum Variants {
    Count(u16),
    /// So many, which are too many to be combined with other mistakes, but for the first; none without a timestamp.
    Wide(u16),
    /// One for each host that the caller named.
    Hosts,
    /// One for each secret that the caller named.
    Secrets,
}

impl Variants {
    pub(super) fn count(self, context: &Context<'_>) -> usize {
        match self {
            Self::Count(count) => count.into(),
            Self::Wide(count) => context.timestamp().map_or(0, |_| count.into()),
            Self::Hosts => context.hosts.len(),
            Self::Secrets => context.other_secrets.len(),
        }
    }
}

/// A list of the caller's that is longer than this is not combined with two mistakes.
const LONG_LIST: usize = 4;

impl Mistake {
    /// How many mistakes may come together, this one among them: what has many variants, or is a slip, is combined with one
    /// other only, as threes of them would be too many to be tried.
    pub(super) fn company(&self, context: &Context<'_>) -> usize {
        let is_long = match self.variants {
            Variants::Count(count) => count > 1 && self.slot != Slot::Sort,
            Variants::Wide(_) => true,
            Variants::Hosts | Variants::Secrets => self.variants.count(context) > LONG_LIST,
        };
        if is_long || self.slot.is_slip() { 2 } else { 3 }
    }
}

const fn entry(
    id: &'static str,
    slot: Slot,
    section: &'static str,
    sentence: &'static str,
    fix: &'static str,
    apply: fn(&mut Recipe, u16),
) -> Mistake {
    Mistake {
        id,
        sentence,
        section,
        fix,
        slot,
        variants: Variants::Count(1),
        apply,
    }
}

impl Mistake {
    const fn variants(mut self, variants: Variants) -> Self {
        self.variants = variants;
        self
    }
}

/// All known mistakes, the commoner ones first.
pub fn all() -> impl Iterator<Item = &'static Mistake> {
    [
        uri::TABLE,
        parameters::TABLE,
        encoding::TABLE,
        protocol::TABLE,
        key::TABLE,
        header::TABLE,
    ]
    .into_iter()
    .flatten()
}

/// The mistake of an identifier.
pub(super) fn find(id: &str) -> Option<&'static Mistake> {
    all().find(|mistake| mistake.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn identifiers_are_unique_and_in_kebab_case() {
        let mut seen = BTreeSet::new();
        for mistake in all() {
            assert!(seen.insert(mistake.id), "{}", mistake.id);
            assert!(
                mistake.id.bytes().all(|octet| octet.is_ascii_lowercase()
                    || octet.is_ascii_digit()
                    || octet == b'-'),
                "{}",
                mistake.id
            );
            assert!(
                mistake.sentence.ends_with('.') && mistake.fix.ends_with('.'),
                "{}",
                mistake.id
            );
            assert!(mistake.section.starts_with("RFC "), "{}", mistake.id);
        }
    }
}
