//! Runs the transcripts of `tests/transcripts/`, the commands in README.md and `docs/`, and README's tour.

#[cfg(unix)]
use std::os::unix::process::ExitStatusExt;
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use crate::support::{
    has,
    help::Help,
    served::Served,
    transcript::{self, Differences, Exchange},
    update,
};

/// A new folder for `HOME`.
fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// The files of a folder with this extension, sorted; none if there is no folder.
fn files(folder: &str, extension: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path().display().to_string())
        .filter(|path| path.ends_with(extension))
        .collect();
    files.sort();
    files
}

fn transcripts() -> Vec<String> {
    files("tests/transcripts", ".txt")
}

fn documents() -> Vec<String> {
    let mut documents = files("docs", ".md");
    documents.push("README.md".to_owned());
    documents
}

fn text(path: &String) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn transcripts_hold() {
    let mut differences = Differences::default();
    for _ in 0..update::runs() {
        let sandbox = Served::start(&["--users", "120"]);
        for path in transcripts() {
            let home = home();
            for exchange in transcript::read(&text(&path)) {
                let output = transcript::run(&exchange, home.path(), &sandbox.variables);
                differences.compare(&path, &exchange, &output);
            }
        }
    }
    differences.finish();
}

/// Every command and option occurs in a transcript, and every command with invalid input too.
#[test]
fn every_command_and_option_is_shown() {
    let whole = Help::of(&[]);
    let names: BTreeSet<String> = whole.commands().into_iter().collect();
    assert!(names.len() > 12, "{names:?}");
    // Commands that send a request share their options.
    let kind = |name: &str| match name {
        "me" | "get" | "head" | "options" | "post" | "put" | "patch" | "delete" => "a request".to_owned(),
        _ => name.to_owned(),
    };
    let of_all = whole.options();
    let of_each: BTreeMap<&str, _> = names.iter().map(|name| (name.as_str(), Help::of(&[name]).options())).collect();
    let mut missing: BTreeSet<(String, String)> = BTreeSet::new();
    for option in of_all.values() {
        missing.insert((String::new(), option.clone()));
    }
    for (name, options) in &of_each {
        missing.insert(((*name).to_owned(), "succeeds".to_owned()));
        missing.insert(((*name).to_owned(), "fails".to_owned()));
        for option in options.values().filter(|option| !of_all.contains_key(*option)) {
            missing.insert((kind(name), option.clone()));
        }
    }
    let shown = transcripts().into_iter().map(|path| transcript::read(&text(&path)));
    let documented = documents().into_iter().map(|path| transcript::read_document(&text(&path)));
    for exchange in shown.chain(documented).flatten() {
        // Each part of a pipe, and the command after `--`, counts separately.
        let words = transcript::words(&exchange.command);
        let runs = words.split(|word| matches!(word.as_str(), "|" | "--"));
        for words in runs.filter(|words| words.iter().any(|word| word == "exh-oauth1")) {
            let at = words.iter().position(|word| word == "exh-oauth1").unwrap();
            let words = &words[at + 1..];
            let name = words.iter().find(|word| names.contains(word.as_str()));
            let name = name.map_or("me", String::as_str);
            let outcome = match exchange.expected.code {
                0 => "succeeds",
                _ => "fails",
            };
            missing.remove(&(name.to_owned(), outcome.to_owned()));
            // Wrong usage does not show the effect of an option.
            for word in words.iter().filter(|_| exchange.expected.code != 2) {
                let word = word.split('=').next().unwrap();
                if let Some(long) = of_all.get(word) {
                    missing.remove(&(String::new(), long.clone()));
                } else if let Some(long) = of_each[name].get(word) {
                    missing.remove(&(kind(name), long.clone()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "no transcript has {missing:#?}");
}

/// The lines of a section, counted from 0.
fn section(text: &str, heading: &str) -> core::ops::Range<usize> {
    let mut lines = text.lines().enumerate();
    let (start, _) = lines.find(|(_, line)| *line == heading).unwrap();
    let end = lines.find(|(_, line)| line.starts_with("## "));
    start..end.map_or(usize::MAX, |(end, _)| end)
}

/// The commands of a document: those of its tour, and the others.
fn commands(text: &str) -> (Vec<Exchange>, Vec<Exchange>) {
    let tour = text.contains(TOUR).then(|| section(text, TOUR.trim()));
    let is_tour = |exchange: &Exchange| {
        let tour = tour.as_ref();
        tour.is_some_and(|tour| tour.contains(&exchange.lines.start))
    };
    let exchanges = transcript::read_document(text);
    exchanges.into_iter().partition(is_tour)
}

const TOUR: &str = "\n## A tour\n";

#[test]
fn documents_tell_the_truth() {
    let mut differences = Differences::default();
    let mut tours = 0;
    for _ in 0..update::runs() {
        let sandbox = Served::start(&[]);
        for path in documents() {
            let text = text(&path);
            let (tour, others) = commands(&text);
            let home = home();
            for exchange in &others {
                let output = transcript::run(exchange, home.path(), &sandbox.variables);
                differences.compare(&path, exchange, &output);
            }
            tours += usize::from(!tour.is_empty());
            #[cfg(unix)]
            for (exchange, output) in tour.iter().zip(take_the_tour(&text, &tour)) {
                differences.compare(&path, exchange, &output);
            }
        }
    }
    differences.finish();
    assert!(tours > 0);
}

/// The sandbox of the tour, in its first terminal.
#[cfg(unix)]
struct FirstTerminal(Child);

#[cfg(unix)]
impl FirstTerminal {
    /// Starts the sandbox. Once it prints that it serves, the variables are in the file.
    fn start(folder: &Path, line: &str) -> Self {
        let (command, file) = line.split_once(" > ").unwrap();
        let file = fs::File::create(folder.join(file)).unwrap();
        let words = transcript::words(command);
        assert_eq!(words[0], "exh-oauth1");
        let mut child = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"))
            .args(&words[1..])
            .env_clear()
            .stdout(file)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        assert!(line.starts_with("serving "), "{line}");
        // Its log must not fill the pipe.
        std::thread::spawn(move || errors.lines().count());
        Self(child)
    }
}

#[cfg(unix)]
impl Drop for FirstTerminal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The output of the tour's commands, in one shell, because they export variables.
#[cfg(unix)]
fn take_the_tour(text: &str, tour: &[Exchange]) -> Vec<Output> {
    if tour.is_empty() {
        return Vec::new();
    }
    if !has("curl", "the tour") {
        return Vec::new();
    }
    let (_, first) = text.split_once(TOUR).unwrap();
    let (_, first) = first.split_once("```sh\n").unwrap();
    let home = home();
    let folder = home.path();
    let _terminal = FirstTerminal::start(folder, first.lines().next().unwrap());
    let mut script = String::new();
    for (index, Exchange { command, .. }) in tour.iter().enumerate() {
        script.push_str(&format!("{{ {command}\n}} >{index}.out 2>{index}.err </dev/null; echo $? >{index}.code\n"));
    }
    fs::write(folder.join("script"), script).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_exh-oauth1"));
    let folders = [program.parent().unwrap(), "/usr/bin".as_ref(), "/bin".as_ref()];
    let shell = Command::new("/bin/sh")
        .arg("script")
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("PATH", env::join_paths(folders).unwrap())
        .output()
        .unwrap();
    assert!(shell.status.success() && shell.stderr.is_empty(), "{shell:?}");
    let output = |index| {
        let read = |kind: &str| fs::read(folder.join(format!("{index}.{kind}"))).unwrap();
        let code = String::from_utf8(read("code")).unwrap();
        Output {
            status: ExitStatusExt::from_raw(code.trim().parse::<i32>().unwrap() << 8),
            stdout: read("out"),
            stderr: read("err"),
        }
    };
    (0..tour.len()).map(output).collect()
}
