//! The normalized parameters ([RFC 5849 §3.4.1.3]) by a recipe.
//!
//! [RFC 5849 §3.4.1.3]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::mem;

use super::{
    Body, Brackets, Dropped, ParameterRecipe, Signature, brackets,
    context::{Context, Raw},
    duplicates,
    item::Item,
    protocol, sort,
    source::Source,
    words::{Word, Words},
};

/// An item with its name and value as they stand in the normalized parameters.
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

/// What the prototype of a JavaScript object has, so that `qs` drops parameters of these names.
const OBJECT_METHODS: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// Makes the normalized parameters of one request by one recipe after the other.
pub(crate) struct Normalizer<'a> {
    context: &'a Context<'a>,
    pub(crate) words: Words,
    query: Vec<Spelled>,
    form: Vec<Spelled>,
    body_as_form: Vec<Spelled>,
    json: Vec<(Word, Word)>,
    protocol: Vec<(Word, Word)>,
    signature: Word,
    encoded: Vec<Encoded>,
}

impl<'a> Normalizer<'a> {
    pub(crate) fn new(context: &'a Context<'a>) -> Self {
        let mut words = Words::default();
        let mut spelled = |list: &[Raw<'_>]| -> Vec<Spelled> {
            list.iter()
                .map(|raw| Spelled {
                    name: words.number(raw.name),
                    value: words.number(raw.value.unwrap_or_default()),
                    has_equals: raw.value.is_some(),
                })
                .collect()
        };
        let (query, form) = (spelled(&context.query), spelled(&context.form));
        let body_as_form = spelled(&context.body_as_form);
        let mut pair = |name: &[u8], value: &[u8]| (words.number(name), words.number(value));
        let json = context.json.iter();
        let protocol = context.protocol.iter();
        Self {
            context,
            query,
            form,
            body_as_form,
            json: json
                .map(|(name, value)| pair(name.as_bytes(), value.as_bytes()))
                .collect(),
            protocol: protocol.map(|(name, value)| pair(name, value)).collect(),
            signature: words.number(b"oauth_signature"),
            words,
            encoded: Vec::new(),
        }
    }

    /// How many parameters there are, about.
    pub(crate) fn len(&self) -> usize {
        let lists = [&self.query, &self.form, &self.body_as_form];
        let count: usize = lists.iter().map(|list| list.len()).sum();
        count + self.json.len() + self.protocol.len() + 1
    }

    /// Appends the parameters by a recipe, encoded as they stand in the base string.
    pub(crate) fn push(&mut self, text: &mut Vec<u8>, recipe: &ParameterRecipe) {
        let items = self.items(recipe);
        let mut list = mem::take(&mut self.encoded);
        list.clear();
        let words = &mut self.words;
        list.extend(items.into_iter().map(|item| {
            let values = if item.source == Source::Header {
                recipe.protocol
            } else {
                recipe.values
            };
            let times = item.times.unwrap_or(values.times);
            let names = recipe.names;
            Encoded {
                name: words.encode(item.name, names.encoder, names.times),
                value: words.encode(item.value, values.encoder, times),
                item,
            }
        }));
        sort::sort(&mut list, recipe.sort, words);
        let outer = |text: &[u8]| recipe.outer.encode(text, recipe.outer_times.count());
        let (and, equals) = (outer(b"&"), outer(b"="));
        for (index, encoded) in list.iter().enumerate() {
            if index > 0 {
                text.extend(&and);
            }
            let is_header = encoded.item.source == Source::Header;
            let values = if is_header {
                recipe.protocol
            } else {
                recipe.values
            };
            let mut part = |text: &mut Vec<u8>, word, spared| {
                let word = if spared {
                    word
                } else {
                    words.encode(word, recipe.outer, recipe.outer_times)
                };
                text.extend(words.text(word));
            };
            part(text, encoded.name, recipe.names.spared && !is_header);
            text.extend(&equals);
            part(text, encoded.value, values.spared);
        }
        self.encoded = list;
    }

    /// The parameters that are signed, decoded and in the order they come in.
    pub(crate) fn items(&mut self, recipe: &ParameterRecipe) -> Vec<Item> {
        let mut list = Vec::with_capacity(self.query.len() + self.form.len() + 16);
        let words = &mut self.words;
        let mut read = |source, spelled: &[Spelled]| {
            read(&mut list, (source, spelled), recipe, words, self.signature);
        };
        if !recipe.query_left_out {
            read(Source::Query, &self.query);
        }
        if !recipe.form_left_out {
            read(Source::Form, &self.form);
        }
        match recipe.body {
            Body::NotSigned => {}
            Body::JsonMembers => list.extend(
                self.json
                    .iter()
                    .map(|(name, value)| Item::new(Source::Form, *name, *value)),
            ),
            Body::AsForm => read(Source::Form, &self.body_as_form),
        }
        match recipe.brackets {
            Brackets::Kept => {}
            Brackets::Qs => list = brackets::qs(list, words),
            Brackets::Php => list = brackets::php(list, words),
            Brackets::Stripped => brackets::strip(&mut list, words),
        }
        let mut list = duplicates::treat(list, recipe.duplicates, words);
        protocol::push(self.context, &self.protocol, &mut list, recipe, words);
        list
    }
}

impl Context<'_> {
    /// The parameters by a recipe, encoded as they stand in the base string.
    pub(crate) fn parameters(&self, recipe: &ParameterRecipe) -> Vec<u8> {
        let mut text = Vec::new();
        Normalizer::new(self).push(&mut text, recipe);
        text
    }
}

fn read(
    list: &mut Vec<Item>,
    (source, spelled): (Source, &[Spelled]),
    recipe: &ParameterRecipe,
    words: &mut Words,
    signature: Word,
) {
    for (index, spelled) in spelled.iter().enumerate() {
        let name = words.decode(spelled.name, recipe.decode_names);
        let value = words.decode(spelled.value, recipe.decode_values);
        // A signature is never signed, wherever it stands (§3.4.1.3.1).
        if name == signature && recipe.signature != Signature::OfRequest {
            continue;
        }
        let is_dropped = match recipe.dropped {
            Dropped::None => false,
            Dropped::EmptyValues => words.text(value).is_empty(),
            Dropped::EmptyNames => words.text(name).is_empty(),
            Dropped::WithoutEquals => !spelled.has_equals,
            Dropped::ObjectMethods => OBJECT_METHODS
                .iter()
                .any(|method| method.as_bytes() == words.text(name)),
            Dropped::AfterThousand => index >= 1000,
        };
        if !is_dropped {
            list.push(Item::new(source, name, value));
        }
    }
}

/// Text for people: what is not UTF-8 is replaced.
pub(crate) fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).to_string()
}

/// A name with an index behind it.
pub(crate) fn indexed(name: &[u8], index: usize) -> Vec<u8> {
    [name, format!("[{index}]").as_bytes()].concat()
}
