//! `login`, `logout` and `profiles`: files, questions and messages.
#![cfg(unix)]

mod errors;
mod files;
mod logout;
mod other_users;
mod together;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use exh_oauth1::sandbox::{Account, Sandbox};

use crate::support::program::{Done, Home, finish};

const PASSWORD: &str = "correct \"horse\" & batterÿ";
const TOKEN: &str = r#"{"id":"5e9fff9d90135a2a9a718e2f","token":"new token","tokenSecret":"new secret"}"#;
const LOGIN: [&str; 4] = ["login", "--email", "zoe@example.com", "--password-stdin"];

/// A file with client credentials, for an API.
fn application(url: &str) -> String {
    format!("API_HOST={url}\nAPI_OAUTH_CONSUMER_KEY=key\nAPI_OAUTH_CONSUMER_SECRET=consumer secret\n")
}

fn sandbox() -> (Sandbox, String) {
    let sandbox = Sandbox::start(exh_oauth1::sandbox::Options::default()).unwrap();
    let variables = sandbox.variables();
    let lines: Vec<_> = variables[..3].iter().map(|(name, value)| format!("{name}={value}\n")).collect();
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
