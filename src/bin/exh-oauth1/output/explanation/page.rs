//! Lines of text for people. They hold no control character of any input, so that no escape sequence reaches a
//! terminal.

use std::fmt::Write as _;

use textwrap::{Options, WordSeparator, WordSplitter};

pub(super) const BOLD: &str = "1";
pub(super) const DIM: &str = "2";
pub(super) const RED: &str = "31";
pub(super) const GREEN: &str = "32";
pub(super) const YELLOW: &str = "33";
pub(super) const CYAN: &str = "36";

pub(super) const INDENT: usize = 4;
/// The width of the names in front of values.
const NAMES: usize = 18;

/// The width in characters to wrap at.
const WIDTH: usize = 80;

/// A text that grows line by line.
pub(super) struct Page {
    pub(super) text: String,
    has_colour: bool,
}

impl Page {
    pub(super) fn new(has_colour: bool) -> Self {
        Self { text: String::new(), has_colour }
    }

    pub(super) fn paint(&self, colour: &str, text: &str) -> String {
        if self.has_colour && !colour.is_empty() {
            format!("\u{1b}[{colour}m{text}\u{1b}[0m")
        } else {
            text.to_string()
        }
    }

    /// Writes a line; a colour of `""` is none.
    pub(super) fn line(&mut self, indent: usize, colour: &str, text: &str) {
        let line = format!("{:indent$}{}", "", self.paint(colour, text));
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    pub(super) fn heading(&mut self, number: usize, title: &str, section: &str) {
        let left = format!("{number}. {title}");
        let gap = WIDTH.saturating_sub(left.chars().count() + section.chars().count()).max(2);
        let line = format!("\n{}{}{}", self.paint(BOLD, &left), " ".repeat(gap), self.paint(DIM, section));
        self.line(0, "", &line);
    }

    /// Writes words, wrapped between them.
    pub(super) fn words(&mut self, indent: usize, text: &str) {
        let options = Options::new(WIDTH - indent)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(&safe(text), options) {
            self.line(indent, "", &line);
        }
    }

    /// Writes a list under its title, unless the list is empty.
    pub(super) fn list(&mut self, indent: usize, title: &str, list: &[String]) {
        if !list.is_empty() && !title.is_empty() {
            self.words(indent, title);
        }
        list.iter().for_each(|text| self.words(indent + 2, &format!("- {text}")));
    }

    /// Writes a text without spaces, wrapped anywhere.
    pub(super) fn bytes(&mut self, indent: usize, text: &str, colour: &str) {
        for piece in pieces(text, WIDTH.saturating_sub(indent)) {
            self.line(indent, colour, &piece);
        }
    }

    /// The same with a mark of two characters in front of the first line.
    pub(super) fn marked(&mut self, mut mark: &str, colour: &str, text: &str) {
        for piece in pieces(text, WIDTH.saturating_sub(INDENT + 2)) {
            self.line(INDENT, colour, &format!("{mark}{piece}"));
            mark = "  ";
        }
    }

    pub(super) fn pair(&mut self, mut name: &str, value: &str) {
        for piece in pieces(value, WIDTH.saturating_sub(INDENT + NAMES)) {
            self.line(INDENT, "", &format!("{name:<NAMES$}{piece}"));
            name = "";
        }
    }

    /// Writes a base string with its parts apart, one parameter a line, each with the `%26` that follows it.
    pub(super) fn base_string(&mut self, text: &str) {
        for (name, part) in ["method", "URI", "parameters"].iter().zip(text.splitn(3, '&')) {
            self.line(INDENT, DIM, name);
            for piece in part.split_inclusive("%26") {
                self.bytes(INDENT + 2, piece, CYAN);
            }
        }
    }
}

/// The lines of a text that is wrapped anywhere.
pub(super) fn pieces(text: &str, width: usize) -> Vec<String> {
    let characters: Vec<char> = safe(text).chars().collect();
    if characters.is_empty() {
        return vec!["(empty)".to_string()];
    }
    let pieces = characters.chunks(width.max(20));
    pieces.map(|piece| piece.iter().collect()).collect()
}

/// Escapes control characters, and those that change the direction of text.
pub(super) fn safe(text: &str) -> String {
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
