//! A row of the tables.

use std::{path::Path, process::Command};

use crate::server::Server;

/// The largest body that the program holds in memory.
pub(crate) const BODY: usize = 64;

/// One fault and its expected outcome.
///
/// In arguments and environment, `{address}` and `{port}` are replaced by those of the server, `{closed}` by an address
/// where nothing listens, and `{folder}` by a folder with the row's files.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) server: Server,
    pub(crate) arguments: &'static [&'static str],
    pub(crate) environment: &'static [(&'static str, &'static str)],
    pub(crate) files: &'static [(&'static str, &'static [u8])],
    /// Prepares the folder with the row's files.
    pub(crate) prepare: fn(&Path),
    /// Changes the command, given that folder.
    pub(crate) alter: fn(&mut Command, &Path),
    /// Both outputs are a terminal.
    pub(crate) terminal: bool,
    /// `{folder}/full` is a disk of 64 KiB: needs root.
    pub(crate) small_disk: bool,
    /// The content of `/etc/hosts` and `/etc/resolv.conf`, if they are replaced: needs root.
    pub(crate) names: Option<(&'static str, &'static str)>,
    /// Seconds; the watchdog gives one more.
    pub(crate) timeout: f64,
    /// MiB.
    pub(crate) memory: usize,
    pub(crate) code: i32,
    pub(crate) stdout: Option<&'static str>,
    pub(crate) shows: &'static [&'static str],
    pub(crate) words: &'static [&'static str],
}

/// The server that `me` calls, the exit code, and words of standard error.
pub(crate) const fn row(name: &'static str, server: Server, code: i32, words: &'static [&'static str]) -> Row {
    Row {
        name,
        server,
        arguments: &["me"],
        environment: &[],
        files: &[],
        prepare: |_| {},
        alter: |_, _| {},
        terminal: false,
        small_disk: false,
        names: None,
        timeout: 5.0,
        memory: 32,
        code,
        stdout: None,
        shows: &[],
        words,
    }
}

impl Row {
    /// Runs another command than `me`.
    pub(crate) const fn run(self, arguments: &'static [&'static str]) -> Self {
        Self { arguments, ..self }
    }

    /// Sets variables; an empty value unsets one.
    pub(crate) const fn with(self, environment: &'static [(&'static str, &'static str)]) -> Self {
        Self { environment, ..self }
    }

    /// Puts files into `{folder}`.
    pub(crate) const fn files(self, files: &'static [(&'static str, &'static [u8])]) -> Self {
        Self { files, ..self }
    }

    /// Prepares `{folder}` first.
    pub(crate) const fn prepared(self, prepare: fn(&Path)) -> Self {
        Self { prepare, ..self }
    }

    /// Changes the command.
    pub(crate) const fn altered(self, alter: fn(&mut Command, &Path)) -> Self {
        Self { alter, ..self }
    }

    /// Has both outputs on a terminal without colours.
    pub(crate) const fn on_terminal(self) -> Self {
        Self { terminal: true, ..self }
    }

    /// Has a small disk at `{folder}/full`.
    pub(crate) const fn on_small_disk(self) -> Self {
        Self { small_disk: true, ..self }
    }

    /// Has its own names.
    pub(crate) const fn names(self, hosts: &'static str, servers: &'static str) -> Self {
        Self { names: Some((hosts, servers)), ..self }
    }

    /// Must end with this timeout, in seconds.
    pub(crate) const fn within(self, timeout: f64) -> Self {
        Self { timeout, ..self }
    }

    /// Limits the memory to this many MiB.
    pub(crate) const fn memory(self, memory: usize) -> Self {
        Self { memory, ..self }
    }

    /// May hold a body of the largest size in addition.
    pub(crate) const fn with_body(self) -> Self {
        Self { memory: self.memory + BODY, ..self }
    }

    /// Has this on standard output, and nothing else.
    pub(crate) const fn prints(self, stdout: &'static str) -> Self {
        Self { stdout: Some(stdout), ..self }
    }

    /// Has these words on standard output, among others.
    pub(crate) const fn shows(self, shows: &'static [&'static str]) -> Self {
        Self { shows, ..self }
    }
}
