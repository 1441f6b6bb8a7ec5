//! Each command, quietly and with `-vv`, with settings from the file and from the environment, for every kind of
//! response.

use super::*;

use crate::support::help::Help;

/// Commands that send nothing, or fail before they do.
const LOCAL: &[(&[&str], i32)] = &[
    (&["get", "/x", "--dry-run"], 0),
    (&["post", "/x", "-d", "{}", "--as", "curl"], 0),
    (&["get", "//example.com/"], 2),
    (&["sign", "GET", "https://example.com/?a=1"], 0),
    (&["sign", "POST", "https://example.com/", "--form", "a=1", "--placement", "form"], 0),
    (&["sign", "GET", "https://example.com/", "--placement", "query"], 0),
    (&["sign", "GET", "https://example.com/", "--signature-method", "HMAC-SHA256"], 0),
    (&["sign", "GET", "https://example.com/", "--as", "curl"], 0),
    (&["sign", "GET", "https://example.com/", "--no-token"], 0),
    (&["options", "/x", "--dry-run"], 0),
    (&["sign", "GET", "not a url"], 2),
    (&["explain", "GET", "https://example.com/?a=1"], 0),
    (&["explain", "GET", "https://example.com/?a=1", "--json"], 0),
    (&["explain", "GET", "https://example.com/", "--authorization", REFUSED], 4),
    (&["explain", "GET", "https://example.com/", "--authorization", REFUSED, "--json"], 4),
    (&["explain", "GET", "https://example.com/", "--also-try", ".exh/secrets", "--authorization", REFUSED], 4),
    (&["explain", "--http", ".exh/secrets"], 2),
    (&["sign", "GET", "https://e.com/", "--rsa-key", ".exh/secrets"], 2),
    (&["me", "--ca-file", ".exh/secrets", "--host", "localhost:1"], 2),
    (&["get", "/x", "--rql", "eq(id,1)&limit(2)", "--dry-run"], 0),
    (&["patch", "/x", "-F", "a=1", "--as", "curl"], 0),
    (&["profiles"], 0),
    (&["profiles", "--json"], 0),
    (&["login", "--email", "z"], 2),
    (&["logout", "--profile", "none"], 2),
    (&["--help"], 0),
    (&["login", "--help"], 0),
    (&["--version"], 0),
    #[cfg(feature = "packaging")]
    (&["completions", "bash"], 0),
    #[cfg(feature = "packaging")]
    (&["man"], 0),
];

const REFUSED: &str = "OAuth oauth_consumer_key=\"key\", oauth_nonce=\"n\", oauth_signature=\"eA%3D%3D\", \
    oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1\", oauth_token=\"token\"";

/// Commands that call the API, with their standard input.
pub(crate) const CALLS: &[&[&str]] = &[
    &["me"],
    &["get", "/users/v1/me"],
    &["get", "/users/v1/me", "-i"],
    &["get", "/users/v1/me", "-o", "response"],
    &["get", "/users/v1/me", "-i", "-o", "-"],
    &["get", "/x", "--all"],
    &["get", "/x", "--rql", "eq(a,b)", "--all", "-o", "items"],
    &["head", "/users/v1/me"],
    &["patch", "/x", "-d", "@.exh/other"],
    &["delete", "/x"],
    &["post", "/x", "-d", "{}"],
    &["post", "/x", "-F", "a=1"],
    &["put", "/x", "-F", "a=@.exh/other"],
    &["task", "--event", "event.json"],
    &["doctor"],
    &["doctor", "--json"],
    &["logout"],
    &["logout", "--local"],
    &["login", "--email", "z", "--password-stdin", "--method", "totp", "--code", CODE],
];

/// Runs a command quietly and with `-vv`, with settings from the file and from the environment.
fn each_way(url: &str, arguments: &[&str], check: impl Fn(&Home, &str, &Done)) {
    for from_file in [true, false] {
        for more in [&[][..], &["-vv"]] {
            let home = home(&if from_file { settings(url) } else { String::new() });
            let mut command = home.command(arguments);
            command.args(more).args(["--timeout", "2", "--retry", "0"]);
            command.env("RUST_BACKTRACE", "full").env("TMPDIR", home.path());
            if !from_file {
                let text = settings(url);
                command.envs(text.lines().filter_map(|line| line.split_once('=')));
            }
            let done = finish(command, &format!("{PASSWORD}\n"));
            let place = format!("{arguments:?} {more:?}, settings from the file: {from_file}");
            check(&home, &place, &done);
        }
    }
}

#[test]
fn commands_that_send_nothing() {
    let secrets = Secrets::new(&[]);
    for &(arguments, code) in LOCAL {
        each_way("localhost:1", arguments, |home, place, done| {
            secrets.check_run(home, place, done, code);
        });
    }
}

/// Responses of every kind, from a server that repeats everything it receives and adds its own secrets where a response
/// is not shown.
#[test]
fn commands_that_call_a_server_that_repeats_what_it_is_sent() {
    let secrets = Secrets::new(&[]);
    for status in [200, 302, 400, 401, 404, 500] {
        let api = Recorder::start(move |request| {
            let body = serde_json::json!({ "code": 106, "name": request, "message": request, "request": request });
            json(status, &body.to_string())
        });
        for &arguments in CALLS {
            each_way(&api.url(), arguments, |home, place, done| {
                let code = done.code.unwrap();
                assert!(code <= 5, "{place}");
                secrets.check_run(home, &format!("{status}: {place}"), done, code);
            });
        }
        assert!(api.requests().iter().any(|request| request.contains("/auth/v2/oauth1/tokens")));
    }
}

#[test]
fn commands_that_get_no_response() {
    let secrets = Secrets::new(&[]);
    let closing = Recorder::start(|_| String::new());
    let babbling = Recorder::start(str::to_owned);
    for url in ["localhost:1", "no.such.host.invalid", &closing.url(), &babbling.url()] {
        for &arguments in CALLS {
            each_way(url, arguments, |home, place, done| {
                let code = done.code.unwrap();
                // This command sends nothing.
                let is_local = arguments.contains(&"--local");
                assert!(code != 0 || is_local, "{place}");
                secrets.check_run(home, &format!("{url}: {place}"), done, code);
            });
        }
    }
}

/// Malformed secrets, and secrets in the wrong places.
#[test]
fn settings_with_mistakes() {
    let secrets = Secrets::new(&[]);
    let all = settings("localhost:1");
    let misplaced = all.replace("localhost:1", &format!("zoe:{PASSWORD}@example.com"));
    for text in [
        all.replace(TOKEN_SECRET, &format!("{TOKEN_SECRET} ")),
        all.replace(TOKEN_SECRET, &format!("\"{TOKEN_SECRET}\"")),
        all.replace(CONSUMER_SECRET, &format!("{CONSUMER_SECRET}\u{7}")),
        all.replace("API_OAUTH_TOKEN_SECRET=", ""),
        all.replace("API_HOST=", "API_HOST"),
        format!("{all}API_OAUTH_TOKEN_SECRET\n"),
        format!("{all}{PASSWORD}\n"),
        misplaced,
    ] {
        for arguments in [&["me"][..], &["me", "-v"], &["profiles"], &["logout"], &["doctor"]] {
            let home = home(&text);
            let done = home.run(arguments, "");
            let code = done.code.unwrap();
            secrets.check_run(&home, &format!("{arguments:?} {text}"), &done, code);
        }
    }
}

/// A new command must not be forgotten here.
#[test]
fn every_command_is_looked_at() {
    let names = Help::of(&[]).commands();
    let local = LOCAL.iter().map(|(arguments, _)| arguments[0]);
    let tried: Vec<_> = CALLS.iter().map(|arguments| arguments[0]).chain(local).collect();
    let missing: Vec<_> = names.iter().filter(|name| !tried.contains(&name.as_str()) && *name != "sandbox").collect();
    assert!(missing.is_empty(), "{missing:?}");
}
