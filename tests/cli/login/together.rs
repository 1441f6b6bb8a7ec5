//! Concurrent runs and killed runs lose no token and break no file.
//!
//! `EXH_CASES=500` makes 500 runs of each, instead of a few.

use std::{
    io::Write as _,
    process::{Child, Command, Stdio},
};

use exh_oauth1::client::Token;
use rand::{TryRng as _, rngs::SysRng};

use super::*;
use crate::support::{
    program::{done, without_terminal},
    recorder::{Recorder, json},
    skip,
};

fn cases() -> usize {
    std::env::var("EXH_CASES").map_or(12, |cases| cases.parse().unwrap())
}

fn start(home: &Home, arguments: &[&str], input: &str) -> Child {
    let mut child = without_terminal(home.command(arguments))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child
}

fn line<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
}

#[test]
fn a_login_and_a_logout_at_the_same_time_lose_no_token() {
    let (sandbox, settings) = sandbox();
    let account = &sandbox.accounts()[0];
    let login = ["login", "--email", &account.email, "--password-stdin"];
    let password = format!("{}\n", account.password);
    // It has the token of the sandbox's own keys, which belongs to the same user.
    let client = sandbox.client().unwrap();
    let tokens = || client.tokens().unwrap();
    let home = Home::with(&settings);
    let (mut first, mut second, mut kept) = (0, 0, 0);
    for case in 0..cases() {
        fs::write(home.file(), &settings).unwrap();
        log_in(&home, account, &[]).expect(0, &[]);
        let old = home.text();
        let old = line(&old, "API_OAUTH_TOKEN").unwrap();
        let before = tokens();
        let logging_in = start(&home, &login, &password);
        let logging_out = start(&home, &["logout"], "");
        let logged_in = done(&logging_in.wait_with_output().unwrap());
        let logged_out = done(&logging_out.wait_with_output().unwrap());
        let place = format!("case {case}: {logged_in:?} {logged_out:?}");
        assert_eq!((logged_in.code, logged_out.code), (Some(0), Some(0)), "{place}");
        // One token was created, and one revoked: the old one or the new one.
        let after = tokens();
        assert_eq!(after.len(), before.len(), "{place}");
        let is_in = |tokens: &[Token], token: &str| tokens.iter().any(|one| one.token == token);
        let text = home.text();
        match line(&text, "API_OAUTH_TOKEN") {
            Some(token) => {
                assert!(is_in(&after, token) && !is_in(&before, token), "{place}");
                assert!(line(&text, "API_OAUTH_TOKEN_SECRET").is_some(), "{place}");
                assert!(!is_in(&after, old), "{place}");
                first += 1;
            }
            None => {
                assert_eq!(text, settings, "{place}");
                assert!(is_in(&after, old), "{place}");
                second += 1;
            }
        }
        kept += usize::from(logged_out.errors.contains("another token by now"));
        assert_eq!(home.names(), ["credentials"], "{place}");
        for token in after.iter().filter(|one| one.token != sandbox.variables()[3].1) {
            client.delete_token(&token.id).unwrap();
        }
    }
    println!(
        "logout revoked the old token {first} times, and the new one {second} times; \
         it found the new one in place of the old one {kept} times"
    );
}

#[test]
fn logins_that_are_killed_leave_one_file_at_most() {
    if Command::new("timeout").arg("--version").output().is_err() {
        skip("killed logins, which need `timeout`");
        return;
    }
    let api = Recorder::start(|_| json(200, TOKEN));
    let before = application(&api.url());
    let after = format!("{before}API_OAUTH_TOKEN=new token\nAPI_OAUTH_TOKEN_SECRET=new secret\n");
    let home = Home::with(&before);
    let (mut old, mut new, mut left) = (0, 0, 0);
    for _ in 0..cases() {
        fs::write(home.file(), &before).unwrap();
        // A login takes some milliseconds.
        let delay = SysRng.try_next_u64().unwrap() % 60;
        let login = home.command(&LOGIN);
        let mut killed = Command::new("timeout");
        killed.args(["--foreground", "--signal=KILL", &format!("0.{delay:03}1")]);
        killed.arg(login.get_program()).args(login.get_args());
        killed.env("HOME", home.path()).current_dir(home.path());
        finish(killed, PASSWORD);
        let text = home.text();
        assert!(text == before || text == after, "{text}");
        *(if text == after { &mut new } else { &mut old }) += 1;
        match home.names().as_slice() {
            [_] => {}
            [new_file, _] if new_file == ".exh-oauth1-new" => {
                assert_eq!(mode(&home.folder().join(new_file)), 0o600);
                left += 1;
            }
            names => panic!("{names:?}"),
        }
    }
    println!("the old file {old} times, the new one {new} times; {left} times with a temporary file");
    fs::write(home.file(), &before).unwrap();
    home.run(&LOGIN, PASSWORD).expect(0, &[]);
    assert_eq!(home.text(), after);
    assert_eq!(home.names(), ["credentials"]);
}
