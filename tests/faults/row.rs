//! A row of the tables.

use crate::server::Server;

/// The most that the program holds of a body.
pub(crate) const BODY: usize = 64;

/// One fault, and what is to come of it.
///
/// In arguments and environment `{address}`, `{port}`, `{closed}` and `{folder}` stand for the server's address and port, for
/// an address where nobody listens, and for a folder with the row's files.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) server: Server,
    pub(crate) arguments: &'static [&'static str],
    pub(crate) environment: &'static [(&'static str, &'static str)],
    pub(crate) files: &'static [(&'static str, &'static [u8])],
    /// What `/etc/hosts` and `/etc/resolv.conf` hold, where they are not the machine's own: needs root.
    pub(crate) names: Option<(&'static str, &'static str)>,
    /// Seconds; the watchdog gives one more.
    pub(crate) timeout: f64,
    /// MiB.
    pub(crate) memory: usize,
    pub(crate) code: i32,
    pub(crate) stdout: Option<&'static str>,
    pub(crate) words: &'static [&'static str],
}

/// What `me` meets at a server, its exit code, and words of standard error.
pub(crate) const fn row(
    name: &'static str,
    server: Server,
    code: i32,
    words: &'static [&'static str],
) -> Row {
    Row {
        name,
        server,
        arguments: &["me"],
        environment: &[],
        files: &[],
        names: None,
        timeout: 5.0,
        memory: 32,
        code,
        stdout: None,
        words,
    }
}

impl Row {
    /// Runs something else than `me`.
    pub(crate) const fn run(self, arguments: &'static [&'static str]) -> Self {
        Self { arguments, ..self }
    }

    /// Sets variables; an empty value unsets one.
    pub(crate) const fn with(self, environment: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            environment,
            ..self
        }
    }

    /// Puts files into `{folder}`.
    pub(crate) const fn files(self, files: &'static [(&'static str, &'static [u8])]) -> Self {
        Self { files, ..self }
    }

    /// Has names of its own.
    pub(crate) const fn names(self, hosts: &'static str, servers: &'static str) -> Self {
        Self {
            names: Some((hosts, servers)),
            ..self
        }
    }

    /// Has to end with this timeout, in seconds.
    pub(crate) const fn within(self, timeout: f64) -> Self {
        Self { timeout, ..self }
    }

    /// May hold a body of the largest size on top.
    pub(crate) const fn with_body(self) -> Self {
        Self {
            memory: self.memory + BODY,
            ..self
        }
    }

    /// Has this on standard output, and nothing else.
    pub(crate) const fn prints(self, stdout: &'static str) -> Self {
        Self {
            stdout: Some(stdout),
            ..self
        }
    }
}
