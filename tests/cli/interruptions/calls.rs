//! A signal or a full disk at each system call.

use std::collections::BTreeSet;

use super::*;

/// Interrupts each call of each name. Returns how often, and how often the file was replaced nevertheless.
fn at_each_call(
    replaced: &Replaced,
    calls: &BTreeSet<String>,
    what: &str,
    check: impl Fn(&str, &Output),
) -> (usize, usize) {
    let (mut runs, mut new) = (0, 0);
    for call in calls {
        // Some calls come before the program starts.
        for at in 1.. {
            if call == "execve" {
                break;
            }
            replaced.reset();
            let log = replaced.home.path().join("trace");
            let injection = format!(
                "strace -f --seccomp-bpf -qq -o {} -e trace={call} -e inject={call}:{what}:when={at}",
                log.display()
            );
            let output = replaced.run(&words(&injection));
            let place = format!("{what} at {call} {at}");
            new += usize::from(replaced.check(&place));
            check(&place, &output);
            runs += 1;
            let text = fs::read_to_string(&log).unwrap_or_default();
            if !text.contains("(INJECTED)") && !text.contains("--- SIG") && !text.contains("+++ killed") {
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
        let (runs, new) = at_each_call(replaced, &calls, &format!("signal={signal}"), |place, output| {
            let text = String::from_utf8_lossy(&output.stderr);
            assert!(!text.contains("panicked"), "{place}: {text}");
            if signal == "SIGKILL" {
                only_the_owner_reads(&replaced.home.folder(), replaced.name, place);
            } else {
                replaced.check_alone(place);
            }
        });
        // Interruptions came before and after the replacement.
        assert!(new > 0 && new < runs, "{signal}: {new} of {runs}");
    }
    // The file of a killed run does not disturb the next run.
    fs::write(replaced.path(), &replaced.before).unwrap();
    assert!(replaced.run(&[]).status.success());
    assert!(replaced.check("afterwards"));
}

fn full_at_each_call(replaced: &Replaced) {
    let Some(calls) = calls(replaced) else {
        return;
    };
    let of_files =
        ["openat", "write", "writev", "fsync", "ftruncate", "fchmod", "fchown", "rename", "renameat", "renameat2"];
    let calls = calls.into_iter().filter(|call| of_files.contains(&call.as_str())).collect();
    let (runs, new) = at_each_call(replaced, &calls, "error=ENOSPC", |place, output| {
        let is_new = fs::read_to_string(replaced.path()).unwrap() == replaced.after;
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!text.contains("panicked"), "{place}: {text}");
        // A run that reports success has replaced the file.
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
fn a_response_that_is_interrupted_at_any_call() {
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
fn a_response_on_a_disk_that_is_full_at_any_call() {
    full_at_each_call(&download());
}

#[test]
fn a_list_on_a_disk_that_is_full_at_any_call() {
    full_at_each_call(&items());
}
