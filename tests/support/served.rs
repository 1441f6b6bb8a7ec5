//! A sandbox in a separate process, and the variables that it prints.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

pub(crate) struct Served {
    child: Child,
    /// Its standard output.
    pub(crate) printed: String,
    pub(crate) variables: Vec<(String, String)>,
}

impl Served {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"))
            .arg("sandbox")
            .args(arguments)
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut variables: Vec<(String, String)> = Vec::new();
        let mut printed = String::new();
        while variables.last().is_none_or(|(name, _)| name != "SANDBOX_RECOVERY_CODE") {
            let line = lines.next().unwrap().unwrap();
            printed += &format!("{line}\n");
            let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
            variables.push((name.to_owned(), value.to_owned()));
        }
        // Some names are prefixes of others.
        variables.sort_by_key(|(name, _)| core::cmp::Reverse(name.len()));
        Self { child, printed, variables }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
