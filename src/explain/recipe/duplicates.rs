//! What clients make of parameters that share a name (RFC 5849 §3.4.1.3.2: they all count).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Word, Words,
    parameters::{Item, Source, indexed},
};

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Duplicates {
    #[default]
    Kept,
    First,
    Last,
    Identical,
    QueryWins,
    FormWins,
    Numbered,
    Bracketed,
    Joined,
    /// Not joined: each element of a value with commas is a parameter.
    Separated,
    SeparatedNumbered,
    SeparatedBracketed,
    QueryTwice,
    FormTwice,
}

/// Treats duplicates by a recipe; the list has no parameters of the header yet.
pub(crate) fn treat(mut list: Vec<Item>, recipe: Duplicates, words: &mut Words) -> Vec<Item> {
    let name = |item: &Item| item.name;
    match recipe {
        Duplicates::Kept => list,
        Duplicates::First => first(list, name),
        Duplicates::Last => {
            list.reverse();
            let mut list = first(list, name);
            list.reverse();
            list
        }
        Duplicates::Identical => first(list, |item| (item.name, item.value)),
        Duplicates::QueryWins => one_wins(list, Source::Query),
        Duplicates::FormWins => one_wins(list, Source::Form),
        Duplicates::Numbered => renamed(list, words, indexed),
        Duplicates::Bracketed => renamed(list, words, |name, _| [name, b"[]"].concat()),
        Duplicates::QueryTwice => twice(list, Source::Query),
        Duplicates::FormTwice => twice(list, Source::Form),
        Duplicates::Separated => separated(list, words),
        Duplicates::SeparatedNumbered => renamed(separated(list, words), words, indexed),
        Duplicates::SeparatedBracketed => renamed(separated(list, words), words, |name, _| [name, b"[]"].concat()),
        Duplicates::Joined => joined(list, words),
    }
}

/// The parameters with one for each name, with all values.
fn joined(list: Vec<Item>, words: &mut Words) -> Vec<Item> {
    let mut values: BTreeMap<Word, Vec<&[u8]>> = BTreeMap::new();
    for item in &list {
        let values = values.entry(item.name).or_default();
        values.push(words.text(item.value));
    }
    let joined: BTreeMap<Word, Vec<u8>> = values.into_iter().map(|(name, values)| (name, values.join(&b','))).collect();
    let joined = |item: Item| Item { value: words.number(&joined[&item.name]), ..item };
    first(list, |item| item.name).into_iter().map(joined).collect()
}

/// The parameters with those of one source twice.
fn twice(mut list: Vec<Item>, source: Source) -> Vec<Item> {
    list.extend_from_within(..);
    let half = list.len() / 2;
    let again = list.split_off(half);
    list.extend(again.into_iter().filter(|item| item.source == source));
    list
}

/// The parameters with one for each element of a value with commas.
fn separated(list: Vec<Item>, words: &mut Words) -> Vec<Item> {
    let mut separated = Vec::new();
    for item in list {
        let text = words.text(item.value).to_vec();
        let elements = text.split(|byte| *byte == b',');
        separated.extend(elements.map(|value| Item { value: words.number(value), ..item }));
    }
    separated
}

/// Gives parameters that share a name new names, made of the name and a number.
fn renamed(mut list: Vec<Item>, words: &mut Words, rename: impl Fn(&[u8], usize) -> Vec<u8>) -> Vec<Item> {
    let mut counts: BTreeMap<Word, usize> = BTreeMap::new();
    for item in &list {
        *counts.entry(item.name).or_default() += 1;
    }
    let mut seen: BTreeMap<Word, usize> = BTreeMap::new();
    for item in list.iter_mut().filter(|item| counts[&item.name] > 1) {
        let index = seen.entry(item.name).or_default();
        let name = rename(words.text(item.name), *index);
        item.name = words.number(&name);
        *index += 1;
    }
    list
}

/// The first of those parameters that have the same key.
fn first<K: Ord>(mut list: Vec<Item>, key: impl Fn(&Item) -> K) -> Vec<Item> {
    let mut seen = BTreeSet::new();
    list.retain(|item| seen.insert(key(item)));
    list
}

/// Drops the other source's parameters of a name that one source has.
fn one_wins(mut list: Vec<Item>, source: Source) -> Vec<Item> {
    let names: BTreeSet<Word> = list.iter().filter(|item| item.source == source).map(|item| item.name).collect();
    list.retain(|item| item.source == source || !names.contains(&item.name));
    list
}
