//! `login`, `logout` and `profiles`: what they write, what they ask, what they leave alone, and what they say.
#![cfg(all(feature = "cli", unix))]

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use exh_oauth1::sandbox::{Account, Sandbox};

#[path = "support/program.rs"]
mod program;
#[path = "support/recorder.rs"]
mod recorder;

use program::{Done, Home, finish};
use recorder::{Recorder, json};

const PASSWORD: &str = "correct \"horse\" & batterÿ";
const TOKEN: &str =
    r#"{"id":"5e9fff9d90135a2a9a718e2f","token":"new token","tokenSecret":"new secret"}"#;
const LOGIN: [&str; 4] = ["login", "--email", "zoe@example.com", "--password-stdin"];

/// A file with client credentials, for an API.
fn application(url: &str) -> String {
    format!(
        "API_HOST={url}\nAPI_OAUTH_CONSUMER_KEY=key\nAPI_OAUTH_CONSUMER_SECRET=consumer secret\n"
    )
}

fn sandbox() -> (Sandbox, String) {
    let sandbox = Sandbox::start(exh_oauth1::sandbox::Options::default()).unwrap();
    let variables = sandbox.variables();
    let lines: Vec<_> = variables[..3]
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect();
    let text = lines.concat();
    (sandbox, text)
}

fn log_in(home: &Home, account: &Account, more: &[&str]) -> Done {
    log_in_with(home, account, more, "")
}

/// With these settings in the environment.
fn log_in_with(home: &Home, account: &Account, more: &[&str], settings: &str) -> Done {
    let mut command = home.command(&["login", "--email", &account.email, "--password-stdin"]);
    command.args(more);
    command.envs(settings.lines().filter_map(|line| line.split_once('=')));
    finish(command, &format!("{}\n", account.password))
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

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
    let names: Vec<_> = text
        .lines()
        .map(|line| line.split_once('=').unwrap().0)
        .collect();
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
    done.expect(0, &["was open to others (mode 0644), and is no more"]);
    assert_eq!(mode(&home.file()), 0o600);
    let after = home.text();
    let (head, rest) = after.split_once("API_OAUTH_TOKEN_SECRET=").unwrap();
    let (secret, rest) = rest.split_once('\n').unwrap();
    assert_eq!(head, before.split("API_OAUTH_TOKEN_SECRET").next().unwrap());
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
    let expected = format!(
        "# new\n{}API_OAUTH_TOKEN=new token\nAPI_OAUTH_TOKEN_SECRET=new secret\n",
        application(&api.url())
    );
    assert_eq!(home.text(), expected);
}

/// What the API says, and words of what is told then.
const REFUSALS: &[(u16, u16, &str)] = &[
    (401, 106, "email or password is wrong"),
    (401, 107, "a key belongs to one environment"),
    (401, 129, "a second factor is required"),
    (400, 130, "the second factor's code is wrong"),
    (400, 131, "log in again with email and password"),
    (400, 132, "the presence token is not valid"),
    (400, 133, "too few methods"),
    (400, 134, "wait before the next try"),
    (401, 211, "wait a second"),
    (401, 212, "wait a minute"),
    (401, 213, "ask an administrator to unlock it"),
    (403, 215, "log in with the provider"),
    (429, 0, "wait before the next"),
    (503, 0, "try again later"),
];

#[test]
fn a_refusal_is_explained_and_nothing_is_tried_again_or_changed() {
    for &(status, code, words) in REFUSALS {
        let body = format!(r#"{{"code":{code},"name":"N","message":"said"}}"#);
        let api = Recorder::start(move |_| json(status, &body));
        let home = Home::with(&application(&api.url()));
        let done = home.run(&[&LOGIN[..], &["--retry", "5"]].concat(), PASSWORD);
        done.expect(if status < 500 { 4 } else { 5 }, &[words]);
        assert_eq!(done.out, "");
        assert_eq!(api.requests().len(), 1, "{code}");
        assert_eq!(home.text(), application(&api.url()));
        assert_eq!(home.names(), ["credentials"]);
    }
}

#[test]
fn an_answer_without_a_token_is_not_shown() {
    for answer in [
        json(200, r#"{"token":"t","tokenSecret":1,"other":"new secret"}"#),
        json(200, "new secret"),
        json(200, ""),
        json(200, r#"{"token":"t\n","tokenSecret":"new secret"}"#),
        json(302, "new secret"),
        String::new(),
    ] {
        let api = Recorder::start(move |_| answer.clone());
        let home = Home::with(&application(&api.url()));
        let done = home.run(&LOGIN, PASSWORD);
        assert!(matches!(done.code, Some(1 | 3)), "{done:?}");
        assert_eq!(done.out, "");
        assert!(!done.errors.contains("new secret"), "{done:?}");
        assert_eq!(home.text(), application(&api.url()));
        assert_eq!(home.names(), ["credentials"]);
    }
}

#[test]
fn a_second_factor_is_named_by_name_type_or_identifier() {
    let (sandbox, settings) = sandbox();
    let account = &sandbox.accounts()[1];
    let [totp, recovery] = account.factors.as_slice() else {
        panic!("{account:?}");
    };
    for (method, factor) in [
        ("totp", totp),
        ("AUTHENTICATOR", totp),
        (totp.id.as_str(), totp),
        ("recoverycodes", recovery),
        ("Recovery codes", recovery),
    ] {
        let home = Home::with(&settings);
        let done = log_in(
            &home,
            account,
            &["--method", method, "--code", &factor.code],
        );
        done.expect(0, &["logged in as"]);
        home.run(&["me"], "").expect(0, &[]);
    }
    let has = "Authenticator (totp), Recovery codes (recoveryCodes)";
    let home = Home::with(&settings);
    for (more, code, words) in [
        (
            &["--method", "sms", "--code", "1"][..],
            2,
            ["no method is sms", has],
        ),
        (&["--code", "1"], 2, ["no terminal", has]),
        (
            &["--method", "totp"],
            2,
            ["no terminal", "give it with --code"],
        ),
        (
            &["--method", "totp", "--code", "1"],
            4,
            ["130", "log in again with the next code"],
        ),
    ] {
        let done = log_in(&home, account, more);
        done.expect(code, &words);
        assert_eq!(home.text(), settings);
        assert_eq!(home.names(), ["credentials"]);
    }
}

/// What servers say must not steer a terminal.
#[test]
fn names_of_methods_are_shown_harmlessly() {
    let body = r#"{"code":129,"mfa":{"token":"t","methods":[{"id":"1","name":"a\u001b[2J\nb"},{"id":"2"}]}}"#;
    let api = Recorder::start(move |_| json(401, body));
    let home = Home::with(&application(&api.url()));
    let done = home.run(&LOGIN, PASSWORD);
    done.expect(2, &["a\\u{1b}[2J b (unknown type), unknown type"]);
}

#[test]
fn what_cannot_be_written_is_found_before_anything_is_sent() {
    let api = Recorder::start(|_| json(200, TOKEN));
    let home = Home::with(&application(&api.url()));
    fs::write(home.path().join("file"), "").unwrap();
    for (path, code, words) in [
        (
            "missing/credentials",
            1,
            "cannot write missing/credentials: No such file",
        ),
        (
            "file/credentials",
            2,
            "file/credentials: the file cannot be read: not a directory",
        ),
        (".exh", 2, ".exh: that is no regular file"),
        ("/dev/null", 2, "/dev/null: that is no regular file"),
    ] {
        let mut command = home.command(&LOGIN);
        command.args(["--credentials", path]);
        command.envs(
            application(&api.url())
                .lines()
                .filter_map(|line| line.split_once('=')),
        );
        finish(command, PASSWORD).expect(code, &[words]);
    }
    // No file may grow: as where the disk is full.
    let mut command = std::process::Command::new("sh");
    command
        .args([
            "-c",
            "ulimit -f 0; exec \"$0\" \"$@\"",
            env!("CARGO_BIN_EXE_exh-oauth1"),
        ])
        .args(LOGIN)
        .env_clear()
        .env("HOME", home.path());
    finish(command, PASSWORD).expect(1, &["File too large", "no token was made"]);
    assert_eq!(home.text(), application(&api.url()));
    assert_eq!(home.names(), ["credentials"]);
    assert!(api.requests().is_empty());
}

#[test]
fn a_token_that_cannot_be_written_down_is_revoked() {
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
    done.expect(
        1,
        &[
            "that is no regular file",
            "the token that was made is revoked",
        ],
    );
    let requests = api.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[1].starts_with("DELETE /auth/v2/oauth1/tokens/5e9fff9d90135a2a9a718e2f "));
    assert!(requests[1].contains("oauth_token=\"new%20token\""));
    assert_eq!(home.names(), ["credentials"]);
}

#[test]
fn standard_input_has_the_password_and_then_a_missing_secret() {
    let sent = |api: &Recorder| {
        let request = api.requests().pop().unwrap();
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        body["password"].as_str().unwrap().to_owned()
    };
    for (input, password) in [
        ("p", "p"),
        ("p\n", "p"),
        ("p\r\n", "p"),
        ("p\nq\n", "p"),
        (" p \n", " p "),
        (PASSWORD, PASSWORD),
    ] {
        let api = Recorder::start(|_| json(200, TOKEN));
        let home = Home::with(&application(&api.url()));
        home.run(&LOGIN, input).expect(0, &[]);
        assert_eq!(sent(&api), password);
    }
    let long = "p".repeat(4097);
    for (input, words) in [
        ("", "nothing was given"),
        ("\n", "nothing was given"),
        (&long, "longer than 4096 bytes"),
    ] {
        let api = Recorder::start(|_| json(200, TOKEN));
        let home = Home::with(&application(&api.url()));
        home.run(&LOGIN, input)
            .expect(2, &["the password on standard input", words]);
        assert!(api.requests().is_empty());
    }
    let api = Recorder::start(|_| json(200, TOKEN));
    let settings = application(&api.url()).replace("API_OAUTH_CONSUMER_SECRET=", "X=");
    let home = Home::with(&settings);
    home.run(&LOGIN, "p\nfrom input\n").expect(0, &[]);
    assert!(
        home.text()
            .contains("\nAPI_OAUTH_CONSUMER_SECRET=from input\n")
    );
    home.run(&LOGIN, "p\n").expect(0, &[]);
    let home = Home::with(&settings);
    home.run(&LOGIN, "p\n")
        .expect(2, &["API_OAUTH_CONSUMER_SECRET is missing"]);
}

#[test]
fn without_a_terminal_all_that_is_missing_is_told() {
    let home = Home::new();
    home.run(&["login"], "").expect(
        2,
        &[
            "API_HOST is missing",
            "API_OAUTH_CONSUMER_KEY is",
            "API_OAUTH_CONSUMER_SECRET is",
        ],
    );
    let home = Home::with(&application("localhost:1"));
    home.run(&["login"], "")
        .expect(2, &["no terminal to ask for the email", "--email"]);
    home.run(&LOGIN[..3], "").expect(
        2,
        &["no terminal to ask for the password", "--password-stdin"],
    );
    assert_eq!(home.names(), ["credentials"]);
}

#[test]
fn a_token_in_the_environment_is_told_to_go_first() {
    let api = Recorder::start(|_| json(200, TOKEN));
    for (more, is_warned) in [(&[][..], true), (&["--profile", "default"], false)] {
        let home = Home::with(&application(&api.url()));
        let mut command = home.command(&LOGIN);
        command.args(more).env("API_OAUTH_TOKEN", "exported");
        let done = finish(command, PASSWORD);
        done.expect(0, &[]);
        assert_eq!(
            done.errors.contains("goes before the file"),
            is_warned,
            "{done:?}"
        );
        assert!(home.text().contains("API_OAUTH_TOKEN=new token\n"));
    }
}

#[test]
fn a_base_url_that_no_file_can_say_is_refused() {
    let home = Home::with(&application("localhost:1"));
    for url in ["http://localhost:1/path", "https://example.com"] {
        let done = home.run(&[&LOGIN[..], &["--base-url", url]].concat(), PASSWORD);
        done.expect(2, &["API_HOST (from an option)"]);
    }
    assert_eq!(home.text(), application("localhost:1"));
}

#[test]
fn each_profile_has_its_own_file_and_is_listed_without_secrets() {
    let (sandbox, settings) = sandbox();
    let account = &sandbox.accounts()[0];
    let home = Home::new();
    for profile in ["staging", "default"] {
        log_in_with(&home, account, &["--profile", profile], &settings).expect(0, &[]);
    }
    assert_eq!(home.names(), ["credentials", "profiles"]);
    assert_eq!(mode(&home.folder().join("profiles")), 0o700);
    let staging = home.folder().join("profiles/staging");
    assert_ne!(fs::read_to_string(&staging).unwrap(), home.text());
    home.run(&["me", "--profile", "staging"], "").expect(0, &[]);
    let mut command = home.command(&["profiles"]);
    command.env("EXH_PROFILE", "staging");
    fs::set_permissions(&staging, fs::Permissions::from_mode(0o640)).unwrap();
    let done = finish(command, "");
    done.expect(0, &["profiles/staging is open to others (mode 0640)"]);
    let [(_, url), (_, key), (_, secret), ..] = sandbox.variables();
    let rows: Vec<Vec<_>> = done
        .out
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let shown = format!("{}…", &key[..4]);
    let (file, staging) = (home.file(), staging);
    assert_eq!(rows[0], ["profile", "url", "key", "token", "mode", "file"]);
    assert_eq!(
        rows[1],
        [
            "default",
            &url,
            &shown,
            "yes",
            "0600",
            file.to_str().unwrap()
        ]
    );
    let staging = staging.to_str().unwrap();
    assert_eq!(
        rows[2],
        ["*", "staging", &url, &shown, "yes", "0640", staging]
    );
    assert_eq!(rows.len(), 3);
    assert!(!done.out.contains(&key[..5]) && !done.out.contains(&secret));

    fs::write(staging, "API_HOST=a b\nAPI_OAUTH_CONSUMER_KEY=k\n").unwrap();
    let done = home.run(&["profiles", "--json"], "");
    done.expect(0, &[]);
    let rows: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(rows[0]["isUsed"], true);
    assert_eq!(rows[1]["consumerKey"], "…");
    assert_eq!(rows[1]["hasToken"], false);
    assert!(rows[1]["fault"].as_str().unwrap().contains("API_HOST"));
}

#[test]
fn logout_revokes_the_token_and_keeps_the_rest() {
    let (sandbox, settings) = sandbox();
    let home = Home::with(&format!("# mine\n{settings}X=1\n"));
    let account = &sandbox.accounts()[0];
    log_in(&home, account, &[]).expect(0, &[]);
    let logged_in = home.text();
    let done = home.run(&["logout"], "");
    done.expect(0, &["the token is revoked, and removed from"]);
    assert_eq!(done.out, "");
    assert_eq!(home.text(), format!("# mine\n{settings}X=1\n"));
    assert_eq!(mode(&home.file()), 0o600);
    home.run(&["logout"], "").expect(2, &["has no token"]);
    // The old file has a token that the API knows no more.
    fs::write(home.file(), &logged_in).unwrap();
    home.run(&["me"], "").expect(4, &["108"]);
    home.run(&["logout"], "")
        .expect(4, &["108", "kept as it is", "logout --local"]);
    assert_eq!(home.text(), logged_in);
    home.run(&["logout", "--local"], "")
        .expect(0, &["still valid for whoever has a copy"]);
    assert_eq!(home.text(), format!("# mine\n{settings}X=1\n"));
}

#[test]
fn logout_keeps_the_file_where_the_token_is_not_revoked() {
    let refusing = Recorder::start(|_| json(403, r#"{"code":10,"tokenSecret":"hidden"}"#));
    let silent = Recorder::start(|_| String::new());
    let other =
        r#"{"page":{"total":1},"data":[{"id":"1","token":"other","tokenSecret":"hidden"}]}"#;
    let listing = Recorder::start(move |_| json(200, other));
    for (api, code, words) in [
        (&refusing, 4, "lacks the permission"),
        (&silent, 1, "closed"),
        (&listing, 1, "does not list the token"),
    ] {
        let text = format!(
            "{}API_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=s\n",
            application(&api.url())
        );
        let home = Home::with(&text);
        let done = home.run(&["logout", "--retry", "0"], "");
        done.expect(code, &[words, "kept as it is", "logout --local"]);
        assert_eq!(done.out, "");
        assert!(!done.errors.contains("hidden"), "{done:?}");
        assert_eq!(home.text(), text);
        assert_eq!(home.names(), ["credentials"]);
        let mut command = home.command(&["logout"]);
        command.env("API_OAUTH_TOKEN", "exported");
        finish(command, "").expect(2, &["API_OAUTH_TOKEN is in the environment", "unset"]);
    }
    assert!(
        listing
            .requests()
            .iter()
            .all(|request| request.starts_with("GET"))
    );
    Home::new()
        .run(&["logout"], "")
        .expect(2, &["there is no such file"]);
}

#[test]
fn a_file_open_to_others_is_told_by_each_command_that_reads_it() {
    let text = format!(
        "{}API_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=s\n",
        application("localhost:1")
    );
    let home = Home::with(&text);
    for (mode, is_told) in [
        (0o600, false),
        (0o604, true),
        (0o660, true),
        (0o640, true),
        // As Kubernetes mounts a secret for a user that does not own it.
        (0o440, false),
        (0o444, true),
    ] {
        fs::set_permissions(home.file(), fs::Permissions::from_mode(mode)).unwrap();
        for arguments in [
            &["sign", "GET", "https://example.com/"][..],
            &["get", "/x", "--dry-run"],
            &["explain", "GET", "https://example.com/"],
        ] {
            let done = home.run(arguments, "");
            done.expect(0, &[]);
            let words = format!("is open to others (mode {mode:04o}) and has secrets");
            assert_eq!(
                done.errors.matches(&words).count(),
                usize::from(is_told),
                "{done:?}"
            );
        }
    }
}

#[test]
fn files_and_hosts_that_are_not_fit_are_left_alone() {
    let good = application("localhost:1");
    let long = "\n".repeat((1 << 20) + 1);
    for (text, words) in [
        (
            format!("{good}nonsense\n").into_bytes(),
            "line 4 is not of the form KEY=value",
        ),
        (
            [good.as_bytes(), b"\xff"].concat(),
            "line 4 is not UTF-8 text",
        ),
        (
            [good.as_bytes(), long.as_bytes()].concat(),
            "larger than 1 MiB",
        ),
        (
            good.replace("=consumer", "= consumer").into_bytes(),
            "begins with white space",
        ),
        (
            good.replace("localhost:1", "http://example.com")
                .into_bytes(),
            "in the clear",
        ),
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
    home.run(&[&LOGIN[..], &["--profile", "a/b"]].concat(), PASSWORD)
        .expect(2, &["profile a/b: the name of a profile has"]);
}
