//! Undoes what programs, web pages and word processors do to text that they show.

use alloc::{string::String, vec::Vec};

use crate::explain::request::Remark;

/// A text, and what had to be changed to read it.
pub(super) struct Repaired<'a> {
    pub(super) text: String,
    pub(super) repairs: &'a mut Vec<Remark>,
}

impl<'a> Repaired<'a> {
    /// A text without a byte order mark, and without what web pages and word processors do to it.
    pub(super) fn new(text: &str, repairs: &'a mut Vec<Remark>) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim();
        let mut text = Self { text: text.into(), repairs };
        let quotes = ["&quot;", "&#34;", "&#x22;", "&#39;", "&#x27;"];
        if quotes.iter().any(|quote| text.text.contains(quote)) {
            text.read_entities();
        }
        let sentence = "Typographic quotes and spaces are read as plain ones.";
        text.change("typographic-characters", sentence, with_plain_quotes);
        text
    }

    pub(super) fn read_entities(&mut self) {
        let sentence = "HTML entities are read as the characters they stand for.";
        self.change("html-entities", sentence, without_entities);
    }

    /// Changes the text, with a remark if it differs then.
    pub(super) fn change(&mut self, id: &'static str, sentence: &str, change: impl FnOnce(&str) -> String) {
        let text = change(&self.text);
        if text != self.text {
            self.text = text;
            self.repairs.push(Remark::new(id, sentence));
        }
    }
}

/// Replaces the HTML entities of ASCII characters by what they stand for.
fn without_entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        match entity(rest) {
            Some((character, length)) => {
                plain.push(character);
                rest = &rest[length..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// The character of an entity at the beginning, and the length of the entity.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.get(1..)?.find(';').filter(|end| *end <= 8)? + 1;
    let name = &text[1..end];
    let character = match name {
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "lt" => '<',
        "gt" => '>',
        "nbsp" => ' ',
        _ => {
            let code = name.strip_prefix('#')?;
            let code = match code.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => code.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((character, end + 1))
}

/// Replaces typographic quotes and spaces by plain ones.
pub(super) fn with_plain_quotes(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '“' | '”' | '„' | '‟' | '″' | '«' | '»' => '"',
            '‘' | '’' | '‚' | '‛' | '′' => '\'',
            '\u{a0}' => ' ',
            _ => character,
        })
        .collect()
}

/// Undoes the escapes of string literals: `\"`, `\'`, `\/`, `\\`, `\n`, `\x22` and `\u0022`.
pub(super) fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let digits = match rest.chars().next() {
            Some('x') => 2,
            Some('u') => 4,
            Some('n' | 'r' | 't') => {
                plain.push(' ');
                rest = &rest[1..];
                continue;
            }
            Some(_) => 0,
            None => break,
        };
        let code = rest.get(1..=digits).filter(|_| digits > 0);
        let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        match code.and_then(char::from_u32) {
            Some(character) => {
                plain.push(character);
                rest = &rest[1 + digits..];
            }
            None => {
                let next = rest.chars().next().unwrap_or('\\');
                plain.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    plain.push_str(rest);
    plain
}
