//! The normalized parameters (RFC 5849 §3.4.1.3) by a recipe.

use std::{collections::HashMap, rc::Rc};

use super::{
    Context, Times, Word, Words,
    brackets::{self, Brackets},
    duplicates::{self, Duplicates},
    pairs,
    protocol::{self, LeftOut, Signature, Timestamp},
    sort::{self, Sort},
    split::Split,
    words::Change,
};
use crate::{
    SignatureMethod,
    explain::encode::{Decode, Encoder},
};

/// The normalized parameters (RFC 5849 §3.4.1.3).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct ParameterRecipe {
    pub(crate) query_left_out: bool,
    pub(crate) form_left_out: bool,
    pub(crate) body: Body,
    pub(crate) split: Split,
    pub(crate) decode_names: Decode,
    pub(crate) decode_values: Decode,
    pub(crate) names: Coding,
    pub(crate) values: Coding,
    pub(crate) protocol: Coding,
    /// Whether the values of protocol parameters are decoded once more.
    pub(crate) protocol_decoded: bool,
    /// All of them as a part of the base string.
    pub(crate) outer: Coding,
    /// What is in a pair and between pairs: one of [`MARKS`].
    pub(crate) marks: usize,
    /// Whether a name that is sent without a `=` is signed without it.
    pub(crate) equals_kept_out: bool,
    /// Whether the encoding of the base string's part passes over each `&`.
    pub(crate) ampersands_spared: bool,
    pub(crate) duplicates: Duplicates,
    pub(crate) brackets: Brackets,
    pub(crate) dropped: Dropped,
    pub(crate) without: Without,
    pub(crate) sort: Sort,
    pub(crate) realm: bool,
    pub(crate) signature: Signature,
    pub(crate) method_name: Option<SignatureMethod>,
    pub(crate) left_out: LeftOut,
    /// The number of an [`extra`](super::protocol::extra).
    pub(crate) extra: Option<u16>,
    pub(crate) timestamp: Timestamp,
    /// One of [`NONCES`](super::protocol::NONCES).
    pub(crate) nonce: Option<u16>,
}

/// How names or values are encoded on their way into the base string.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct Coding {
    pub(crate) times: Times,
    pub(crate) encoder: Encoder,
    /// Whether the encoding of the base string's part (§3.4.1.1) passes over it.
    pub(crate) spared: bool,
}

/// Which body that is not a form is signed, and how.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Body {
    #[default]
    NotSigned,
    JsonMembers,
    /// As JavaScript converts them to text.
    JsonMembersAsText,
    AsForm,
    MultipartFields,
}

/// Marks in a pair and between pairs; the first ones are right.
pub(crate) const MARKS: [[&str; 2]; 5] = [["=", "&"], [",", "&"], [",", ","], ["=", ","], [":", "&"]];

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Dropped {
    #[default]
    None,
    EmptyValues,
    EmptyNames,
    WithoutEquals,
    ObjectMethods,
    AfterThousand,
    InHeaderToo,
}

/// Parameters that are missing, by their places, counted over query and form: bits for the first ten, or a run.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct Without(pub(crate) u16);

impl Without {
    /// One parameter, and all from it on.
    pub(crate) const RUNS: [u16; 2] = [0x8000, 0x9000];

    pub(crate) fn has(self, place: usize) -> bool {
        let run = usize::from(self.0 & 0xfff);
        match self.0 & 0xf000 {
            0x8000 => place == run,
            0x9000 => place >= run,
            _ => place < 10 && self.0 >> place & 1 == 1,
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Source {
    Query,
    Form,
    Header,
}

/// A parameter, decoded.
#[derive(Clone, Copy)]
pub(crate) struct Item {
    pub(crate) source: Source,
    pub(crate) name: Word,
    pub(crate) value: Word,
    pub(crate) has_equals: bool,
}

/// An item with its name and value as they are in the normalized parameters.
#[derive(Clone, Copy)]
pub(super) struct Encoded {
    pub(super) item: Item,
    pub(super) name: Word,
    pub(super) value: Word,
}

/// A parameter as it is spelled in a query or form.
#[derive(Clone, Copy)]
struct Spelled {
    name: Word,
    value: Word,
    has_equals: bool,
}

/// More parameters than this are not ordinary.
const MANY: usize = 1000;

/// What the prototype of a JavaScript object has, so that `qs` drops parameters of these names.
const OBJECT_METHODS: &str = "__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__ constructor \
    hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf";

/// Makes the normalized parameters of one request by one recipe after the other.
pub(crate) struct Normalizer<'a> {
    context: &'a Context<'a>,
    pub(crate) words: Words,
    /// The parameters of query, form and other body, by the way of splitting.
    spelled: HashMap<(Split, u8), Rc<[Spelled]>>,
    json: Vec<(Word, Word)>,
    multipart: Vec<(Word, Word)>,
    protocol: Vec<(Word, Word)>,
    signature: Word,
}

impl<'a> Normalizer<'a> {
    pub(crate) fn new(context: &'a Context<'a>) -> Self {
        let mut words = Words::default();
        let mut pairs = |list: &[(Vec<u8>, Vec<u8>)]| -> Vec<(Word, Word)> {
            list.iter().map(|(name, value)| (words.number(name), words.number(value))).collect()
        };
        Self {
            context,
            spelled: HashMap::new(),
            json: pairs(&context.json),
            multipart: pairs(&context.multipart),
            protocol: pairs(&context.protocol),
            signature: words.number(b"oauth_signature"),
            words,
        }
    }

    /// The parameters of the query (0), the form (1) or the other body (2).
    fn spelled(&mut self, split: Split, part: u8) -> Rc<[Spelled]> {
        if let Some(known) = self.spelled.get(&(split, part)) {
            return Rc::clone(known);
        }
        let (text, source) = match part {
            0 => (&*self.context.query_text, Source::Query),
            1 => (&*self.context.form_text, Source::Form),
            _ => (self.context.other_body, Source::Form),
        };
        let text = split.rewrite(text, source, self.context.uri.port);
        let spelled: Rc<[Spelled]> = pairs(&text)
            .iter()
            .map(|raw| Spelled {
                name: self.words.number(raw.name),
                value: self.words.number(raw.value.unwrap_or_default()),
                has_equals: raw.value.is_some(),
            })
            .collect();
        // Of a huge request, the lists of all ways of splitting would take too much memory.
        if split == Split::Right || spelled.len() <= MANY {
            self.spelled.insert((split, part), Rc::clone(&spelled));
        }
        spelled
    }

    /// Appends the parameters by a recipe, encoded as in the base string. Returns how many there are.
    pub(crate) fn push(&mut self, text: &mut Vec<u8>, recipe: &ParameterRecipe) -> usize {
        let items = self.items(recipe);
        let words = &mut self.words;
        let [names, values, protocol, outer] = [recipe.names, recipe.values, recipe.protocol, recipe.outer]
            .map(|coding| (words.change(Change::Encode(coding.encoder)), coding.times));
        let of_value = |item: Item| match item.source {
            Source::Header => (protocol, recipe.protocol.spared),
            Source::Query | Source::Form => (values, recipe.values.spared),
        };
        let encode = |item: Item| Encoded {
            name: words.changed(item.name, names),
            value: words.changed(item.value, of_value(item).0),
            item,
        };
        let mut list: Vec<_> = items.into_iter().map(encode).collect();
        sort::sort(&mut list, recipe.sort, words);
        let marks = MARKS[recipe.marks].map(str::as_bytes);
        let [equals, mut and] = marks.map(|mark| recipe.outer.encoder.encode(mark, recipe.outer.times as usize));
        if recipe.ampersands_spared {
            and = vec![b'&'];
        }
        let mut push = |text: &mut Vec<u8>, word, is_spared| {
            let word = if is_spared { word } else { words.changed(word, outer) };
            text.extend(words.text(word));
        };
        for (index, encoded) in list.iter().enumerate() {
            if index > 0 {
                text.extend(&and);
            }
            push(text, encoded.name, recipe.names.spared && encoded.item.source != Source::Header);
            if recipe.equals_kept_out && !encoded.item.has_equals {
                continue;
            }
            text.extend(&equals);
            push(text, encoded.value, of_value(encoded.item).1);
        }
        list.len()
    }

    /// The parameters that are signed, decoded and in the order they come in.
    pub(crate) fn items(&mut self, recipe: &ParameterRecipe) -> Vec<Item> {
        let mut list = Vec::new();
        let sources = [
            (!recipe.query_left_out, 0, Source::Query),
            (!recipe.form_left_out, 1, Source::Form),
            (recipe.body == Body::AsForm, 2, Source::Form),
        ];
        let [names, values] = [recipe.decode_names, recipe.decode_values]
            .map(|decode| (self.words.change(Change::Decode(decode)), Times::Once));
        let mut place = 0;
        for (is_signed, part, source) in sources {
            let spelled = self.spelled(recipe.split, part);
            for (index, one) in spelled.iter().enumerate().filter(|_| is_signed) {
                let is_missing = recipe.without.has(place + index);
                let name = self.words.changed(one.name, names);
                let value = self.words.changed(one.value, values);
                // A signature is never signed, wherever it is (§3.4.1.3.1).
                let is_signature = name == self.signature && recipe.signature != Signature::OfRequest;
                let is_dropped = match recipe.dropped {
                    Dropped::None => false,
                    Dropped::EmptyValues => self.words.text(value).is_empty(),
                    Dropped::EmptyNames => self.words.text(name).is_empty(),
                    Dropped::WithoutEquals => !one.has_equals,
                    Dropped::ObjectMethods => {
                        OBJECT_METHODS.split(' ').any(|it| it.as_bytes() == self.words.text(name))
                    }
                    Dropped::AfterThousand => index >= 1000,
                    Dropped::InHeaderToo => {
                        let is_protocol = self.words.text(name).starts_with(b"oauth_");
                        is_protocol && self.protocol.iter().any(|(own, _)| *own == name)
                    }
                };
                if !is_missing && !is_signature && !is_dropped {
                    list.push(Item { source, name, value, has_equals: one.has_equals });
                }
            }
            place += spelled.len();
        }
        let fields = match recipe.body {
            Body::NotSigned | Body::AsForm => &self.json[..0],
            Body::JsonMembers | Body::JsonMembersAsText => &self.json,
            Body::MultipartFields => &self.multipart,
        };
        let words = &mut self.words;
        for &(name, mut value) in fields {
            if recipe.body == Body::JsonMembersAsText {
                let text = brackets::javascript_text(words.text(value));
                value = words.number(&text);
            }
            list.push(Item { source: Source::Form, name, value, has_equals: true });
        }
        match recipe.brackets {
            Brackets::Kept => {}
            Brackets::Qs => list = brackets::qs(list, words),
            Brackets::Php => list = brackets::php(list, words),
            Brackets::Text(text) => list = brackets::text(list, text, words),
        }
        let mut list = duplicates::treat(list, recipe.duplicates, words);
        protocol::push(self.context, &self.protocol, &mut list, recipe, words);
        list
    }
}

impl Context<'_> {
    /// The parameters by a recipe, encoded as in the base string.
    pub(crate) fn parameters(&self, recipe: &ParameterRecipe) -> Vec<u8> {
        let mut text = Vec::new();
        Normalizer::new(self).push(&mut text, recipe);
        text
    }
}

pub(crate) fn indexed(name: &[u8], index: usize) -> Vec<u8> {
    [name, format!("[{index}]").as_bytes()].concat()
}
