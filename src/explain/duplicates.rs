//! What clients make of parameters that share a name ([RFC 5849 §3.4.1.3.2]: they all count).
//!
//! [RFC 5849 §3.4.1.3.2]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.2

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use super::{
    parameters::{Item, Source, indexed},
    recipe::Duplicates,
};

/// Treats duplicates by a recipe; the list has no parameters of the header yet.
pub(super) fn treat(mut list: Vec<Item>, recipe: Duplicates) -> Vec<Item> {
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
            list.retain(|item| seen.insert((item.name.clone(), item.value.clone())));
            list
        }
        Duplicates::QueryWins => one_wins(list, Source::Query),
        Duplicates::FormWins => one_wins(list, Source::Form),
        Duplicates::Numbered => {
            let counts = counts(&list);
            let mut seen: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
            for item in &mut list {
                if counts.get(&item.name).is_some_and(|count| *count > 1) {
                    let index = seen.entry(item.name.clone()).or_default();
                    item.name = indexed(&item.name, *index);
                    *index += 1;
                }
            }
            list
        }
        Duplicates::Bracketed => {
            let counts = counts(&list);
            for item in &mut list {
                if counts.get(&item.name).is_some_and(|count| *count > 1) {
                    item.name.extend(b"[]");
                }
            }
            list
        }
        Duplicates::Joined => {
            let mut places: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
            let mut joined: Vec<Item> = Vec::new();
            for item in list {
                match places.get(&item.name) {
                    Some(place) => {
                        joined[*place].value.push(b',');
                        joined[*place].value.extend(item.value);
                    }
                    None => {
                        places.insert(item.name.clone(), joined.len());
                        joined.push(item);
                    }
                }
            }
            joined
        }
    }
}

fn first(mut list: Vec<Item>) -> Vec<Item> {
    let mut seen = BTreeSet::new();
    list.retain(|item| seen.insert(item.name.clone()));
    list
}

/// Drops the other source's parameters of a name that one source has.
fn one_wins(mut list: Vec<Item>, source: Source) -> Vec<Item> {
    let names: BTreeSet<_> = list
        .iter()
        .filter(|item| item.source == source)
        .map(|item| item.name.clone())
        .collect();
    list.retain(|item| item.source == source || !names.contains(&item.name));
    list
}

fn counts(list: &[Item]) -> BTreeMap<Vec<u8>, usize> {
    let mut counts = BTreeMap::new();
    for item in list {
        *counts.entry(item.name.clone()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::String};

    #[test]
    fn each_way_does_what_it_says() {
        let list = || {
            [
                (Source::Query, "a", "1"),
                (Source::Query, "a", "2"),
                (Source::Query, "b", "3"),
                (Source::Form, "a", "1"),
                (Source::Form, "c", "4"),
            ]
            .map(|(source, name, value)| Item::new(source, name, value))
            .to_vec()
        };
        for (recipe, expected) in [
            (Duplicates::Kept, "a=1 a=2 b=3 a=1 c=4 "),
            (Duplicates::First, "a=1 b=3 c=4 "),
            (Duplicates::Last, "b=3 a=1 c=4 "),
            (Duplicates::Identical, "a=1 a=2 b=3 c=4 "),
            (Duplicates::QueryWins, "a=1 a=2 b=3 c=4 "),
            (Duplicates::FormWins, "b=3 a=1 c=4 "),
            (Duplicates::Numbered, "a[0]=1 a[1]=2 b=3 a[2]=1 c=4 "),
            (Duplicates::Bracketed, "a[]=1 a[]=2 b=3 a[]=1 c=4 "),
            (Duplicates::Joined, "a=1,2,1 b=3 c=4 "),
        ] {
            let text: String = treat(list(), recipe)
                .iter()
                .map(|item| {
                    format!(
                        "{}={} ",
                        String::from_utf8_lossy(&item.name),
                        String::from_utf8_lossy(&item.value)
                    )
                })
                .collect();
            assert_eq!(text, expected, "{recipe:?}");
        }
    }
}
