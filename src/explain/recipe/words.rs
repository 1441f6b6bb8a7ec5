//! Names and values, each kept once and known by a number, so that thousands of recipes decode and encode none of them
//! twice.

use std::{collections::BTreeMap, rc::Rc};

use super::Times;
use crate::explain::encode::{Decode, Encoder};

/// The number of a name or value; equal ones have one number.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Word(u32);

impl Word {
    fn place(self) -> usize {
        self.0 as usize
    }
}

/// What becomes of a name or value.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Change {
    Decode(Decode),
    Encode(Encoder),
}

/// The most changes whose results are stored: more than mistakes with a name make. The rest are thousands of encoders
/// that each keep other characters.
const MAXIMUM_STORED: usize = 32;

/// All names and values that were met, and what became of them.
#[derive(Default)]
pub(crate) struct Words {
    texts: Vec<Rc<[u8]>>,
    numbers: BTreeMap<Rc<[u8]>, Word>,
    changes: Vec<(Change, Vec<Option<Word>>)>,
}

impl Words {
    pub(crate) fn number(&mut self, text: &[u8]) -> Word {
        if let Some(word) = self.numbers.get(text) {
            return *word;
        }
        // A request with 2^32 different names does not fit into a header, URI or form.
        let word = Word(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let text: Rc<[u8]> = text.into();
        self.texts.push(Rc::clone(&text));
        self.numbers.insert(text, word);
        word
    }

    pub(crate) fn text(&self, word: Word) -> &[u8] {
        &self.texts[word.place()]
    }

    pub(super) fn change(&mut self, change: Change) -> usize {
        let known = self.changes.iter().position(|(own, _)| *own == change);
        known.unwrap_or_else(|| {
            self.changes.push((change, Vec::new()));
            self.changes.len() - 1
        })
    }

    /// A name or value after a change, by its number, that is made once, twice or never.
    pub(super) fn changed(&mut self, word: Word, (change, times): (usize, Times)) -> Word {
        (0..times as usize).fold(word, |word, _| self.changed_once(word, change))
    }

    fn changed_once(&mut self, word: Word, number: usize) -> Word {
        let (change, known) = &self.changes[number];
        if let Some(Some(made)) = known.get(word.place()) {
            return *made;
        }
        let text = match change {
            Change::Decode(decode) => decode.read(self.text(word)),
            Change::Encode(encoder) => encoder.encode(self.text(word), 1),
        };
        let made = self.number(&text);
        if number < MAXIMUM_STORED {
            let known = &mut self.changes[number].1;
            known.resize(known.len().max(word.place() + 1), None);
            known[word.place()] = Some(made);
        }
        made
    }
}
