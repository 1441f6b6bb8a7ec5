//! Error responses to `login`, and its questions.

use super::*;

use crate::support::recorder::{Recorder, json};

/// An error of the API, and words of the message.
const REJECTIONS: &[(u16, u16, &str)] = &[
    (401, 106, "email or password is wrong"),
    (401, 107, "a key belongs to one environment"),
    (401, 129, "a second factor is required"),
    (400, 130, "the second factor's code is wrong"),
    (400, 131, "log in again with email and password"),
    (400, 132, "the presence token is not valid"),
    (400, 133, "too few methods"),
    (400, 134, "wait before you try again"),
    (401, 211, "wait a second"),
    (401, 212, "wait a minute"),
    (401, 213, "ask an administrator to unlock it"),
    (403, 215, "log in with the provider"),
    (429, 0, "wait before sending the next"),
    (503, 0, "try again later"),
];

#[test]
fn an_error_response_is_explained_and_nothing_is_retried_or_changed() {
    for &(status, code, words) in REJECTIONS {
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
fn a_response_without_a_token_is_not_shown() {
    for response in [
        json(200, r#"{"token":"t","tokenSecret":1,"other":"new secret"}"#),
        json(200, "new secret"),
        json(200, ""),
        json(200, r#"{"token":"t\n","tokenSecret":"new secret"}"#),
        json(302, "new secret"),
        String::new(),
    ] {
        let api = Recorder::start(move |_| response.clone());
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
        let done = log_in(&home, account, &["--method", method, "--code", &factor.code]);
        done.expect(0, &["logged in as"]);
        home.run(&["me"], "").expect(0, &[]);
    }
    let has = "Authenticator (totp), Recovery codes (recoveryCodes)";
    let home = Home::with(&settings);
    for (more, code, words) in [
        (&["--method", "sms", "--code", "1"][..], 2, ["no method matches sms", has]),
        (&["--code", "1"], 2, ["no terminal", has]),
        (&["--method", "totp"], 2, ["no terminal", "give it with --code"]),
        (&["--method", "totp", "--code", "1"], 4, ["130", "log in again with the next code"]),
    ] {
        let done = log_in(&home, account, more);
        done.expect(code, &words);
        assert_eq!(home.text(), settings);
        assert_eq!(home.names(), ["credentials"]);
    }
}

/// Text of a server must not control the terminal.
#[test]
fn names_of_methods_are_shown_harmlessly() {
    let body = r#"{"code":129,"mfa":{"token":"t","methods":[{"id":"1","name":"a\u001b[2J\nb"},{"id":"2"}]}}"#;
    let api = Recorder::start(move |_| json(401, body));
    let home = Home::with(&application(&api.url()));
    let done = home.run(&LOGIN, PASSWORD);
    done.expect(2, &["a\\u{1b}[2J b (unknown type), unknown type"]);
}

#[test]
fn standard_input_has_the_password_and_then_a_missing_secret() {
    let sent = |api: &Recorder| {
        let request = api.requests().pop().unwrap();
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        body["password"].as_str().unwrap().to_owned()
    };
    for (input, password) in
        [("p", "p"), ("p\n", "p"), ("p\r\n", "p"), ("p\nq\n", "p"), (" p \n", " p "), (PASSWORD, PASSWORD)]
    {
        let api = Recorder::start(|_| json(200, TOKEN));
        let home = Home::with(&application(&api.url()));
        home.run(&LOGIN, input).expect(0, &[]);
        assert_eq!(sent(&api), password);
    }
    let long = "p".repeat(4097);
    for (input, words) in [("", "it is empty"), ("\n", "it is empty"), (&long, "longer than 4096 bytes")] {
        let api = Recorder::start(|_| json(200, TOKEN));
        let home = Home::with(&application(&api.url()));
        home.run(&LOGIN, input).expect(2, &["the password on standard input", words]);
        assert!(api.requests().is_empty());
    }
    let api = Recorder::start(|_| json(200, TOKEN));
    let settings = application(&api.url()).replace("API_OAUTH_CONSUMER_SECRET=", "X=");
    let home = Home::with(&settings);
    home.run(&LOGIN, "p\nfrom input\n").expect(0, &[]);
    assert!(home.text().contains("\nAPI_OAUTH_CONSUMER_SECRET=from input\n"));
    home.run(&LOGIN, "p\n").expect(0, &[]);
    let home = Home::with(&settings);
    home.run(&LOGIN, "p\n").expect(2, &["API_OAUTH_CONSUMER_SECRET is missing"]);
}

#[test]
fn without_a_terminal_all_missing_settings_are_reported() {
    let home = Home::new();
    home.run(&["login"], "").expect(
        2,
        &[
            "API_HOST, API_OAUTH_CONSUMER_KEY, API_OAUTH_CONSUMER_SECRET are missing",
            "looked in the environment, ",
            "give --host",
        ],
    );
    let home = Home::with(&application("localhost:1"));
    home.run(&["login"], "").expect(2, &["no terminal to ask for the email", "--email"]);
    home.run(&LOGIN[..3], "").expect(2, &["no terminal to ask for the password", "--password-stdin"]);
    assert_eq!(home.names(), ["credentials"]);
}
