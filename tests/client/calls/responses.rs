//! Responses, and the errors that they become.

use exh_oauth1::client::{ErrorCode, Options, Outcome, Settings, Unexpected};

use super::*;

#[test]
fn redirects_are_not_followed() {
    for status in [301, 302, 303, 304, 307, 308] {
        let error =
            failure(format!("HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:1/\u{7}y\r\nContent-Length: 0\r\n\r\n"));
        // A control character makes the headers unreadable. The redirect is not followed either.
        assert_eq!(error.exit_code(), 1, "{error}");
        let error =
            failure(format!("HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:1/y\r\nContent-Length: 0\r\n\r\n"));
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().ends_with("redirects to http://127.0.0.1:1/y"), "{error}");
    }
}

#[test]
fn errors_of_the_api_have_a_hint() {
    for (status, code, word, expected) in [
        (401, 104, "token", ErrorCode::UserNotAuthenticated),
        (401, 107, "API_HOST", ErrorCode::OauthKey),
        (401, 108, "API_OAUTH_TOKEN", ErrorCode::OauthToken),
        (401, 109, "explain", ErrorCode::OauthSignature),
        (401, 110, "again", ErrorCode::DuplicateRequest),
        (401, 10, "permission", ErrorCode::NoPermission),
    ] {
        let body = format!("{{\"code\":{code},\"name\":\"N\\u001b[31m\",\"message\":\"M\"}}");
        let error = failure(format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
        assert_eq!(error.exit_code(), 4);
        assert_eq!(error.response().unwrap().bytes(), body.as_bytes());
        assert!(error.hint().unwrap().contains(word), "{code}");
        let text = error.to_string();
        assert!(text.contains(&code.to_string()) && text.contains("(\"M\")"), "{text}");
        assert!(!text.contains('\u{1b}'));
        let Error::Api(error) = error else { panic!("{text}") };
        assert_eq!(error.code, Some(expected));
    }
    let html = "HTTP/1.1 500 X\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
    let error = failure(html);
    assert_eq!(error.exit_code(), 5);
    assert_eq!(error.response().unwrap().bytes(), b"<html>");
    assert_eq!(failure("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n").exit_code(), 4);
}

#[test]
fn mixed_sources_are_reported_with_rejected_credentials() {
    let server = Server::responding("HTTP/1.1 401 X\r\nContent-Length: 12\r\n\r\n{\"code\":109}");
    let file = std::env::temp_dir().join(format!("exh-oauth1-mixed-{}", server.port));
    let lines = format!(
        "API_OAUTH_CONSUMER_KEY=k\nAPI_OAUTH_CONSUMER_SECRET={}\nAPI_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET={}\n",
        SECRETS[0], SECRETS[1]
    );
    std::fs::write(&file, lines).unwrap();
    let options = Options { credentials_file: Some(file.clone()), ..Options::default() };
    let host = format!("127.0.0.1:{}", server.port);
    let settings = Settings::read(options, |name| (name == "API_HOST").then(|| host.clone().into()));
    std::fs::remove_file(file).unwrap();
    let client = Client::builder(settings.configuration().unwrap()).build().unwrap();
    let error = client.me().unwrap_err();
    assert_secretless(&error);
    let hint = error.hint().unwrap();
    assert!(hint.contains("API_HOST from the environment"), "{hint}");
    assert!(hint.contains("API_OAUTH_TOKEN from ") && hint.contains(" line 3"), "{hint}");
}

#[test]
fn success_without_a_user_is_an_error() {
    for (response, expected) in [
        ("HTTP/1.1 204 No Content\r\n\r\n", Unexpected::Empty),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Unexpected::Empty),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
            Unexpected::NotJson { line: 1, column: 1 },
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Unexpected::Shape { line: 1, column: 2 }),
    ] {
        let server = Server::responding(response);
        let error = server.client().me().unwrap_err();
        assert_secretless(&error);
        assert_eq!(error.exit_code(), 1);
        let Error::Unexpected { what, response } = error else { panic!("{response}") };
        assert_eq!(what, expected);
        assert!(response.status() < 300);
    }
}

#[test]
fn users_are_read_in_either_case() {
    for (first, group) in [("first_name", "group_id"), ("firstName", "groupId")] {
        let body = format!(
            "{{\"id\":\"u\",\"{first}\":\"Zoe\",\"roles\":null,\"staff_enlistments\":[{{\"{group}\":\"g\",\"roles\":[{{\"name\":\"r\"}}]}}],\"new\":1}}"
        );
        let response = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let user = Server::responding(response).client().me().unwrap();
        assert_eq!(user.first_name.as_deref(), Some("Zoe"));
        assert_eq!(user.staff_enlistments[0].group_id.as_deref(), Some("g"));
        assert_eq!(user.staff_enlistments[0].roles[0].name.as_deref(), Some("r"));
        assert!(user.roles.is_empty() && user.other["new"] == 1);
    }
}

#[test]
fn broken_responses_are_named() {
    let large = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(70_000));
    for (response, expected) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", NetworkErrorKind::CutOff),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", NetworkErrorKind::CutOff),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", NetworkErrorKind::CutOff),
        ("HTTP/1.1 200", NetworkErrorKind::Closed),
        ("SSH-2.0-OpenSSH_9.2\r\n", NetworkErrorKind::NotHttp),
        (&large, NetworkErrorKind::HeadersTooLarge),
    ] {
        let error = failure(response);
        assert_eq!(error.exit_code(), 1);
        assert_eq!(network_kind(&error), Some(expected), "{response:.40} {error}");
        assert!(error.url().unwrap().ends_with("/x?a=1"));
    }
}

#[test]
fn bodies_are_bounded() {
    for (limit, is_accepted) in [(11, true), (10, false)] {
        let server = Server::responding(OK);
        let client = server.builder().body_limit(limit).build().unwrap();
        match client.get("/x") {
            Ok(response) => assert!(is_accepted && response.bytes().len() == 11),
            Err(error) => {
                assert!(!is_accepted && matches!(error, Error::TooLarge { limit: 10, .. }));
                assert_eq!(error.attempts().len(), 1);
                assert_eq!(error.attempts()[0].outcome, Outcome::TooLarge);
                assert_eq!(error.exit_code(), 1);
            }
        }
    }
}
