//! What `--help` lists.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
};

/// The help of the program or of a command, for a terminal of 80 columns.
pub(crate) struct Help(pub(crate) String);

impl Help {
    /// Runs the program with these words and `--help`.
    pub(crate) fn of(words: &[&str]) -> Self {
        let output = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"))
            .env_clear()
            .env("COLUMNS", "80")
            .args(words)
            .arg("--help")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
        Self(String::from_utf8(output.stdout).unwrap())
    }

    /// The commands in order.
    pub(crate) fn commands(&self) -> Vec<String> {
        let (list, _) = self.0.split_once("\nOptions:\n").unwrap();
        let (_, list) = list.split_once("\nCalling the API:\n").unwrap();
        list.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).map(str::to_owned).collect()
    }

    /// The long name of each option, by its long and its short name.
    pub(crate) fn options(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let is_option = |line: &&str| line.starts_with("  -") || line.starts_with("      --");
        for line in self.0.lines().filter(is_option) {
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
}
