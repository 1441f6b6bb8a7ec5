//! The parts of a signature (method, base string URI, parameters, key), each made once for all sets of mistakes that make it
//! alike.
//!
//! A mistake touches one or two of the parts, so that smaller sets have already made every part of most larger sets. What is
//! left is to hash the base string.

use alloc::{collections::BTreeMap, collections::BTreeSet, rc::Rc, vec, vec::Vec};
use core::mem;

use zeroize::Zeroizing;

use super::{
    candidate::{Candidate, recipe},
    target::{Key, Target},
};
use crate::explain::recipe::{Recipe, context::Context, key::Role, parameters::Normalizer};

/// The numbers of the parts: equal texts have one number, and the right ones are 0.
pub(crate) type Numbers = [u32; COUNT];

/// Method, base string URI, parameters and key.
const COUNT: usize = 4;
const PARAMETERS: usize = 2;
const KEY: usize = 3;

/// The mistakes of a set that touch a part.
type Touching = [u16; 3];
const NONE: u16 = u16::MAX;

/// The most memory for everything that is stored, in bytes. An ordinary request takes a third of it; a hostile one would take
/// a thousand times as much.
const ROOM: usize = 20 << 20;
/// What an entry takes in addition to its texts, about.
const ENTRY: usize = 64;

/// The texts that a part can have.
struct Shelf<T> {
    of: BTreeMap<Touching, u32>,
    numbers: BTreeMap<T, u32>,
    texts: Vec<T>,
}

impl<T: Ord + Clone> Shelf<T> {
    const fn new() -> Self {
        Self {
            of: BTreeMap::new(),
            numbers: BTreeMap::new(),
            texts: Vec::new(),
        }
    }

    fn put(&mut self, touching: Touching, text: T) -> u32 {
        let texts = &mut self.texts;
        let number = *self.numbers.entry(text).or_insert_with_key(|text| {
            texts.push(text.clone());
            u32::try_from(texts.len() - 1).unwrap_or(u32::MAX)
        });
        self.of.insert(touching, number);
        number
    }

    fn text(&self, number: u32) -> &T {
        &self.texts[number as usize]
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

/// Makes the parts and compares what they give with what was received.
pub(crate) struct Parts<'a> {
    context: &'a Context<'a>,
    target: &'a Target<'a>,
    candidates: &'a [Candidate],
    /// Which parts each candidate touches.
    touches: Vec<[bool; COUNT]>,
    normalizer: Normalizer<'a>,
    base: [Shelf<Rc<[u8]>>; 3],
    keys: Shelf<Made>,
    seen: BTreeSet<Numbers>,
    /// Parts that are made for one comparison.
    scratch: [Vec<u8>; 3],
    pub(crate) evaluations: u64,
    pub(crate) work_left: u64,
    room_left: usize,
}

impl<'a> Parts<'a> {
    pub(crate) fn new(
        context: &'a Context<'a>,
        target: &'a Target<'a>,
        candidates: &'a [Candidate],
        work: u64,
    ) -> Self {
        let right = Recipe::default();
        let touches = |candidate: &Candidate| {
            let made = recipe([candidate]);
            let key_alone = target.is_key_alone();
            [
                !key_alone && made.method != right.method,
                !key_alone && made.uri != right.uri,
                !key_alone && made.parameters != right.parameters,
                !target.is_keyless() && made.key != right.key,
            ]
        };
        Self {
            context,
            target,
            candidates,
            touches: candidates.iter().map(touches).collect(),
            normalizer: Normalizer::new(context),
            base: [Shelf::new(), Shelf::new(), Shelf::new()],
            keys: Shelf::new(),
            seen: BTreeSet::new(),
            scratch: [vec![], vec![], vec![]],
            evaluations: 0,
            work_left: work,
            room_left: ROOM,
        }
    }

    /// Counts work, in units of about a nanosecond.
    fn spend(&mut self, work: usize) {
        self.work_left = self.work_left.saturating_sub(work as u64);
    }

    /// Counts memory; if none is left, the search ends.
    fn take(&mut self, bytes: usize) {
        self.room_left = self.room_left.saturating_sub(bytes);
        if self.room_left == 0 {
            self.work_left = 0;
        }
    }

    /// Whether a mistake is about the parameters, which take the longest to be made.
    pub(crate) fn touches_parameters(&self, index: usize) -> bool {
        self.touches[index][PARAMETERS]
    }

    /// Whether two mistakes touch the same part.
    pub(crate) fn overlap(&self, one: usize, other: usize) -> bool {
        let parts = self.touches[one].iter().zip(&self.touches[other]);
        parts.into_iter().any(|(one, other)| *one && *other)
    }

    fn touching(&self, part: usize, set: &[usize]) -> Touching {
        let mut touching = [NONE; 3];
        let indices = set.iter().filter(|index| self.touches[**index][part]);
        for (place, index) in touching.iter_mut().zip(indices) {
            *place = u16::try_from(*index).unwrap_or(NONE);
        }
        touching
    }

    fn recipe(&self, touching: Touching) -> Recipe {
        let indices = touching.iter().take_while(|index| **index != NONE);
        recipe(indices.map(|index| &self.candidates[usize::from(*index)]))
    }

    /// Writes a part of the base string.
    fn write(&mut self, part: usize, touching: Touching) -> Vec<u8> {
        let recipe = self.recipe(touching);
        let mut text = mem::take(&mut self.scratch[part]);
        text.clear();
        match part {
            0 => text.extend(self.context.method(recipe.method)),
            1 => text.extend(self.context.base_string_uri(&recipe.uri)),
            _ => self.normalizer.push(&mut text, &recipe.parameters),
        }
        let mut work = 300 + 2 * text.len();
        if part == PARAMETERS {
            // They are sorted.
            let items = self.normalizer.len();
            work += 40 * items * items.ilog2() as usize;
        }
        self.spend(work);
        text
    }

    /// The number of a part, which is made if it is not known yet.
    fn number(&mut self, part: usize, touching: Touching) -> u32 {
        let of = match self.base.get(part) {
            Some(shelf) => &shelf.of,
            None => &self.keys.of,
        };
        if let Some(number) = of.get(&touching) {
            return *number;
        }
        if part == KEY {
            self.spend(800);
            let recipe = self.recipe(touching).key;
            let text = Rc::new(self.context.key(&recipe));
            self.take(ENTRY + text.len());
            let role = recipe.role;
            return self.keys.put(touching, Made { text, role });
        }
        let text = self.write(part, touching);
        self.take(ENTRY + text.len());
        let number = self.base[part].put(touching, text.as_slice().into());
        self.scratch[part] = text;
        number
    }

    /// The numbers of the parts that a set of mistakes, in the order of the table, makes.
    pub(crate) fn numbers(&mut self, set: &[usize]) -> Numbers {
        self.spend(100);
        core::array::from_fn(|part| {
            let touching = self.touching(part, set);
            self.number(part, touching)
        })
    }

    /// Whether the parts of these numbers give what was received. False for numbers that were tried before.
    pub(crate) fn is_hit(&mut self, numbers: Numbers) -> bool {
        self.is_new(numbers) && self.compare(numbers.map(Some))
    }

    fn is_new(&mut self, numbers: Numbers) -> bool {
        self.take(ENTRY / 2);
        self.seen.insert(numbers)
    }

    /// Whether three mistakes give what was received, if no two of them do. Parts that all three touch are not stored.
    pub(crate) fn is_hit_of_three(
        &mut self,
        set: [usize; 3],
        pair: [usize; 2],
        of_pair: Numbers,
    ) -> bool {
        self.spend(100);
        let third = set.iter().find(|index| !pair.contains(index));
        let mut numbers = [Some(0); COUNT];
        for part in 0..COUNT {
            if third.is_some_and(|third| !self.touches[*third][part]) {
                numbers[part] = Some(of_pair[part]);
                continue;
            }
            let touching = self.touching(part, &set);
            if touching[2] == NONE || part == KEY {
                numbers[part] = Some(self.number(part, touching));
            } else {
                self.scratch[part] = self.write(part, touching);
                numbers[part] = None;
            }
        }
        if let [Some(method), Some(uri), Some(parameters), Some(key)] = numbers
            && !self.is_new([method, uri, parameters, key])
        {
            return false;
        }
        self.compare(numbers)
    }

    /// Compares parts, those without a number from the scratch.
    fn compare(&mut self, numbers: [Option<u32>; COUNT]) -> bool {
        self.evaluations += 1;
        let piece = |part: usize| match numbers[part] {
            Some(number) => self.base[part].text(number),
            None => self.scratch[part].as_slice(),
        };
        let pieces = [piece(0), piece(1), piece(2)];
        let made = self.keys.text(numbers[KEY].unwrap_or_default());
        let key = Key {
            text: &made.text,
            role: made.role,
        };
        let is_hit = self.target.is_hit(&pieces, &key);
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        self.spend(700 + length);
        is_hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::mistakes;

    /// What a set of mistakes makes of a part is what those of them make that touch it.
    #[test]
    fn mistakes_change_no_part_that_they_do_not_touch() {
        let all: Vec<_> = mistakes::all()
            .map(|mistake| Candidate {
                mistake,
                variant: 0,
                is_wide: false,
                company: 3,
            })
            .collect();
        let right = Recipe::default();
        for one in &all {
            for other in &all {
                let (first, second, both) = (recipe([one]), recipe([other]), recipe([one, other]));
                let ids = (one.mistake.id, other.mistake.id);
                if second.method == right.method {
                    assert_eq!(both.method, first.method, "{ids:?}");
                }
                if second.uri == right.uri {
                    assert_eq!(both.uri, first.uri, "{ids:?}");
                }
                if second.parameters == right.parameters {
                    assert_eq!(both.parameters, first.parameters, "{ids:?}");
                }
                if second.key == right.key {
                    assert_eq!(both.key, first.key, "{ids:?}");
                }
            }
        }
    }
}
