//! How two base strings differ (RFC 5849 §3.4.1.1): the first difference, and the contents in sentences.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::explain::{
    encode::{decode, lossy},
    recipe::{Uri, pairs},
};

/// The first place at which two base strings differ.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The part of the base string: `method`, `base string URI` or `parameters`.
    pub part: &'static str,
    /// The byte of the right base string at which they differ.
    pub position: usize,
}

/// The first difference, or `None` if the strings are equal.
pub(crate) fn difference(right: &[u8], other: &[u8]) -> Option<Difference> {
    let mut pairs = right.iter().zip(other);
    let position = pairs.position(|(one, other)| one != other);
    let position = position.unwrap_or_else(|| right.len().min(other.len()));
    let part = right[..position].iter().filter(|byte| **byte == b'&');
    let part = ["method", "base string URI", "parameters"][part.count().min(2)];
    (right != other).then_some(Difference { part, position })
}

/// The parts of a base string; everything after the second `&` is one part.
pub(crate) fn parts(text: &[u8]) -> Vec<&[u8]> {
    text.splitn(3, |byte| *byte == b'&').collect()
}

/// The most sentences; a further one tells how many are left out.
const LIMIT: usize = 12;
/// Longer texts are cut in the middle of a sentence.
const LONG: usize = 60;

/// What is different in a given base string, compared with the right one of the request.
pub(crate) fn differences(right: &[u8], given: &[u8]) -> Vec<String> {
    let (right, given) = (parts(right), parts(given));
    let ([method, uri, parameters], [other_method, other_uri, others]) = (&right[..], &given[..]) else {
        return Vec::new();
    };
    let mut list = Vec::new();
    if method != other_method {
        list.push(another("method", method, other_method));
    }
    let [uri, other_uri] = [uri, other_uri].map(|uri| lossy(&decode(uri, false)));
    uris(&uri, &other_uri, &mut list);
    values(parameters, others, &mut list);
    if list.len() > LIMIT {
        let more = list.len() - LIMIT;
        list.truncate(LIMIT);
        list.push(format!("There are {more} more differences."));
    }
    list
}

fn another(what: &str, right: &[u8], given: &[u8]) -> String {
    let (right, given) = (shown(right), shown(given));
    format!("The {what} is another one: {given} in the given base string, {right} in the request.")
}

fn uris(right: &str, given: &str, list: &mut Vec<String>) {
    let (Some(uri), Some(other)) = (Uri::parse(right), Uri::parse(given)) else {
        return;
    };
    for (what, right, given) in [
        ("scheme", uri.scheme, other.scheme),
        ("host", uri.host, other.host),
        ("port", uri.port.unwrap_or("none"), other.port.unwrap_or("none")),
        ("path", uri.path, other.path),
    ] {
        if right.strip_suffix('/') == Some(given) {
            list.push("The slash at the end of the path is missing in the given base string.".to_string());
        } else if given.strip_suffix('/') == Some(right) {
            list.push(
                "The given base string has a slash at the end of the path, but the request does not.".to_string(),
            );
        } else if right != given {
            list.push(another(what, right.as_bytes(), given.as_bytes()));
        }
    }
    if other.query.is_some() {
        list.push("The given base string has the query in its URI, where it does not belong.".to_string());
    }
}

/// The decoded values of each name: those of the request and those of the given base string.
type Values = BTreeMap<Vec<u8>, [Vec<Vec<u8>>; 2]>;

fn by_name(right: &[u8], given: &[u8]) -> Values {
    let mut names = Values::new();
    for (side, normalized) in [right, given].into_iter().enumerate() {
        let is_encoded = !normalized.contains(&b'=');
        let text = if is_encoded { decode(normalized, false) } else { normalized.to_vec() };
        for raw in pairs(&text) {
            let value = decode(raw.value.unwrap_or_default(), false);
            names.entry(decode(raw.name, false)).or_default()[side].push(value);
        }
    }
    names
}

fn values(right: &[u8], given: &[u8], list: &mut Vec<String>) {
    let mut not_sent = Vec::new();
    for (name, [mut sent, mut given]) in by_name(right, given) {
        let shown_name = shown(&name);
        if given.is_empty() {
            list.push(format!("{shown_name} is sent, but it is not in the given base string."));
            continue;
        }
        if sent.is_empty() {
            not_sent.push(format!("{shown_name} is in the given base string, but it is not sent."));
            continue;
        }
        // Of the values that both have, none is left.
        sent.retain(|value| {
            let place = given.iter().position(|other| other == value);
            place.map(|place| given.remove(place)).is_none()
        });
        if let ([value], [other]) = (&sent[..], &given[..]) {
            list.push(other_value(&name, value, other));
            continue;
        }
        sent.sort();
        list.extend(sent.iter().map(|value| {
            format!("{shown_name} is sent with the value {}, which is not in the given base string.", shown(value))
        }));
        given.sort();
        list.extend(given.iter().map(|value| {
            format!("{shown_name} is in the given base string with the value {}, which is not sent.", shown(value))
        }));
    }
    list.extend(not_sent);
}

/// How the only value of a name that is sent differs from the only one in the given base string.
fn other_value(name: &[u8], sent: &[u8], given: &[u8]) -> String {
    let shown_name = shown(name);
    if sent.trim_ascii() == given.trim_ascii() {
        format!("The value of {shown_name} differs only in the white space around it: one of the two was trimmed.")
    } else if decode(given, false) == sent {
        format!("The value of {shown_name} is encoded once too often in the given base string.")
    } else if decode(sent, false) == given {
        format!("The value of {shown_name} is decoded once too often in the given base string.")
    } else if matches!(name, b"oauth_nonce" | b"oauth_timestamp") {
        let (sent, given) = (shown(sent), shown(given));
        format!("{shown_name} was made a second time: {given} in the given base string, {sent} in the request.")
    } else {
        another(&format!("value of {shown_name}"), sent, given)
    }
}

fn shown(text: &[u8]) -> String {
    let text = lossy(text);
    match text.char_indices().nth(LONG) {
        _ if text.is_empty() => "(empty)".to_string(),
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
