//! JSON for people: indented and coloured, with every number, name and order as the server sent them.
//!
//! It is written while it is read, so that a large response needs no additional memory.

use std::io::{self, Write};

/// The colours of the parts of JSON.
#[derive(Clone, Copy)]
pub(crate) struct Colors {
    name: &'static str,
    string: &'static str,
    other: &'static str,
    end: &'static str,
}

impl Colors {
    pub(crate) const NONE: Self = Self { name: "", string: "", other: "", end: "" };
    pub(crate) const ANSI: Self = Self { name: "\x1b[34;1m", string: "\x1b[32m", other: "\x1b[36m", end: "\x1b[0m" };
}

/// The deepest indentation. Beyond it, there would be more spaces than text.
const DEEPEST: usize = 64;

/// Whether a text is JSON.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Writes JSON with indentation and colours.
///
/// Only white space changes. Parsing the values would lose digits of large numbers, and one of two equal names.
pub(crate) fn write_pretty(out: &mut impl Write, text: &str, colors: Colors) -> io::Result<()> {
    let mut depth = 0;
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ => rest.find([',', '}', ']', ' ', '\t', '\r', '\n']).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        rest = after.trim_start();
        match first {
            '{' | '[' if rest.starts_with(['}', ']']) => {
                write!(out, "{token}{}", &rest[..1])?;
                rest = rest[1..].trim_start();
            }
            '{' | '[' => {
                depth += 1;
                write!(out, "{token}")?;
                line(out, depth)?;
            }
            '}' | ']' => {
                depth -= 1;
                line(out, depth)?;
                write!(out, "{token}")?;
            }
            ',' => {
                write!(out, "{token}")?;
                line(out, depth)?;
            }
            ':' => out.write_all(b": ")?,
            _ => {
                let color = match first {
                    '"' if rest.starts_with(':') => colors.name,
                    '"' => colors.string,
                    _ => colors.other,
                };
                out.write_all(color.as_bytes())?;
                for character in token.chars() {
                    write_safe(out, character)?;
                }
                out.write_all(colors.end.as_bytes())?;
            }
        }
    }
    Ok(())
}

fn line(out: &mut impl Write, depth: usize) -> io::Result<()> {
    write!(out, "\n{:1$}", "", 2 * depth.min(DEEPEST))
}

/// The length of the string at the start of a text, with its quotes.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at + 1,
            _ => escaped = byte == b'\\' && !escaped,
        }
    }
    text.len()
}

/// JSON escapes control characters up to U+001F. Those above, and characters that change the direction of text, are as
/// harmful.
fn write_safe(out: &mut impl Write, character: char) -> io::Result<()> {
    if is_harmful(character) { write!(out, "\\u{:04x}", u32::from(character)) } else { write!(out, "{character}") }
}

/// Whether a character could control a terminal, or show text in another order.
pub(crate) fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes text with harmful characters escaped.
pub(crate) fn write_escaped(out: &mut impl Write, text: &str) -> io::Result<()> {
    for character in text.chars() {
        match character {
            // Part of a CRLF.
            '\r' => {}
            '\n' | '\t' => write!(out, "{character}")?,
            _ if is_harmful(character) => write!(out, "{}", character.escape_unicode())?,
            _ => write!(out, "{character}")?,
        }
    }
    Ok(())
}

/// Text with harmful characters escaped.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    // Writing to memory does not fail, and only text is written.
    let _ = write_escaped(&mut out, text);
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pretty(text: &str, colors: Colors) -> Option<String> {
        let mut out = Vec::new();
        write_pretty(&mut out, text, colors).unwrap();
        is_json(text).then(|| String::from_utf8(out).unwrap())
    }

    #[test]
    fn only_white_space_changes() {
        let text = r#" {"a":[1.00,1e999, {} ,[ ]],"a":"x\"}:,","n":null} "#;
        let expected =
            "{\n  \"a\": [\n    1.00,\n    1e999,\n    {},\n    []\n  ],\n  \"a\": \"x\\\"}:,\",\n  \"n\": null\n}";
        assert_eq!(pretty(text, Colors::NONE).as_deref(), Some(expected));
        let squeezed: String = expected.split_whitespace().collect();
        assert_eq!(squeezed, text.split_whitespace().collect::<String>());
    }

    #[test]
    fn names_and_values_are_told_apart() {
        let text = pretty(r#"{"a":"b"}"#, Colors::ANSI).unwrap();
        assert_eq!(text, "{\n  \x1b[34;1m\"a\"\x1b[0m: \x1b[32m\"b\"\x1b[0m\n}");
    }

    #[test]
    fn other_text_is_not_json() {
        for text in ["", "{", "<html>", "{\"a\":1}x", &"[".repeat(100_000)] {
            assert!(!is_json(text));
        }
    }

    #[test]
    fn deep_nesting_is_not_indented_without_end() {
        let depth = 100_000;
        let text = "[".repeat(depth) + "1" + &"]".repeat(depth);
        let pretty = pretty(&text, Colors::NONE).unwrap();
        assert!(pretty.len() < depth * 2 * (2 + 2 * DEEPEST));
        assert_eq!(pretty.split_whitespace().collect::<String>(), text);
    }

    #[test]
    fn nothing_controls_the_terminal() {
        assert_eq!(pretty("\"\u{9b}2J\u{202e}\"", Colors::NONE).as_deref(), Some("\"\\u009b2J\\u202e\""));
        assert_eq!(escaped("a\x1b[2J\u{9b}\r\n\tb\u{7f}"), "a\\u{1b}[2J\\u{9b}\n\tb\\u{7f}");
    }
}
