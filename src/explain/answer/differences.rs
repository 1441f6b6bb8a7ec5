//! How two base strings differ (RFC 5849 §3.4.1.1): the first difference, and the contents in sentences.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

use serde::Serialize;

use crate::explain::{
    encode::{decode, lossy},
    recipe::{context::pairs, uri::Uri},
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
        list.push(format!(
            "The method is another one: {} in the given base string, {} in the request.",
            shown(other_method),
            shown(method)
        ));
    }
    let (uri, other_uri) = (decode(uri, false), decode(other_uri, false));
    uris(&lossy(&uri), &lossy(&other_uri), &mut list);
    values(parameters, others, &mut list);
    if list.len() > LIMIT {
        let more = list.len() - LIMIT;
        list.truncate(LIMIT);
        list.push(format!("There are {more} more differences."));
    }
    list
}

fn uris(right: &str, given: &str, list: &mut Vec<String>) {
    let (Some(uri), Some(other)) = (Uri::parse(right), Uri::parse(given)) else {
        return;
    };
    let mut say = |what, right: &str, given: &str| {
        if right != given {
            list.push(format!(
                "The {what} is another one: {} in the given base string, {} in the request.",
                shown(given.as_bytes()),
                shown(right.as_bytes())
            ));
        }
    };
    say("scheme", uri.scheme, other.scheme);
    say("host", uri.host, other.host);
    say("port", uri.port.unwrap_or("none"), other.port.unwrap_or("none"));
    if uri.path.strip_suffix('/') == Some(other.path) {
        list.push("The slash at the end of the path is missing in the given base string.".to_string());
    } else if other.path.strip_suffix('/') == Some(uri.path) {
        list.push("The given base string has a slash at the end of the path, but the request does not.".to_string());
    } else {
        say("path", uri.path, other.path);
    }
    if other.query.is_some() {
        list.push("The given base string has the query in its URI, where it does not belong.".to_string());
    }
}

type Values = BTreeMap<Vec<u8>, Vec<Vec<u8>>>;

/// The values of each name, decoded, in their order.
fn by_name(normalized: &[u8]) -> Values {
    let is_encoded = !normalized.contains(&b'=');
    let text = if is_encoded { decode(normalized, false) } else { normalized.to_vec() };
    let mut values = Values::new();
    for raw in pairs(&text) {
        let value = decode(raw.value.unwrap_or_default(), false);
        values.entry(decode(raw.name, false)).or_default().push(value);
    }
    values.values_mut().for_each(|list| list.sort());
    values
}

/// The values of a list that another one does not have.
fn without(values: &[Vec<u8>], others: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut rest = values.to_vec();
    for other in others {
        if let Some(place) = rest.iter().position(|value| value == other) {
            rest.remove(place);
        }
    }
    rest
}

fn values(right: &[u8], given: &[u8], list: &mut Vec<String>) {
    let (right, given) = (by_name(right), by_name(given));
    for (name, values) in &right {
        let shown_name = shown(name);
        let Some(others) = given.get(name) else {
            list.push(format!("{shown_name} is sent, but it is not in the given base string."));
            continue;
        };
        if values == others {
            continue;
        }
        let sent = without(values, others);
        let given = without(others, values);
        let ([value], [other]) = (&sent[..], &given[..]) else {
            for value in &sent {
                list.push(format!(
                    "{shown_name} is sent with the value {}, which is not in the given base string.",
                    shown(value)
                ));
            }
            for value in &given {
                list.push(format!(
                    "{shown_name} is in the given base string with the value {}, which is not sent.",
                    shown(value)
                ));
            }
            continue;
        };
        let (sent, signed) = (shown(value), shown(other));
        list.push(if value.trim_ascii() == other.trim_ascii() {
            format!("The value of {shown_name} differs only in the white space around it: one of the two was trimmed.")
        } else if decode(other, false) == *value {
            format!("The value of {shown_name} is encoded once too often in the given base string.")
        } else if decode(value, false) == *other {
            format!("The value of {shown_name} is decoded once too often in the given base string.")
        } else if matches!(&name[..], b"oauth_nonce" | b"oauth_timestamp") {
            format!("{shown_name} was made a second time: {signed} in the given base string, {sent} in the request.")
        } else {
            format!(
                "The value of {shown_name} is another one: {signed} in the given base string, {sent} in the request."
            )
        });
    }
    for name in given.keys().filter(|name| !right.contains_key(*name)) {
        list.push(format!("{} is in the given base string, but it is not sent.", shown(name)));
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
