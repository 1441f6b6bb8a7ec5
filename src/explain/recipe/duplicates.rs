//! What clients make of parameters that share a name (RFC 5849 §3.4.1.3.2: they all count).

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use super::{
    item::Item,
    parameters::indexed,
    source::Source,
    words::{Word, Words},
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
}

/// Treats duplicates by a recipe; the list has no parameters of the header yet.
pub(crate) fn treat(mut list: Vec<Item>, recipe: Duplicates, words: &mut Words) -> Vec<Item> {
    match recipe {
        Duplicates::Kept => list,
        Duplicates::First => first(list),
        Duplicates::Last => {
            list.reverse();
            let mut list = first(list);
            list.reverse();
            list
        }
        Duplicates::Identical => {
            let mut seen = BTreeSet::new();
            list.retain(|item| seen.insert((item.name, item.value)));
            list
        }
        Duplicates::QueryWins => one_wins(list, Source::Query),
        Duplicates::FormWins => one_wins(list, Source::Form),
        Duplicates::Numbered => {
            let counts = counts(&list);
            let mut seen: BTreeMap<Word, usize> = BTreeMap::new();
            for item in &mut list {
                if counts.get(&item.name).is_some_and(|count| *count > 1) {
                    let index = seen.entry(item.name).or_default();
                    let name = indexed(words.text(item.name), *index);
                    item.name = words.number(&name);
                    *index += 1;
                }
            }
            list
        }
        Duplicates::Bracketed => {
            let counts = counts(&list);
            for item in &mut list {
                if counts.get(&item.name).is_some_and(|count| *count > 1) {
                    let name = [words.text(item.name), b"[]"].concat();
                    item.name = words.number(&name);
                }
            }
            list
        }
        Duplicates::Joined => {
            let mut places: BTreeMap<Word, usize> = BTreeMap::new();
            let mut joined: Vec<(Item, Vec<u8>)> = Vec::new();
            for item in list {
                let value = words.text(item.value);
                match places.get(&item.name) {
                    Some(place) => {
                        let text = &mut joined[*place].1;
                        text.push(b',');
                        text.extend(value);
                    }
                    None => {
                        places.insert(item.name, joined.len());
                        joined.push((item, value.to_vec()));
                    }
                }
            }
            joined
                .into_iter()
                .map(|(item, value)| Item {
                    value: words.number(&value),
                    ..item
                })
                .collect()
        }
    }
}

fn first(mut list: Vec<Item>) -> Vec<Item> {
    let mut seen = BTreeSet::new();
    list.retain(|item| seen.insert(item.name));
    list
}

/// Drops the other source's parameters of a name that one source has.
fn one_wins(mut list: Vec<Item>, source: Source) -> Vec<Item> {
    let mut names = BTreeSet::new();
    for item in list.iter().filter(|item| item.source == source) {
        names.insert(item.name);
    }
    list.retain(|item| item.source == source || !names.contains(&item.name));
    list
}

fn counts(list: &[Item]) -> BTreeMap<Word, usize> {
    let mut counts = BTreeMap::new();
    for item in list {
        *counts.entry(item.name).or_default() += 1;
    }
    counts
}
