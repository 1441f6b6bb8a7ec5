//! The client against a server that records what comes over the wire and answers canned bytes.
#![cfg(feature = "client")]

#[path = "support/server.rs"]
mod server;

use std::{net::TcpListener, path::Path, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use exh_oauth1::{
    Authorization, Client, Credentials, Request, Signer,
    client::{
        BaseUrl, ClientBuilder, Configuration, Error, ErrorCode, NetworkErrorKind, Options,
        Outcome, Phase, RequestError, Settings, Unexpected,
    },
};
use hmac::{Hmac, KeyInit, Mac};
use server::Server;

const SECRETS: [&str; 2] = ["kd94hf93k423kf44", "pfkkdhi9sl3r4s00"];
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"id\":\"me\"}";

impl Server {
    fn builder(&self) -> ClientBuilder {
        builder(&format!("http://127.0.0.1:{}", self.port))
    }

    fn client(&self) -> Client {
        self.builder().build().unwrap()
    }
}

fn signer() -> Signer {
    Signer::new(Credentials::new("dpf43f3p2l4k3l03", SECRETS[0]))
        .token(Credentials::new("nnch734d00sl2jdk", SECRETS[1]))
}

fn builder(base_url: &str) -> ClientBuilder {
    let base_url = BaseUrl::from_url(base_url, false).unwrap();
    Client::builder(Configuration::new(base_url, signer())).timeout(Duration::from_secs(10))
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request
        .lines()
        .take_while(|line| !line.is_empty())
        .find_map(|line| {
            let (other, value) = line.split_once(": ")?;
            other.eq_ignore_ascii_case(name).then_some(value)
        })
}

/// Verifies the recorded request as a server would, from what it received alone.
fn verify(received: &str, form: Option<&str>) {
    let mut line = received.lines().next().unwrap().split(' ');
    let (method, target) = (line.next().unwrap(), line.next().unwrap());
    let uri = format!("http://{}{target}", header(received, "Host").unwrap());
    let mut request = Request::new(method, &uri).unwrap();
    if let Some(form) = form {
        request = request.form(form).unwrap();
    }
    let authorization = Authorization::parse(header(received, "Authorization").unwrap()).unwrap();
    signer().verify(&request, &authorization).unwrap();
}

fn failure(answer: impl AsRef<[u8]>) -> Error {
    let server = Server::answering(answer);
    let error = server.client().get("/x?a=1").unwrap_err();
    assert_secretless(&error);
    drop(server.received());
    error
}

fn assert_secretless(error: &Error) {
    let texts = format!("{error} {error:?} {:?}", error.hint());
    for secret in SECRETS {
        assert!(!texts.contains(secret), "{texts}");
    }
    assert!(!texts.contains("oauth_signature"), "{texts}");
}

fn network_kind(error: &Error) -> Option<NetworkErrorKind> {
    match error {
        Error::Network(error) => Some(error.kind()),
        _ => None,
    }
}

#[test]
fn the_header_is_what_the_sdk_sends() {
    let server = Server::answering(OK);
    let port = server.port;
    let user = server.client().me().unwrap();
    assert_eq!(user.id, "me");
    let received = server.received();
    assert!(received.starts_with("GET /users/v1/me HTTP/1.1\r\n"));
    let sent = header(&received, "Authorization").unwrap();
    let parsed = Authorization::parse(sent).unwrap();
    let (nonce, timestamp) = (parsed.nonce().unwrap(), parsed.timestamp().unwrap());
    assert_eq!(nonce.len(), 32);

    // The steps of RFC 5849 §3.4 by hand.
    let base_string = format!(
        "GET&http%3A%2F%2F127.0.0.1%3A{port}%2Fusers%2Fv1%2Fme&oauth_consumer_key%3Ddpf43f3p2l4k3l03\
         %26oauth_nonce%3D{nonce}%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D{timestamp}\
         %26oauth_token%3Dnnch734d00sl2jdk%26oauth_version%3D1.0"
    );
    let mut hmac =
        Hmac::<sha1::Sha1>::new_from_slice(b"kd94hf93k423kf44&pfkkdhi9sl3r4s00").unwrap();
    hmac.update(base_string.as_bytes());
    let signature = STANDARD
        .encode(hmac.finalize().into_bytes())
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    assert_eq!(
        sent,
        format!(
            "OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"{nonce}\", \
             oauth_signature=\"{signature}\", oauth_signature_method=\"HMAC-SHA1\", \
             oauth_timestamp=\"{timestamp}\", oauth_token=\"nnch734d00sl2jdk\", oauth_version=\"1.0\""
        )
    );
}

#[test]
fn paths_and_queries_are_sent_as_they_are_signed() {
    for path in [
        "/users/v1/?eq(email,zoe@example.com)&limit(1)",
        "/a/../b/./c//d",
        "/a%2fb%2Fc;v=1?x[]=1&y=a'b!*",
        "/?q=%252C&q=+&&=",
        "/a'b(c)~$@:,=&",
        "/?",
        "/x?a=/?//b",
    ] {
        let server = Server::answering(OK);
        server.client().get(path).unwrap();
        let received = server.received();
        assert_eq!(received.split(' ').nth(1), Some(path));
        verify(&received, None);
    }
    let server = Server::answering(OK);
    server.client().get("users/v1/me").unwrap();
    assert!(server.received().starts_with("GET /users/v1/me "));
}

#[test]
fn base_url_with_a_path_goes_before_the_path() {
    let server = Server::answering(OK);
    let base = format!("http://127.0.0.1:{}/prefix/", server.port);
    builder(&base).build().unwrap().get("/x?y=1").unwrap();
    let received = server.received();
    assert!(received.starts_with("GET /prefix/x?y=1 "));
    verify(&received, None);
}

#[test]
fn localhost_is_answered_without_a_resolver() {
    for host in ["localhost", "sandbox.localhost", "LOCALHOST"] {
        let server = Server::answering(OK);
        let base = format!("http://{host}:{}", server.port);
        builder(&base).build().unwrap().get("/x").unwrap();
        verify(&server.received(), None);
    }
}

#[test]
fn json_body_is_untouched_and_unsigned() {
    let server = Server::answering(OK);
    server
        .client()
        .post("/x", &serde_json::json!({"a": "b&c=d"}))
        .unwrap();
    let received = server.received();
    assert_eq!(header(&received, "Content-Type"), Some("application/json"));
    assert!(received.ends_with("\r\n\r\n{\"a\":\"b&c=d\"}"));
    verify(&received, None);
}

#[test]
fn form_body_is_signed() {
    let body = "a=b%20c&d=%C3%A9&d=+";
    for media_type in [
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-URLencoded ; charset=utf-8",
    ] {
        for method in ["POST", "put", "DELETE"] {
            let server = Server::answering(OK);
            let client = server.client();
            let request = client.request(method, "/x?q=1").unwrap();
            request.body(body, media_type).unwrap().send().unwrap();
            drop(client);
            let received = server.received();
            assert!(received.starts_with(&method.to_ascii_uppercase()));
            assert!(received.ends_with(body));
            verify(&received, Some(body));
        }
    }
    let server = Server::answering(OK);
    let client = server.client();
    let request = client.request("POST", "/x").unwrap();
    request
        .form_pairs([("a b", "ü&="), ("c", "")])
        .unwrap()
        .send()
        .unwrap();
    drop(client);
    let received = server.received();
    let body = "a%20b=%C3%BC%26%3D&c=";
    assert!(received.ends_with(body));
    verify(&received, Some(body));
}

#[test]
fn a_form_from_a_file_is_signed_and_bounded() {
    let form = "application/x-www-form-urlencoded";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("form");
    std::fs::write(&path, "a=1&b=%20").unwrap();
    let server = Server::answering(OK);
    let request = |path: &Path, limit| {
        let client = server.builder().body_limit(limit).build().unwrap();
        client.request("POST", "/x").unwrap().file(path, form)
    };
    for (path, limit, words) in [
        (path.as_path(), 8, "larger than 8 bytes"),
        (folder.path(), 64, "no regular file"),
    ] {
        let error = request(path, limit).unwrap_err();
        assert!(matches!(error, Error::Upload(_)), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let answer = request(&path, 11).unwrap().send().unwrap();
    drop(answer);
    let received = server.received();
    assert!(received.ends_with("\r\n\r\na=1&b=%20"));
    verify(&received, Some("a=1&b=%20"));
}

#[test]
fn post_without_a_body_says_so() {
    let server = Server::answering(OK);
    let client = server.client();
    client.request("POST", "/x").unwrap().send().unwrap();
    drop(client);
    assert_eq!(header(&server.received(), "Content-Length"), Some("0"));
}

#[test]
fn what_cannot_be_sent_as_signed_is_refused() {
    let client = builder("http://127.0.0.1:1").build().unwrap();
    for (path, expected) in [
        ("//evil.example", Some(RequestError::Origin)),
        ("https://evil.example/x", Some(RequestError::Origin)),
        ("HTTP://evil.example", Some(RequestError::Origin)),
        ("/x#y", Some(RequestError::Fragment)),
        ("/\\evil.example", None),
        ("/a b", None),
        ("/a\r\nX: y", None),
        ("/ü", None),
        ("/a%2", None),
        ("/[", None),
    ] {
        let error = client.get(path).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{path}");
        match (&error, expected) {
            (Error::Request(found), Some(expected)) => assert_eq!(*found, expected, "{path}"),
            (Error::Request(RequestError::Parse(_)), None) => {}
            _ => panic!("{path}: {error}"),
        }
    }
    for (name, value) in [
        ("a b", "c"),
        ("a", "b\r\nc: d"),
        ("Authorization", "x"),
        ("host", "x"),
    ] {
        let request = client.request("GET", "/").unwrap();
        assert_eq!(request.header(name, value).unwrap_err().exit_code(), 2);
    }
    assert_eq!(client.request("GE T", "/").unwrap_err().exit_code(), 2);
    let request = client.request("POST", "/").unwrap();
    assert_eq!(request.form("a=ü").unwrap_err().exit_code(), 2);
}

#[test]
fn redirects_are_not_followed() {
    for status in [301, 302, 303, 304, 307, 308] {
        let error = failure(format!(
            "HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:1/\u{7}y\r\nContent-Length: 0\r\n\r\n"
        ));
        // A control character makes the head unreadable, and nothing is followed either.
        assert_eq!(error.exit_code(), 1, "{error}");
        let error = failure(format!(
            "HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:1/y\r\nContent-Length: 0\r\n\r\n"
        ));
        assert_eq!(error.exit_code(), 3);
        assert!(
            error
                .to_string()
                .ends_with("points to http://127.0.0.1:1/y"),
            "{error}"
        );
    }
}

#[test]
fn errors_of_the_api_are_told_with_what_to_do() {
    for (status, code, word, expected) in [
        (401, 104, "token", ErrorCode::UserNotAuthenticated),
        (401, 107, "API_HOST", ErrorCode::OauthKey),
        (401, 108, "API_OAUTH_TOKEN", ErrorCode::OauthToken),
        (401, 109, "explain", ErrorCode::OauthSignature),
        (401, 110, "again", ErrorCode::DuplicateRequest),
        (401, 10, "permission", ErrorCode::NoPermission),
    ] {
        let body = format!("{{\"code\":{code},\"name\":\"N\\u001b[31m\",\"message\":\"M\"}}");
        let error = failure(format!(
            "HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        assert_eq!(error.exit_code(), 4);
        assert_eq!(error.response().unwrap().bytes(), body.as_bytes());
        assert!(error.hint().unwrap().contains(word), "{code}");
        let text = error.to_string();
        assert!(
            text.contains(&code.to_string()) && text.contains("(\"M\")"),
            "{text}"
        );
        assert!(!text.contains('\u{1b}'));
        let Error::Api(error) = error else {
            panic!("{text}")
        };
        assert_eq!(error.code, Some(expected));
    }
    let html = "HTTP/1.1 500 X\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
    let error = failure(html);
    assert_eq!(error.exit_code(), 5);
    assert_eq!(error.response().unwrap().bytes(), b"<html>");
    assert_eq!(
        failure("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n").exit_code(),
        4
    );
}

#[test]
fn mixed_sources_are_told_with_refused_credentials() {
    let server = Server::answering("HTTP/1.1 401 X\r\nContent-Length: 12\r\n\r\n{\"code\":109}");
    let file = std::env::temp_dir().join(format!("exh-oauth1-mixed-{}", server.port));
    let lines = format!(
        "API_OAUTH_CONSUMER_KEY=k\nAPI_OAUTH_CONSUMER_SECRET={}\nAPI_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET={}\n",
        SECRETS[0], SECRETS[1]
    );
    std::fs::write(&file, lines).unwrap();
    let options = Options {
        credentials_file: Some(file.clone()),
        ..Options::default()
    };
    let host = format!("127.0.0.1:{}", server.port);
    let settings = Settings::read(options, |name| {
        (name == "API_HOST").then(|| host.clone().into())
    });
    std::fs::remove_file(file).unwrap();
    let client = Client::builder(settings.configuration().unwrap())
        .build()
        .unwrap();
    let error = client.me().unwrap_err();
    assert_secretless(&error);
    let hint = error.hint().unwrap();
    assert!(hint.contains("API_HOST from the environment"), "{hint}");
    assert!(
        hint.contains("API_OAUTH_TOKEN from ") && hint.contains(" line 3"),
        "{hint}"
    );
}

#[test]
fn success_without_a_user_is_no_answer() {
    for (answer, expected) in [
        ("HTTP/1.1 204 No Content\r\n\r\n", Unexpected::Empty),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            Unexpected::Empty,
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
            Unexpected::NotJson { line: 1, column: 1 },
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            Unexpected::Shape { line: 1, column: 2 },
        ),
    ] {
        let server = Server::answering(answer);
        let error = server.client().me().unwrap_err();
        assert_secretless(&error);
        assert_eq!(error.exit_code(), 1);
        let Error::Unexpected { what, response } = error else {
            panic!("{answer}")
        };
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
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let user = Server::answering(answer).client().me().unwrap();
        assert_eq!(user.first_name.as_deref(), Some("Zoe"));
        assert_eq!(user.staff_enlistments[0].group_id.as_deref(), Some("g"));
        assert_eq!(
            user.staff_enlistments[0].roles[0].name.as_deref(),
            Some("r")
        );
        assert!(user.roles.is_empty() && user.other["new"] == 1);
    }
}

#[test]
fn broken_answers_are_named() {
    let large = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(70_000));
    for (answer, expected) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
            NetworkErrorKind::CutOff,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            NetworkErrorKind::CutOff,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
            NetworkErrorKind::CutOff,
        ),
        ("HTTP/1.1 200", NetworkErrorKind::Closed),
        ("SSH-2.0-OpenSSH_9.2\r\n", NetworkErrorKind::NotHttp),
        (&large, NetworkErrorKind::HeadTooLarge),
    ] {
        let error = failure(answer);
        assert_eq!(error.exit_code(), 1);
        assert_eq!(network_kind(&error), Some(expected), "{answer:.40} {error}");
        assert!(error.url().unwrap().ends_with("/x?a=1"));
    }
}

#[test]
fn bodies_are_bounded() {
    for (limit, is_taken) in [(11, true), (10, false)] {
        let server = Server::answering(OK);
        let client = server.builder().body_limit(limit).build().unwrap();
        match client.get("/x") {
            Ok(response) => assert!(is_taken && response.bytes().len() == 11),
            Err(error) => {
                assert!(!is_taken && matches!(error, Error::TooLarge { limit: 10, .. }));
                assert_eq!(error.attempts().len(), 1);
                assert_eq!(error.attempts()[0].outcome, Outcome::TooLarge);
                assert_eq!(error.exit_code(), 1);
            }
        }
    }
}

#[test]
fn silence_ends_in_a_timeout() {
    let server = Server::answering("");
    let client = server.builder().timeout(Duration::from_millis(300));
    let error = client.build().unwrap().get("/x").unwrap_err();
    assert_eq!(network_kind(&error), Some(NetworkErrorKind::Timeout));
    assert_secretless(&error);

    let server = Server::answering("");
    let client = server.client();
    let request = client.request("GET", "/x").unwrap();
    let error = request
        .timeout(Duration::from_millis(300))
        .send()
        .unwrap_err();
    assert_eq!(network_kind(&error), Some(NetworkErrorKind::Timeout));
}

#[test]
fn nobody_there_is_told_by_phase() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    // A proxy would look the name up.
    let is_proxied = ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"]
        .iter()
        .chain(&["HTTP_PROXY", "http_proxy"])
        .any(|name| std::env::var_os(name).is_some());
    for (base, phase, kind) in [
        (
            format!("http://127.0.0.1:{port}"),
            Phase::Connect,
            NetworkErrorKind::Refused,
        ),
        (
            "https://nonexistent.invalid".to_owned(),
            Phase::Resolve,
            NetworkErrorKind::NotFound,
        ),
    ] {
        if is_proxied && phase == Phase::Resolve {
            continue;
        }
        let error = builder(&base).build().unwrap().get("/x").unwrap_err();
        assert_secretless(&error);
        let Error::Network(error) = error else {
            panic!("{error}")
        };
        assert_eq!((error.phase(), error.kind()), (phase, kind), "{error}");
        assert!(error.is_unsent());
        assert_eq!(error.url(), format!("{base}/x"));
    }
}

#[test]
fn plain_http_behind_an_https_address_is_told() {
    let server = Server::answering_at_once("HTTP/1.1 400 Bad Request\r\n\r\n");
    let base = format!("https://127.0.0.1:{}", server.port);
    let error = builder(&base).build().unwrap().get("/x").unwrap_err();
    assert_eq!(
        network_kind(&error),
        Some(NetworkErrorKind::NotTls),
        "{error}"
    );
    assert_secretless(&error);
}

#[test]
fn a_client_is_shared_between_threads_and_shows_no_secret() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let client = builder("http://127.0.0.1:1").build().unwrap();
    shared(&client);
    let request = client.request("GET", "/x").unwrap().form("a=b").unwrap();
    let shown = format!("{client:?} {request:?}");
    assert!(SECRETS.iter().all(|secret| !shown.contains(secret)));
    assert!(size_of::<Error>() <= 64, "{}", size_of::<Error>());
}
