//! Text for people. It holds no control character of any input, so that no escape sequence reaches a terminal.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::Write as _;

use super::{
    compare::Difference,
    diagnosis::{Diagnosis, Explanation, Found, Verdict},
    steps::{Parameter, Steps},
};

/// How text is written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to write ANSI colours.
    pub colour: bool,
    /// The width in characters to wrap at.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            colour: false,
            width: 80,
        }
    }
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";

/// The column at which values begin.
const INDENT: usize = 4;

/// A text that grows line by line.
struct Page {
    text: String,
    style: Style,
}

impl Page {
    fn new(style: Style) -> Self {
        Self {
            text: String::new(),
            style: Style {
                width: style.width.max(40),
                ..style
            },
        }
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        if self.style.colour {
            format!("\u{1b}[{colour}m{text}\u{1b}[0m")
        } else {
            text.to_string()
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn heading(&mut self, number: usize, title: &str, section: &str) {
        let left = format!("{number}. {title}");
        let gap = self
            .style
            .width
            .saturating_sub(left.chars().count() + section.chars().count())
            .max(2);
        let line = format!(
            "{}{}{}",
            self.paint(BOLD, &left),
            " ".repeat(gap),
            self.paint(DIM, section)
        );
        self.line("");
        self.line(&line);
    }

    /// Writes words, wrapped between them.
    fn words(&mut self, indent: usize, text: &str) {
        let width = self.style.width.saturating_sub(indent);
        let mut line = String::new();
        for word in safe(text).split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                self.line(&format!("{}{line}", " ".repeat(indent)));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&format!("{}{line}", " ".repeat(indent)));
    }

    /// Writes a text without spaces, wrapped anywhere.
    fn octets(&mut self, indent: usize, text: &str, colour: &str) {
        let width = self.style.width.saturating_sub(indent).max(20);
        let characters: Vec<char> = safe(text).chars().collect();
        if characters.is_empty() {
            self.line(&format!("{}(empty)", " ".repeat(indent)));
        }
        for piece in characters.chunks(width) {
            let piece: String = piece.iter().collect();
            let piece = self.paint(colour, &piece);
            self.line(&format!("{}{piece}", " ".repeat(indent)));
        }
    }

    fn pair(&mut self, name: &str, value: &str) {
        let name = format!("{}{name:<18}", " ".repeat(INDENT));
        let value = safe(value);
        let width = self.style.width.saturating_sub(INDENT + 18).max(20);
        let characters: Vec<char> = value.chars().collect();
        let mut start = name;
        for piece in characters.chunks(width) {
            let piece: String = piece.iter().collect();
            self.line(&format!("{start}{piece}"));
            start = " ".repeat(INDENT + 18);
        }
        if characters.is_empty() {
            self.line(&format!("{start}(empty)"));
        }
    }

    /// Writes a base string with its parts apart.
    fn base_string(&mut self, text: &str, mark: Option<usize>) {
        let names = ["method", "URI", "parameters"];
        let mut start = 0;
        for (index, part) in text.splitn(3, '&').enumerate() {
            let label = self.paint(DIM, names[index]);
            self.line(&format!("{}{label}", " ".repeat(INDENT)));
            let mut at = start;
            // One parameter a line, each with the %26 that follows it.
            for piece in part.split_inclusive("%26") {
                let is_marked = mark.is_some_and(|mark| (at..at + piece.len()).contains(&mark));
                let colour = if is_marked { RED } else { CYAN };
                let sign = if is_marked { ">" } else { " " };
                let from = self.text.len();
                self.octets(INDENT + 2, piece, colour);
                if is_marked {
                    self.text
                        .replace_range(from + INDENT..from + INDENT + 1, sign);
                }
                at += piece.len();
            }
            start += part.len() + 1;
        }
    }

    fn parameters(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            let source = self.paint(CYAN, &format!("{:<7}", parameter.source));
            self.line(&format!("{}{source}", " ".repeat(INDENT)));
            for (name, value) in [
                ("as sent", &parameter.raw),
                ("name", &parameter.name),
                ("value", &parameter.value),
                ("encoded", &parameter.encoded),
            ] {
                self.pair(&format!("  {name}"), value);
            }
        }
    }

    fn found(&mut self, found: &Found) {
        let id = self.paint(YELLOW, found.mistake.id);
        self.line(&format!("  {id}"));
        self.words(INDENT, found.mistake.sentence);
        if let Some(detail) = &found.detail {
            self.words(INDENT, detail);
        }
        self.words(
            INDENT,
            &format!(
                "{}. To mend it: {}",
                found.mistake.section, found.mistake.fix
            ),
        );
    }

    fn difference(&mut self, difference: &Difference) {
        self.words(
            2,
            &format!(
                "The first difference is in the {}, at byte {}:",
                difference.part, difference.position
            ),
        );
        self.line("    right");
        self.octets(6, &difference.ours, GREEN);
        self.line("    wrong");
        self.octets(6, &difference.theirs, RED);
    }

    fn explanation(&mut self, explanation: &Explanation, right: Option<&str>) {
        explanation
            .mistakes
            .iter()
            .for_each(|found| self.found(found));
        if !explanation.alternatives.is_empty() {
            self.words(
                2,
                "For this request these cannot be told apart from the former, as they give the same:",
            );
            for set in &explanation.alternatives {
                let ids: Vec<_> = set.iter().map(|found| found.mistake.id).collect();
                self.words(INDENT, &ids.join(" and "));
            }
        }
        let Some(difference) = &explanation.difference else {
            return;
        };
        self.difference(difference);
        for (title, text) in [
            ("  The right base string", right),
            (
                "  The base string that was signed",
                explanation.base_string.as_deref(),
            ),
        ] {
            if let Some(text) = text {
                let title = self.paint(BOLD, title);
                self.line(&title);
                self.base_string(text, Some(difference.position));
            }
        }
    }
}

/// Escapes control characters, and those that change the direction of text.
fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        {
            // Writing to a string cannot fail.
            let _ = write!(safe, "{}", character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

impl Diagnosis {
    /// The diagnosis as text for people.
    pub fn to_text(&self, style: Style) -> String {
        let mut page = Page::new(style);
        let (colour, verdict) = match self.verdict {
            Verdict::Right => (GREEN, "The signature is right."),
            Verdict::Explained => (RED, "The signature is refused, and this is why:"),
            Verdict::Unexplained => (
                RED,
                "The signature is refused, and no known mistake explains it.",
            ),
            Verdict::Unreadable => (RED, "This cannot be read."),
        };
        let verdict = page.paint(colour, verdict);
        page.line(&verdict);
        for explanation in &self.explanations {
            page.explanation(explanation, self.base_string.as_deref());
        }
        if self.explanations.is_empty()
            && let Some(difference) = &self.difference
        {
            page.difference(difference);
        }
        for (title, list) in [
            ("Ruled out:", &self.ruled_out),
            ("To be checked next:", &self.check_next),
        ] {
            if !list.is_empty() {
                page.line(title);
                list.iter()
                    .for_each(|text| page.words(2, &format!("- {text}")));
            }
        }
        if !self.notes.is_empty() {
            page.line("Seen besides:");
            self.notes.iter().for_each(|found| page.found(found));
        }
        page.text
    }
}

impl Steps {
    /// The steps as text for people.
    pub fn to_text(&self, style: Style) -> String {
        let mut page = Page::new(style);
        let title = page.paint(BOLD, "Making the signature, step by step");
        page.line(&title);
        page.heading(1, "What was read", "RFC 5849 §3.4.1.2");
        for (name, value) in [
            ("method", Some(&self.method)),
            ("scheme", Some(&self.scheme)),
            ("host", Some(&self.host)),
            ("port", self.port.as_ref()),
            ("path", Some(&self.path)),
        ] {
            page.pair(name, value.map_or("(not named)", String::as_str));
        }
        page.heading(2, "Base string URI", "RFC 5849 §3.4.1.2");
        page.octets(INDENT, &self.base_string_uri, CYAN);
        page.heading(
            3,
            "Parameters, in the order they are signed",
            "RFC 5849 §3.4.1.3.1",
        );
        page.parameters(&self.parameters);
        for text in &self.not_signed {
            page.words(INDENT, &format!("not signed: {text}"));
        }
        page.heading(4, "Normalized parameters", "RFC 5849 §3.4.1.3.2");
        for pair in self.normalized_parameters.split_inclusive('&') {
            page.octets(INDENT, pair, CYAN);
        }
        page.heading(5, "Signature base string", "RFC 5849 §3.4.1.1");
        page.base_string(&self.base_string, None);
        page.heading(6, "Signing key", "RFC 5849 §3.4.2");
        let key = &self.key;
        page.words(
            INDENT,
            &format!(
                "{} characters of client secret ({} encoded), an &, {} of token secret ({} encoded): {} octets",
                key.client_secret, key.client_secret_encoded, key.token_secret, key.token_secret_encoded, key.key
            ),
        );
        page.heading(7, "Signature", "RFC 5849 §3.4");
        page.pair("method", &self.signature_method);
        page.pair(
            "signature",
            self.signature.as_deref().unwrap_or("(not shown)"),
        );
        if let Some(authorization) = &self.authorization {
            page.heading(8, "Authorization header", "RFC 5849 §3.5.1");
            page.words(INDENT, authorization);
        }
        page.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_is_written() {
        assert_eq!(
            safe("a\u{1b}[31m\u{202e}b\n"),
            "a\\u{1b}[31m\\u{202e}b\\u{a}"
        );
    }
}
