//! The normalized parameters ([RFC 5849 §3.4.1.3]) by a recipe.
//!
//! [RFC 5849 §3.4.1.3]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::cmp::Ordering;

use super::{
    brackets,
    context::{Context, Raw},
    duplicates, protocol,
    recipe::{Body, Brackets, Dropped, ParameterRecipe, Signature, Sort, Times},
};

/// A parameter, decoded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Item {
    pub(super) source: Source,
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
    /// How often this value is encoded, where that differs from all others.
    pub(super) times: Option<Times>,
}

impl Item {
    pub(super) fn new(source: Source, name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        Self {
            source,
            name: name.into(),
            value: value.into(),
            times: None,
        }
    }
}

/// Where a parameter came from.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Source {
    Query,
    Form,
    Header,
}

/// An item with its name and value as they stand in the normalized parameters.
struct Encoded {
    item: Item,
    name: Vec<u8>,
    value: Vec<u8>,
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

impl Context<'_> {
    /// The parameters by a recipe, encoded as they stand in the base string.
    pub(super) fn parameters(&self, recipe: &ParameterRecipe) -> Vec<u8> {
        let mut list: Vec<_> = self
            .items(recipe)
            .into_iter()
            .map(|item| {
                let values = if item.source == Source::Header {
                    recipe.protocol
                } else {
                    recipe.values
                };
                let times = item.times.unwrap_or(values.times);
                Encoded {
                    name: recipe
                        .names
                        .encoder
                        .encode(&item.name, recipe.names.times.count()),
                    value: values.encoder.encode(&item.value, times.count()),
                    item,
                }
            })
            .collect();
        sort(&mut list, recipe.sort);
        let outer = |text: &[u8]| recipe.outer.encode(text, recipe.outer_times.count());
        let (and, equals) = (outer(b"&"), outer(b"="));
        let mut text = Vec::new();
        for (index, encoded) in list.iter().enumerate() {
            if index > 0 {
                text.extend(&and);
            }
            let values = if encoded.item.source == Source::Header {
                recipe.protocol
            } else {
                recipe.values
            };
            for (part, spared) in [
                (
                    &encoded.name,
                    recipe.names.spared && encoded.item.source != Source::Header,
                ),
                (&equals, true),
                (&encoded.value, values.spared),
            ] {
                match recipe.outer_times {
                    Times::Once if !spared => recipe.outer.push(&mut text, part),
                    Times::Twice if !spared => text.extend(outer(part)),
                    _ => text.extend(part),
                }
            }
        }
        text
    }

    /// The parameters that are signed, decoded and in the order they come in.
    pub(super) fn items(&self, recipe: &ParameterRecipe) -> Vec<Item> {
        let mut list = Vec::new();
        if !recipe.query_left_out {
            read(&mut list, Source::Query, &self.query, recipe);
        }
        if !recipe.form_left_out {
            read(&mut list, Source::Form, &self.form, recipe);
        }
        match recipe.body {
            Body::NotSigned => {}
            Body::JsonMembers => list.extend(
                self.json
                    .iter()
                    .map(|(name, value)| Item::new(Source::Form, name.as_str(), value.as_str())),
            ),
            Body::AsForm => read(&mut list, Source::Form, &self.body_as_form, recipe),
        }
        match recipe.brackets {
            Brackets::Kept => {}
            Brackets::Qs => list = brackets::qs(list),
            Brackets::Php => list = brackets::php(list),
            Brackets::Stripped => {
                for item in &mut list {
                    let bracket = item.name.iter().position(|octet| *octet == b'[');
                    item.name.truncate(bracket.unwrap_or(item.name.len()));
                }
            }
        }
        let mut list = duplicates::treat(list, recipe.duplicates);
        protocol::push(self, &mut list, recipe);
        list
    }
}

fn read(list: &mut Vec<Item>, source: Source, raw: &[Raw<'_>], recipe: &ParameterRecipe) {
    for (index, pair) in raw.iter().enumerate() {
        let name = recipe.decode_names.read(pair.name);
        let value = recipe.decode_values.read(pair.value.unwrap_or_default());
        // A signature is never signed, wherever it stands (§3.4.1.3.1).
        if name == b"oauth_signature" && recipe.signature != Signature::OfRequest {
            continue;
        }
        let is_dropped = match recipe.dropped {
            Dropped::None => false,
            Dropped::EmptyValues => value.is_empty(),
            Dropped::EmptyNames => name.is_empty(),
            Dropped::WithoutEquals => pair.value.is_none(),
            Dropped::ObjectMethods => OBJECT_METHODS
                .iter()
                .any(|method| method.as_bytes() == name),
            Dropped::AfterThousand => index >= 1000,
        };
        if !is_dropped {
            list.push(Item::new(source, name, value));
        }
    }
}

fn sort(list: &mut [Encoded], order: Sort) {
    match order {
        Sort::Encoded => {
            list.sort_by(|one, other| (&one.name, &one.value).cmp(&(&other.name, &other.value)));
        }
        Sort::Decoded => list.sort_by(|one, other| {
            (&one.item.name, &one.item.value).cmp(&(&other.item.name, &other.item.value))
        }),
        Sort::Joined => {
            let joined = |encoded: &Encoded| [&encoded.name, &b"="[..], &encoded.value].concat();
            list.sort_by_cached_key(joined);
        }
        Sort::NameOnly => list.sort_by(|one, other| one.name.cmp(&other.name)),
        Sort::IgnoringCase => list.sort_by_cached_key(|encoded| {
            (
                encoded.name.to_ascii_lowercase(),
                encoded.value.to_ascii_lowercase(),
            )
        }),
        Sort::NotAtAll(order) => {
            let ranks = match order % 4 {
                0 => [0, 1, 2],
                1 => [1, 2, 0],
                2 => [2, 1, 0],
                _ => [1, 0, 2],
            };
            // Some have the protocol parameters in order, and only those.
            let in_order = order >= 4;
            list.sort_by(|one, other| {
                let key = |encoded: &Encoded| ranks[encoded.item.source as usize];
                key(one).cmp(&key(other)).then_with(|| {
                    if in_order && one.item.source == Source::Header {
                        one.name.cmp(&other.name)
                    } else {
                        Ordering::Equal
                    }
                })
            });
        }
        Sort::ProtocolFirst | Sort::ProtocolLast => {
            let first = order == Sort::ProtocolFirst;
            list.sort_by(|one, other| {
                let key = |encoded: &Encoded| (encoded.item.source == Source::Header) != first;
                (key(one), &one.name, &one.value).cmp(&(key(other), &other.name, &other.value))
            });
        }
    }
}

/// Text for people: what is not UTF-8 is replaced.
pub(super) fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).to_string()
}

/// A name with an index behind it.
pub(super) fn indexed(name: &[u8], index: usize) -> Vec<u8> {
    [name, format!("[{index}]").as_bytes()].concat()
}
