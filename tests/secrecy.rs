//! No secret, password or code comes out of the program: not in its output at any verbosity, not in errors, not in its
//! arguments or in a child, and in no file but the credentials file.
//!
//! By what they are for, there are three exceptions: `sign --signature-method PLAINTEXT` prints the secrets, as RFC 5849 §3.4.4
//! has them in the header; `sandbox` prints the made-up credentials that it serves, or gives them to the command that it runs; and
//! the credentials file has its own.
#![cfg(all(feature = "cli", target_os = "linux"))]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex, mpsc},
};

use exh_oauth1::sandbox::{Keys, Options, Sandbox};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

#[path = "support/program.rs"]
#[expect(dead_code, reason = "other tests use all of it")]
mod program;
#[path = "support/recorder.rs"]
mod recorder;

use program::{Done, Home, finish, without_terminal};
use recorder::{Recorder, json};

const CONSUMER_SECRET: &str = "c0nsumer \"s&cret=1+/ü";
const TOKEN_SECRET: &str = "t0ken s&cret%20=2+/ÿ\\";
const PASSWORD: &str = "p4ssword \"&=3+/ñ\\";
const CODE: &str = "c0de-of-the-second-factor";
const NEW_SECRET: &str = "n3w token secret";

/// Each in the forms in which it could come out.
fn forms(secret: &str) -> Vec<String> {
    let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let in_json = serde_json::to_string(secret).unwrap();
    vec![
        secret.to_owned(),
        utf8_percent_encode(&encoded, NON_ALPHANUMERIC).to_string(),
        encoded,
        in_json[1..in_json.len() - 1].to_owned(),
        secret.escape_debug().to_string(),
        secret.escape_default().to_string(),
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, secret),
    ]
}

/// What must not come out.
struct Secrets(Vec<String>);

impl Secrets {
    fn new(more: &[&str]) -> Self {
        let all = [CONSUMER_SECRET, TOKEN_SECRET, PASSWORD, CODE, NEW_SECRET];
        Self(
            all.iter()
                .chain(more)
                .flat_map(|secret| forms(secret))
                .collect(),
        )
    }

    #[track_caller]
    fn check(&self, place: &str, text: &str) {
        for secret in &self.0 {
            assert!(!text.contains(secret), "{place}: {secret:?} is in {text:?}");
        }
    }

    #[track_caller]
    fn check_run(&self, home: &Home, place: &str, done: &Done, code: i32) {
        assert_eq!(done.code, Some(code), "{place}: {done:?}");
        assert!(!done.errors.contains("panicked"), "{place}: {done:?}");
        self.check(place, &done.out);
        self.check(place, &done.errors);
        for path in files(home.path()) {
            if path != home.file() && path != home.folder().join("secrets") {
                let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
                self.check(&format!("{place}: {}", path.display()), &text);
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

const KEYS: [&str; 4] = [
    "API_OAUTH_CONSUMER_KEY=key",
    "API_OAUTH_CONSUMER_SECRET=",
    "API_OAUTH_TOKEN=token",
    "API_OAUTH_TOKEN_SECRET=",
];

/// A credentials file for an API, with all five lines.
fn settings(url: &str) -> String {
    let [key, secret, token, token_secret] = KEYS;
    format!(
        "API_HOST={url}\n{key}\n{secret}{CONSUMER_SECRET}\n{token}\n{token_secret}{TOKEN_SECRET}\n"
    )
}

fn without_token(settings: &str) -> String {
    settings.split_inclusive('\n').take(3).collect()
}

/// Commands that send nothing, or are refused before they do; where something listens or not.
const LOCAL: &[(&[&str], i32)] = &[
    (&["get", "/x", "--dry-run"], 0),
    (&["post", "/x", "-d", "{}", "--as", "curl"], 0),
    (&["get", "//example.com/"], 2),
    (&["sign", "GET", "https://example.com/?a=1"], 0),
    (
        &[
            "sign",
            "POST",
            "https://example.com/",
            "--form",
            "a=1",
            "--placement",
            "form",
        ],
        0,
    ),
    (
        &[
            "sign",
            "GET",
            "https://example.com/",
            "--placement",
            "query",
        ],
        0,
    ),
    (
        &[
            "sign",
            "GET",
            "https://example.com/",
            "--signature-method",
            "HMAC-SHA256",
        ],
        0,
    ),
    (&["sign", "GET", "https://example.com/", "--as", "curl"], 0),
    (&["sign", "GET", "https://example.com/", "--no-token"], 0),
    (&["sign", "GET", "not a url"], 2),
    (&["explain", "GET", "https://example.com/?a=1"], 0),
    (&["explain", "GET", "https://example.com/?a=1", "--json"], 0),
    (
        &[
            "explain",
            "GET",
            "https://example.com/",
            "--authorization",
            REFUSED,
        ],
        4,
    ),
    (
        &[
            "explain",
            "GET",
            "https://example.com/",
            "--authorization",
            REFUSED,
            "--json",
        ],
        4,
    ),
    (
        &[
            "explain",
            "GET",
            "https://example.com/",
            "--also-try",
            ".exh/secrets",
            "--authorization",
            REFUSED,
        ],
        4,
    ),
    (&["explain", "--http", ".exh/secrets"], 2),
    (
        &["sign", "GET", "https://e.com/", "--rsa-key", ".exh/secrets"],
        2,
    ),
    (
        &["me", "--ca-file", ".exh/secrets", "--host", "localhost:1"],
        2,
    ),
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

/// Commands that call, with what they read from standard input.
const CALLS: &[&[&str]] = &[
    &["me"],
    &["get", "/users/v1/me"],
    &["get", "/users/v1/me", "-i"],
    &["get", "/users/v1/me", "-o", "answer"],
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
    &[
        "login",
        "--email",
        "z",
        "--password-stdin",
        "--method",
        "totp",
        "--code",
        CODE,
    ],
];

fn home(settings: &str) -> Home {
    let home = Home::with(settings);
    fs::write(home.path().join("event.json"), r#"{"data":{}}"#).unwrap();
    fs::write(home.folder().join("other"), "other").unwrap();
    let secrets = [CONSUMER_SECRET, TOKEN_SECRET, PASSWORD].join("\n");
    fs::write(home.folder().join("secrets"), secrets).unwrap();
    home
}

/// Runs a command quietly and with `-v`, with settings from the file and from the environment.
fn each_way(url: &str, arguments: &[&str], check: impl Fn(&Home, &str, &Done)) {
    for from_file in [true, false] {
        for more in [&[][..], &["-v"]] {
            let home = home(&if from_file {
                settings(url)
            } else {
                String::new()
            });
            let mut command = home.command(arguments);
            command.args(more).args(["--timeout", "5", "--retry", "0"]);
            command
                .env("RUST_BACKTRACE", "full")
                .env("TMPDIR", home.path());
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

/// Answers of every kind, from a server that repeats all that it is sent and adds secrets of its own where an answer is
/// not shown.
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
        assert!(
            api.requests()
                .iter()
                .any(|request| request.contains("/auth/v2/oauth1/tokens"))
        );
    }
}

#[test]
fn commands_that_get_no_answer() {
    let secrets = Secrets::new(&[]);
    let closing = Recorder::start(|_| String::new());
    let babbling = Recorder::start(str::to_owned);
    for url in [
        "localhost:1",
        "no.such.host.invalid",
        &closing.url(),
        &babbling.url(),
    ] {
        for &arguments in CALLS {
            each_way(url, arguments, |home, place, done| {
                let code = done.code.unwrap();
                // It asks nobody.
                let is_local = arguments.contains(&"--local");
                assert!(code != 0 || is_local, "{place}");
                secrets.check_run(home, &format!("{url}: {place}"), done, code);
            });
        }
    }
}

/// Secrets that are not what they should be, and secrets in places where none should be.
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
        for arguments in [
            &["me"][..],
            &["me", "-v"],
            &["profiles"],
            &["logout"],
            &["doctor"],
        ] {
            let home = home(&text);
            let done = home.run(arguments, "");
            let code = done.code.unwrap();
            secrets.check_run(&home, &format!("{arguments:?} {text}"), &done, code);
        }
    }
}

#[test]
fn a_session_with_the_sandbox() {
    let lines = Arc::new(Mutex::new(String::new()));
    let mut options = Options::default();
    options.keys = Some(Keys {
        consumer_key: "key".into(),
        consumer_secret: CONSUMER_SECRET.into(),
        token: "token".into(),
        token_secret: TOKEN_SECRET.into(),
    });
    options.log = Some(Box::new({
        let lines = Arc::clone(&lines);
        move |line| lines.lock().unwrap().push_str(line)
    }));
    let sandbox = Sandbox::start(options).unwrap();
    let [account, other] = sandbox.accounts() else {
        panic!("{sandbox:?}");
    };
    let codes: Vec<_> = other
        .factors
        .iter()
        .map(|factor| factor.code.as_str())
        .collect();
    // Six digits come up by chance, in numbers and ports.
    let secrets = Secrets::new(&[&account.password, &other.password, codes[1]]);
    let home = home(&without_token(&settings(&sandbox.base_url())));
    let login = ["login", "--email", &account.email, "--password-stdin", "-v"];
    let with_factor = ["login", "--email", &other.email, "--password-stdin", "-v"];
    let right = [
        &with_factor[..],
        &["--method", "recoveryCodes", "--code", codes[1]],
    ]
    .concat();
    let wrong = [&with_factor[..], &["--method", "totp", "--code", codes[1]]].concat();
    let mut made = Vec::new();
    for (arguments, input, code) in [
        (&login[..], &account.password, 0),
        (&["me", "-v"], &String::new(), 0),
        (&["get", "/auth/v2/oauth1/tokens", "-v"], &String::new(), 0),
        (&login, &PASSWORD.to_owned(), 4),
        (&with_factor, &other.password, 2),
        (&wrong, &other.password, 4),
        (&right, &other.password, 0),
        (&["profiles", "-v"], &String::new(), 0),
        (&["task", "--event", "event.json", "-v"], &String::new(), 0),
        (&["logout", "-v"], &String::new(), 0),
        (&["logout", "-v"], &String::new(), 2),
    ] {
        let done = home.run(arguments, input);
        let place = format!("{arguments:?}");
        secrets.check_run(&home, &place, &done, code);
        // And those that came into the file by now.
        let text = home.text();
        let found = text
            .lines()
            .find_map(|line| line.strip_prefix("API_OAUTH_TOKEN_SECRET="));
        made.extend(found.map(str::to_owned));
        for secret in &made {
            assert!(
                !done.out.contains(secret) && !done.errors.contains(secret),
                "{place}"
            );
        }
    }
    assert!(made.len() > 5);
    // A client with the wrong secrets is told why, and not the right ones.
    let mut command = home.command(&["me", "-v"]);
    command.env("API_OAUTH_CONSUMER_SECRET", "wrong");
    command
        .env("API_OAUTH_TOKEN", "token")
        .env("API_OAUTH_TOKEN_SECRET", "wrong");
    secrets.check_run(&home, "wrong secrets", &finish(command, ""), 4);
    let log = lines.lock().unwrap().clone();
    assert!(log.contains("POST /auth/v2/oauth1/tokens/mfa"));
    secrets.check("the sandbox's log", &log);
    for secret in &made {
        assert!(!log.contains(secret), "{log}");
    }
}

/// What others on the machine see of a running program, while the API has been asked and has not answered yet.
#[test]
fn what_others_see_of_a_running_program() {
    let login: &[&str] = &["login", "--email", "z", "--password-stdin"];
    // The code of a second factor may be given with the command, and holds once.
    let others = CALLS.iter().filter(|arguments| arguments[0] != "login");
    // These ask nobody.
    let others = others.filter(|arguments| !arguments.contains(&"--local"));
    for &arguments in others.chain([&login]) {
        let (told, heard) = mpsc::channel::<u32>();
        let (tell, hear) = mpsc::channel();
        let mut id = None;
        let api = Recorder::start(move |_| {
            let id = *id.get_or_insert_with(|| heard.recv().unwrap());
            let read = |name: &str| fs::read(format!("/proc/{id}/{name}")).unwrap();
            let seen = [read("cmdline"), read("environ"), read("comm")].concat();
            let children = read(&format!("task/{id}/children"));
            // Nobody looks at the later ones.
            let _ = tell.send((seen, children));
            let body = r#"{"token":"new token","tokenSecret":"n3w token secret","page":{"total":1},"data":[{"id":"1","token":"token"}]}"#;
            json(200, body)
        });
        let all = settings(&api.url());
        let home = home(&match arguments[0] {
            "login" => without_token(&all),
            _ => all,
        });
        let mut child = without_terminal(home.command(arguments))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), PASSWORD.as_bytes());
        told.send(child.id()).unwrap();
        let (seen, children) = hear.recv().unwrap();
        let seen = String::from_utf8_lossy(&seen).into_owned();
        assert!(
            seen.contains(arguments[0]) && seen.contains("HOME="),
            "{seen}"
        );
        Secrets::new(&[]).check(&format!("/proc of {arguments:?}"), &seen);
        assert!(children.is_empty(), "{arguments:?}");
        child.wait().unwrap();
        assert_eq!(home.text().contains(NEW_SECRET), arguments[0] == "login");
    }
}

/// The only child that there is: it has the made-up credentials, and not those of who started it.
#[test]
fn a_command_that_the_sandbox_runs() {
    let script = "env > variables
        echo \"$SANDBOX_PASSWORD\" | \"$0\" login --email \"$SANDBOX_EMAIL\" --password-stdin -v --profile one
        echo wrong | \"$0\" login --email \"$SANDBOX_EMAIL\" --password-stdin -v --profile one
        echo \"$SANDBOX_MFA_PASSWORD\" | \"$0\" login --email \"$SANDBOX_MFA_EMAIL\" --password-stdin -v --profile two \
            --method recoveryCodes --code \"$SANDBOX_RECOVERY_CODE\"
        \"$0\" me -v; API_OAUTH_TOKEN_SECRET=wrong \"$0\" me -v; API_OAUTH_CONSUMER_SECRET=wrong \"$0\" me -v
        \"$0\" get /auth/v2/oauth1/tokens --all -v; \"$0\" doctor --json; \"$0\" profiles -v
        unset API_OAUTH_TOKEN API_OAUTH_TOKEN_SECRET; \"$0\" logout -v --profile two";
    let home = home("");
    let program = env!("CARGO_BIN_EXE_exh-oauth1");
    let mut command = home.command(&["sandbox", "--", "/bin/sh", "-c", script, program]);
    let text = settings("localhost:1");
    command.envs(text.lines().filter_map(|line| line.split_once('=')));
    command.env("PATH", "/usr/bin:/bin");
    let done = finish(command, "");
    done.expect(
        0,
        &[
            "POST /auth/v2/oauth1/tokens/mfa 200",
            "GET /users/v1/me 401 109",
            "the token is revoked",
        ],
    );
    let path = home.path().join("variables");
    let variables = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    Secrets::new(&[]).check("the command's environment", &variables);
    // Six digits come up by chance.
    let made: Vec<_> = variables
        .lines()
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| {
            name.ends_with("SECRET")
                || name.ends_with("PASSWORD")
                || *name == "SANDBOX_RECOVERY_CODE"
        })
        .map(|(_, value)| value)
        .collect();
    assert_eq!(made.len(), 5, "{variables}");
    let secrets = Secrets::new(&made);
    secrets.check("output", &done.out);
    secrets.check("errors", &done.errors);
}

/// So that a command that comes later is not forgotten here.
#[test]
fn every_command_is_looked_at() {
    let help = home("").run(&["--help"], "").out;
    let (commands, _) = help.split_once("\nOptions:\n").unwrap();
    let names = commands
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    let local = LOCAL.iter().map(|(arguments, _)| arguments[0]);
    let tried: Vec<_> = CALLS
        .iter()
        .map(|arguments| arguments[0])
        .chain(local)
        .collect();
    let missing: Vec<_> = names
        .filter(|name| !tried.contains(name) && *name != "sandbox")
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
