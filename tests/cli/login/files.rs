//! The file that `login` writes, and files that it must not change.

use std::os::unix::fs::symlink;

use super::*;

use crate::support::recorder::{Recorder, json};

#[test]
fn a_first_login_makes_folder_and_file_for_the_owner_alone() {
    let (sandbox, settings) = sandbox();
    let home = Home::new();
    let account = &sandbox.accounts()[0];
    let done = log_in_with(&home, account, &[], &settings);
    done.expect(0, &["logged in as", ".exh/credentials"]);
    assert_eq!(done.out, "");
    assert_eq!(mode(&home.folder()), 0o700);
    assert_eq!(mode(&home.file()), 0o600);
    assert_eq!(home.names(), ["credentials"]);
    let text = home.text();
    let names: Vec<_> = text.lines().map(|line| line.split_once('=').unwrap().0).collect();
    let variables = sandbox.variables().map(|(name, _)| name);
    assert_eq!(names, variables);
    // Another token than the one of the sandbox's keys, for the same user.
    assert!(!text.contains(&sandbox.variables()[4].1));
    let me = home.run(&["me"], "");
    me.expect(0, &[]);
    assert!(me.out.contains(&account.email));
}

#[test]
fn other_lines_stay_as_they_are_and_the_file_is_closed_to_others() {
    let (sandbox, settings) = sandbox();
    let before = format!("# mine\r\n{settings}\n  EDITOR = ed=x\nAPI_OAUTH_TOKEN_SECRET=old\nX");
    let before = before.replace("\nX", "\nX=");
    let home = Home::with(&before);
    fs::set_permissions(home.file(), fs::Permissions::from_mode(0o644)).unwrap();
    let done = log_in(&home, &sandbox.accounts()[0], &[]);
    done.expect(0, &["was open to others (mode 0644); now only its owner can read it"]);
    assert_eq!(mode(&home.file()), 0o600);
    let after = home.text();
    let (start, rest) = after.split_once("API_OAUTH_TOKEN_SECRET=").unwrap();
    let (secret, rest) = rest.split_once('\n').unwrap();
    assert_eq!(start, before.split("API_OAUTH_TOKEN_SECRET").next().unwrap());
    assert_eq!(secret.trim_end().len(), 40);
    let (kept, token) = rest.split_once("API_OAUTH_TOKEN=").unwrap();
    assert_eq!(kept, "X=\r\n");
    assert_eq!(token.trim_end().len(), 40);
}

#[test]
fn a_link_stays_one_and_its_target_is_replaced() {
    let (sandbox, settings) = sandbox();
    for exists in [true, false] {
        let home = Home::new();
        fs::create_dir(home.folder()).unwrap();
        let target = home.path().join("elsewhere");
        symlink("../elsewhere", home.file()).unwrap();
        if exists {
            fs::write(&target, "X=1\n").unwrap();
        }
        log_in_with(&home, &sandbox.accounts()[0], &[], &settings).expect(0, &[]);
        assert!(fs::symlink_metadata(home.file()).unwrap().is_symlink());
        assert!(!fs::symlink_metadata(&target).unwrap().is_symlink());
        assert_eq!(mode(&target), 0o600);
        assert!(home.text().contains("API_OAUTH_TOKEN="));
        assert_eq!(home.text().starts_with("X=1\n"), exists);
        assert_eq!(home.names(), ["credentials"]);
    }
}

#[test]
fn a_file_that_changed_in_the_meantime_keeps_the_change() {
    let home = Home::new();
    let path = home.file();
    let api = Recorder::start(move |_| {
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("# new\n{text}")).unwrap();
        json(200, TOKEN)
    });
    fs::create_dir(home.folder()).unwrap();
    fs::write(home.file(), application(&api.url())).unwrap();
    home.run(&LOGIN, PASSWORD).expect(0, &[]);
    let expected =
        format!("# new\n{}API_OAUTH_TOKEN=new token\nAPI_OAUTH_TOKEN_SECRET=new secret\n", application(&api.url()));
    assert_eq!(home.text(), expected);
}

#[test]
fn a_file_that_cannot_be_written_is_found_before_anything_is_sent() {
    let api = Recorder::start(|_| json(200, TOKEN));
    let home = Home::with(&application(&api.url()));
    fs::write(home.path().join("file"), "").unwrap();
    for (path, code, words) in [
        ("missing/credentials", 1, "cannot write missing/credentials: No such file"),
        ("file/credentials", 2, "file/credentials: the file cannot be read: not a directory"),
        (".exh", 2, ".exh: not a regular file"),
        ("/dev/null", 2, "/dev/null: not a regular file"),
    ] {
        let mut command = home.command(&LOGIN);
        command.args(["--credentials", path]);
        command.envs(application(&api.url()).lines().filter_map(|line| line.split_once('=')));
        finish(command, PASSWORD).expect(code, &[words]);
    }
    // No file may grow, as on a full disk.
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "ulimit -f 0; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_exh-oauth1")])
        .args(LOGIN)
        .env_clear()
        .env("HOME", home.path());
    finish(command, PASSWORD).expect(1, &["File too large", "no token was created"]);
    assert_eq!(home.text(), application(&api.url()));
    assert_eq!(home.names(), ["credentials"]);
    assert!(api.requests().is_empty());
}

#[test]
fn a_token_that_cannot_be_stored_is_revoked() {
    let home = Home::new();
    let path = home.file();
    let api = Recorder::start(move |request| {
        if request.starts_with("DELETE") {
            return json(200, r#"{"affectedRecords":1}"#);
        }
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        json(200, TOKEN)
    });
    fs::create_dir(home.folder()).unwrap();
    fs::write(home.file(), application(&api.url())).unwrap();
    let done = home.run(&LOGIN, PASSWORD);
    done.expect(1, &["not a regular file", "the token that was created is revoked"]);
    let requests = api.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[1].starts_with("DELETE /auth/v2/oauth1/tokens/5e9fff9d90135a2a9a718e2f "));
    assert!(requests[1].contains("oauth_token=\"new%20token\""));
    assert_eq!(home.names(), ["credentials"]);
}

#[test]
fn a_token_in_the_environment_is_reported() {
    let api = Recorder::start(|_| json(200, TOKEN));
    for (more, is_warned) in [(&[][..], true), (&["--profile", "default"], false)] {
        let home = Home::with(&application(&api.url()));
        let mut command = home.command(&LOGIN);
        command.args(more).env("API_OAUTH_TOKEN", "exported");
        let done = finish(command, PASSWORD);
        done.expect(0, &[]);
        assert_eq!(done.errors.contains("takes precedence over the file"), is_warned, "{done:?}");
        assert!(home.text().contains("API_OAUTH_TOKEN=new token\n"));
    }
}

#[test]
fn a_base_url_that_no_file_can_hold_is_rejected() {
    let home = Home::with(&application("localhost:1"));
    for url in ["http://localhost:1/path", "https://example.com"] {
        let done = home.run(&[&LOGIN[..], &["--base-url", url]].concat(), PASSWORD);
        done.expect(2, &["API_HOST (from the command line)"]);
    }
    assert_eq!(home.text(), application("localhost:1"));
}

#[test]
fn unsuitable_files_and_hosts_are_not_changed() {
    let good = application("localhost:1");
    let long = "\n".repeat((1 << 20) + 1);
    for (text, words) in [
        (format!("{good}nonsense\n").into_bytes(), "line 4 is not of the form NAME=value"),
        ([good.as_bytes(), b"\xff"].concat(), "line 4 is not UTF-8 text"),
        ([good.as_bytes(), long.as_bytes()].concat(), "larger than 1 MiB"),
        (good.replace("=consumer", "=\u{a0}consumer").into_bytes(), "begins with white space"),
        (good.replace("localhost:1", "http://example.com").into_bytes(), "not encrypted"),
    ] {
        let home = Home::new();
        fs::create_dir(home.folder()).unwrap();
        fs::write(home.file(), &text).unwrap();
        home.run(&LOGIN, PASSWORD).expect(2, &[words]);
        assert_eq!(fs::read(home.file()).unwrap(), text);
        assert_eq!(home.names(), ["credentials"]);
    }
    for arguments in [&LOGIN[..], &["logout"], &["profiles"]] {
        let home = Home::new();
        let mut command = home.command(arguments);
        command.env_remove("HOME");
        command.envs(good.lines().filter_map(|line| line.split_once('=')));
        finish(command, PASSWORD).expect(2, &["HOME is not set"]);
    }
    let home = Home::new();
    home.run(&[&LOGIN[..], &["--profile", "a/b"]].concat(), PASSWORD).expect(2, &["profile a/b: a profile name has"]);
}
