//! JSON for people: indented and coloured, with every number, name and order as the server sent them.

/// How the parts of JSON look.
#[derive(Clone, Copy)]
pub(crate) struct Colors {
    name: &'static str,
    string: &'static str,
    other: &'static str,
    end: &'static str,
}

impl Colors {
    pub(crate) const NONE: Self = Self {
        name: "",
        string: "",
        other: "",
        end: "",
    };
    pub(crate) const ANSI: Self = Self {
        name: "\x1b[34;1m",
        string: "\x1b[32m",
        other: "\x1b[36m",
        end: "\x1b[0m",
    };
}

/// Lays a JSON text out anew; `None` where it is no JSON.
///
/// Only white space is changed: reading and writing values would lose digits of large numbers and one of two equal names.
pub(crate) fn pretty(text: &str, colors: Colors) -> Option<String> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0;
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ => rest
                .find([',', '}', ']', ' ', '\t', '\r', '\n'])
                .unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        rest = after.trim_start();
        match first {
            '{' | '[' if rest.starts_with(['}', ']']) => {
                out.push_str(token);
                out.push_str(&rest[..1]);
                rest = rest[1..].trim_start();
            }
            '{' | '[' => {
                depth += 1;
                out.push_str(token);
                line(&mut out, depth);
            }
            '}' | ']' => {
                depth -= 1;
                line(&mut out, depth);
                out.push_str(token);
            }
            ',' => {
                out.push_str(token);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => {
                let color = match first {
                    '"' if rest.starts_with(':') => colors.name,
                    '"' => colors.string,
                    _ => colors.other,
                };
                out.push_str(color);
                token
                    .chars()
                    .for_each(|character| push_safe(&mut out, character));
                out.push_str(colors.end);
            }
        }
    }
    Some(out)
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

/// The length of the string that a text begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, octet) in text.bytes().enumerate().skip(1) {
        match octet {
            b'"' if !escaped => return at + 1,
            _ => escaped = octet == b'\\' && !escaped,
        }
    }
    text.len()
}

/// JSON escapes control characters up to U+001F itself; those above, and what turns the direction of text, are as harmful.
fn push_safe(out: &mut String, character: char) {
    if is_harmful(character) {
        out.push_str(&format!("\\u{:04x}", u32::from(character)));
    } else {
        out.push(character);
    }
}

/// What text from a server must not do to a terminal: control it, or show itself in another order than it is in.
pub(crate) fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text that is no JSON, fit for a terminal.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => out.push(character),
            // Servers end lines with both.
            '\r' => {}
            _ if is_harmful(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_white_space_changes() {
        let text = r#" {"a":[1.00,1e999, {} ,[ ]],"a":"x\"}:,","n":null} "#;
        let expected = "{\n  \"a\": [\n    1.00,\n    1e999,\n    {},\n    []\n  ],\n  \"a\": \"x\\\"}:,\",\n  \"n\": null\n}";
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
    fn what_is_no_json_is_left_alone() {
        for text in ["", "{", "<html>", "{\"a\":1}x", &"[".repeat(100_000)] {
            assert_eq!(pretty(text, Colors::NONE), None);
        }
    }

    #[test]
    fn nothing_controls_the_terminal() {
        assert_eq!(
            pretty("\"\u{9b}2J\u{202e}\"", Colors::NONE).as_deref(),
            Some("\"\\u009b2J\\u202e\"")
        );
        assert_eq!(
            escaped("a\x1b[2J\u{9b}\r\n\tb\u{7f}"),
            "a\\u{1b}[2J\\u{9b}\n\tb\\u{7f}"
        );
    }
}
