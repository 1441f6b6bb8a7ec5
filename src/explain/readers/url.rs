//! Damaged URLs.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::text::{is_invisible, with_plain_quotes};

type Repair = fn(&str) -> String;

/// Repairs, each with the mistake that it undoes.
const REPAIRS: [(&str, Repair); 6] = [
    ("url-typographic", plain),
    ("url-scheme-twice", with_one_scheme),
    ("url-path-not-encoded", with_encoded_path),
    ("entities-in-url", without_entities),
    ("url-question-mark", with_one_question_mark),
    ("url-hash-in-query", with_encoded_hash),
];

/// The URL without what damaged it, and the mistakes; `None` if nothing is damaged.
pub(crate) fn repaired(url: &str) -> Option<(String, Vec<&'static str>)> {
    let mut text = url.to_string();
    let mut mistakes = Vec::new();
    for (mistake, repair) in REPAIRS {
        let next = repair(&text);
        if next != text {
            text = next;
            mistakes.push(mistake);
        }
    }
    (!mistakes.is_empty()).then_some((text, mistakes))
}

/// Replaces typographic characters by plain ones, and removes invisible ones and what is around the URL.
fn plain(url: &str) -> String {
    with_plain_quotes(&url.replace(is_invisible, ""))
        .replace(['‐', '‑', '‒', '–', '—', '−'], "-")
        .replace('…', "...")
        .trim_matches(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '<' | '>'))
        .to_string()
}

/// Drops the first of two schemes, such as `http://https://` and `http://http//`.
fn with_one_scheme(url: &str) -> String {
    let lower = url.to_ascii_lowercase();
    let second = lower.get(4..).and_then(|rest| rest.find("http")).map_or(0, |at| at + 4);
    let is_scheme = ["http://", "https://", "http:", "https:", "http", "https"].contains(&&lower[..second]);
    match url[second..].split_once("//") {
        Some((scheme, rest)) if is_scheme => [scheme.trim_end_matches(':'), "://", rest].concat(),
        _ => url.to_string(),
    }
}

const PATH: &AsciiSet = &CONTROLS.add(b' ');

/// Encodes spaces and what is not ASCII in the path. In the query they are signed like encoded ones.
fn with_encoded_path(url: &str) -> String {
    let (path, query) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    [&utf8_percent_encode(path, PATH).to_string(), query].concat()
}

/// Reads `&amp;` as `&`, if a protocol parameter follows one.
fn without_entities(url: &str) -> String {
    if url.contains("&amp;oauth_") { url.replace("&amp;", "&") } else { url.to_string() }
}

/// Writes `&` for a second `?` in front of protocol parameters, and `?` for the first `&` if there is no `?`.
fn with_one_question_mark(url: &str) -> String {
    match url.split_once('?') {
        Some((path, query)) => [path, "?", &query.replacen("?oauth_", "&oauth_", 1)].concat(),
        None => url.replacen('&', "?", 1),
    }
}

/// Encodes each `#` of the query, if a value begins there or another pair follows. What follows a `#` is not sent.
fn with_encoded_hash(url: &str) -> String {
    let (path, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    let is_in_value = query.split_once('#').is_some_and(|(before, rest)| before.ends_with('=') || rest.contains('&'));
    if is_in_value { [path, &query.replace('#', "%23")].concat() } else { url.to_string() }
}
