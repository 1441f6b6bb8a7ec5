//! A `login` or an answer into a file that is interrupted at any moment leaves the file as it was, or the new one, whole.
//!
//! `strace` sends a signal, or has a call fail as on a full disk, at each system call that the program makes; where it is
//! not there, those tests say that they were skipped, and the others remain.
#![cfg(all(feature = "cli", target_os = "linux"))]

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    os::unix::{fs::PermissionsExt as _, process::ExitStatusExt as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
};

#[path = "support/list.rs"]
mod list;
#[expect(dead_code, reason = "other tests use all of it")]
#[path = "support/program.rs"]
mod program;
#[path = "support/recorder.rs"]
mod recorder;

use program::Home;
use recorder::{Recorder, json};

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
    format!(
        "API_HOST={}\nAPI_OAUTH_CONSUMER_KEY=key\nAPI_OAUTH_CONSUMER_SECRET=consumer secret\n",
        api.url()
    )
}

/// The file that `login` writes.
fn login() -> Replaced {
    let api = Recorder::start(|request| {
        if request.starts_with("DELETE") {
            json(200, r#"{"affectedRecords":1}"#)
        } else {
            json(200, TOKEN)
        }
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
    let replaced = Replaced {
        home: Home::with(&before),
        name: "credentials",
        after,
        before,
        arguments: vec!["logout"],
        api,
    };
    replaced.reset();
    replaced
}

/// The file that an answer goes to.
fn download() -> Replaced {
    let after = "new ".repeat(50_000);
    let answer = json(200, &after);
    let api = Recorder::start(move |_| answer.clone());
    into_a_file(&["get", "/x"], api, after)
}

/// The file that the items of a list go to, page by page.
fn items() -> Replaced {
    let item = |number: usize| format!("{{\"id\":{number}}}");
    let after = (0..120).map(|number| item(number) + "\n").collect();
    into_a_file(&["get", "/x", "--all"], list::serve(120, 50, item), after)
}

fn into_a_file(arguments: &[&'static str], api: Recorder, after: String) -> Replaced {
    let text = format!(
        "{}API_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=u\n",
        settings(&api)
    );
    let home = Home::new();
    fs::create_dir(home.folder()).unwrap();
    fs::write(home.path().join("settings"), text).unwrap();
    let more = [
        "-o",
        ".exh/answer",
        "--credentials",
        "settings",
        "--retry",
        "0",
    ];
    let replaced = Replaced {
        home,
        name: "answer",
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

    /// Puts the file back as it was before, and alone.
    fn reset(&self) {
        for name in self.home.names() {
            fs::remove_file(self.home.folder().join(name)).unwrap();
        }
        fs::write(self.path(), &self.before).unwrap();
        fs::set_permissions(self.path(), fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Runs the program behind a command such as `strace`.
    fn run(&self, before: &[String]) -> Output {
        self.start(before).wait_with_output().unwrap()
    }

    fn start(&self, before: &[String]) -> Child {
        let words: Vec<_> = heeding()
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
        // It may be gone before it has read.
        let _ = child.stdin.take().unwrap().write_all(PASSWORD.as_bytes());
        child
    }

    /// Checks that the file is the old one or the new one, and tells whether it is the new one.
    #[track_caller]
    fn check(&self, place: &str) -> bool {
        let text = fs::read_to_string(self.path()).unwrap();
        let is_new = text == self.after;
        assert!(
            is_new || text == self.before,
            "{place}: {} bytes",
            text.len()
        );
        let mode = fs::metadata(self.path()).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{place}");
        is_new
    }

    #[track_caller]
    fn check_alone(&self, place: &str) {
        assert_eq!(self.home.names(), [self.name], "{place}");
    }
}

/// What runs a program that takes signals, where the tests themselves run in the background or under `nohup`.
fn heeding() -> Vec<&'static str> {
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

fn skipped(what: &str) {
    // Past the capture of test output.
    let _ = writeln!(std::io::stderr(), "skipped: {what}");
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// The names of the system calls that a run makes; none where it cannot be traced.
fn calls(replaced: &Replaced) -> Option<BTreeSet<String>> {
    let log = replaced.home.path().join("trace");
    let trace = format!("strace -f -qq -e signal=none -o {}", log.display());
    let is_there = Command::new("strace").arg("-V").output().is_ok();
    if !is_there || !replaced.run(&words(&trace)).status.success() {
        skipped("interruptions at each system call, which need strace");
        return None;
    }
    assert!(replaced.check("no interruption"));
    let text = fs::read_to_string(&log).unwrap();
    let names = text.lines().filter_map(|line| {
        let (_, call) = line.split_once(' ')?;
        let (name, _) = call.trim_start().split_once('(')?;
        name.bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || octet == b'_')
            .then(|| name.to_owned())
    });
    Some(names.collect())
}

/// Does something at each call of each name, and gives how often that was, and how often the file is the new one then.
fn at_each_call(
    replaced: &Replaced,
    calls: &BTreeSet<String>,
    what: &str,
    check: impl Fn(&str, &Output),
) -> (usize, usize) {
    let (mut runs, mut new) = (0, 0);
    for call in calls {
        // Some come before there is a program.
        for at in 1.. {
            if call == "execve" {
                break;
            }
            replaced.reset();
            let log = replaced.home.path().join("trace");
            let injection = format!(
                "strace -f -qq -o {} -e trace={call} -e inject={call}:{what}:when={at}",
                log.display()
            );
            let output = replaced.run(&words(&injection));
            let place = format!("{what} at {call} {at}");
            new += usize::from(replaced.check(&place));
            check(&place, &output);
            runs += 1;
            let text = fs::read_to_string(&log).unwrap_or_default();
            if !text.contains("(INJECTED)")
                && !text.contains("--- SIG")
                && !text.contains("+++ killed")
            {
                break;
            }
            assert!(at < 2000, "{place}");
        }
    }
    (runs, new)
}

fn interrupted_at_each_call(replaced: &Replaced) {
    let Some(calls) = calls(replaced) else {
        return;
    };
    for signal in ["SIGINT", "SIGTERM", "SIGKILL"] {
        let (runs, new) = at_each_call(
            replaced,
            &calls,
            &format!("signal={signal}"),
            |place, output| {
                let text = String::from_utf8_lossy(&output.stderr);
                assert!(!text.contains("panicked"), "{place}: {text}");
                if signal == "SIGKILL" {
                    only_the_owner_reads(&replaced.home.folder(), replaced.name, place);
                } else {
                    replaced.check_alone(place);
                }
            },
        );
        // It was interrupted both before and behind the moment that counts.
        assert!(new > 0 && new < runs, "{signal}: {new} of {runs}");
    }
    // What a killed one left is in nobody's way.
    fs::write(replaced.path(), &replaced.before).unwrap();
    assert!(replaced.run(&[]).status.success());
    assert!(replaced.check("afterwards"));
}

/// What SIGKILL leaves beside the file of a login is for nobody else.
fn only_the_owner_reads(folder: &Path, name: &str, place: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != name && name == "credentials" {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{place}");
        }
    }
}

fn full_at_each_call(replaced: &Replaced) {
    let Some(calls) = calls(replaced) else {
        return;
    };
    let of_files = [
        "openat",
        "write",
        "writev",
        "fsync",
        "ftruncate",
        "fchmod",
        "fchown",
        "rename",
        "renameat",
        "renameat2",
    ];
    let calls = calls
        .into_iter()
        .filter(|call| of_files.contains(&call.as_str()))
        .collect();
    let (runs, new) = at_each_call(replaced, &calls, "error=ENOSPC", |place, output| {
        let is_new = fs::read_to_string(replaced.path()).unwrap() == replaced.after;
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!text.contains("panicked"), "{place}: {text}");
        // A success is one.
        assert!(is_new || !output.status.success(), "{place}: {text}");
        replaced.check_alone(place);
    });
    assert!(new > 0 && new < runs, "{new} of {runs}");
}

#[test]
fn a_login_that_is_interrupted_at_any_call() {
    interrupted_at_each_call(&login());
}

#[test]
fn a_logout_that_is_interrupted_at_any_call() {
    interrupted_at_each_call(&logout());
}

#[test]
fn an_answer_that_is_interrupted_at_any_call() {
    interrupted_at_each_call(&download());
}

#[test]
fn a_list_that_is_interrupted_at_any_call() {
    interrupted_at_each_call(&items());
}

#[test]
fn a_login_on_a_disk_that_is_full_at_any_call() {
    full_at_each_call(&login());
}

#[test]
fn a_logout_on_a_disk_that_is_full_at_any_call() {
    full_at_each_call(&logout());
}

#[test]
fn an_answer_on_a_disk_that_is_full_at_any_call() {
    full_at_each_call(&download());
}

#[test]
fn a_list_on_a_disk_that_is_full_at_any_call() {
    full_at_each_call(&items());
}

/// A login whose API does something to the program when it has the password, and answers when that has ended.
fn while_it_waits(before: &[&str], act: impl Fn(u32) + Send + 'static) -> (Replaced, Output) {
    let (told, heard) = mpsc::channel::<u32>();
    let (ended, end) = mpsc::channel::<()>();
    let api = Recorder::start(move |_| {
        act(heard.recv().unwrap());
        end.recv().unwrap();
        String::new()
    });
    let text = settings(&api);
    let replaced = Replaced {
        home: Home::with(&text),
        name: "credentials",
        after: String::new(),
        before: text,
        arguments: LOGIN.to_vec(),
        api,
    };
    replaced.reset();
    let before: Vec<_> = before.iter().map(|word| (*word).to_owned()).collect();
    let child = replaced.start(&before);
    told.send(child.id()).unwrap();
    let output = child.wait_with_output().unwrap();
    ended.send(()).unwrap();
    (replaced, output)
}

fn kill(signal: &str, id: &str) {
    let kill = ["-c", "kill -s \"$0\" \"$1\"", signal, id];
    assert!(Command::new("sh").args(kill).status().unwrap().success());
}

#[test]
fn a_login_that_is_interrupted_while_it_waits() {
    for (signal, number) in [("INT", 2), ("TERM", 15), ("HUP", 1), ("KILL", 9)] {
        let (replaced, output) = while_it_waits(&[], move |id| kill(signal, &id.to_string()));
        assert_eq!(output.status.signal(), Some(number));
        assert!(!replaced.check(signal));
        assert_eq!(replaced.api.requests().len(), 1);
        let text = String::from_utf8_lossy(&output.stderr);
        if signal == "KILL" {
            only_the_owner_reads(&replaced.home.folder(), replaced.name, signal);
        } else {
            replaced.check_alone(signal);
            assert!(
                text.contains("interrupted while logging in: the file is as it was"),
                "{text}"
            );
        }
        assert!(!text.contains(PASSWORD));
    }
}

/// The first process of a container gets no signal that it does not take.
#[test]
fn a_container_that_is_stopped() {
    let unshare = ["unshare", "-rpf"];
    let is_there = Command::new(unshare[0])
        .args(&unshare[1..])
        .arg("true")
        .status();
    if !is_there.is_ok_and(|status| status.success()) {
        skipped("a stopped container, which needs the right to a namespace of processes");
        return;
    }
    let (replaced, output) = while_it_waits(&unshare, |id| {
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        kill("TERM", children.trim());
    });
    assert_eq!(output.status.code(), Some(128 + 15), "{output:?}");
    assert!(!replaced.check("TERM"));
    replaced.check_alone("TERM");
}

/// Whoever started it said that it is to go on.
const IGNORING: [&str; 3] = ["sh", "-c", "trap '' HUP INT; exec \"$0\" \"$@\""];

#[test]
fn a_signal_that_is_ignored_stays_so() {
    let replaced = download();
    let Some(calls) = calls(&replaced) else {
        return;
    };
    let call = ["renameat2", "renameat", "rename"].map(str::to_owned);
    let call = call.iter().find(|call| calls.contains(*call)).unwrap();
    for signal in ["SIGHUP", "SIGINT"] {
        replaced.reset();
        let trace = format!("strace -f -qq -o /dev/null -e inject={call}:signal={signal}");
        let before = [&IGNORING.map(str::to_owned)[..], &words(&trace)].concat();
        let output = replaced.run(&before);
        assert!(output.status.success(), "{output:?}");
        assert!(replaced.check(signal));
    }
}

#[test]
fn a_signal_that_is_not_ignored_is_taken_beside_those_that_are() {
    let (replaced, output) = while_it_waits(&IGNORING, |id| kill("TERM", &id.to_string()));
    assert_eq!(output.status.signal(), Some(15), "{output:?}");
    assert!(!replaced.check("TERM"));
    replaced.check_alone("TERM");
}

#[test]
fn a_file_that_may_not_grow() {
    for replaced in [login(), download()] {
        let limit = ["sh", "-c", "ulimit -f 1; exec \"$0\" \"$@\""].map(str::to_owned);
        let output = replaced.run(&limit);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains("File too large"), "{text}");
        assert!(!replaced.check("limit"));
        replaced.check_alone("limit");
    }
}

/// A small file system in memory, where the system lets anybody have one.
#[test]
fn a_disk_that_is_full() {
    let script = "mount -t tmpfs -o size=$2k none .exh || exit 0; cp before .exh/$1 && chmod 600 .exh/$1 && shift 2 && {
        \"$@\"; echo \"code $?\"; ls -A .exh; cat .exh/*; }";
    for (replaced, size, requests) in [(login(), "4", 0), (download(), "64", 1)] {
        fs::write(replaced.home.path().join("before"), &replaced.before).unwrap();
        let unshare = [
            "unshare",
            "-rm",
            "sh",
            "-c",
            script,
            "sh",
            replaced.name,
            size,
        ];
        let output = replaced.run(&unshare.map(str::to_owned));
        let (out, errors) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        if !out.starts_with("code ") {
            skipped("a full disk, which needs the right to mount one");
            return;
        }
        assert_eq!(
            out,
            format!("code 1\n{}\n{}", replaced.name, replaced.before),
            "{errors}"
        );
        assert!(errors.contains("No space left on device"), "{errors}");
        assert_eq!(replaced.api.requests().len(), requests);
    }
}

/// As a container has it, where a single file is mounted.
#[test]
fn a_file_that_is_mounted_by_itself() {
    let script = "mount --bind .exh/$1 .exh/$1 || exit 0; shift; \"$@\"; echo \"code $?\"";
    for replaced in [login(), download()] {
        let unshare = ["unshare", "-rm", "sh", "-c", script, "sh", replaced.name];
        let output = replaced.run(&unshare.map(str::to_owned));
        let (out, errors) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        if out.is_empty() {
            skipped("a mounted file, which needs the right to mount one");
            return;
        }
        assert_eq!(out, "code 1\n", "{errors}");
        assert!(errors.contains("mount its folder instead"), "{errors}");
        assert!(!replaced.check("mounted"));
        assert!(replaced.api.requests().is_empty());
        replaced.check_alone("mounted");
    }
}

#[test]
fn an_answer_keeps_links_and_rights() {
    let replaced = download();
    for (mode, exists) in [(0o640, true), (0o604, true), (0o600, false)] {
        replaced.reset();
        let target = replaced.home.path().join("target");
        if exists {
            fs::rename(replaced.path(), &target).unwrap();
            fs::set_permissions(&target, fs::Permissions::from_mode(mode)).unwrap();
        } else {
            fs::remove_file(replaced.path()).unwrap();
            fs::remove_file(&target).unwrap();
        }
        std::os::unix::fs::symlink("../target", replaced.path()).unwrap();
        assert!(replaced.run(&[]).status.success());
        assert!(fs::symlink_metadata(replaced.path()).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), replaced.after);
        if exists {
            let found = fs::metadata(&target).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode);
        }
        replaced.check_alone("link");
    }
}

/// Each writes lines that belong together.
#[test]
fn logins_at_the_same_time() {
    let mut count = 0;
    let api = Recorder::start(move |_| {
        count += 1;
        let body =
            format!(r#"{{"id":"1","token":"token {count}","tokenSecret":"secret {count}"}}"#);
        json(200, &body)
    });
    let before = settings(&api);
    let replaced = Replaced {
        home: Home::with(&before),
        name: "credentials",
        after: String::new(),
        before: before.clone(),
        arguments: LOGIN.to_vec(),
        api,
    };
    let children: Vec<_> = (0..16).map(|_| replaced.start(&[])).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let text = replaced.home.text();
    let (_, count) = text.trim_end().rsplit_once(' ').unwrap();
    let token = format!("API_OAUTH_TOKEN=token {count}\nAPI_OAUTH_TOKEN_SECRET=secret {count}\n");
    assert_eq!(text, before + &token);
    replaced.check_alone("at the same time");
}
