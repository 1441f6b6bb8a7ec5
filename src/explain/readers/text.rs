//! Undoes what programs, web pages and word processors do to text that they show.

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
    let mut pieces = text.split('&');
    let mut plain = String::from(pieces.next().unwrap_or_default());
    for piece in pieces {
        let entity = piece.split_once(';').and_then(|(name, rest)| Some((character(name)?, rest)));
        let (character, rest) = entity.unwrap_or(('&', piece));
        plain.push(character);
        plain.push_str(rest);
    }
    plain
}

/// The character that an entity stands for.
fn character(entity: &str) -> Option<char> {
    Some(match entity {
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "lt" => '<',
        "gt" => '>',
        "nbsp" => ' ',
        _ => {
            let code = entity.strip_prefix('#')?;
            let code = match code.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => code.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
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
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let mut characters = after.chars();
        let letter = characters.next();
        let digits = match letter {
            Some('x') => 2,
            Some('u') => 4,
            _ => 0,
        };
        let code = after.get(1..=digits).and_then(|code| u32::from_str_radix(code, 16).ok());
        rest = characters.as_str();
        match (letter, code.and_then(char::from_u32)) {
            (_, Some(character)) => {
                plain.push(character);
                rest = &rest[digits..];
            }
            (Some('n' | 'r' | 't'), None) => plain.push(' '),
            (letter, None) => plain.extend(letter),
        }
    }
    plain.push_str(rest);
    plain
}

/// Appends a line to a text. A line break inside quotes came from the width of a window.
pub(super) fn join(text: &mut String, line: &str) {
    if !text.is_empty() && text.matches('"').count().is_multiple_of(2) {
        text.push(' ');
    }
    text.push_str(line.trim());
}
