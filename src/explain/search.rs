//! The search for the mistakes that give exactly what was received: one alone, then two together, then three.
//!
//! Each part of a recipe is made once, and recipes that give the same parts are tried once. Of the mistakes only those are
//! combined further that change something in this request.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    vec,
    vec::Vec,
};

use zeroize::Zeroizing;

use super::{
    context::Context,
    hash::Keyed,
    mistakes::{self, Mistake, Slot, Variants},
    recipe::{KeyRecipe, MethodRecipe, ParameterRecipe, Recipe, Role, UriRecipe},
    target::{Key, Target},
};

/// One way to make one mistake.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) mistake: &'static Mistake,
    pub(super) variant: u16,
    is_wide: bool,
    /// How many mistakes may come together, this one among them.
    company: usize,
}

impl Candidate {
    fn excludes(&self, other: &Self) -> bool {
        self.mistake.slot.excludes(other.mistake.slot)
    }
}

/// How far a search may go.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many mistakes may come together: up to 3.
    pub mistakes: usize,
    /// What the search may cost, in units of about a nanosecond; counted, not measured, so that it does not depend on the
    /// machine.
    pub work: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            mistakes: 3,
            work: 1_000_000_000,
        }
    }
}

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Sets of as few mistakes as possible that all give what was received; one empty set where nothing is wrong.
    pub(super) sets: Vec<Vec<Candidate>>,
    /// How many mistakes were tried alone, and how many of them change something in this request.
    pub(super) tried: usize,
    pub(super) active: usize,
    /// How many mistakes together were tried to the end.
    pub(super) depth: usize,
    pub(super) is_cut: bool,
    pub(super) evaluations: u64,
}

/// So many sets are told at most, where mistakes cannot be told apart.
const MAXIMUM_SETS: usize = 24;

/// The parts of a recipe, by their numbers: method, base string URI, parameters, key.
type Parts = [u32; 4];

/// Texts that were made by recipes, numbered so that equal ones have one number.
struct Texts<R, T> {
    of: BTreeMap<R, u32>,
    numbers: BTreeMap<T, u32>,
    texts: Vec<T>,
}

impl<R: Ord, T: Ord + Clone> Texts<R, T> {
    fn new() -> Self {
        Self {
            of: BTreeMap::new(),
            numbers: BTreeMap::new(),
            texts: Vec::new(),
        }
    }

    fn number(&mut self, recipe: R, make: impl FnOnce() -> T) -> u32 {
        if let Some(number) = self.of.get(&recipe) {
            return *number;
        }
        let text = make();
        let texts = &mut self.texts;
        let number = *self.numbers.entry(text).or_insert_with_key(|text| {
            texts.push(text.clone());
            u32::try_from(texts.len() - 1).unwrap_or(u32::MAX)
        });
        self.of.insert(recipe, number);
        number
    }

    fn text(&self, number: u32) -> Option<&T> {
        self.texts.get(usize::try_from(number).ok()?)
    }
}

/// A key, wiped when the last use of it is gone, and how it is used.
#[derive(Clone, Eq, PartialEq)]
struct Made {
    text: Rc<Zeroizing<Vec<u8>>>,
    role: Role,
}

impl Ord for Made {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        (self.text.as_slice(), self.role).cmp(&(other.text.as_slice(), other.role))
    }
}

impl PartialOrd for Made {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

pub(super) struct Search<'a> {
    context: &'a Context<'a>,
    target: &'a Target<'a>,
    candidates: Vec<Candidate>,
    methods: Texts<MethodRecipe, Rc<[u8]>>,
    uris: Texts<UriRecipe, Rc<[u8]>>,
    parameters: Texts<ParameterRecipe, Rc<[u8]>>,
    keys: Texts<KeyRecipe, Made>,
    keyed: Vec<Option<Keyed>>,
    seen: BTreeSet<Parts>,
    work_left: u64,
    outcome: Outcome,
}

impl<'a> Search<'a> {
    /// Searches for mistakes.
    pub(super) fn run(context: &'a Context<'a>, target: &'a Target<'a>, limits: Limits) -> Outcome {
        let mut search = Self {
            context,
            target,
            candidates: candidates(context, target),
            methods: Texts::new(),
            uris: Texts::new(),
            parameters: Texts::new(),
            keys: Texts::new(),
            keyed: Vec::new(),
            seen: BTreeSet::new(),
            work_left: limits.work,
            outcome: Outcome::default(),
        };
        search.levels(limits.mistakes);
        search.outcome
    }

    fn levels(&mut self, mistakes: usize) {
        let right = self.parts(&Recipe::default());
        if self.try_parts(right) {
            self.outcome.sets.push(Vec::new());
            return;
        }
        if mistakes == 0 || matches!(self.target, Target::Nothing) {
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
        if self.triples(right, &singles, &pairs) {
            self.outcome.depth = 3;
        }
    }

    /// Tries each mistake alone; gives the parts that each makes, or nothing where the search was cut.
    fn singles(&mut self, right: Parts) -> Option<Vec<Parts>> {
        let mut singles = Vec::with_capacity(self.candidates.len());
        let mut hit = None;
        for index in 0..self.candidates.len() {
            if self.is_cut() {
                break;
            }
            let parts = self.parts(&self.recipe(&[index]));
            singles.push(parts);
            if hit == Some(parts) || (hit.is_none() && self.try_parts(parts)) {
                hit = Some(parts);
                self.keep(&[index]);
            }
        }
        self.outcome.tried = mistakes::all()
            .filter(|mistake| mistake.slot != Slot::Seen)
            .count();
        self.outcome.active = singles.iter().filter(|parts| **parts != right).count();
        (singles.len() == self.candidates.len()).then_some(singles)
    }

    /// Tries each two mistakes together; gives those pairs that make something new.
    fn pairs(&mut self, right: Parts, singles: &[Parts]) -> Option<Vec<[usize; 2]>> {
        let mut pairs = Vec::new();
        let mut states = BTreeSet::from([right]);
        let mut hit = None;
        for one in 0..singles.len() {
            for other in one + 1..singles.len() {
                if self.candidates[one].is_wide
                    || self.candidates[other].is_wide
                    || (singles[one] == right && singles[other] == right)
                    || self.candidates[one].excludes(&self.candidates[other])
                {
                    continue;
                }
                if self.is_cut() {
                    return None;
                }
                let parts = self.parts(&self.recipe(&[one, other]));
                // One of the two changes nothing beside the other.
                if parts == singles[one] || parts == singles[other] {
                    continue;
                }
                let goes_on = [one, other]
                    .iter()
                    .all(|index| self.candidates[*index].company > 2);
                if goes_on && states.insert(parts) {
                    pairs.push([one, other]);
                }
                if hit == Some(parts) || (hit.is_none() && self.try_parts(parts)) {
                    hit = Some(parts);
                    self.keep(&[one, other]);
                }
            }
        }
        Some(pairs)
    }

    /// Tries each pair that makes something new with each third mistake; false where the search was cut.
    fn triples(&mut self, right: Parts, singles: &[Parts], pairs: &[[usize; 2]]) -> bool {
        let mut classes = BTreeSet::from([right]);
        let thirds: Vec<usize> = (0..singles.len())
            .filter(|index| self.candidates[*index].company > 2 && classes.insert(singles[*index]))
            .collect();
        for &[one, other] in pairs {
            for &third in &thirds {
                let candidate = &self.candidates[third];
                if candidate.excludes(&self.candidates[one])
                    || candidate.excludes(&self.candidates[other])
                {
                    continue;
                }
                if self.is_cut() {
                    return false;
                }
                let mut set = [one, other, third];
                set.sort_unstable();
                let parts = self.parts(&self.recipe(&set));
                if !self.seen.contains(&parts) && self.try_parts(parts) {
                    self.keep(&set);
                    self.exchange(set, parts);
                    return true;
                }
            }
        }
        true
    }

    /// Finds the other sets of three that give the same, by exchanging one mistake at a time.
    fn exchange(&mut self, found: [usize; 3], hit: Parts) {
        let mut sets = vec![found];
        let mut next = 0;
        while let Some(set) = sets.get(next).copied() {
            next += 1;
            for place in 0..3 {
                for index in 0..self.candidates.len() {
                    let mut other = set;
                    other[place] = index;
                    other.sort_unstable();
                    let excluded = |one: usize, two: usize| {
                        self.candidates[one].excludes(&self.candidates[two])
                    };
                    if self.candidates[index].is_wide
                        || sets.contains(&other)
                        || excluded(other[0], other[1])
                        || excluded(other[0], other[2])
                        || excluded(other[1], other[2])
                        || self.parts(&self.recipe(&other)) != hit
                    {
                        continue;
                    }
                    if sets.len() == MAXIMUM_SETS {
                        return;
                    }
                    sets.push(other);
                    self.keep(&other);
                }
            }
        }
    }

    fn keep(&mut self, set: &[usize]) {
        if self.outcome.sets.len() < MAXIMUM_SETS {
            let set = set.iter().map(|index| self.candidates[*index]).collect();
            self.outcome.sets.push(set);
        }
    }

    fn recipe(&self, set: &[usize]) -> Recipe {
        recipe(set.iter().map(|index| &self.candidates[*index]))
    }

    fn is_cut(&mut self) -> bool {
        self.outcome.is_cut |= self.work_left == 0;
        self.outcome.is_cut
    }

    fn spend(&mut self, work: usize) {
        self.work_left = self.work_left.saturating_sub(work as u64);
    }

    /// Makes the parts of a recipe, or finds them among those made before.
    fn parts(&mut self, recipe: &Recipe) -> Parts {
        let context = self.context;
        let is_key_alone = self.target.is_key_alone();
        let mut made = 300;
        let mut base = [0; 3];
        if !is_key_alone {
            base = [
                self.methods
                    .number(recipe.method, || context.method(recipe.method).into()),
                self.uris.number(recipe.uri, || {
                    let text = context.uri.build(&recipe.uri, context.hosts);
                    made += 10 * text.len();
                    text.into()
                }),
                self.parameters.number(recipe.parameters, || {
                    let text = context.parameters(&recipe.parameters);
                    // Decoding, encoding twice and sorting take that much longer than hashing.
                    made += 500 + 20 * text.len();
                    text.into()
                }),
            ];
        }
        let key = if self.target.is_keyless() {
            0
        } else {
            self.keys.number(recipe.key, || {
                made += 500;
                Made {
                    text: Rc::new(context.key(&recipe.key)),
                    role: recipe.key.role,
                }
            })
        };
        self.spend(made);
        [base[0], base[1], base[2], key]
    }

    /// Whether the parts give what was received.
    fn try_parts(&mut self, parts: Parts) -> bool {
        if !self.seen.insert(parts) {
            return false;
        }
        self.outcome.evaluations += 1;
        let text = |texts: Option<&Rc<[u8]>>| texts.cloned().unwrap_or_default();
        let pieces = [
            text(self.methods.text(parts[0])),
            text(self.uris.text(parts[1])),
            text(self.parameters.text(parts[2])),
        ];
        self.spend(400 + 3 * pieces.iter().map(|piece| piece.len()).sum::<usize>());
        let number = usize::try_from(parts[3]).unwrap_or_default();
        if self.keyed.len() <= number {
            self.keyed.resize(number + 1, None);
        }
        let made = self.keys.text(parts[3]);
        let key = Key {
            text: made.map_or(&[], |made| made.text.as_slice()),
            role: made.map_or(Role::Key, |made| made.role),
        };
        self.target.is_hit(
            &[&pieces[0], b"&", &pieces[1], b"&", &pieces[2]],
            &key,
            &mut self.keyed[number],
        )
    }
}

/// The recipe with some mistakes made.
pub(super) fn recipe<'a>(set: impl IntoIterator<Item = &'a Candidate>) -> Recipe {
    let mut recipe = Recipe::default();
    for candidate in set {
        (candidate.mistake.apply)(&mut recipe, candidate.variant);
    }
    recipe
}

/// The ways to make mistakes that can have a part in the target.
fn candidates(context: &Context<'_>, target: &Target<'_>) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for mistake in mistakes::all() {
        if mistake.slot == Slot::Seen
            || (target.is_keyless() && mistake.slot.is_key())
            || (target.is_key_alone() && !mistake.slot.is_key())
        {
            continue;
        }
        for variant in 0..mistake.variants.count(context) {
            candidates.push(Candidate {
                mistake,
                variant: u16::try_from(variant).unwrap_or(u16::MAX),
                is_wide: matches!(mistake.variants, Variants::Wide(_)) && variant > 0,
                company: mistake.company(context),
            });
        }
    }
    candidates
}
