//! Values as they were found, and what is wrong with them.

use core::fmt;

use zeroize::Zeroizing;

use super::{
    configuration_error::ValueError,
    sources::{Source, Variable},
};

/// A value that was found somewhere, for whoever looks for a mistake: how long it is and what strays in it, never itself.
pub struct Found {
    variable: Variable,
    source: Source,
    text: Result<Zeroizing<String>, ValueError>,
    fault: Option<ValueError>,
}

impl Found {
    pub(super) fn new(
        variable: Variable,
        source: Source,
        text: Result<Zeroizing<String>, ValueError>,
        is_raw: bool,
    ) -> Self {
        let fault = match &text {
            Ok(_) if is_raw => None,
            Ok(text) => check(text).err(),
            Err(fault) => Some(*fault),
        };
        Self {
            variable,
            source,
            text,
            fault,
        }
    }

    /// Which value it is.
    pub fn variable(&self) -> Variable {
        self.variable
    }

    /// Where it was found.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Why it cannot be right.
    pub fn fault(&self) -> Option<ValueError> {
        self.fault
    }

    /// How many characters it has; `None` where it is not text.
    pub fn length(&self) -> Option<usize> {
        self.text.as_ref().ok().map(|text| text.chars().count())
    }

    /// What strays in it.
    pub fn stray(&self) -> Stray {
        self.text
            .as_ref()
            .map_or(Stray::default(), |text| Stray::count(text))
    }

    /// The value, which may be a secret.
    pub(super) fn text(&self) -> &str {
        self.text.as_ref().map_or("", |text| text.as_str())
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Found")
            .field("variable", &self.variable)
            .field("source", &self.source)
            .field("length", &self.length())
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

/// Characters that values pick up on their way through editors, shells and secret stores, by count; `Display` lists them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Stray {
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
    /// Other control characters, and others that show nothing.
    pub invisible: usize,
}

impl Stray {
    fn count(text: &str) -> Self {
        let mut stray = Self::default();
        for character in text.chars() {
            match character {
                '\n' => stray.line_feeds += 1,
                '\r' => stray.carriage_returns += 1,
                '"' | '\'' | '\u{2018}'..='\u{201f}' => stray.quotes += 1,
                '\u{feff}' => stray.byte_order_marks += 1,
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' => stray.invisible += 1,
                _ if character.is_whitespace() => stray.white_space += 1,
                _ if character.is_control() => stray.invisible += 1,
                _ => {}
            }
        }
        stray
    }

    /// Whether nothing strays.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

impl fmt::Display for Stray {
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

/// Refuses what a value picks up on its way through editors, shells and secret stores; nothing is mended, as a secret may
/// hold anything.
pub(super) fn check(text: &str) -> Result<(), ValueError> {
    let fault = if text.is_empty() {
        ValueError::Empty
    } else if text.contains('\u{feff}') {
        ValueError::ByteOrderMark
    } else if text.starts_with(char::is_whitespace) {
        ValueError::WhiteSpaceBefore
    } else if text.ends_with(char::is_whitespace) {
        ValueError::WhiteSpaceAfter
    } else if text.len() > 1
        && ['"', '\'']
            .iter()
            .any(|quote| text.starts_with(*quote) && text.ends_with(*quote))
    {
        ValueError::Quotes
    } else if let Some((position, _)) = text.char_indices().find(|(_, one)| one.is_control()) {
        ValueError::Control(position)
    } else if Variable::ALL
        .iter()
        .any(|variable| text.contains(variable.name()))
    {
        ValueError::Variable
    } else {
        return Ok(());
    };
    Err(fault)
}
