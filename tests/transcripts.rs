//! The transcripts of `tests/cli/`, README's console blocks, and its tour.
#![cfg(feature = "cli")]

#[cfg(unix)]
use std::os::unix::process::ExitStatusExt;
use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

#[path = "support/served.rs"]
mod served;
#[path = "support/transcript.rs"]
mod transcript;

use served::Served;

/// A folder for `HOME` with nothing in it yet.
fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn transcripts_hold() {
    let sandbox = Served::start(&[]);
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
    fn start(folder: &Path) -> Self {
        let file = fs::File::create(folder.join("sandbox.env")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"))
            .arg("sandbox")
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
    let (_, block) = tour.split_once("```console\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let exchanges = transcript::read(block);
    assert!(exchanges.len() > 10);

    let home = home();
    let folder = home.path();
    let _terminal = FirstTerminal::start(folder);
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
