//! One way to make one mistake.

use super::Target;
use crate::explain::{
    mistakes::{self, Mistake},
    recipe::{Context, Recipe},
};

/// One way to make one mistake.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) mistake: &'static Mistake,
    pub(crate) variant: u16,
    /// How many mistakes it is tried together with at most, itself included.
    pub(crate) together: usize,
}

impl Candidate {
    /// Whether two mistakes exclude one another: one undoes something of the other, so that their order matters.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        recipe([self, other]) != recipe([other, self])
    }
}

/// The recipe with some mistakes made.
pub(crate) fn recipe<'a>(set: impl IntoIterator<Item = &'a Candidate>) -> Recipe {
    let mut recipe = Recipe::default();
    for candidate in set {
        candidate.mistake.make(&mut recipe, candidate.variant);
    }
    recipe
}

/// The ways to make mistakes that can have a part in the target.
pub(super) fn candidates(context: &Context<'_>, target: &Target<'_>) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for mistake in mistakes::all().filter(|mistake| (mistake.applies)(context)) {
        let variants = mistake.variants.numbers(context);
        candidates.extend(variants.iter().map(|&variant| {
            let together = mistake.together(variant, variants.len());
            Candidate { mistake, variant, together }
        }));
    }
    let right = Recipe::default();
    candidates.retain(|candidate| {
        let made = recipe([candidate]);
        let is_of_key = Recipe { key: right.key, ..made } == right;
        let is_of_target = if is_of_key { !target.is_keyless() } else { !target.is_key_alone() };
        // What is seen in the request changes no recipe.
        made != right && is_of_target
    });
    // They are numbered by 16 bits: no list of secrets to be tried is that long.
    candidates.truncate(usize::from(u16::MAX));
    candidates
}
