//! Completions, manual pages, and the width of the help.

#![cfg(feature = "packaging")]

use std::{
    env, fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::support::{has, help::Help};

fn program(arguments: &[&str], columns: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"))
        .env_clear()
        .env("COLUMNS", columns)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A program, if it is installed.
fn tool(name: &str) -> Option<Command> {
    has(name, "completions and manual pages").then(|| Command::new(name))
}

fn text(output: &Output) -> String {
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_help_lists_every_command_that_is_completed() {
    let mut listed = Help::of(&[]).commands();
    assert!(listed.contains(&"me".to_owned()) && listed.len() > 10, "{listed:?}");
    // The script for fish has a line for each.
    let script = program(&["completions", "fish"], "80");
    let mut completed: Vec<_> = script
        .lines()
        .filter(|line| line.contains("__fish_exh_oauth1_needs_command\" -f -a \""))
        .map(|line| line.split(" -a \"").nth(1).unwrap())
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    // `help` itself is not listed.
    listed.push("help".to_owned());
    listed.sort();
    completed.sort();
    assert_eq!(listed, completed);
}

#[test]
fn every_line_of_the_help_fits() {
    for columns in [80, 200] {
        let most = columns.min(99);
        for command in Help::of(&[]).commands().iter().map(String::as_str).chain([""]) {
            for option in ["-h", "--help"] {
                let words: Vec<_> = [command, option].into_iter().filter(|one| !one.is_empty()).collect();
                let help = program(&words, &columns.to_string());
                assert!(help.contains("\nUsage: exh-oauth1"), "{help}");
                for line in help.lines() {
                    assert!(line.chars().count() <= most, "{command} at {columns}: {line}");
                }
            }
        }
    }
}

#[test]
fn the_help_has_examples() {
    // These have no options of their own to show.
    let plain = ["me", "logout", "profiles"];
    for command in Help::of(&[]).commands() {
        let Help(help) = Help::of(&[&command]);
        let has_examples = help.contains("\nExamples:\n  exh-oauth1 ");
        assert!(has_examples || plain.contains(&command.as_str()), "{help}");
    }
}

#[test]
fn the_version_says_what_is_in_it() {
    for option in ["-V", "--version"] {
        let version = program(&[option], "80");
        let start = concat!("exh-oauth1 ", env!("CARGO_PKG_VERSION"), " (features: client, explain, ");
        assert!(version.starts_with(start), "{version}");
        assert!(version.contains(env::consts::ARCH), "{version}");
    }
}

/// A home folder with two profiles, and a `PATH` with the program.
fn with_profiles(command: &mut Command, home: &Path) {
    let profiles = home.join(".exh/profiles");
    fs::create_dir_all(&profiles).unwrap();
    fs::write(profiles.join("staging"), "").unwrap();
    fs::write(profiles.join("production"), "").unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_exh-oauth1"));
    let folders = [program.parent().unwrap(), "/usr/bin".as_ref(), "/bin".as_ref()];
    command.env("HOME", home).env("PATH", env::join_paths(folders).unwrap());
}

#[test]
fn bash_loads_its_completions() {
    if tool("bash").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script");
    fs::write(&path, program(&["completions", "bash"], "80")).unwrap();
    let complete = r#"source "$1"; COMP_WORDS=(exh-oauth1 "${@:2}"); COMP_CWORD=$(($# - 1))
        $(complete -p exh-oauth1 | grep -o '_exh[^ ]*') exh-oauth1 "${@: -1}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let checked = Command::new("bash").arg("-n").arg(&path).output().unwrap();
    assert_eq!(text(&checked), "");
    for (words, expected) in [
        (&["ex"][..], &["explain"][..]),
        (&["do"], &["doctor"]),
        (&["get", "--dr"], &["--dry-run"]),
        (&["sign", "--as", ""], &["curl"]),
        (&["me", "--profile", ""], &["production", "staging"]),
        (&["sign", "--signature-method", "RSA"], &["RSA-SHA1", "RSA-SHA256", "RSA-SHA512"]),
    ] {
        let mut bash = Command::new("bash");
        with_profiles(&mut bash, folder.path());
        let output = bash.args(["--norc", "-c", complete, "bash"]).arg(&path).args(words).output().unwrap();
        let completed = text(&output);
        for word in expected {
            assert!(completed.lines().any(|line| line == *word), "{words:?}: {completed}");
        }
    }
}

#[test]
fn zsh_and_fish_load_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script");
    if let Some(mut zsh) = tool("zsh") {
        fs::write(&path, program(&["completions", "zsh"], "80")).unwrap();
        let load = "autoload -U compinit; compinit -D -u; source $1; print $_comps[exh-oauth1]";
        let output = zsh.args(["-f", "-c", load, "zsh"]).arg(&path).output().unwrap();
        assert_eq!(text(&output), "_exh-oauth1\n");
    }
    if let Some(mut fish) = tool("fish") {
        fs::write(&path, program(&["completions", "fish"], "80")).unwrap();
        with_profiles(&mut fish, folder.path());
        let complete = "source $argv[1]; complete --do-complete 'exh-oauth1 expl'; \
            complete --do-complete 'exh-oauth1 me --profile '";
        let output = fish.args(["--no-config", "-c", complete]).arg(&path).output().unwrap();
        let completed = text(&output);
        assert!(completed.starts_with("explain\tExplain why"), "{completed}");
        for profile in ["\nproduction\t", "\nstaging\t"] {
            assert!(completed.contains(profile), "{completed}");
        }
    }
}

#[test]
fn manual_pages_are_set_without_a_warning() {
    let groff = tool("groff");
    for command in Help::of(&[]).commands().iter().map(String::as_str).chain([""]) {
        let words: Vec<_> = ["man", command].into_iter().filter(|one| !one.is_empty()).collect();
        let page = program(&words, "80");
        let title = match command {
            "" => ".TH exh-oauth1 1".to_owned(),
            command => format!(".TH exh-oauth1-{command} 1"),
        };
        assert!(page.contains(&title), "{page}");
        if groff.is_none() {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.1");
        fs::write(&path, page).unwrap();
        let output = Command::new("groff").args(["-man", "-Tutf8", "-ww"]).arg(&path).output().unwrap();
        assert!(text(&output).len() > 500, "{command}");
    }
}
