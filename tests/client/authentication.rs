//! Login, second factor and tokens: requests and responses.
//!
//! Names and shapes are those of `@extrahorizon/javascript-sdk` 8.14.1 (`authenticate` and `confirmMfa` of its OAuth 1
//! client, `MfaRequiredError`, `OAuth1Token`, `AffectedRecords`).

use core::time::Duration;
use std::time::SystemTime;

use exh_oauth1::{
    Authorization, Client, Credentials, Request, Signer,
    client::{BaseUrl, Configuration, Error, ErrorCode, Login, NewToken, Retry, SecondFactor, Unexpected},
};
use serde_json::{Value, json};

use crate::support::{
    recorder::{self, Recorder},
    server::Server,
};

const PASSWORD: &str = "correct \"horse\" & batterÿ";
const SECRET: &str = "the new token's secret";
const MFA_TOKEN: &str = "the waiting login's token";

fn response(status: &str, body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
}

fn application() -> Signer {
    Signer::new(Credentials::new("client", "client secret"))
}

fn client(server: &Server, signer: Signer) -> Client {
    let url = format!("http://127.0.0.1:{}", server.port);
    let base_url = BaseUrl::from_url(&url, false).unwrap();
    Client::builder(Configuration::new(base_url, signer)).build().unwrap()
}

/// Method, target and body of a request whose signature is right.
fn verified(received: &str, signer: &Signer) -> (String, Value) {
    let (headers, body) = received.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| {
        let found = headers
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(other, _)| other.eq_ignore_ascii_case(name)));
        found.unwrap().1
    };
    let line: Vec<_> = headers.lines().next().unwrap().split(' ').collect();
    let uri = format!("http://{}{}", header("host"), line[1]);
    let request = Request::new(line[0], &uri).unwrap();
    let authorization = Authorization::parse(header("authorization")).unwrap();
    signer.verify(&request, &authorization).unwrap();
    let body = serde_json::from_str(body).unwrap_or_default();
    (format!("{} {}", line[0], line[1]), body)
}

fn new_token() -> Value {
    json!({
        "id": "5e9fff9d90135a2a9a718e2f", "applicationId": "5e9fff9d90135a2a9a718e30", "userId": "5e9fff9d90135a2a9a718e31",
        "token": "new token", "tokenSecret": SECRET, "updateTimestamp": 1, "lastUsedTimestamp": 1, "creationTimestamp": 1,
    })
}

fn assert_new(token: &NewToken) {
    assert_eq!(token.id.as_deref(), Some("5e9fff9d90135a2a9a718e2f"));
    assert_eq!(token.user_id.as_deref(), Some("5e9fff9d90135a2a9a718e31"));
    assert_eq!(token.credentials.identifier(), "new token");
    assert_eq!(token.credentials.secret(), SECRET);
    assert!(!format!("{token:?}").contains(SECRET));
}

/// A login that responds with a second factor.
fn second_factor() -> SecondFactor {
    let body = json!({
        "code": 129, "name": "MFA_REQUIRED_EXCEPTION", "message": "m",
        "mfa": {
            "token": MFA_TOKEN, "tokenExpiresIn": 300,
            "methods": [
                { "id": "m1", "type": "totp", "name": "phone", "tags": [] },
                { "id": "m2", "type": "recoveryCodes", "name": "paper", "tags": ["old"] },
            ],
        },
    });
    let server = Server::responding(response("401 Unauthorized", &body));
    let login = client(&server, application()).login("z", "p").unwrap();
    let Login::SecondFactor(factor) = login else {
        panic!("{login:?}");
    };
    factor
}

#[test]
fn a_password_is_sent_once_and_signed_by_the_application_alone() {
    let server = Server::responding(response("200 OK", &new_token()));
    let client = client(&server, application());
    match client.login("zoë@example.com", PASSWORD).unwrap() {
        Login::Token(token) => assert_new(&token),
        other => panic!("{other:?}"),
    }
    drop(client);
    let received = server.received();
    assert!(!received.contains("oauth_token"));
    assert_eq!(
        verified(&received, &application()),
        ("POST /auth/v2/oauth1/tokens".to_owned(), json!({ "email": "zoë@example.com", "password": PASSWORD }))
    );
}

/// A client with a token and retries, and responses after which other calls would be retried.
#[test]
fn a_login_is_never_sent_a_second_time() {
    let body = r#"{"code":109,"name":"N","message":"m"}"#;
    let ahead = SystemTime::now() + Duration::from_secs(3600);
    let date = format!("\r\nDate: {}\r\n", httpdate::fmt_http_date(ahead));
    let wrong_clock = recorder::json(401, body).replacen("\r\n", &date, 1);
    for response in [recorder::json(503, "{}"), recorder::json(429, "{}"), wrong_clock, String::new()] {
        let api = Recorder::start(move |_| response.clone());
        let base_url = BaseUrl::from_url(&api.url(), false).unwrap();
        let signer = application().token(Credentials::new("old token", "old secret"));
        let client = Client::builder(Configuration::new(base_url, signer))
            .retry(Retry::times(3).base(Duration::from_millis(1)))
            .build()
            .unwrap();
        let factor = second_factor();
        client.login("zoe@example.com", PASSWORD).unwrap_err();
        client.confirm_login(&factor, "m1", "012345").unwrap_err();
        let requests = api.requests();
        assert_eq!(requests.len(), 2, "{requests:#?}");
        for request in requests {
            assert!(!request.contains("oauth_token"), "{request}");
            verified(&request, &application());
        }
    }
}

#[test]
fn a_second_factor_is_reported_and_confirmed() {
    let factor = second_factor();
    assert_eq!(factor.expires_in, Some(300.0));
    let methods: Vec<_> = factor
        .methods
        .iter()
        .map(|method| (method.id.as_str(), method.kind.as_deref(), method.name.as_deref()))
        .collect();
    assert_eq!(methods, [("m1", Some("totp"), Some("phone")), ("m2", Some("recoveryCodes"), Some("paper"))]);
    assert!(!format!("{factor:?}").contains(MFA_TOKEN));

    let server = Server::responding(response("200 OK", &new_token()));
    let client = client(&server, application());
    assert_new(&client.confirm_login(&factor, "m1", "012345").unwrap());
    drop(client);
    assert_eq!(
        verified(&server.received(), &application()),
        (
            "POST /auth/v2/oauth1/tokens/mfa".to_owned(),
            json!({ "token": MFA_TOKEN, "methodId": "m1", "code": "012345" })
        )
    );
}

#[test]
fn a_login_that_is_refused_says_why_and_shows_no_password() {
    for (number, code) in [
        (106, ErrorCode::Authentication),
        (107, ErrorCode::OauthKey),
        (129, ErrorCode::MfaRequired),
        (211, ErrorCode::LoginTimeout),
        (212, ErrorCode::LoginFreeze),
        (213, ErrorCode::TooManyFailedAttempts),
    ] {
        let body = json!({ "code": number, "name": "N", "message": "m" });
        let server = Server::responding(response("401 Unauthorized", &body));
        let error = client(&server, application()).login("zoe@example.com", PASSWORD).unwrap_err();
        let text = format!("{error} {error:?} {:?}", error.hint());
        assert!(!text.contains(PASSWORD), "{text}");
        let Error::Api(error) = error else {
            panic!("{error:?}");
        };
        assert_eq!(error.code, Some(code));
        assert!(error.hint().is_some());
    }
}

#[test]
fn a_response_without_a_token_is_not_a_login() {
    for (name, value) in
        [("token", json!("")), ("token", Value::Null), ("tokenSecret", json!("")), ("tokenSecret", json!(1))]
    {
        let mut body = new_token();
        body[name] = value;
        let server = Server::responding(response("200 OK", &body));
        let error = client(&server, application()).login("z", "p").unwrap_err();
        assert!(matches!(error, Error::Unexpected { what: Unexpected::Shape { .. }, .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains(SECRET));
    }
}

#[test]
fn tokens_are_listed_without_their_secrets_and_revoked() {
    let token = Credentials::new("new token", SECRET);
    let mut listed = new_token();
    listed["tokenSecret"] = json!("listed secret");
    let body = json!({ "page": { "total": 1, "offset": 0, "limit": 50 }, "data": [listed] });
    let server = Server::responding(response("200 OK", &body));
    let signed_in = client(&server, application()).with_token(token.clone());
    let tokens = signed_in.tokens().unwrap();
    drop(signed_in);
    assert_eq!(tokens.len(), 1);
    assert_eq!(tokens[0].token, "new token");
    assert_eq!(tokens[0].id, "5e9fff9d90135a2a9a718e2f");
    assert!(!format!("{tokens:?}").contains("secret"));
    let (call, _) = verified(&server.received(), &application().token(token.clone()));
    assert_eq!(call, "GET /auth/v2/oauth1/tokens?limit(50,0)");

    for (records, was_there) in [(1, true), (0, false)] {
        let body = json!({ "affectedRecords": records });
        let server = Server::responding(response("200 OK", &body));
        let signed_in = client(&server, application()).with_token(token.clone());
        assert_eq!(signed_in.delete_token("a/b").unwrap(), was_there);
        drop(signed_in);
        let (call, _) = verified(&server.received(), &application().token(token.clone()));
        assert_eq!(call, "DELETE /auth/v2/oauth1/tokens/a%2Fb");
    }
}

/// Every response is a page of a list whose total is never reached.
#[test]
fn a_list_that_says_more_than_it_has_ends() {
    let body = json!({ "page": { "total": 9, "offset": 0, "limit": 50 }, "data": [] });
    let server = Server::responding(response("200 OK", &body));
    assert!(client(&server, application()).tokens().unwrap().is_empty());
}
