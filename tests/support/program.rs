//! The program in its own home folder, with nothing else in its environment.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

/// A home folder and its credentials file.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With a credentials file.
    pub(crate) fn with(text: &str) -> Self {
        let home = Self::new();
        fs::create_dir(home.folder()).unwrap();
        fs::write(home.file(), text).unwrap();
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.path().join(".exh")
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder().join("credentials")
    }

    pub(crate) fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    /// The names of the folder's entries, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.folder())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"));
        command.env_clear().env("HOME", self.path()).current_dir(self.path()).args(arguments);
        command
    }

    /// Runs the program with standard input, and never with a terminal.
    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Done {
        finish(self.command(arguments), input)
    }
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) errors: String,
}

impl Done {
    /// Asserts the exit code, and that standard error has the words.
    #[track_caller]
    pub(crate) fn expect(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        for word in words {
            assert!(self.errors.contains(word), "{word:?} is not in {self:?}");
        }
        assert!(!self.errors.contains("panicked"), "{self:?}");
    }
}

/// Runs a command with standard input.
pub(crate) fn finish(command: Command, input: &str) -> Done {
    let mut child =
        without_terminal(command).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    done(&child.wait_with_output().unwrap())
}

/// The same in a separate session, so that it cannot ask on the terminal of the tests.
pub(crate) fn without_terminal(command: Command) -> Command {
    if fs::File::open("/dev/tty").is_err() {
        return command;
    }
    let mut detached = Command::new("setsid");
    detached.arg(command.get_program()).args(command.get_args());
    detached.env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            detached.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        detached.current_dir(folder);
    }
    detached
}

pub(crate) fn done(output: &Output) -> Done {
    Done {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
