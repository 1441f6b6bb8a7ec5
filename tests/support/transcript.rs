//! Transcripts of the command line: what is typed, and what must come out.
//!
//! A line `$ command` is run, in an empty environment but for what stands before the command, a `PATH` with the program alone and a
//! `HOME`, which the commands of one file share and which is empty at first. `echo TEXT` and the program itself may stand in a
//! pipe, and `> FILE` behind them. `$NAME` is one of the variables that a running sandbox prints, and `$REPOSITORY` the folder of this
//! repository. The lines behind it are its standard output; `! line` is one of standard error, `? N` the exit code where it is not
//! 0. `[..]` stands for any text, and a line `...` for any lines.

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, ExitStatus, Output, Stdio},
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
        })
        .replace("$REPOSITORY", env!("CARGO_MANIFEST_DIR"));
    let words = words(&line);
    let mut output = Output {
        status: ExitStatus::default(),
        stdout: Vec::new(),
        stderr: Vec::new(),
    };
    for stage in words.split(|word| word == "|") {
        let (stage, file) = match stage {
            [stage @ .., arrow, file] if arrow == ">" => (stage, Some(file)),
            _ => (stage, None),
        };
        if stage[0] == "echo" {
            output.stdout = format!("{}\n", stage[1..].join(" ")).into_bytes();
        } else {
            assert!(output.status.success(), "{place}: {output:?}");
            output = execute(stage, &output.stdout, home);
        }
        if let Some(file) = file {
            let file = home.join(file);
            fs::write(&file, core::mem::take(&mut output.stdout)).unwrap();
            // Whatever the mask of whoever runs the tests.
            #[cfg(unix)]
            fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
        }
    }
    compare(place, expected, &output);
}

/// Runs the program with standard input.
fn execute(words: &[String], input: &[u8], home: &Path) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_exh-oauth1"));
    let mut words = words.iter().map(String::as_str).peekable();
    let mut command = Command::new(program);
    command.env_clear().env("HOME", home).current_dir(home);
    command.env("PATH", program.parent().unwrap());
    while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
        command.env(name, value);
        words.next();
    }
    assert_eq!(words.next(), Some("exh-oauth1"));
    let mut child = command
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end without reading it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
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
    assert!(
        found.code == expected.code
            && all_match(&found.output, &expected.output)
            && all_match(&found.errors, &expected.errors),
        "{place}\nexpected {expected:#?}\nfound {found:#?}"
    );
}

/// Splits as a shell does, with single and double quotes.
pub(crate) fn words(line: &str) -> Vec<String> {
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

/// Whether the lines are the expected ones, of which `...` stands for any number.
fn all_match(lines: &[String], expected: &[String]) -> bool {
    match expected {
        [] => lines.is_empty(),
        [any, rest @ ..] if any == "..." => {
            (0..=lines.len()).any(|at| all_match(&lines[at..], rest))
        }
        [first, rest @ ..] => lines
            .split_first()
            .is_some_and(|(line, others)| matches(line, first) && all_match(others, rest)),
    }
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
