//! The transcripts of `tests/cli/` and README's console blocks.
#![cfg(feature = "cli")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

#[path = "support/transcript.rs"]
mod transcript;

/// A folder for `HOME` with nothing in it yet.
fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A running sandbox, and the variables that it prints.
struct Sandbox {
    child: Child,
    variables: Vec<(String, String)>,
}

impl Sandbox {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"))
            .arg("sandbox")
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut variables: Vec<(String, String)> = Vec::new();
        while variables
            .last()
            .is_none_or(|(name, _)| name != "SANDBOX_RECOVERY_CODE")
        {
            let line = lines.next().unwrap().unwrap();
            let (name, value) = line
                .strip_prefix("export ")
                .unwrap()
                .split_once('=')
                .unwrap();
            variables.push((name.to_owned(), value.to_owned()));
        }
        // Some begin as others do.
        variables.sort_by_key(|(name, _)| core::cmp::Reverse(name.len()));
        Self { child, variables }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn transcripts_hold() {
    let sandbox = Sandbox::start();
    let mut paths: Vec<_> = fs::read_dir("tests/cli")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let place = path.display().to_string();
        let home = home();
        for exchange in transcript::read(&fs::read_to_string(&path).unwrap()) {
            transcript::run(&place, &exchange, home.path(), &sandbox.variables);
        }
    }
}

#[test]
fn readme_tells_the_truth() {
    let readme = fs::read_to_string("README.md").unwrap();
    let blocks: Vec<_> = readme
        .split("```console\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .collect();
    assert!(!blocks.is_empty());
    let sandbox = Sandbox::start();
    let home = home();
    for block in blocks {
        for exchange in transcript::read(block) {
            transcript::run("README.md", &exchange, home.path(), &sandbox.variables);
        }
    }
}
