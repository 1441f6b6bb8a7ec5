//! Splits a command into words as a POSIX shell, the `cmd` of Windows or PowerShell does, without expanding anything.
//!
//! Crates such as `shlex` know a POSIX shell only. They report no operators and no variables, and not the `$'...'`,
//! `^"` and backticks that browsers write.

use alloc::{string::String, vec::Vec};
use core::{iter::Peekable, mem, str::Chars};

/// A part of a command.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Token {
    Word(Word),
    /// `&`, `&&`, `|`, `||` or `;`.
    Operator(String),
    /// A redirection such as `>` or `2>&1`; the file's name is dropped.
    Redirection,
    /// The end of a line that is not continued.
    LineEnd,
}

/// A word without its quotes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Whether any part of it was in quotes.
    pub(super) is_quoted: bool,
    /// A variable or command substitution that the shell replaces.
    pub(super) expansion: Option<String>,
    /// The length of the text in front of the first `&` outside quotes.
    pub(super) cut: Option<usize>,
}

/// The language that a command is written in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Dialect {
    Posix,
    Cmd,
    PowerShell,
}

impl Dialect {
    fn of(command: &str) -> Self {
        let ends_with = |mark| command.lines().any(|line| line.trim_end().ends_with(mark));
        if command.contains("^\"") || ends_with(" ^") {
            Self::Cmd
        } else if command.contains("`\"") || ends_with(" `") {
            Self::PowerShell
        } else {
            Self::Posix
        }
    }
}

/// Splits a command. The error names a quote that is not closed.
pub(super) fn split(command: &str) -> Result<Vec<Token>, char> {
    let dialect = Dialect::of(command);
    let unescaped;
    let mut splitter = Splitter {
        rest: match dialect {
            Dialect::Cmd => {
                unescaped = without_carets(command);
                unescaped.chars().peekable()
            }
            _ => command.chars().peekable(),
        },
        dialect,
        tokens: Vec::new(),
        word: None,
    };
    while let Some(character) = splitter.rest.next() {
        splitter.read(character)?;
    }
    splitter.end_word();
    Ok(splitter.tokens)
}

/// Removes the carets of `cmd`: each escapes a character, and at the end of a line the line break.
fn without_carets(command: &str) -> String {
    let mut text = String::with_capacity(command.len());
    let mut rest = command.chars().filter(|it| *it != '\r').peekable();
    while let Some(character) = rest.next() {
        match character {
            // Two line breaks after a caret are one line break in the text.
            '^' if rest.next_if_eq(&'\n').is_some() => text.extend(rest.next_if_eq(&'\n')),
            '^' => text.extend(rest.next()),
            _ => text.push(character),
        }
    }
    text
}

struct Splitter<'a> {
    rest: Peekable<Chars<'a>>,
    dialect: Dialect,
    tokens: Vec<Token>,
    word: Option<Word>,
}

impl Splitter<'_> {
    fn read(&mut self, character: char) -> Result<(), char> {
        let is_posix = self.dialect == Dialect::Posix;
        match character {
            '"' => self.double_quotes()?,
            '\'' if self.dialect != Dialect::Cmd => self.single_quotes()?,
            '$' if is_posix && self.rest.next_if_eq(&'\'').is_some() => self.dollar_quotes()?,
            '$' if self.dialect != Dialect::Cmd => self.dollar(),
            '`' if is_posix => self.expands("`"),
            '`' => self.escaped(),
            '\\' if self.dialect == Dialect::Cmd => {
                let quote = self.rest.next_if_eq(&'"');
                self.push(quote.unwrap_or('\\'));
            }
            '\\' if is_posix => self.escaped(),
            '\n' => {
                self.end_word();
                self.tokens.push(Token::LineEnd);
            }
            '#' if self.word.is_none() => while self.rest.next_if(|it| *it != '\n').is_some() {},
            '&' => self.ampersand(),
            '|' | ';' => {
                self.end_word();
                let mut operator = String::from(character);
                operator.extend(self.rest.next_if_eq(&character));
                self.tokens.push(Token::Operator(operator));
            }
            '>' | '<' => self.redirection(),
            _ if character.is_whitespace() => self.end_word(),
            _ => self.push(character),
        }
        Ok(())
    }

    fn push(&mut self, character: char) {
        self.word.get_or_insert_default().text.push(character);
    }

    fn expands(&mut self, what: &str) {
        let word = self.word.get_or_insert_default();
        word.expansion.get_or_insert_with(|| what.into());
        word.text.push_str(what);
    }

    fn end_word(&mut self) {
        self.tokens.extend(self.word.take().map(Token::Word));
    }

    /// A backslash or, in PowerShell, a backtick outside quotes.
    fn escaped(&mut self) {
        self.rest.next_if_eq(&'\r');
        match self.rest.next() {
            // The prompt that a shell prints on a continued line.
            Some('\n') if self.rest.next_if_eq(&'>').is_some() => self.end_word(),
            Some('\n') | None => {}
            Some(next) => self.push(next),
        }
    }

    fn single_quotes(&mut self) -> Result<(), char> {
        self.word.get_or_insert_default().is_quoted = true;
        loop {
            match self.rest.next() {
                None => return Err('\''),
                Some('\'') if self.dialect == Dialect::PowerShell => {
                    if self.rest.next_if_eq(&'\'').is_none() {
                        return Ok(());
                    }
                    self.push('\'');
                }
                Some('\'') => return Ok(()),
                Some(character) => self.push(character),
            }
        }
    }

    fn double_quotes(&mut self) -> Result<(), char> {
        self.word.get_or_insert_default().is_quoted = true;
        loop {
            match (self.rest.next(), self.dialect) {
                (None, _) => return Err('"'),
                // Windows reads two quotes inside quotes as one.
                (Some('"'), Dialect::Cmd | Dialect::PowerShell) => {
                    if self.rest.next_if_eq(&'"').is_none() {
                        return Ok(());
                    }
                    self.push('"');
                }
                (Some('"'), Dialect::Posix) => return Ok(()),
                (Some('\\'), Dialect::Posix) => match self.rest.next() {
                    Some('\n') | None => {}
                    Some(next @ ('"' | '\\' | '$' | '`')) => self.push(next),
                    Some(next) => {
                        self.push('\\');
                        self.push(next);
                    }
                },
                (Some('\\'), _) => {
                    let next = self.rest.next_if(|it| matches!(it, '"' | '\\'));
                    self.push(next.unwrap_or('\\'));
                }
                (Some('`'), Dialect::PowerShell) => {
                    let next = self.rest.next();
                    next.into_iter().for_each(|next| self.push(next));
                }
                (Some('`'), Dialect::Posix) => self.expands("`"),
                (Some('$'), Dialect::Posix | Dialect::PowerShell) => self.dollar(),
                (Some(character), _) => self.push(character),
            }
        }
    }

    /// A `$` outside single quotes: a variable or a command, or itself.
    fn dollar(&mut self) {
        let starts = |it: &char| it.is_ascii_alphabetic() || matches!(it, '_' | '{' | '(');
        let Some(first) = self.rest.next_if(starts) else {
            // Alone it is a prompt or itself.
            return self.push('$');
        };
        let mut name = String::from("$");
        name.push(first);
        let goes_on = |it: &char| it.is_ascii_alphanumeric() || *it == '_';
        while let Some(next) = self.rest.next_if(goes_on) {
            name.push(next);
        }
        name.extend(self.rest.next_if(|it| *it == '}' || *it == ')'));
        self.expands(&name);
    }

    /// `$'...'` with the escapes of bash.
    fn dollar_quotes(&mut self) -> Result<(), char> {
        self.word.get_or_insert_default().is_quoted = true;
        let mut bytes = Vec::new();
        loop {
            let character = match self.rest.next().ok_or('\'')? {
                '\'' => break,
                '\\' => match self.rest.next().ok_or('\'')? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    // \x is a byte, \u and \U are characters.
                    'x' => {
                        let code = self.hexadecimal(2);
                        bytes.extend(u8::try_from(code));
                        continue;
                    }
                    'u' => char::from_u32(self.hexadecimal(4)).unwrap_or('\u{fffd}'),
                    'U' => char::from_u32(self.hexadecimal(8)).unwrap_or('\u{fffd}'),
                    other => other,
                },
                other => other,
            };
            bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
        }
        let text = String::from_utf8_lossy(&bytes);
        self.word.get_or_insert_default().text.push_str(&text);
        Ok(())
    }

    fn hexadecimal(&mut self, digits: usize) -> u32 {
        let mut code = 0;
        for _ in 0..digits {
            let Some(digit) = self.rest.peek().and_then(|it| it.to_digit(16)) else {
                break;
            };
            code = code * 16 + digit;
            self.rest.next();
        }
        code
    }

    /// `&` ends a command, but people forget the quotes around a URL.
    fn ampersand(&mut self) {
        if self.rest.next_if_eq(&'&').is_some() {
            self.end_word();
            return self.tokens.push(Token::Operator("&&".into()));
        }
        let is_followed = self.rest.peek().is_some_and(|next| !next.is_whitespace());
        match &mut self.word {
            Some(word) if is_followed => {
                let length = word.text.len();
                word.cut.get_or_insert(length);
                word.text.push('&');
            }
            _ => {
                self.end_word();
                self.tokens.push(Token::Operator("&".into()));
            }
        }
    }

    /// A redirection: its operator, and the name of the file.
    fn redirection(&mut self) {
        let is_number = |word: &Word| !word.is_quoted && matches!(&*word.text, "0" | "1" | "2");
        if !self.word.as_ref().is_some_and(is_number) {
            self.end_word();
        }
        self.word = None;
        while self.rest.next_if(|it| matches!(it, '>' | '<' | '&' | ' ')).is_some() {}
        let tokens = mem::take(&mut self.tokens);
        let is_name = |it: &char| !it.is_whitespace() && !matches!(it, ';' | '|' | '&');
        while let Some(next) = self.rest.next_if(is_name) {
            if self.read(next).is_err() {
                break;
            }
        }
        self.word = None;
        self.tokens = tokens;
        self.tokens.push(Token::Redirection);
    }
}
