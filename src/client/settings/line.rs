//! One line of a credentials file: `NAME=value`, as Extra Horizon's tools, shells and dotenv files have it.
//!
//! Crates for dotenv files replace `$NAME` and drop backslashes in values without quotes. Extra Horizon's tools write
//! secrets there as they are, so such a crate would change secrets.

use super::{configuration_error::ValueError, sources::Variable};

/// The byte order mark that some editors write at the start of a file.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// What a line holds.
#[derive(Clone, Copy)]
pub(super) enum Line<'a> {
    /// Nothing: it is empty or a comment.
    Empty,
    /// A name and, as it is written after the `=`, its value.
    Pair { is_exported: bool, name: &'a str, value: &'a str },
    /// Anything else.
    Other,
}

impl<'a> Line<'a> {
    /// Reads a line, with or without its end.
    pub(super) fn read(line: &'a str) -> Self {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        // A mark is inside the file where one file was appended to another.
        let line = line.trim_start_matches(BYTE_ORDER_MARK);
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            return Self::Empty;
        }
        let Some((name, value)) = line.split_once('=') else {
            return Self::Other;
        };
        let name = name.trim();
        let exported = name.strip_prefix("export").map(str::trim_start);
        match exported.filter(|exported| exported.len() + "export".len() < name.len()) {
            Some(name) => Self::Pair { is_exported: true, name, value },
            None => Self::Pair { is_exported: false, name, value },
        }
    }

    pub(super) fn is_of(self, variable: Variable) -> bool {
        matches!(self, Self::Pair { name, .. } if name == variable.name())
    }
}

/// The value of the text after the `=`: without the spaces and quotes around it.
///
/// Nothing inside a value is replaced. What shells and dotenv files read in different ways is an error.
pub(super) fn value(written: &str) -> Result<&str, ValueError> {
    let text = written.trim_matches([' ', '\t']);
    let quote = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => quote,
        _ if text.contains(" #") || text.contains("\t#") => return Err(ValueError::Comment),
        _ => return Ok(text),
    };
    let (value, rest) = text[1..].split_once(quote).ok_or(ValueError::Quotes)?;
    if quote == '"' && value.contains(['\\', '$', '`']) {
        return Err(ValueError::Escape);
    }
    let comment = rest.trim_start_matches([' ', '\t']);
    if comment.is_empty() || (comment.starts_with('#') && comment.len() < rest.len()) {
        Ok(value)
    } else {
        Err(ValueError::Quotes)
    }
}

/// Whether a shell reads a value as it is, without quotes.
pub(super) fn is_plain(value: &str) -> bool {
    let is_plain = |one: u8| one.is_ascii_alphanumeric() || b"_-.~%/+=:@,".contains(&one);
    !value.starts_with('~') && value.bytes().all(is_plain)
}
