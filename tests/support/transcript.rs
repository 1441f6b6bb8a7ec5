//! Transcripts of the command line: commands and their expected output.
//!
//! - `$ command` is run with an empty environment, except for the variables written in front of it, a `PATH` that has
//!   only the program, and a `HOME`. All commands of a file share the `HOME`, which is empty at first.
//! - A command is the program, or `echo TEXT`. Commands can be joined with `|`, and end with `> FILE`. `$NAME` is one
//!   of the variables that the running sandbox prints; `$REPOSITORY` is the folder of this repository.
//! - The lines after the command are its standard output. `! line` is a line of standard error, and `? N` the exit code
//!   if it is not 0.
//! - `[..]` matches any text within a line, and a line `...` matches any number of lines.
//! - `# text` is a comment.
//!
//! With `UPDATE=1` in the environment, the files are rewritten where they differ (`update.rs`).

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::Write as _,
    ops::Range,
    path::Path,
    process::{Command, ExitStatus, Output, Stdio},
};

use super::update;

/// The output and exit code of a command.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Printed {
    pub(crate) output: Vec<String>,
    pub(crate) errors: Vec<String>,
    pub(crate) code: i32,
}

/// One command with its expected output.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Exchange {
    pub(crate) command: String,
    pub(crate) expected: Printed,
    /// The lines of the file that hold `expected`, counted from 0. The command is on the line before.
    pub(crate) lines: Range<usize>,
}

/// The exchanges of a transcript, without comments.
pub(crate) fn read(text: &str) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(command) = line.strip_prefix("$ ") {
            exchanges.push(Exchange {
                command: command.to_owned(),
                lines: number + 1..number + 1,
                ..Exchange::default()
            });
            continue;
        }
        let Some(last) = exchanges.last_mut() else {
            continue;
        };
        if let Some(code) = line.strip_prefix("? ") {
            last.expected.code = code.parse().unwrap();
        } else if let Some(error) = line.strip_prefix('!') {
            let error = error.strip_prefix(' ').unwrap_or(error);
            last.expected.errors.push(error.to_owned());
        } else if line.starts_with('#') {
            continue;
        } else {
            last.expected.output.push(line.to_owned());
            if line.is_empty() {
                continue;
            }
        }
        last.lines.end = number + 1;
    }
    for exchange in &mut exchanges {
        let output = &mut exchange.expected.output;
        // Empty lines between two commands are not output.
        while output.last().is_some_and(String::is_empty) {
            output.pop();
        }
    }
    exchanges
}

/// The exchanges in the `console` blocks of a document in Markdown.
pub(crate) fn read_document(text: &str) -> Vec<Exchange> {
    let mut is_console = false;
    // The other lines become comments, so that the lines keep their numbers.
    let lines = text.lines().map(|line| match line {
        "```console" => {
            is_console = true;
            "#"
        }
        _ if line.starts_with("```") => {
            is_console = false;
            "#"
        }
        _ if is_console => line,
        _ => "#",
    });
    read(&lines.collect::<Vec<_>>().join("\n"))
}

/// Runs the command.
pub(crate) fn run(exchange: &Exchange, home: &Path, variables: &[(String, String)]) -> Output {
    let line = variables
        .iter()
        .fold(exchange.command.clone(), |line, (name, value)| line.replace(&format!("${name}"), value))
        .replace("$REPOSITORY", env!("CARGO_MANIFEST_DIR"));
    let words = words(&line);
    let mut output = Output { status: ExitStatus::default(), stdout: Vec::new(), stderr: Vec::new() };
    for stage in words.split(|word| word == "|") {
        let (stage, file) = match stage {
            [stage @ .., arrow, file] if arrow == ">" => (stage, Some(file)),
            _ => (stage, None),
        };
        if stage[0] == "echo" {
            output.stdout = format!("{}\n", stage[1..].join(" ")).into_bytes();
        } else if output.status.success() {
            output = execute(stage, &output.stdout, home);
        }
        if let Some(file) = file {
            let file = home.join(file);
            fs::write(&file, core::mem::take(&mut output.stdout)).unwrap();
            // The same mode for every umask.
            #[cfg(unix)]
            fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
        }
    }
    output
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
    let mut child =
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The program may end without reading it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// The exchanges whose output is not the expected one.
#[derive(Default)]
pub(crate) struct Differences(BTreeMap<(String, usize), Difference>);

pub(crate) struct Difference {
    pub(crate) exchange: Exchange,
    /// The output of each run.
    pub(crate) found: Vec<Printed>,
}

impl Differences {
    /// Compares the output and exit code of a command of this file.
    pub(crate) fn compare(&mut self, file: &str, exchange: &Exchange, output: &Output) {
        let lines = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            text.lines().map(str::to_owned).collect()
        };
        let found = Printed {
            output: lines(&output.stdout),
            errors: lines(&output.stderr),
            code: output.status.code().unwrap(),
        };
        let expected = &exchange.expected;
        if found.code == expected.code
            && all_match(&found.output, &expected.output)
            && all_match(&found.errors, &expected.errors)
        {
            return;
        }
        let key = (file.to_owned(), exchange.lines.start);
        let difference =
            self.0.entry(key).or_insert_with(|| Difference { exchange: exchange.clone(), found: Vec::new() });
        difference.found.push(found);
    }

    /// Fails with all differences, or rewrites the files with `UPDATE=1`.
    #[track_caller]
    pub(crate) fn finish(self) {
        if self.0.is_empty() {
            return;
        }
        if update::is_wanted() {
            let mut files: BTreeMap<String, Vec<Difference>> = BTreeMap::new();
            for ((file, _), difference) in self.0 {
                files.entry(file).or_default().push(difference);
            }
            for (file, differences) in &files {
                update::rewrite(file, differences);
            }
            return;
        }
        let mut text = String::new();
        for ((file, line), Difference { exchange, found }) in &self.0 {
            let (expected, found) = (&exchange.expected, &found[0]);
            let _ = writeln!(text, "\n{file}:{line}: $ {}", exchange.command);
            if found.code != expected.code {
                let (code, wanted) = (found.code, expected.code);
                let _ = writeln!(text, "  exit code: expected {wanted}, found {code}");
            }
            for (name, expected, found) in [
                ("standard output", &expected.output, &found.output),
                ("standard error", &expected.errors, &found.errors),
            ] {
                if !all_match(found, expected) {
                    for (which, lines) in [("expected", expected), ("found", found)] {
                        let lines = lines.join("\n    ");
                        let _ = writeln!(text, "  {name}, {which}:\n    {lines}");
                    }
                }
            }
        }
        panic!(
            "{} exchanges differ:\n{text}\nIf what was found is right, run `UPDATE=1 cargo test --test cli transcripts` and read the diff.",
            self.0.len()
        );
    }
}

/// Splits a command as a shell does, with single and double quotes.
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

/// Whether the lines are the expected ones, among which `...` matches any number.
pub(crate) fn all_match(lines: &[String], expected: &[String]) -> bool {
    match expected {
        [] => lines.is_empty(),
        [any, rest @ ..] if any == "..." => (0..=lines.len()).any(|at| all_match(&lines[at..], rest)),
        [first, rest @ ..] => {
            lines.split_first().is_some_and(|(line, others)| matches(line, first) && all_match(others, rest))
        }
    }
}

/// Whether a line is the expected one, in which `[..]` matches any text.
pub(crate) fn matches(line: &str, expected: &str) -> bool {
    let Some((first, others)) = expected.split_once("[..]") else {
        return line == expected;
    };
    let Some(rest) = line.strip_prefix(first) else {
        return false;
    };
    // `[..]` may end wherever the rest matches.
    (0..=rest.len()).filter_map(|at| rest.get(at..)).any(|rest| matches(rest, others))
}
