//! What two widespread parsers make of brackets in names, which mean nothing to RFC 5849.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    Word, Words,
    parameters::{Item, Source, indexed},
};

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Brackets {
    #[default]
    Kept,
    Qs,
    Php,
    /// All parameters of one root as one, with this text as the value.
    Text(&'static str),
}

/// The text of a nested object in JavaScript.
const OBJECT: &[u8] = b"[object Object]";
/// The greatest index that `qs` reads as one of an array.
const MAXIMUM_INDEX: usize = 20;
/// The most brackets after a name that PHP accepts (`max_input_nesting_level`); a parameter with more is left out.
const MAXIMUM_DEPTH: usize = 64;

/// The root of a name and the texts of the brackets after it; what is between or after the brackets is lost.
fn segments(name: &[u8]) -> (&[u8], Vec<&[u8]>) {
    let start = name.iter().position(|byte| *byte == b'[');
    let (root, mut rest) = name.split_at(start.unwrap_or(name.len()));
    let mut segments = Vec::new();
    while let Some(open) = rest.iter().position(|byte| *byte == b'[') {
        let inside = &rest[open + 1..];
        match inside.iter().position(|byte| matches!(byte, b'[' | b']')) {
            Some(end) if inside[end] == b']' => {
                segments.push(&inside[..end]);
                rest = &inside[end + 1..];
            }
            Some(end) => rest = &inside[end..],
            None => break,
        }
    }
    (root, segments)
}

/// The parameters as `qs` reads them, written flat in the way of Extra Horizon's JavaScript SDK.
pub(crate) fn qs(list: Vec<Item>, words: &mut Words) -> Vec<Item> {
    let mut flat: Vec<Item> = Vec::new();
    let object = words.number(OBJECT);
    // Each root that has plain values or elements of an array; and the members with their places in the list.
    let mut plain: BTreeSet<(Source, Word)> = BTreeSet::new();
    for item in &list {
        let (root, segments) = segments(words.text(item.name));
        if !segments.first().is_some_and(|segment| is_member(segment)) {
            let root = root.to_vec();
            plain.insert((item.source, words.number(&root)));
        }
    }
    let mut members: BTreeMap<(Source, Word), usize> = BTreeMap::new();
    // Numbered when they are whole: all their beginnings would take room without bounds.
    let mut joined: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for item in list {
        let text = words.text(item.name).to_vec();
        let (root, segments) = segments(&text);
        let Some(first) = segments.first() else {
            // A bracket that is not closed stays.
            flat.push(item);
            continue;
        };
        let is_nested = segments.get(1).is_some_and(|segment| is_member(segment));
        let mut value = if is_nested { object } else { item.value };
        let mixed = plain.contains(&(item.source, words.number(root)));
        let is_plain = !is_member(first);
        let name = if is_plain || mixed { root.to_vec() } else { [root, b"[", first, b"]"].concat() };
        let name = words.number(&name);
        if is_plain {
            flat.push(Item { name, value, ..item });
            continue;
        }
        if mixed {
            value = object;
        }
        match members.get(&(item.source, name)) {
            // Further values of a member make it an array, whose text has commas.
            Some(place) if !mixed && !is_nested => {
                let joined = joined.entry(*place);
                let joined = joined.or_insert_with(|| words.text(flat[*place].value).to_vec());
                joined.push(b',');
                joined.extend_from_slice(words.text(value));
            }
            Some(_) => {}
            None => {
                members.insert((item.source, name), flat.len());
                flat.push(Item { name, value, ..item });
            }
        }
    }
    for (place, text) in joined {
        flat[place].value = words.number(&text);
    }
    flat
}

/// The parameters with those that have brackets as one for each root, with a text as its value.
pub(crate) fn text(list: Vec<Item>, text: &str, words: &mut Words) -> Vec<Item> {
    let value = words.number(text.as_bytes());
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for item in list {
        let (root, segments) = segments(words.text(item.name));
        let (root, has_brackets) = (root.to_vec(), !segments.is_empty());
        let name = words.number(&root);
        if !has_brackets {
            kept.push(item);
        } else if seen.insert(name) {
            kept.push(Item { name, value, ..item });
        }
    }
    kept
}

/// The text of a JSON value in JavaScript.
pub(crate) fn javascript_text(json: &[u8]) -> Vec<u8> {
    let element = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToString::to_string);
    match serde_json::from_slice(json) {
        Ok(Value::Object(_)) => OBJECT.to_vec(),
        Ok(Value::Array(list)) => list.iter().map(element).collect::<Vec<_>>().join(",").into_bytes(),
        _ => json.to_vec(),
    }
}

/// Whether the text in brackets names a member and is not an index of an array.
fn is_member(segment: &[u8]) -> bool {
    let index = std::str::from_utf8(segment).ok().and_then(|text| text.parse::<usize>().ok());
    !segment.is_empty() && index.is_none_or(|index| index > MAXIMUM_INDEX)
}

/// The parameters after PHP's `parse_str` and `http_build_query`: `[]` is numbered, `.` and space in names become `_`,
/// and the last of a name is kept.
pub(crate) fn php(list: Vec<Item>, words: &mut Words) -> Vec<Item> {
    let mut next: BTreeMap<Word, usize> = BTreeMap::new();
    let mut places: BTreeMap<Word, usize> = BTreeMap::new();
    let mut kept: Vec<Item> = Vec::new();
    for mut item in list {
        let text = words.text(item.name).to_vec();
        let (root, segments) = segments(&text);
        if segments.len() > MAXIMUM_DEPTH {
            continue;
        }
        let mut name: Vec<u8> =
            root.iter().map(|byte| if matches!(byte, b'.' | b' ') { b'_' } else { *byte }).collect();
        for segment in segments {
            if segment.is_empty() {
                let index = next.entry(words.number(&name)).or_default();
                name = indexed(&name, *index);
                *index += 1;
            } else {
                name = [&name, &b"["[..], segment, b"]"].concat();
            }
        }
        item.name = words.number(&name);
        match places.get(&item.name) {
            Some(place) => kept[*place].value = item.value,
            None => {
                places.insert(item.name, kept.len());
                kept.push(item);
            }
        }
    }
    kept
}
