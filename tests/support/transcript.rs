//! Transcripts of the command line: what is typed, and what must come out.
//!
//! A line `$ command` is run, in an empty environment but for what stands before the command and a `HOME`, which the commands
//! of one file share and which is empty at first. `echo TEXT | command` gives it a line of standard input, and `$NAME` is one
//! of the variables that a running sandbox prints. The lines behind it are its standard output; `! line` is one of standard error, `? N` the exit code where it is not
//! 0. `[..]` stands for any text.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

/// One command with what it prints.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Exchange {
    pub(crate) command: String,
    pub(crate) output: Vec<String>,
    pub(crate) errors: Vec<String>,
    pub(crate) code: i32,
}

/// The exchanges of a transcript, `#` comments left out.
pub(crate) fn read(text: &str) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            exchanges.push(Exchange {
                command: command.to_owned(),
                ..Exchange::default()
            });
            continue;
        }
        let Some(last) = exchanges.last_mut() else {
            continue;
        };
        if let Some(code) = line.strip_prefix("? ") {
            last.code = code.parse().unwrap();
        } else if let Some(error) = line.strip_prefix('!') {
            last.errors
                .push(error.strip_prefix(' ').unwrap_or(error).to_owned());
        } else if !line.starts_with('#') {
            last.output.push(line.to_owned());
        }
    }
    for exchange in &mut exchanges {
        // Empty lines between two commands are not output.
        while exchange.output.last().is_some_and(String::is_empty) {
            exchange.output.pop();
        }
    }
    exchanges
}

/// Runs the exchange's command and compares.
pub(crate) fn run(place: &str, expected: &Exchange, home: &Path, variables: &[(String, String)]) {
    let line = variables
        .iter()
        .fold(expected.command.clone(), |line, (name, value)| {
            line.replace(&format!("${name}"), value)
        });
    let mut words = words(&line);
    let mut input = String::new();
    if words[0] == "echo" && words[2] == "|" {
        input = format!("{}\n", words[1]);
        words.drain(..3);
    }
    let mut words = words.iter().map(String::as_str).peekable();
    let mut command = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"));
    command.env_clear().env("HOME", home).current_dir(home);
    while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
        command.env(name, value);
        words.next();
    }
    assert_eq!(
        words.next(),
        Some("exh-oauth1"),
        "{place}: {}",
        expected.command
    );
    let mut child = command
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end without reading it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    compare(place, expected, &output);
}

/// Compares what a command printed, and how it ended.
pub(crate) fn compare(place: &str, expected: &Exchange, output: &Output) {
    let lines = |octets: &[u8]| {
        let text = String::from_utf8(octets.to_vec()).unwrap();
        text.lines().map(str::to_owned).collect()
    };
    let found = Exchange {
        command: expected.command.clone(),
        output: lines(&output.stdout),
        errors: lines(&output.stderr),
        code: output.status.code().unwrap(),
    };
    let same = |found: &[String], expected: &[String]| {
        found.len() == expected.len()
            && found
                .iter()
                .zip(expected)
                .all(|(found, expected)| matches(found, expected))
    };
    assert!(
        found.code == expected.code
            && same(&found.output, &expected.output)
            && same(&found.errors, &expected.errors),
        "{place}\nexpected {expected:#?}\nfound {found:#?}"
    );
}

/// Splits as a shell does, with single and double quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in line.chars() {
        match (character, quote) {
            (' ', None) => words.extend(word.take()),
            ('\'' | '"', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (_, Some(open)) if character == open => quote = None,
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

/// Whether a line is the expected one, in which `[..]` stands for any text.
fn matches(line: &str, expected: &str) -> bool {
    let Some((first, others)) = expected.split_once("[..]") else {
        return line == expected;
    };
    let Some(rest) = line.strip_prefix(first) else {
        return false;
    };
    // The text that `[..]` stands for may end anywhere that lets the others match.
    (0..=rest.len())
        .filter_map(|at| rest.get(at..))
        .any(|rest| matches(rest, others))
}
