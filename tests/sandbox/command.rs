//! `exh-oauth1 sandbox -- COMMAND`: the command's environment, its output and its exit code.
#![cfg(all(feature = "cli", unix))]

use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_exh-oauth1");

fn run(command: &[&str]) -> Output {
    Command::new(PROGRAM)
        .args(["sandbox", "--"])
        .args(command)
        .env_clear()
        // The command must not get these.
        .env("API_HOST", "https://nowhere.example")
        .env("API_OAUTH_TOKEN_SECRET", "mine")
        .env("EXH_CREDENTIALS", "/nowhere")
        .env("EXH_PROFILE", "nobody")
        .env("PATH", std::env::var_os("PATH").unwrap())
        .output()
        .unwrap()
}

#[test]
fn a_command_calls_it_without_settings() {
    let output = run(&[PROGRAM, "me"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("\"email\":\"sandy.boxer@example.com\""), "{printed}");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "GET /users/v1/me 200\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn its_exit_code_is_the_commands() {
    assert_eq!(run(&[PROGRAM, "get", "/nowhere"]).status.code(), Some(4));
    for (script, code) in [("exit 7", 7), ("kill -9 $$", 137), ("true", 0)] {
        assert_eq!(run(&["sh", "-c", script]).status.code(), Some(code), "{script}");
    }
}

#[test]
fn the_environment_has_the_variables_and_no_others() {
    let printed = String::from_utf8(run(&["env"]).stdout).unwrap();
    let mut names: Vec<_> = printed.lines().map(|line| line.split_once('=').unwrap().0).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "API_HOST",
            "API_OAUTH_CONSUMER_KEY",
            "API_OAUTH_CONSUMER_SECRET",
            "API_OAUTH_TOKEN",
            "API_OAUTH_TOKEN_SECRET",
            "PATH",
            "SANDBOX_EMAIL",
            "SANDBOX_MFA_CODE",
            "SANDBOX_MFA_EMAIL",
            "SANDBOX_MFA_PASSWORD",
            "SANDBOX_PASSWORD",
            "SANDBOX_RECOVERY_CODE",
        ]
    );
    assert!(printed.contains("API_HOST=http://localhost:") && !printed.contains("mine"));
}
