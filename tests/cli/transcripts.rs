//! The transcripts of `tests/transcripts/`, README's console blocks, and its tour.

#[cfg(unix)]
use crate::support::transcript;
use std::os::unix::process::ExitStatusExt;
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use crate::support::served::Served;

/// A folder for `HOME` with nothing in it yet.
fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// The files of `tests/transcripts/`, in their order.
fn paths() -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir("tests/transcripts")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

#[test]
fn transcripts_hold() {
    let sandbox = Served::start(&["--users", "120"]);
    for path in paths() {
        let place = path.display().to_string();
        let home = home();
        for exchange in transcript::read(&fs::read_to_string(&path).unwrap()) {
            transcript::run(&place, &exchange, home.path(), &sandbox.variables);
        }
    }
}

fn help(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"));
    let output = command.args(arguments).arg("--help").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Options that are shown by `--help`: the long name of each short one, and of each long one.
fn options(help: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in help.lines() {
        // Others are in words behind it.
        if !line.starts_with("  -") && !line.starts_with("      --") {
            continue;
        }
        let names: Vec<_> = line
            .split_whitespace()
            .take_while(|word| word.starts_with('-'))
            .map(|word| word.trim_end_matches([',', '.']).to_owned())
            .collect();
        if let Some(long) = names.iter().find(|name| name.starts_with("--")) {
            found.extend(names.iter().map(|name| (name.clone(), long.clone())));
        }
    }
    found
}

/// Each command and each of its options is run in a transcript, and each command with its worst input too.
#[test]
fn every_command_and_option_is_shown() {
    let whole = help(&[]);
    let (commands, _) = whole.split_once("\nOptions:\n").unwrap();
    let names: BTreeSet<&str> = commands
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .collect();
    assert!(names.len() > 12, "{names:?}");
    // Those that make a request have their options in common.
    let kind = |name: &str| match name {
        "get" | "head" | "post" | "put" | "patch" | "delete" => "a request".to_owned(),
        _ => name.to_owned(),
    };
    let of_all = options(&whole);
    let of_each: BTreeMap<&str, _> = names
        .iter()
        .map(|name| (*name, options(&help(&[*name]))))
        .collect();
    let mut missing: BTreeSet<(String, String)> = BTreeSet::new();
    for long in of_all.values() {
        missing.insert((String::new(), long.clone()));
    }
    for (name, options) in &of_each {
        missing.insert(((*name).to_owned(), "goes well".to_owned()));
        missing.insert(((*name).to_owned(), "fails".to_owned()));
        for long in options.values().filter(|long| !of_all.contains_key(*long)) {
            missing.insert((kind(name), long.clone()));
        }
    }
    let texts = paths()
        .into_iter()
        .map(|path| fs::read_to_string(path).unwrap());
    let readme = fs::read_to_string("README.md").unwrap();
    for exchange in texts
        .chain([readme])
        .flat_map(|text| transcript::read(&text))
    {
        // What stands before a pipe or `--` counts as the rest does.
        let words = transcript::words(&exchange.command);
        let runs = words.split(|word| matches!(word.as_str(), "|" | "--"));
        for words in runs.filter(|words| words.iter().any(|word| word == "exh-oauth1")) {
            let at = words.iter().position(|word| word == "exh-oauth1").unwrap();
            let words = &words[at + 1..];
            let name = words.iter().find(|word| names.contains(word.as_str()));
            let name = name.map_or("me", String::as_str);
            let outcome = match exchange.code {
                0 => "goes well",
                _ => "fails",
            };
            missing.remove(&(name.to_owned(), outcome.to_owned()));
            // Wrong usage shows no option.
            for word in words.iter().filter(|_| exchange.code != 2) {
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

#[test]
fn readme_tells_the_truth() {
    let readme = fs::read_to_string("README.md").unwrap();
    // The tour is run as a whole.
    let (before, tour) = readme.split_once("\n## A tour\n").unwrap();
    let readme = before.to_owned() + tour.split_once("\n## ").unwrap().1;
    let blocks: Vec<_> = readme
        .split("```console\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .collect();
    assert!(!blocks.is_empty());
    let sandbox = Served::start(&[]);
    let home = home();
    for block in blocks {
        for exchange in transcript::read(block) {
            transcript::run("README.md", &exchange, home.path(), &sandbox.variables);
        }
    }
}

/// The first terminal of README's tour.
struct FirstTerminal(Child);

impl FirstTerminal {
    /// Its variables are in the file when it says that it serves.
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
        // It logs each request, and must find somebody who listens.
        std::thread::spawn(move || errors.lines().count());
        Self(child)
    }
}

impl Drop for FirstTerminal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[test]
fn the_tour_runs_from_top_to_bottom() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: curl is not installed");
        return;
    }
    let readme = fs::read_to_string("README.md").unwrap();
    let (_, tour) = readme.split_once("\n## A tour\n").unwrap();
    let (first, block) = tour.split_once("```console\n").unwrap();
    let (_, first) = first.split_once("```sh\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let exchanges = transcript::read(block);
    assert!(exchanges.len() > 10);

    let home = home();
    let folder = home.path();
    let _terminal = FirstTerminal::start(folder, first.lines().next().unwrap());
    // The second terminal. One shell for all, as what it is told stays with it.
    let mut script = String::new();
    for (index, exchange) in exchanges.iter().enumerate() {
        let command = &exchange.command;
        script.push_str(&format!(
            "{{ {command}\n}} >{index}.out 2>{index}.err </dev/null; echo $? >{index}.code\n"
        ));
    }
    fs::write(folder.join("script"), script).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_exh-oauth1"));
    let folders = [
        program.parent().unwrap(),
        "/usr/bin".as_ref(),
        "/bin".as_ref(),
    ];
    let shell = Command::new("/bin/sh")
        .arg("script")
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("PATH", env::join_paths(folders).unwrap())
        .output()
        .unwrap();
    assert!(
        shell.status.success() && shell.stderr.is_empty(),
        "{shell:?}"
    );
    for (index, exchange) in exchanges.iter().enumerate() {
        let read = |kind: &str| fs::read(folder.join(format!("{index}.{kind}"))).unwrap();
        let code = String::from_utf8(read("code")).unwrap();
        let output = Output {
            status: ExitStatusExt::from_raw(code.trim().parse::<i32>().unwrap() << 8),
            stdout: read("out"),
            stderr: read("err"),
        };
        transcript::compare("README.md, the tour", exchange, &output);
    }
}
