//! The search for the mistakes that give exactly what was received: one alone, then two together, then three.
//!
//! Of the mistakes only those are combined further that change something in this request, and sets that give the same
//! parts are tried once.

pub(super) mod candidate;
pub(super) mod hash;
mod parts;
#[cfg(feature = "rsa")]
pub(super) mod rsa;
pub(super) mod target;

use alloc::{collections::BTreeSet, vec, vec::Vec};

use self::candidate::{Candidate, candidates};
use self::parts::{Numbers, Parts};
use self::target::Target;
use crate::explain::{
    mistakes::{self, Slot},
    recipe::context::Context,
};

/// How far a search may go.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many mistakes may come together: up to 3.
    pub mistakes: usize,
    /// What the search may cost, in units of about a nanosecond; counted, not measured, so that it does not depend on
    /// the machine. The memory of what it stores is limited, too: about 20 MiB.
    pub work: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { mistakes: 3, work: 500_000_000 }
    }
}

/// What a search found.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Sets of as few mistakes as possible that all give what was received; one empty set where nothing is wrong.
    pub(crate) sets: Vec<Vec<Candidate>>,
    /// How many mistakes were tried alone, and how many of them change something in this request.
    pub(crate) tried: usize,
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
    let mut search = Search {
        candidates: &candidates,
        parts: Parts::new(context, target, &candidates, limits.work),
        outcome: Outcome::default(),
    };
    if matches!(target, Target::Nothing) {
        return search.outcome;
    }
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
    outcome: Outcome,
}

impl Search<'_> {
    fn levels(&mut self, mistakes: usize) {
        let right = self.parts.numbers(&[]);
        if self.parts.is_hit(right) {
            self.outcome.sets.push(Vec::new());
            return;
        }
        if mistakes == 0 {
            return;
        }
        let Some(singles) = self.singles(right) else {
            return;
        };
        self.outcome.depth = 1;
        if !self.outcome.sets.is_empty() || mistakes == 1 {
            return;
        }
        let Some(pairs) = self.pairs(right, &singles) else {
            return;
        };
        self.outcome.depth = 2;
        if !self.outcome.sets.is_empty() || mistakes == 2 {
            return;
        }
        let (common, rare): (Vec<_>, Vec<_>) = distinct(right, &singles)
            .into_iter()
            .filter(|index| !self.candidates[*index].is_wide)
            .partition(|index| self.candidates[*index].is_common);
        if !self.triples(&pairs, &common) {
            self.outcome.is_cut = true;
            return;
        }
        self.outcome.depth = 3;
        if self.outcome.sets.is_empty() {
            // As far as there is time for it.
            self.triples(&pairs, &rare);
        }
    }

    /// Tries each mistake alone; gives the parts that each makes, or nothing if the search was cut.
    fn singles(&mut self, right: Numbers) -> Option<Vec<Numbers>> {
        let mut singles = vec![right; self.candidates.len()];
        let mut hit = None;
        let mut found = Vec::new();
        // What is made quickly comes first: a huge request leaves no time for all. The many variants of general
        // mistakes are tried only if nothing specific is found.
        let (wide, narrow): (Vec<_>, Vec<_>) = (0..singles.len()).partition(|index| self.candidates[*index].is_wide);
        let order = [narrow, wide].map(|indices| {
            let (slow, quick): (Vec<_>, Vec<_>) =
                indices.into_iter().partition(|index| self.parts.changes_parameters(*index));
            [quick, slow].concat()
        });
        let mut is_cut = false;
        for index in order.concat() {
            if hit.is_some() && self.candidates[index].is_wide {
                break;
            }
            if self.is_cut() {
                is_cut = true;
                break;
            }
            let numbers = self.parts.numbers(&[index]);
            singles[index] = numbers;
            if hit == Some(numbers) || (hit.is_none() && self.parts.is_hit(numbers)) {
                hit = Some(numbers);
                found.push(index);
            }
        }
        found.sort_unstable();
        found.into_iter().for_each(|index| self.keep(&[index]));
        self.outcome.tried = mistakes::all().filter(|mistake| mistake.slot != Slot::Seen).count();
        self.outcome.active = singles.iter().filter(|numbers| **numbers != right).count();
        (!is_cut).then_some(singles)
    }

    /// Tries each two mistakes together; gives those pairs that make something new.
    fn pairs(&mut self, right: Numbers, singles: &[Numbers]) -> Option<Vec<[usize; 2]>> {
        let mut pairs = Vec::new();
        let mut states = BTreeSet::from([right]);
        let mut hit = None;
        let mut known = BTreeSet::new();
        let narrow: Vec<_> = (0..singles.len())
            .filter(|index| {
                // Of encoders that make the same, one is enough: there are many, and few characters tell them apart.
                let candidate = &self.candidates[*index];
                let is_new = known.insert(singles[*index]);
                !candidate.is_wide && (is_new || candidate.mistake.slot != Slot::Encoder)
            })
            .collect();
        for (place, &one) in narrow.iter().enumerate() {
            for &other in &narrow[place + 1..] {
                // A mistake that changes nothing alone can only matter if the other one changes the same part.
                let inactive = [one, other].map(|index| singles[index] == right);
                let is_idle =
                    inactive == [true, true] || (inactive != [false, false] && !self.parts.overlap(one, other));
                if is_idle || self.candidates[one].excludes(&self.candidates[other]) {
                    continue;
                }
                if self.is_cut() {
                    return None;
                }
                let numbers = self.parts.numbers(&[one, other]);
                // One of the two changes nothing next to the other.
                if numbers == singles[one] || numbers == singles[other] {
                    continue;
                }
                let goes_on = [one, other].iter().all(|index| self.candidates[*index].is_common);
                if goes_on && states.insert(numbers) {
                    pairs.push([one, other]);
                }
                if hit == Some(numbers) || (hit.is_none() && self.parts.is_hit(numbers)) {
                    hit = Some(numbers);
                    self.keep(&[one, other]);
                }
            }
        }
        Some(pairs)
    }

    /// Tries each pair that makes something new with each third mistake; false if the search was cut.
    fn triples(&mut self, pairs: &[[usize; 2]], thirds: &[usize]) -> bool {
        for &[one, other] in pairs {
            for &third in thirds {
                let candidate = &self.candidates[third];
                if candidate.excludes(&self.candidates[one]) || candidate.excludes(&self.candidates[other]) {
                    continue;
                }
                if self.parts.is_spent() {
                    return false;
                }
                let mut set = [one, other, third];
                set.sort_unstable();
                if self.parts.is_hit_of_three(&set) {
                    self.keep(&set);
                    self.exchange(set);
                    return true;
                }
            }
        }
        true
    }

    /// Finds the other sets of three that give the same, by exchanging one mistake at a time.
    fn exchange(&mut self, found: [usize; 3]) {
        let hit = self.parts.numbers(&found);
        let mut sets = vec![found];
        let mut next = 0;
        while let Some(set) = sets.get(next).copied() {
            next += 1;
            for place in 0..3 {
                for index in 0..self.candidates.len() {
                    let mut other = set;
                    other[place] = index;
                    other.sort_unstable();
                    let excluded = |one: usize, two: usize| self.candidates[one].excludes(&self.candidates[two]);
                    if self.candidates[index].is_wide
                        || sets.contains(&other)
                        || excluded(other[0], other[1])
                        || excluded(other[0], other[2])
                        || excluded(other[1], other[2])
                        || self.parts.numbers(&other) != hit
                    {
                        continue;
                    }
                    if sets.len() == MAXIMUM_VARIANTS {
                        return;
                    }
                    sets.push(other);
                    self.keep(&other);
                }
            }
        }
    }

    fn keep(&mut self, set: &[usize]) {
        if self.outcome.sets.len() < MAXIMUM_VARIANTS {
            let set = set.iter().map(|index| self.candidates[*index]).collect();
            self.outcome.sets.push(set);
        }
    }

    fn is_cut(&mut self) -> bool {
        self.outcome.is_cut |= self.parts.is_spent();
        self.outcome.is_cut
    }
}

/// The mistakes that change something, one of those that make the same.
fn distinct(right: Numbers, singles: &[Numbers]) -> Vec<usize> {
    let mut seen = BTreeSet::from([right]);
    (0..singles.len()).filter(|index| seen.insert(singles[*index])).collect()
}
