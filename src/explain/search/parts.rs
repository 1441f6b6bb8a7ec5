//! The parts of a signature (method, base string URI, parameters, key), each made once for all sets of mistakes that
//! make it alike.
//!
//! A mistake changes one or two of the parts, so that smaller sets have already made every part of most larger sets.
//! What is left is to hash the base string.

use std::{
    collections::{BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    rc::Rc,
};

use super::{Candidate, Key, Target, candidate::recipe};
use crate::explain::recipe::{
    Context, KeyRecipe, MethodRecipe,
    finish::Finish,
    parameters::{Normalizer, ParameterRecipe},
    uri::UriRecipe,
};

/// The most memory for everything that is stored, in bytes. A hostile request would need a thousand times as much.
const ROOM: usize = 24 << 20;
/// What an entry needs in addition to its text, about.
const ENTRY: usize = 64 + 2 * size_of::<ParameterRecipe>();

/// What the search may still cost: work in units of about a nanosecond, and room in bytes.
struct Budget {
    work: u64,
    room: usize,
}

impl Budget {
    /// Counts work, and the bytes of what is stored; if there is no room left, the search ends.
    fn spend(&mut self, work: usize, bytes: usize) {
        self.room = self.room.saturating_sub(bytes);
        self.work = if self.room == 0 { 0 } else { self.work.saturating_sub(work as u64) };
    }
}

/// The hashes of method, base string URI, parameters, what becomes of them, and key, which tell whether two sets make
/// the same.
pub(crate) type Hashes = [u64; 5];

/// A part with its hash.
type Part<T> = (u64, T);

/// What a set of mistakes makes.
pub(crate) struct Made {
    pub(crate) hashes: Hashes,
    method: Rc<[u8]>,
    uri: Rc<[u8]>,
    /// The text if it is stored, and the recipe to write it again if not.
    parameters: (ParameterRecipe, Option<Rc<[u8]>>),
    finish: Finish,
    key: Key,
}

/// Makes the parts and compares what they give with what was received.
pub(crate) struct Parts<'a> {
    context: &'a Context<'a>,
    target: &'a Target<'a>,
    candidates: &'a [Candidate],
    normalizer: Normalizer<'a>,
    methods: HashMap<MethodRecipe, Part<Rc<[u8]>>>,
    uris: HashMap<UriRecipe, Part<Rc<[u8]>>>,
    parameters: HashMap<ParameterRecipe, Part<Option<Rc<[u8]>>>>,
    keys: HashMap<KeyRecipe, Part<Key>>,
    seen: BTreeSet<Hashes>,
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
            methods: HashMap::new(),
            uris: HashMap::new(),
            parameters: HashMap::new(),
            keys: HashMap::new(),
            seen: BTreeSet::new(),
            budget: Budget { work, room: ROOM },
            evaluations: 0,
        }
    }

    /// Whether the search must end.
    pub(crate) const fn is_spent(&self) -> bool {
        self.budget.work == 0
    }

    /// Whether two mistakes exclude one another.
    pub(crate) fn exclude(&mut self, set: [usize; 2]) -> bool {
        self.budget.spend(200, 0);
        let [one, other] = set.map(|index| &self.candidates[index]);
        one.excludes(other)
    }

    /// What a set of mistakes, in the order of the table, makes.
    pub(crate) fn make(&mut self, set: &[usize]) -> Made {
        let mut recipe = recipe(set.iter().map(|index| &self.candidates[*index]));
        if self.target.is_keyless() {
            recipe.key = KeyRecipe::default();
        }
        self.budget.spend(100, 0);
        let (context, budget) = (self.context, &mut self.budget);
        let mut stored = |text: Vec<u8>| -> Rc<[u8]> {
            budget.spend(300 + 2 * text.len(), ENTRY + text.len());
            text.into()
        };
        let (method_hash, method) = part(&mut self.methods, recipe.method, || stored(context.method(recipe.method)));
        let (uri_hash, uri) = part(&mut self.uris, recipe.uri, || stored(context.base_string_uri(&recipe.uri)));
        let (key_hash, key) = part(&mut self.keys, recipe.key, || {
            let text = context.key(&recipe.key);
            budget.spend(800, ENTRY + text.len());
            Key::new(text, recipe.key.role)
        });
        let parameters = self.parameters.get(&recipe.parameters).cloned();
        let (parameters_hash, parameters) = parameters.unwrap_or_else(|| {
            // Three mistakes seldom make again what others made.
            let text = self.write(&recipe.parameters);
            let hash = hash(&text);
            if set.len() < 3 {
                // Without its text, a part is written again when it is needed.
                let is_stored = self.budget.room > ROOM / 2;
                self.budget.spend(0, ENTRY + if is_stored { text.len() } else { 0 });
                self.parameters.insert(recipe.parameters, (hash, is_stored.then(|| Rc::clone(&text))));
            }
            (hash, Some(text))
        });
        let hashes = [method_hash, uri_hash, parameters_hash, hash(&recipe.finish), key_hash];
        Made { hashes, method, uri, parameters: (recipe.parameters, parameters), finish: recipe.finish, key }
    }

    /// Whether something gives what was received. False for what was tried before.
    pub(crate) fn is_hit(&mut self, made: Made) -> bool {
        if !self.seen.insert(made.hashes) {
            return false;
        }
        let (recipe, text) = made.parameters;
        let text = text.unwrap_or_else(|| self.write(&recipe));
        self.evaluations += 1;
        self.budget.spend(700 + made.uri.len() + text.len(), 2 * size_of::<Hashes>());
        self.target.is_hit(&[&made.method, &made.uri, &text], made.finish, &made.key)
    }

    fn write(&mut self, recipe: &ParameterRecipe) -> Rc<[u8]> {
        let mut text = Vec::new();
        // They are sorted.
        let items = self.normalizer.push(&mut text, recipe) + 1;
        self.budget.spend(300 + 2 * text.len() + 40 * items * items.ilog2() as usize, 0);
        text.into()
    }
}

/// A part by a recipe, which is made if it is not known yet.
fn part<R: Eq + Hash, T: Clone + Hash>(
    known: &mut HashMap<R, Part<T>>,
    recipe: R,
    make: impl FnOnce() -> T,
) -> Part<T> {
    let make = || {
        let text = make();
        (hash(&text), text)
    };
    known.entry(recipe).or_insert_with(make).clone()
}

fn hash(text: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
