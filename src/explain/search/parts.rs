//! The parts of a signature (method, base string URI, parameters, key), each made once for all sets of mistakes that
//! make it alike.
//!
//! A mistake changes one or two of the parts, so that smaller sets have already made every part of most larger sets.
//! What is left is to hash the base string.

use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    rc::Rc,
};

use super::{Candidate, Key, Target, candidate::recipe};
use crate::explain::recipe::{
    Context, KeyRecipe, MethodRecipe, Recipe,
    parameters::{Normalizer, ParameterRecipe},
    uri::UriRecipe,
};

/// The numbers of method, base string URI, parameters and key: equal texts have one number.
pub(crate) type Numbers = [u32; 4];

/// The most memory for everything that is stored, in bytes. An ordinary request needs a third of it; a hostile one
/// would need a thousand times as much.
const ROOM: usize = 20 << 20;
/// What an entry needs in addition to its text, about.
const ENTRY: usize = 64 + 2 * size_of::<ParameterRecipe>();

/// What the search may still cost.
struct Budget {
    /// In units of about a nanosecond.
    work: u64,
    /// In bytes.
    room: usize,
}

impl Budget {
    /// Counts work, and the bytes of what is stored; if there is no room left, the search ends.
    fn spend(&mut self, work: usize, bytes: usize) {
        self.room = self.room.saturating_sub(bytes);
        self.work = if self.room == 0 { 0 } else { self.work.saturating_sub(work as u64) };
    }
}

/// The texts that a part can have.
struct Shelf<R, T> {
    known: HashMap<R, u32>,
    numbers: HashMap<T, u32>,
    texts: Vec<T>,
}

impl<R: Copy + Eq + Hash, T: Clone + Eq + Hash> Shelf<R, T> {
    fn new() -> Self {
        Self { known: HashMap::new(), numbers: HashMap::new(), texts: Vec::new() }
    }

    /// The number of the text by a recipe, which is made if it is not known yet.
    fn number(&mut self, recipe: R, make: impl FnOnce() -> T) -> u32 {
        if let Some(number) = self.known.get(&recipe) {
            return *number;
        }
        let texts = &mut self.texts;
        let number = *self.numbers.entry(make()).or_insert_with_key(|text| {
            texts.push(text.clone());
            u32::try_from(texts.len() - 1).unwrap_or(u32::MAX)
        });
        self.known.insert(recipe, number);
        number
    }

    fn text(&self, number: u32) -> &T {
        &self.texts[number as usize]
    }
}

/// Makes the parts and compares what they give with what was received.
pub(crate) struct Parts<'a> {
    context: &'a Context<'a>,
    target: &'a Target<'a>,
    candidates: &'a [Candidate],
    normalizer: Normalizer<'a>,
    methods: Shelf<MethodRecipe, Rc<[u8]>>,
    uris: Shelf<UriRecipe, Rc<[u8]>>,
    parameters: Shelf<ParameterRecipe, Rc<[u8]>>,
    keys: Shelf<KeyRecipe, Key>,
    seen: BTreeSet<Numbers>,
    budget: Budget,
    pub(crate) evaluations: u64,
}

impl<'a> Parts<'a> {
    pub(crate) fn new(
        context: &'a Context<'a>,
        target: &'a Target<'a>,
        candidates: &'a [Candidate],
        work: u64,
    ) -> Self {
        Self {
            context,
            target,
            candidates,
            normalizer: Normalizer::new(context),
            methods: Shelf::new(),
            uris: Shelf::new(),
            parameters: Shelf::new(),
            keys: Shelf::new(),
            seen: BTreeSet::new(),
            budget: Budget { work, room: ROOM },
            evaluations: 0,
        }
    }

    /// Whether the search must end.
    pub(crate) const fn is_spent(&self) -> bool {
        self.budget.work == 0
    }

    /// The recipe with some mistakes, as far as it matters for the target.
    fn recipe(&self, set: &[usize]) -> Recipe {
        let mut made = recipe(set.iter().map(|index| &self.candidates[*index]));
        if self.target.is_keyless() {
            made.key = KeyRecipe::default();
        }
        made
    }

    /// Which parts a mistake changes: method, URI, parameters and key.
    pub(crate) fn changes(&self, index: usize) -> [bool; 4] {
        let (made, right) = (self.recipe(&[index]), Recipe::default());
        [made.method != right.method, made.uri != right.uri, made.parameters != right.parameters, made.key != right.key]
    }

    /// The numbers of method, URI and key.
    fn quick_numbers(&mut self, recipe: &Recipe) -> [u32; 3] {
        self.budget.spend(100, 0);
        let (context, budget) = (self.context, &mut self.budget);
        let mut stored = |text: Vec<u8>| -> Rc<[u8]> {
            budget.spend(300 + 2 * text.len(), ENTRY + text.len());
            text.into()
        };
        let method = self.methods.number(recipe.method, || stored(context.method(recipe.method)));
        let uri = self.uris.number(recipe.uri, || stored(context.base_string_uri(&recipe.uri)));
        let key = self.keys.number(recipe.key, || {
            let text = context.key(&recipe.key);
            budget.spend(800, ENTRY + text.len());
            Key::new(text, recipe.key.role)
        });
        [method, uri, key]
    }

    /// The numbers of the parts that a set of mistakes, in the order of the table, makes.
    pub(crate) fn numbers(&mut self, set: &[usize]) -> Numbers {
        let recipe = self.recipe(set);
        let [method, uri, key] = self.quick_numbers(&recipe);
        let parameters = self.parameters.number(recipe.parameters, || {
            let text = write(&mut self.normalizer, &recipe.parameters, &mut self.budget);
            self.budget.spend(0, ENTRY + text.len());
            text.into()
        });
        [method, uri, parameters, key]
    }

    /// Whether the parts of these numbers give what was received. False for numbers that were tried before.
    pub(crate) fn is_hit(&mut self, numbers: Numbers) -> bool {
        self.budget.spend(0, ENTRY / 4);
        let [method, uri, parameters, key] = numbers;
        let text = Rc::clone(self.parameters.text(parameters));
        self.seen.insert(numbers) && self.compare([method, uri, key], &text)
    }

    /// Whether three mistakes give what was received. Parameters that only three mistakes make are not stored.
    pub(crate) fn is_hit_of_three(&mut self, set: &[usize; 3]) -> bool {
        let recipe = self.recipe(set);
        let [method, uri, key] = self.quick_numbers(&recipe);
        if let Some(parameters) = self.parameters.known.get(&recipe.parameters) {
            return self.is_hit([method, uri, *parameters, key]);
        }
        let text = write(&mut self.normalizer, &recipe.parameters, &mut self.budget);
        self.compare([method, uri, key], &text)
    }

    fn compare(&mut self, [method, uri, key]: [u32; 3], parameters: &[u8]) -> bool {
        self.evaluations += 1;
        let (method, uri) = (self.methods.text(method), self.uris.text(uri));
        self.budget.spend(700 + uri.len() + parameters.len(), 0);
        self.target.is_hit(&[&**method, uri, parameters], self.keys.text(key))
    }
}

/// Writes the parameters.
fn write(normalizer: &mut Normalizer<'_>, recipe: &ParameterRecipe, budget: &mut Budget) -> Vec<u8> {
    let mut text = Vec::new();
    // They are sorted.
    let items = normalizer.push(&mut text, recipe) + 1;
    budget.spend(300 + 2 * text.len() + 40 * items * items.ilog2() as usize, 0);
    text
}
