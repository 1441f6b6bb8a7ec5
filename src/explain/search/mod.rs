//! The search for the mistakes that give exactly what was received: one alone, then two together, then three.
//!
//! Of the mistakes only those are combined further that change something in this request, and sets that give the same
//! parts are tried once.

pub(super) mod candidate;
mod hash;
mod parts;
#[cfg(feature = "rsa")]
pub(super) mod rsa;
mod target;

use std::collections::{BTreeSet, HashMap};

pub(super) use self::{
    candidate::Candidate,
    hash::Hash,
    target::{DigestForm, Key, Target},
};
use self::{
    candidate::{candidates, recipe},
    parts::{Hashes, Made, Parts},
};
use crate::explain::mistakes::Change;
use crate::explain::recipe::{Context, parameters::ParameterRecipe};

/// How far a search may go.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many mistakes may come together: up to 3.
    pub mistakes: usize,
    /// What the search may cost, in units of about a nanosecond; counted, not measured, so that it does not depend on
    /// the machine. The memory of what it stores is limited, too: about 24 MiB.
    pub work: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { mistakes: 3, work: 350_000_000 }
    }
}

/// What a search found.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Sets of as few mistakes as possible that all give what was received; one empty set where nothing is wrong.
    pub(crate) sets: Vec<Vec<Candidate>>,
    /// How many ways of making a mistake change something in this request.
    pub(crate) active: usize,
    /// How many mistakes together were tried to the end.
    pub(crate) depth: usize,
    pub(crate) is_cut: bool,
    pub(crate) evaluations: u64,
}

/// The most sets that are reported if mistakes cannot be told apart.
const MAXIMUM_SETS: usize = 24;
/// The most sets that are collected, with all variants of each mistake.
const MAXIMUM_VARIANTS: usize = 400;

/// Searches for mistakes.
pub(crate) fn search(context: &Context<'_>, target: &Target<'_>, limits: Limits) -> Outcome {
    let candidates = candidates(context, target);
    let mut parts = Parts::new(context, target, &candidates, limits.work);
    let right = parts.make(&[]).hashes;
    let singles = vec![right; candidates.len()];
    let mut search = Search {
        candidates: &candidates,
        parts,
        right,
        singles,
        hit: None,
        excluded: HashMap::new(),
        outcome: Outcome::default(),
    };
    search.levels(limits.mistakes);
    let mut outcome = search.outcome;
    outcome.evaluations = search.parts.evaluations;
    in_order(&mut outcome.sets);
    outcome
}

/// Puts the most specific set first, and lists each once: of a mistake with variants, the first variant.
fn in_order(sets: &mut Vec<Vec<Candidate>>) {
    let breadth = |candidate: &Candidate| u32::from(candidate.mistake.breadth);
    sets.sort_by_key(|set| set.iter().map(breadth).sum::<u32>());
    let mut seen = BTreeSet::new();
    sets.retain(|set| {
        let ids: Vec<_> = set.iter().map(|candidate| candidate.mistake.id).collect();
        seen.insert(ids)
    });
    sets.truncate(MAXIMUM_SETS);
}

struct Search<'a> {
    candidates: &'a [Candidate],
    parts: Parts<'a>,
    /// What is made without a mistake.
    right: Hashes,
    /// What each mistake makes alone.
    singles: Vec<Hashes>,
    /// What gives what was received.
    hit: Option<Hashes>,
    /// Which two exclude one another, as far as it is known.
    excluded: HashMap<[usize; 2], bool>,
    outcome: Outcome,
}

impl Search<'_> {
    fn levels(&mut self, mistakes: usize) {
        let right = self.parts.make(&[]);
        if self.is_hit(right) {
            self.keep(&[]);
            return;
        }
        let mut pairs = Vec::new();
        for depth in 1..=mistakes.min(3) {
            let is_whole = match depth {
                1 => self.singles(),
                2 => self.pairs(&mut pairs),
                _ => self.triples(&pairs, 3),
            };
            if !is_whole {
                self.outcome.is_cut = true;
                return;
            }
            self.outcome.depth = depth;
            if !self.outcome.sets.is_empty() {
                return;
            }
        }
        if self.outcome.depth == 3 {
            // As far as there is time for it.
            self.triples(&pairs, 2);
        }
    }

    /// Tries each mistake alone; false if the search was cut.
    fn singles(&mut self) -> bool {
        // What is made quickly comes first: a huge request leaves no time for all. The many variants of general
        // mistakes are tried only if nothing specific is found.
        let mut order: Vec<_> = (0..self.candidates.len()).collect();
        order.sort_by_cached_key(|index| {
            let candidate = &self.candidates[*index];
            let changes_parameters = recipe([candidate]).parameters != ParameterRecipe::default();
            (candidate.together == 1, changes_parameters)
        });
        let (mut found, mut is_whole) = (Vec::new(), true);
        for index in order {
            if self.hit.is_some() && self.candidates[index].together == 1 {
                break;
            }
            is_whole = !self.parts.is_spent();
            if !is_whole {
                break;
            }
            let made = self.parts.make(&[index]);
            self.singles[index] = made.hashes;
            if self.is_hit(made) {
                found.push(index);
            }
        }
        found.sort_unstable();
        found.into_iter().for_each(|index| self.keep(&[index]));
        self.outcome.active = self.singles.iter().filter(|hashes| **hashes != self.right).count();
        is_whole
    }

    /// Tries each two mistakes together, and collects those pairs that make something new; false if the search was cut.
    fn pairs(&mut self, pairs: &mut Vec<[usize; 2]>) -> bool {
        let mut states = BTreeSet::from([self.right]);
        let mut known = BTreeSet::new();
        let narrow: Vec<_> = (0..self.singles.len())
            .filter(|index| {
                // Of encoders that make the same, one is enough: there are many, and few characters tell them apart.
                let candidate = &self.candidates[*index];
                let is_new = known.insert(self.singles[*index]);
                candidate.together > 1 && (is_new || !matches!(candidate.mistake.change, Change::Encoder(_)))
            })
            .collect();
        for (place, &one) in narrow.iter().enumerate() {
            for &other in &narrow[place + 1..] {
                let set = [one, other];
                if self.parts.is_spent() {
                    return false;
                }
                if self.parts.exclude(set) {
                    continue;
                }
                let made = self.parts.make(&set);
                // One of the two changes nothing next to the other.
                if set.iter().any(|index| self.singles[*index] == made.hashes) {
                    continue;
                }
                let goes_on = set.iter().all(|index| self.candidates[*index].together == 3);
                if goes_on && states.insert(made.hashes) {
                    pairs.push(set);
                }
                if self.is_hit(made) {
                    self.keep(&set);
                }
            }
        }
        true
    }

    /// Tries each pair that makes something new with each third mistake that changes something: of those that are tried
    /// with two others, or of those with one. False if the search was cut.
    fn triples(&mut self, pairs: &[[usize; 2]], together: usize) -> bool {
        // One of those that make the same.
        let mut seen = BTreeSet::from([self.right]);
        let thirds: Vec<_> = (0..self.singles.len())
            .filter(|index| seen.insert(self.singles[*index]))
            .filter(|index| self.candidates[*index].together == together)
            .collect();
        for &[one, other] in pairs {
            for &third in &thirds {
                let mut set = [one, other, third];
                set.sort_unstable();
                if self.is_excluded(&set) {
                    continue;
                }
                if self.parts.is_spent() {
                    return false;
                }
                let made = self.parts.make(&set);
                if self.is_hit(made) {
                    self.exchange(set);
                    return true;
                }
            }
        }
        true
    }

    /// Keeps a set of three, and finds the others that give the same by exchanging one mistake at a time.
    fn exchange(&mut self, found: [usize; 3]) {
        let hit = self.parts.make(&found).hashes;
        let mut sets = vec![found];
        let mut next = 0;
        while let Some(set) = sets.get(next).copied() {
            next += 1;
            self.keep(&set);
            for place in 0..3 {
                for index in 0..self.candidates.len() {
                    let mut other = set;
                    other[place] = index;
                    other.sort_unstable();
                    if sets.len() < MAXIMUM_VARIANTS
                        && self.candidates[index].together > 1
                        && !sets.contains(&other)
                        && !self.is_excluded(&other)
                        && self.parts.make(&other).hashes == hit
                    {
                        sets.push(other);
                    }
                }
            }
        }
    }

    /// Whether these parts give what was received. Of several that do, only the first ones count.
    fn is_hit(&mut self, made: Made) -> bool {
        let hashes = made.hashes;
        if self.hit.is_none() && self.parts.is_hit(made) {
            self.hit = Some(hashes);
        }
        self.hit == Some(hashes)
    }

    /// Whether two of these mistakes exclude one another.
    fn is_excluded(&mut self, set: &[usize]) -> bool {
        let mut excludes = |one: usize, other: usize| {
            let candidates = [one, other].map(|index| &self.candidates[index]);
            *self.excluded.entry([one, other]).or_insert_with(|| candidates[0].excludes(candidates[1]))
        };
        (1..set.len()).any(|place| set[place..].iter().any(|other| excludes(set[place - 1], *other)))
    }

    fn keep(&mut self, set: &[usize]) {
        if self.outcome.sets.len() < MAXIMUM_VARIANTS {
            let set = set.iter().map(|index| self.candidates[*index]).collect();
            self.outcome.sets.push(set);
        }
    }
}
