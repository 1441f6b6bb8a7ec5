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
        let quotes = |text: &str| with_plain_quotes(text).matches(['"', '\'']).count();
        if quotes(&without_entities(&text.text)) > quotes(&text.text) {
            text.read_entities();
        }
        let sentence = "Invisible characters, such as U+200B, are left out.";
        text.change("invisible-characters", sentence, |text| text.replace(is_invisible, ""));
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
            if self.repairs.iter().all(|remark| remark.id != id) {
                self.repairs.push(Remark::new(id, sentence));
            }
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
        "quot" | "ldquo" | "rdquo" => '"',
        "apos" | "lsquo" | "rsquo" => '\'',
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

/// Whether a character has no width.
pub(super) fn is_invisible(it: char) -> bool {
    matches!(it, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
}

/// Replaces typographic quotes and spaces by plain ones. French has spaces inside its quotes.
pub(super) fn with_plain_quotes(text: &str) -> String {
    let text = text.replace(['\u{a0}', '\u{202f}'], " ").replace("« ", "«").replace(" »", "»");
    text.chars()
        .map(|character| match character {
            '“' | '”' | '„' | '‟' | '″' | '«' | '»' | '＂' => '"',
            '‘' | '’' | '‚' | '‛' | '′' => '\'',
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

/// Joins the pieces of a string, as programs contain and print it: `'...' + '...'`, or one in each line.
pub(super) fn with_pieces_joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'', '`']) {
        let (piece, quoted) = rest.split_at(at);
        let (quote, after) = quoted.split_at(1);
        let next = after.trim_start_matches(|it: char| it.is_whitespace() || "+.&\\_".contains(it));
        let between = &after[..after.len() - next.len()];
        let is_operator = ["+", ".", "&"].contains(&between.trim()) && between.len() > 1;
        let next = next
            .strip_prefix(quote)
            .filter(|next| !piece.ends_with('=') && (is_operator || !between.is_empty() && starts_pair(next)));
        joined.push_str(piece);
        joined.push_str(if next.is_some() { "" } else { quote });
        rest = next.unwrap_or(after);
    }
    joined.push_str(rest);
    joined
}

/// Appends a line to a text that has a number of quotes. A line break inside quotes or a name came from the width of a
/// window.
pub(super) fn join(text: &mut String, quotes: &mut usize, line: &str) {
    let is_quoted = !quotes.is_multiple_of(2);
    *quotes += line.matches('"').count();
    let is_cut = text.contains('=') && !text.ends_with([',', ';', '&', '"', '\'']);
    let is_indented = line.starts_with([' ', '\t']);
    if !(text.is_empty() || is_quoted || is_cut && !is_indented && !starts_pair(line)) {
        text.push(' ');
    }
    text.push_str(line.trim());
}

/// Whether a parameter begins here.
pub(super) fn starts_pair(text: &str) -> bool {
    let text = text.trim_start();
    let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    let end = text.find(|it| !is_name(it)).unwrap_or(text.len());
    let name = &text[..end];
    (name.contains("oauth_") || name.eq_ignore_ascii_case("realm")) && text[end..].trim_start().starts_with('=')
}
