//! One way to make one mistake.

use alloc::vec::Vec;

use super::target::Target;
use crate::explain::{
    mistakes::{self, Mistake, Slot, Variants, WHICH_SECRETS},
    recipe::{Recipe, context::Context},
};

/// One way to make one mistake.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) mistake: &'static Mistake,
    pub(crate) variant: u16,
    /// Whether it is tried alone only, as there are too many of its kind.
    pub(crate) is_wide: bool,
    /// Whether three of its kind are tried together.
    pub(crate) is_common: bool,
}

impl Candidate {
    pub(super) fn excludes(&self, other: &Self) -> bool {
        let [one, two] = [self, other].map(|candidate| {
            let is_edit = candidate.mistake.slot == Slot::Edit;
            is_edit.then_some(candidate.variant % WHICH_SECRETS)
        });
        // Each of the two secrets may be edited in another way.
        let are_two_secrets = matches!((one, two), (Some(0), Some(1)) | (Some(1), Some(0)));
        !are_two_secrets && self.mistake.slot.excludes(other.mistake.slot)
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
    let special = context.special_characters();
    for mistake in mistakes::all() {
        if mistake.slot == Slot::Seen
            || !(mistake.applies)(context)
            || (target.is_keyless() && mistake.slot.is_key())
            || (target.is_key_alone() && !mistake.slot.is_key())
        {
            continue;
        }
        for variant in 0..mistake.variants.count(context) {
            let bits = u16::try_from(variant).unwrap_or(u16::MAX);
            let is_made = match mistake.variants {
                Variants::Characters => bits != 0 && bits & !special == 0,
                Variants::Subsets => bits != 0,
                _ => true,
            };
            if !is_made {
                continue;
            }
            candidates.push(Candidate {
                mistake,
                variant: bits,
                is_wide: mistake.is_wide(context, variant),
                is_common: mistake.is_common(context) && !mistake.is_wide(context, variant),
            });
        }
    }
    // They are numbered by 16 bits: no list of secrets to be tried is that long.
    candidates.truncate(usize::from(u16::MAX));
    candidates
}
