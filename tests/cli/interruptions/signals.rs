//! Signals while a `login` waits for its response.

use std::{os::unix::process::ExitStatusExt as _, sync::mpsc};

use super::*;

/// A login whose API does something to the program after it has received the password, and then responds.
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
            assert!(text.contains("interrupted while logging in; the file is unchanged"), "{text}");
        }
        assert!(!text.contains(PASSWORD));
    }
}

/// The first process of a container receives only signals that it handles.
#[test]
fn a_container_that_is_stopped() {
    let unshare = ["unshare", "-rpf"];
    let is_there = Command::new(unshare[0]).args(&unshare[1..]).arg("true").status();
    if !is_there.is_ok_and(|status| status.success()) {
        skip("a stopped container, which needs the right to a namespace of processes");
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

/// The parent process has set this signal to be ignored.
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
fn other_signals_are_handled_if_one_is_ignored() {
    let (replaced, output) = while_it_waits(&IGNORING, |id| kill("TERM", &id.to_string()));
    assert_eq!(output.status.signal(), Some(15), "{output:?}");
    assert!(!replaced.check("TERM"));
    replaced.check_alone("TERM");
}
