//! Names and values, each kept once and known by a number, so that thousands of recipes decode and encode none of them
//! twice.

use alloc::{collections::BTreeMap, rc::Rc, vec::Vec};

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
enum Change {
    Decode(Decode),
    Encode(Encoder),
}

/// The most changes whose results are stored. The rest are the thousands of encoders that each keep other characters:
/// of these, only the last one is stored.
const MAXIMUM_CHANGES: usize = 32;

/// All names and values that were met, and what became of them.
#[derive(Default)]
pub(crate) struct Words {
    texts: Vec<Rc<[u8]>>,
    numbers: BTreeMap<Rc<[u8]>, Word>,
    changed: Vec<(Change, Vec<Option<Word>>)>,
}

impl Words {
    /// The number of a text.
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

    /// The text of a number.
    pub(crate) fn text(&self, word: Word) -> &[u8] {
        &self.texts[word.place()]
    }

    /// A name or value of a query or form, decoded.
    pub(crate) fn decode(&mut self, word: Word, decode: Decode) -> Word {
        self.change(word, Change::Decode(decode))
    }

    /// A name or value, encoded `times` times.
    pub(crate) fn encode(&mut self, word: Word, encoder: Encoder, times: Times) -> Word {
        (0..times as usize).fold(word, |word, _| self.change(word, Change::Encode(encoder)))
    }

    fn change(&mut self, word: Word, change: Change) -> Word {
        let known = self.changed.iter().position(|(own, _)| *own == change);
        if let Some(made) = known.and_then(|known| *self.changed[known].1.get(word.place())?) {
            return made;
        }
        let text = match change {
            Change::Decode(decode) => decode.read(self.text(word)),
            Change::Encode(encoder) => encoder.encode(self.text(word), 1),
        };
        let made = self.number(&text);
        let place = known.unwrap_or_else(|| {
            self.changed.truncate(MAXIMUM_CHANGES - 1);
            self.changed.push((change, Vec::new()));
            self.changed.len() - 1
        });
        let words = &mut self.changed[place].1;
        words.resize(words.len().max(word.place() + 1), None);
        words[word.place()] = Some(made);
        made
    }
}
