//! A value that was found, and what is wrong with it.

use std::fmt;

use zeroize::Zeroizing;

use super::{
    configuration_error::ValueError,
    line,
    sources::{Source, Variable},
};

/// A value that was found in one place. It shows the value's length and its stray characters, but never the value.
pub struct FoundValue {
    variable: Variable,
    source: Source,
    /// `None` if it is not text.
    text: Option<Zeroizing<String>>,
    fault: Option<ValueError>,
}

impl FoundValue {
    /// A value of an option, a variable or a user. `None` is a value that is not text. A raw value is used as it is.
    pub(super) fn new(variable: Variable, source: Source, text: Option<Zeroizing<String>>, is_raw: bool) -> Self {
        let fault = match &text {
            Some(_) if is_raw => None,
            Some(text) => check(text).err(),
            None => Some(ValueError::NotText),
        };
        Self { variable, source, text, fault }
    }

    /// A value as it is written in a file.
    pub(super) fn in_file(variable: Variable, source: Source, written: Zeroizing<String>, is_raw: bool) -> Self {
        if is_raw {
            return Self::new(variable, source, Some(written), is_raw);
        }
        match line::value(&written) {
            Ok(value) => {
                let value = Zeroizing::new(value.to_owned());
                Self::new(variable, source, Some(value), is_raw)
            }
            Err(fault) => Self { variable, source, text: Some(written), fault: Some(fault) },
        }
    }

    /// Which setting it is.
    pub fn variable(&self) -> Variable {
        self.variable
    }

    /// Where it was found.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Why it cannot be used.
    pub fn fault(&self) -> Option<ValueError> {
        self.fault
    }

    /// Its length in characters; `None` if it is not text.
    pub fn length(&self) -> Option<usize> {
        self.text.as_ref().map(|text| text.chars().count())
    }

    /// Its stray characters.
    pub fn stray(&self) -> StrayCharacters {
        self.text.as_ref().map_or(StrayCharacters::default(), |text| StrayCharacters::count(text))
    }

    /// The value, which may be a secret.
    pub(super) fn text(&self) -> &str {
        self.text.as_ref().map_or("", |text| text.as_str())
    }
}

impl fmt::Debug for FoundValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FoundValue")
            .field("variable", &self.variable)
            .field("source", &self.source)
            .field("length", &self.length())
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

/// Numbers of characters that editors, shells and secret stores add to values. `Display` lists them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct StrayCharacters {
    /// White space other than line breaks.
    pub white_space: usize,
    /// Line feeds.
    pub line_feeds: usize,
    /// Carriage returns.
    pub carriage_returns: usize,
    /// Single and double quotes.
    pub quotes: usize,
    /// Byte order marks.
    pub byte_order_marks: usize,
    /// Other control characters and invisible characters.
    pub invisible: usize,
}

impl StrayCharacters {
    fn count(text: &str) -> Self {
        let mut stray = Self::default();
        for character in text.chars() {
            match character {
                '\n' => stray.line_feeds += 1,
                '\r' => stray.carriage_returns += 1,
                '"' | '\'' | '\u{2018}'..='\u{201f}' => stray.quotes += 1,
                line::BYTE_ORDER_MARK => stray.byte_order_marks += 1,
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' => stray.invisible += 1,
                _ if character.is_whitespace() => stray.white_space += 1,
                _ if character.is_control() => stray.invisible += 1,
                _ => {}
            }
        }
        stray
    }

    /// Whether there are no stray characters.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

impl fmt::Display for StrayCharacters {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (count, name) in [
            (self.white_space, "white space"),
            (self.line_feeds, "line feeds"),
            (self.carriage_returns, "carriage returns"),
            (self.quotes, "quotes"),
            (self.byte_order_marks, "byte order marks"),
            (self.invisible, "invisible"),
        ] {
            if count > 0 {
                write!(formatter, "{separator}{name}: {count}")?;
                separator = ", ";
            }
        }
        Ok(())
    }
}

/// Rejects values with what editors, shells and secret stores add. Nothing is corrected: a secret may hold any
/// character.
pub(super) fn check(text: &str) -> Result<(), ValueError> {
    let fault = if text.is_empty() {
        ValueError::Empty
    } else if text.contains(line::BYTE_ORDER_MARK) {
        ValueError::ByteOrderMark
    } else if text.starts_with(char::is_whitespace) {
        ValueError::WhiteSpaceBefore
    } else if text.ends_with(char::is_whitespace) {
        ValueError::WhiteSpaceAfter
    } else if text.len() > 1 && ['"', '\''].iter().any(|quote| text.starts_with(*quote) && text.ends_with(*quote)) {
        ValueError::Quotes
    } else if let Some((position, _)) = text.char_indices().find(|(_, one)| one.is_control()) {
        ValueError::Control(position)
    } else if is_placeholder(text) {
        ValueError::Placeholder
    } else if Variable::ALL.iter().any(|variable| text.contains(variable.name())) {
        ValueError::Variable
    } else {
        return Ok(());
    };
    Err(fault)
}

/// Whether a value is a placeholder, such as `<your token>`, `${TOKEN}` or `...`.
fn is_placeholder(text: &str) -> bool {
    let is_within = |(start, end)| text.starts_with(start) && text.ends_with(end);
    let filler = ['.', '…', '*', 'x', 'X'];
    [("<", ">"), ("${", "}"), ("{{", "}}"), ("$(", ")")].into_iter().any(is_within)
        || text.chars().all(|one| filler.contains(&one)) && text.chars().count() > 2
        || text == "…"
        || ["your-", "your_", "your "].iter().any(|start| text.to_ascii_lowercase().starts_with(start))
}
