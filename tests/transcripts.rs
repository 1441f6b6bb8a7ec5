//! The transcripts of `tests/cli/` and README's console blocks.
#![cfg(feature = "cli")]

use std::fs;

#[path = "support/transcript.rs"]
mod transcript;

/// A folder for `HOME` with nothing in it.
fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn transcripts_hold() {
    let mut paths: Vec<_> = fs::read_dir("tests/cli")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let place = path.display().to_string();
        for exchange in transcript::read(&fs::read_to_string(&path).unwrap()) {
            transcript::run(&place, &exchange, home().path());
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
    for block in blocks {
        for exchange in transcript::read(block) {
            transcript::run("README.md", &exchange, home().path());
        }
    }
}
