//! Splits a command into words as a POSIX shell, the `cmd` of Windows or PowerShell does, without expanding anything.
//!
//! Crates such as `shlex` know a POSIX shell only. They report no operators and no variables, and not the `$'...'`,
//! `^"` and backticks that browsers write.

use std::{
    borrow::Cow,
    iter::{self, Peekable},
    mem,
    str::Chars,
};

/// A word without its quotes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Word {
    pub(super) text: String,
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
        // Firefox once wrote "%" and "" for cmd.
        let is_doubled = |(at, _)| command[at + 3..].starts_with(|it: char| it.is_ascii_alphanumeric());
        let has_doubled = command.contains("\"%\"") || command.match_indices("=\"\"").any(is_doubled);
        if command.contains("^\"") || ends_with(" ^") || (has_doubled && !command.contains('\'')) {
            Self::Cmd
        } else if command.contains("`\"") || ends_with(" `") {
            Self::PowerShell
        } else {
            Self::Posix
        }
    }
}

/// Splits a text into commands and these into words, without redirections. At a quote that is not closed, which is the
/// second value, the text ends without the command that has it.
pub(super) fn split(text: &str) -> (Vec<Vec<Word>>, Option<char>) {
    let dialect = Dialect::of(text);
    let text: Cow<'_, str> = match dialect {
        Dialect::Cmd => without_carets(text).into(),
        _ => text.into(),
    };
    let mut splitter =
        Splitter { rest: text.chars().peekable(), dialect, commands: vec![Vec::new()], word: None, is_file: false };
    while let Some(character) = splitter.rest.next() {
        if let Err(quote) = splitter.read(character) {
            splitter.commands.pop();
            return (splitter.commands, Some(quote));
        }
    }
    splitter.end_word();
    (splitter.commands, None)
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
    commands: Vec<Vec<Word>>,
    word: Option<Word>,
    /// Whether the word is the file of a redirection.
    is_file: bool,
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
            '\n' if self.is_option_next() => self.end_word(),
            '\n' | '|' | ';' => self.end_command(),
            '#' if self.word.is_none() => while self.rest.next_if(|it| *it != '\n').is_some() {},
            '&' => self.ampersand(),
            // The number in a redirection such as `2>&1`.
            '0'..='2' if self.word.is_none() && matches!(self.rest.peek(), Some('>' | '<')) => {}
            '>' if self.is_curl_next() => {
                self.push('>');
                self.end_word();
            }
            '>' | '<' => {
                self.end_word();
                while self.rest.next_if(|it| matches!(it, '>' | '<' | '&' | ' ')).is_some() {}
                self.is_file = true;
            }
            _ if character.is_whitespace() => self.end_word(),
            _ => self.push(character),
        }
        Ok(())
    }

    /// Whether the next line goes on with an option, although the line end was not escaped.
    fn is_option_next(&self) -> bool {
        let mut next = self.rest.clone().skip_while(|it| *it != '\n' && it.is_whitespace());
        next.next() == Some('-') && next.next().is_some_and(|it| !it.is_whitespace())
    }

    /// Whether a `>` is the end of the prompt of `cmd` or PowerShell.
    fn is_curl_next(&self) -> bool {
        let next = self.rest.clone().skip_while(|it| *it == ' ').take_while(|it| !it.is_whitespace());
        matches!(next.collect::<String>().as_str(), "curl" | "curl.exe")
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
        let is_file = mem::take(&mut self.is_file);
        let word = self.word.take().filter(|_| !is_file);
        if let Some(command) = self.commands.last_mut() {
            command.extend(word);
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.commands.push(Vec::new());
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
        self.word.get_or_insert_default();
        let is_power_shell = self.dialect == Dialect::PowerShell;
        loop {
            match self.rest.next().ok_or('\'')? {
                '\'' if is_power_shell && self.rest.next_if_eq(&'\'').is_some() => self.push('\''),
                '\'' => return Ok(()),
                character => self.push(character),
            }
        }
    }

    fn double_quotes(&mut self) -> Result<(), char> {
        self.word.get_or_insert_default();
        let is_posix = self.dialect == Dialect::Posix;
        let is_escaped = |it: &char| matches!(it, '"' | '\\') || (is_posix && matches!(it, '$' | '`' | '\n'));
        loop {
            match (self.rest.next().ok_or('"')?, self.dialect) {
                // Windows reads two quotes inside quotes as one.
                ('"', _) if !is_posix && self.rest.next_if_eq(&'"').is_some() => self.push('"'),
                ('"', _) => return Ok(()),
                ('\\', _) => match self.rest.next_if(is_escaped) {
                    Some('\n') => {}
                    next => self.push(next.unwrap_or('\\')),
                },
                ('`', Dialect::PowerShell) => {
                    let next = self.rest.next();
                    next.into_iter().for_each(|next| self.push(next));
                }
                ('`', Dialect::Posix) => self.expands("`"),
                ('$', Dialect::Posix | Dialect::PowerShell) => self.dollar(),
                (character, _) => self.push(character),
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
        name.extend(iter::from_fn(|| self.rest.next_if(goes_on)));
        name.extend(self.rest.next_if(|it| *it == '}' || *it == ')'));
        self.expands(&name);
    }

    /// `$'...'` with the escapes of bash.
    fn dollar_quotes(&mut self) -> Result<(), char> {
        let mut bytes = Vec::new();
        loop {
            let code = match self.rest.next().ok_or('\'')? {
                '\'' => break,
                '\\' => match self.rest.next().ok_or('\'')? {
                    'n' => 10,
                    'r' => 13,
                    't' => 9,
                    // Digits and \x are a byte, \u and \U are characters.
                    digit @ '0'..='7' => {
                        bytes.push(self.number(8, 2, digit) as u8);
                        continue;
                    }
                    'x' => {
                        bytes.push(self.number(16, 2, '0') as u8);
                        continue;
                    }
                    'u' => match self.number(16, 4, '0') {
                        // Browsers write the two code units of UTF-16.
                        high @ 0xd800..=0xdbff if self.rest.next_if_eq(&'\\').is_some() => {
                            self.rest.next_if_eq(&'u');
                            0x1_0000 + ((high & 0x3ff) << 10) + (self.number(16, 4, '0') & 0x3ff)
                        }
                        code => code,
                    },
                    'U' => self.number(16, 8, '0'),
                    other => other.into(),
                },
                other => other.into(),
            };
            let character = char::from_u32(code).unwrap_or('\u{fffd}');
            bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
        }
        let text = String::from_utf8_lossy(&bytes);
        self.word.get_or_insert_default().text.push_str(&text);
        Ok(())
    }

    /// A number that has a first digit and at most some further ones.
    fn number(&mut self, radix: u32, digits: usize, first: char) -> u32 {
        let further = iter::from_fn(|| self.rest.next_if(|it| it.is_digit(radix))).take(digits);
        iter::once(first)
            .chain(further)
            .filter_map(|it| it.to_digit(radix))
            .fold(0, |number, digit| number * radix + digit)
    }

    /// `&` ends a command, but people forget the quotes around a URL.
    fn ampersand(&mut self) {
        let is_followed = self.rest.peek().is_some_and(|next| *next != '&' && !next.is_whitespace());
        match &mut self.word {
            Some(word) if is_followed => {
                word.cut.get_or_insert(word.text.len());
                word.text.push('&');
            }
            _ => self.end_command(),
        }
    }
}
