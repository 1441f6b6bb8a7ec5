//! Names and values, each kept once and known by a number, so that thousands of recipes decode and encode none of them
//! twice.

use alloc::{collections::BTreeMap, rc::Rc, vec::Vec};

use super::Times;
use crate::explain::encode::{Decode, ENCODERS, Encoder};

/// The number of a name or value; equal ones have one number.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Word(u32);

impl Word {
    fn place(self) -> usize {
        self.0 as usize
    }
}

/// All names and values that were met, and what became of them.
#[derive(Default)]
pub(crate) struct Words {
    texts: Vec<Rc<[u8]>>,
    numbers: BTreeMap<Rc<[u8]>, Word>,
    /// By the way of decoding.
    decoded: [Vec<Option<Word>>; Decode::COUNT],
    /// By the way of encoding, done once.
    encoded: [Vec<Option<Word>>; ENCODERS.len()],
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
        let way = decode as usize;
        if let Some(known) = known(&self.decoded[way], word) {
            return known;
        }
        let text = decode.read(self.text(word));
        let found = self.number(&text);
        learn(&mut self.decoded[way], word, found);
        found
    }

    /// A name or value, encoded `times` times.
    pub(crate) fn encode(&mut self, mut word: Word, encoder: Encoder, times: Times) -> Word {
        let way = encoder.number();
        for _ in 0..times.count() {
            let known = way.and_then(|way| known(&self.encoded[way], word));
            word = known.unwrap_or_else(|| {
                let text = encoder.encode(self.text(word), 1);
                let found = self.number(&text);
                if let Some(way) = way {
                    learn(&mut self.encoded[way], word, found);
                }
                found
            });
        }
        word
    }
}

fn known(table: &[Option<Word>], word: Word) -> Option<Word> {
    table.get(word.place()).copied().flatten()
}

fn learn(table: &mut Vec<Option<Word>>, word: Word, found: Word) {
    if table.len() <= word.place() {
        table.resize(word.place() + 1, None);
    }
    table[word.place()] = Some(found);
}
