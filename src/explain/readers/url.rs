//! Damaged URLs.

use super::text::with_plain_quotes;

type Repair = fn(&str) -> String;

/// Repairs, each with the mistake that it undoes.
const REPAIRS: [(&str, Repair); 3] =
    [("url-typographic", plain), ("url-scheme-twice", with_one_scheme), ("url-space-in-path", without_spaces)];

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

pub(super) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
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

/// Encodes the spaces of the path. Those of the query are signed like encoded ones.
fn without_spaces(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    [&url[..end].replace(' ', "%20"), &url[end..]].concat()
}
