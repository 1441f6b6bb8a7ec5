//! The mistakes that clients make: one entry each, in tables by subject.
//!
//! An entry says in a sentence what went wrong, which section of the RFC says what is right, how to fix it, and how it
//! changes the recipe of a signature.
//!
//! `tests/README.md` says how to add a mistake, and where a new choice goes.

mod encoding;
mod key;
mod parameters;
mod protocol;
mod seen;
mod uri;

use serde::Serialize;

use super::{
    encode::Encoder,
    recipe::{Context, Recipe, key::Edit, parameters::Without},
};

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
    /// How to fix it.
    pub fix: &'static str,
    #[serde(skip)]
    pub(super) variants: Variants,
    /// How much the mistake covers: of several that give the same, the one with the smallest number is listed first. If
    /// it is 0 and the signature is right, the mistake is not a certain reason for a refusal.
    #[serde(skip)]
    pub(super) breadth: u8,
    /// Whether the mistake can be made in a request at all.
    #[serde(skip)]
    pub(super) applies: fn(&Context<'_>) -> bool,
    #[serde(skip)]
    pub(super) change: Change,
}

/// What a mistake changes in a recipe.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// What the function does, given the number of the variant.
    By(fn(&mut Recipe, u16)),
    /// The encoder; the variants are the [`REACHES`](super::recipe::REACHES).
    Encoder(Encoder),
    /// A secret or both; there are [`WHICH_SECRETS`] variants of each edit.
    Edit(&'static [Edit]),
    /// Nothing: the mistake is seen in the request itself.
    Seen,
}

/// How many ways there are to make one mistake.
#[derive(Clone, Copy, Debug)]
pub(super) enum Variants {
    Count(u16),
    /// As many, each of which is combined with two others.
    Common(u16),
    /// One, which is combined with one other at most: a slip of one program or person, and not the way of a library.
    Slip,
    /// None of them is combined with other mistakes.
    Rare(u16),
    /// One for each of these sentences.
    Named(&'static [&'static str]),
    /// Many, of which only the first is combined with other mistakes; none without a timestamp.
    Wide(u16),
    /// One for each set of protocol parameters; only one parameter is combined with other mistakes.
    Subsets,
    /// One for each set of the parameters of query and form, or each run of them if there are more than ten.
    Parameters,
    /// One for each set of special characters that the request has; not combined with other mistakes.
    Characters,
    /// The same for the path.
    PathCharacters,
    /// One for each host that the caller named.
    Hosts,
    /// One for each secret that the caller named.
    Secrets,
}

impl Variants {
    /// The numbers of the variants that can be made in a request; those of sets are bits.
    pub(super) fn numbers(self, context: &Context<'_>) -> Vec<u16> {
        let sets_of = |all: u16| (1..=all).filter(|bits| bits & !all == 0).collect();
        let count = match self {
            Self::Count(count) | Self::Common(count) | Self::Rare(count) => count.into(),
            Self::Slip => 1,
            Self::Named(sentences) => sentences.len(),
            Self::Wide(count) => context.timestamp().map_or(0, |_| count.into()),
            // More than ten are not what clients send, and would be too many.
            Self::Subsets => return sets_of((1 << context.protocol.len().min(10)) - 1),
            // All of them are the whole query and form, which are other mistakes.
            Self::Parameters => match context.query.len() + context.form.len() {
                count @ ..=10 => return (1..(1 << count) - 1).collect(),
                count => {
                    let places = 0..u16::try_from(count).unwrap_or(u16::MAX).min(0xfff);
                    let [one, from] = Without::RUNS;
                    return places.clone().map(|place| one | place).chain(places.skip(1).map(|it| from | it)).collect();
                }
            },
            Self::PathCharacters => return sets_of(context.path_characters()),
            Self::Characters => return sets_of(context.special_characters()),
            Self::Hosts => context.hosts.len(),
            Self::Secrets => context.other_secrets.len(),
        };
        (0..u16::MAX).take(count).collect()
    }
}

/// A mistake with a secret has variants for the client secret, the token secret and both.
const WHICH_SECRETS: u16 = 3;
/// A list of the caller's that is longer than this is not combined with two mistakes.
const LONG_LIST: usize = 4;

impl Mistake {
    pub(super) fn make(&self, recipe: &mut Recipe, variant: u16) {
        match self.change {
            Change::By(apply) => apply(recipe, variant),
            Change::Encoder(encoder) => recipe.encode(encoder, variant),
            Change::Edit(edits) => {
                let edit = edits[usize::from(variant / WHICH_SECRETS)];
                let (client, token) = (&mut recipe.key.client, &mut recipe.key.token);
                match variant % WHICH_SECRETS {
                    0 => client.edit = edit,
                    1 => token.edit = edit,
                    _ => (client.edit, token.edit) = (edit, edit),
                }
            }
            Change::Seen => {}
        }
    }

    /// How many mistakes a variant is tried together with at most, itself included; `count` is that of all variants.
    ///
    /// The rarer ones of many variants are tried alone; of several variants there are too many sets of three.
    pub(super) fn together(&self, variant: u16, count: usize) -> usize {
        let is_encoder = matches!(self.change, Change::Encoder(_));
        match self.variants {
            Variants::Rare(_) | Variants::Characters | Variants::PathCharacters => 1,
            Variants::Subsets if variant.count_ones() > 1 => 1,
            Variants::Wide(_) if variant > 0 => 1,
            Variants::Parameters if variant.count_ones() > 1 || variant > 0xff => 1,
            Variants::Named(_) if is_encoder && variant > 1 => 1,
            Variants::Named(_) if is_encoder && self.breadth < 5 => 3,
            Variants::Count(1) | Variants::Common(_) => 3,
            Variants::Hosts | Variants::Secrets if count <= LONG_LIST => 3,
            _ => 2,
        }
    }
}

const fn entry(
    id: &'static str,
    section: &'static str,
    apply: fn(&mut Recipe, u16),
    sentence: &'static str,
    fix: &'static str,
) -> Mistake {
    Mistake {
        id,
        sentence,
        section,
        fix,
        variants: Variants::Count(1),
        breadth: 4,
        applies: |_| true,
        change: Change::By(apply),
    }
}

impl Mistake {
    const fn variants(mut self, variants: Variants) -> Self {
        self.variants = variants;
        self
    }

    const fn breadth(mut self, breadth: u8) -> Self {
        self.breadth = breadth;
        self
    }

    const fn only_if(mut self, applies: fn(&Context<'_>) -> bool) -> Self {
        self.applies = applies;
        self
    }
}

/// All known mistakes, the commoner ones first.
pub fn all() -> impl Iterator<Item = &'static Mistake> {
    [uri::TABLE, parameters::TABLE, encoding::TABLE, protocol::TABLE, key::TABLE, seen::TABLE].into_iter().flatten()
}

pub(super) fn find(id: &str) -> Option<&'static Mistake> {
    all().find(|mistake| mistake.id == id)
}
