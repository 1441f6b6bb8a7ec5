//! An interrupted `login` or `-o` leaves the complete old file or the complete new one.
//!
//! `strace` sends a signal, or fails a call as on a full disk, at each system call of the program. Without `strace`,
//! these tests are skipped.
#![cfg(target_os = "linux")]

mod calls;
mod files;
mod signals;

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use crate::support::{
    list,
    program::Home,
    recorder::{Recorder, json},
    skip,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_exh-oauth1");
const TOKEN: &str = r#"{"id":"1","token":"new token","tokenSecret":"new secret"}"#;
const PASSWORD: &str = "hidden horse";
const LOGIN: [&str; 4] = ["login", "--email", "zoe@example.com", "--password-stdin"];

/// A file that is replaced: its text before, and after.
struct Replaced {
    home: Home,
    name: &'static str,
    before: String,
    after: String,
    arguments: Vec<&'static str>,
    api: Recorder,
}

fn settings(api: &Recorder) -> String {
    format!("API_HOST={}\nAPI_OAUTH_CONSUMER_KEY=key\nAPI_OAUTH_CONSUMER_SECRET=consumer secret\n", api.url())
}

/// The file that `login` writes.
fn login() -> Replaced {
    let api = Recorder::start(|request| {
        if request.starts_with("DELETE") { json(200, r#"{"affectedRecords":1}"#) } else { json(200, TOKEN) }
    });
    let before = settings(&api);
    let replaced = Replaced {
        home: Home::with(&before),
        name: "credentials",
        after: format!("{before}API_OAUTH_TOKEN=new token\nAPI_OAUTH_TOKEN_SECRET=new secret\n"),
        before,
        arguments: LOGIN.to_vec(),
        api,
    };
    replaced.reset();
    replaced
}

/// The file that `logout` writes.
fn logout() -> Replaced {
    let api = Recorder::start(|request| {
        if request.starts_with("DELETE") {
            json(200, r#"{"affectedRecords":1}"#)
        } else {
            let list = r#"{"page":{"total":1},"data":[{"id":"1","token":"old token"}]}"#;
            json(200, list)
        }
    });
    let after = settings(&api);
    let before = format!("{after}API_OAUTH_TOKEN=old token\nAPI_OAUTH_TOKEN_SECRET=old secret\n");
    let replaced =
        Replaced { home: Home::with(&before), name: "credentials", after, before, arguments: vec!["logout"], api };
    replaced.reset();
    replaced
}

/// The file that a response goes to.
fn download() -> Replaced {
    let after = "new ".repeat(50_000);
    let response = json(200, &after);
    let api = Recorder::start(move |_| response.clone());
    into_a_file(&["get", "/x"], api, after)
}

/// The file that the items of a list go to, page by page.
fn items() -> Replaced {
    let item = |number: usize| format!("{{\"id\":{number}}}");
    let after = (0..120).map(|number| item(number) + "\n").collect();
    into_a_file(&["get", "/x", "--all"], list::serve(120, 50, item), after)
}

fn into_a_file(arguments: &[&'static str], api: Recorder, after: String) -> Replaced {
    let text = format!("{}API_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=u\n", settings(&api));
    let home = Home::new();
    fs::create_dir(home.folder()).unwrap();
    fs::write(home.path().join("settings"), text).unwrap();
    let more = ["-o", ".exh/response", "--credentials", "settings", "--retry", "0"];
    let replaced = Replaced {
        home,
        name: "response",
        before: "old ".repeat(1000),
        after,
        arguments: [arguments, &more].concat(),
        api,
    };
    replaced.reset();
    replaced
}

impl Replaced {
    fn path(&self) -> std::path::PathBuf {
        self.home.folder().join(self.name)
    }

    /// Restores the file, and removes all others.
    fn reset(&self) {
        for name in self.home.names() {
            fs::remove_file(self.home.folder().join(name)).unwrap();
        }
        fs::write(self.path(), &self.before).unwrap();
        fs::set_permissions(self.path(), fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Runs the program under a command such as `strace`.
    fn run(&self, before: &[String]) -> Output {
        self.start(before).wait_with_output().unwrap()
    }

    fn start(&self, before: &[String]) -> Child {
        let words: Vec<_> = accepting_signals()
            .into_iter()
            .chain(before.iter().map(String::as_str))
            .chain([PROGRAM])
            .chain(self.arguments.iter().copied())
            .collect();
        let mut child = Command::new(words[0])
            .args(&words[1..])
            .env_clear()
            .env("HOME", self.home.path())
            .current_dir(self.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It may end before it has read.
        let _ = child.stdin.take().unwrap().write_all(PASSWORD.as_bytes());
        child
    }

    /// Asserts that the file is the old one or the new one. Returns whether it is the new one.
    #[track_caller]
    fn check(&self, place: &str) -> bool {
        let text = fs::read_to_string(self.path()).unwrap();
        let is_new = text == self.after;
        assert!(is_new || text == self.before, "{place}: {} bytes", text.len());
        let mode = fs::metadata(self.path()).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{place}");
        is_new
    }

    #[track_caller]
    fn check_alone(&self, place: &str) {
        assert_eq!(self.home.names(), [self.name], "{place}");
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// A command that resets signals, because the tests may run in the background or under `nohup`.
fn accepting_signals() -> Vec<&'static str> {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let mut lines = status.lines();
    let ignored = lines.find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    let ignored = u64::from_str_radix(ignored.trim(), 16).unwrap();
    // The first three are HUP, INT and QUIT; TERM is the fifteenth.
    match ignored & 0x4007 {
        0 => Vec::new(),
        _ => vec!["env", "--default-signal=HUP,INT,QUIT,TERM"],
    }
}

/// The names of the system calls of a run; none if it cannot be traced.
fn calls(replaced: &Replaced) -> Option<BTreeSet<String>> {
    let log = replaced.home.path().join("trace");
    let trace = format!("strace -f -qq -e signal=none -o {}", log.display());
    let is_there = Command::new("strace").arg("-V").output().is_ok();
    if !is_there || !replaced.run(&words(&trace)).status.success() {
        skip("interruptions at each system call, which need strace");
        return None;
    }
    assert!(replaced.check("no interruption"));
    let text = fs::read_to_string(&log).unwrap();
    let names = text.lines().filter_map(|line| {
        let (_, call) = line.split_once(' ')?;
        let (name, _) = call.trim_start().split_once('(')?;
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then(|| name.to_owned())
    });
    Some(names.collect())
}

/// SIGKILL during a login leaves one file at most, which only the owner can read.
fn only_the_owner_reads(folder: &Path, name: &str, place: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != name && name == "credentials" {
            assert_eq!(entry.file_name(), ".exh-oauth1-new", "{place}");
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{place}");
        }
    }
}
