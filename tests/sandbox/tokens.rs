//! Logging in with a password and a second factor, and the tokens that this creates.

use exh_oauth1::{Credentials, Signer, sandbox::Account};
use serde_json::{Value, json};

use crate::support::sandbox::{ME, Response, Running, keys, signer};

const TOKENS: &str = "/auth/v2/oauth1/tokens";
const MFA: &str = "/auth/v2/oauth1/tokens/mfa";

/// Signs with the client alone, as a login is.
fn client() -> Signer {
    let keys = keys();
    Signer::new(Credentials::new(keys.consumer_key.as_str(), keys.consumer_secret.as_str()))
}

fn post(running: &Running, target: &str, body: &Value) -> Response {
    running.signed_with(&client(), "POST", target, &body.to_string())
}

fn log_in(running: &Running, account: &Account) -> Response {
    let body = json!({ "email": account.email, "password": account.password });
    post(running, TOKENS, &body)
}

fn signer_of(response: &Response) -> Signer {
    client().token(Credentials::new(
        response.body["token"].as_str().unwrap(),
        response.body["tokenSecret"].as_str().unwrap(),
    ))
}

/// The account with a password alone, and the one with a second factor.
fn accounts(running: &Running) -> [Account; 2] {
    let accounts = running.sandbox.accounts().to_vec();
    assert!(accounts[0].factors.is_empty() && accounts[1].factors.len() == 2);
    accounts.try_into().unwrap()
}

#[test]
fn a_password_makes_a_token() {
    let running = Running::new();
    let [account, _] = accounts(&running);
    let response = log_in(&running, &account);
    assert_eq!(response.status, 200, "{response:?}");
    // The names of the SDK's `OAuth1Token`, in src/services/auth/oauth1/types.ts.
    for name in ["id", "applicationId", "userId", "token", "tokenSecret"] {
        assert!(response.body[name].is_string(), "{name}");
    }
    for name in ["creationTimestamp", "updateTimestamp", "lastUsedTimestamp"] {
        assert!(response.body[name].is_u64(), "{name}");
    }
    let me = running.signed(&signer_of(&response), "GET", ME);
    assert_eq!(me.status, 200, "{me:?}");
    assert_eq!(me.body["id"], response.body["userId"]);
    assert_eq!(me.body["email"], account.email.as_str());
    assert_eq!(me.body, running.signed(&signer(&keys()), "GET", ME).body);
}

#[test]
fn a_wrong_password_is_refused() {
    let running = Running::new();
    let [plain, other] = accounts(&running);
    for (email, password) in [
        (plain.email.as_str(), "wrong"),
        (plain.email.as_str(), ""),
        ("nobody@example.com", plain.password.as_str()),
        (plain.email.as_str(), other.password.as_str()),
        (other.email.as_str(), "wrong"),
    ] {
        let body = json!({ "email": email, "password": password });
        post(&running, TOKENS, &body).assert_refused(401, 106, "AUTHENTICATION_EXCEPTION");
    }
    post(&running, TOKENS, &json!({ "email": plain.email })).assert_refused(
        400,
        14,
        "MISSING_REQUIRED_FIELDS_EXCEPTION",
    );
    post(&running, TOKENS, &json!({ "email": 1, "password": null })).assert_refused(400, 15, "FIELD_FORMAT_EXCEPTION");
    running.signed_with(&client(), "POST", TOKENS, "").assert_refused(400, 13, "EMPTY_BODY_EXCEPTION");
    running.signed_with(&client(), "POST", TOKENS, "email=a").assert_refused(400, 22, "BODY_FORMAT_EXCEPTION");
    assert_eq!(running.signed(&signer(&keys()), "GET", TOKENS).body["page"]["total"], 1);
}

#[test]
fn a_login_must_be_signed_by_the_client() {
    let running = Running::new();
    let [account, _] = accounts(&running);
    let body = json!({ "email": account.email, "password": account.password }).to_string();
    running.send("POST", TOKENS, "", &body).assert_refused(401, 104, "USER_NOT_AUTHENTICATED_EXCEPTION");
    let wrong = Signer::new(Credentials::new("client", "wrong"));
    running.signed_with(&wrong, "POST", TOKENS, &body).assert_refused(401, 109, "OAUTH_SIGNATURE_EXCEPTION");
    let unknown = Signer::new(Credentials::new("clients", "wrong"));
    running.signed_with(&unknown, "POST", TOKENS, &body).assert_refused(401, 107, "OAUTH_KEY_EXCEPTION");
}

#[test]
fn a_second_factor_is_asked_for_and_confirmed() {
    let running = Running::new();
    let [_, account] = accounts(&running);
    for factor in &account.factors {
        let asked = log_in(&running, &account);
        asked.assert_refused(401, 129, "MFA_REQUIRED_EXCEPTION");
        let mfa = &asked.body["mfa"];
        assert!(mfa["tokenExpiresIn"].is_u64());
        let method =
            mfa["methods"].as_array().unwrap().iter().find(|method| method["id"] == factor.id.as_str()).unwrap();
        assert_eq!(method["type"], factor.kind);
        assert_eq!(method["name"], factor.name);
        assert_eq!(method["tags"], json!([]));
        let confirm = |token: &str, method: &str, code: &str| {
            let body = json!({ "token": token, "methodId": method, "code": code });
            post(&running, MFA, &body)
        };
        let token = mfa["token"].as_str().unwrap();
        confirm(token, &factor.id, "wrong").assert_refused(400, 130, "INVALID_MFA_CODE_EXCEPTION");
        confirm(token, "other", &factor.code).assert_refused(400, 26, "ILLEGAL_ARGUMENT_EXCEPTION");
        let name = "INVALID_MFA_TOKEN_EXCEPTION";
        confirm("other", &factor.id, &factor.code).assert_refused(400, 131, name);
        let response = confirm(token, &factor.id, &factor.code);
        assert_eq!(response.status, 200, "{response:?}");
        let me = running.signed(&signer_of(&response), "GET", ME);
        assert_eq!(me.body["email"], account.email.as_str());
        confirm(token, &factor.id, &factor.code).assert_refused(400, 131, name);
    }
}

#[test]
fn guessing_codes_ends_the_login() {
    let running = Running::new();
    let [_, account] = accounts(&running);
    let factor = &account.factors[0];
    let asked = log_in(&running, &account);
    let confirm = |code: &str| {
        let token = &asked.body["mfa"]["token"];
        post(&running, MFA, &json!({ "token": token, "methodId": factor.id, "code": code }))
    };
    for _ in 0..5 {
        confirm("wrong").assert_refused(400, 130, "INVALID_MFA_CODE_EXCEPTION");
    }
    confirm(&factor.code).assert_refused(400, 131, "INVALID_MFA_TOKEN_EXCEPTION");
}

#[test]
fn tokens_are_listed_and_revoked() {
    let running = Running::new();
    let [account, _] = accounts(&running);
    let made = log_in(&running, &account);
    let mine = signer_of(&made);
    let list = running.signed(&mine, "GET", TOKENS);
    assert_eq!(list.body["page"], json!({ "total": 2, "offset": 0, "limit": 20 }));
    let tokens: Vec<_> = list.body["data"].as_array().unwrap().iter().map(|token| &token["token"]).collect();
    assert_eq!(tokens, [&json!("token"), &made.body["token"]]);
    assert!(list.headers.contains("\r\nContent-Type: application/json\r\n"));
    assert!(!list.body.to_string().contains("ecret"), "{list:?}");

    let one = format!("{TOKENS}/{}", made.body["id"].as_str().unwrap());
    let removed = running.signed(&signer(&keys()), "DELETE", &one);
    assert_eq!((removed.status, removed.body), (200, json!({ "affectedRecords": 1 })));
    running.signed(&mine, "GET", ME).assert_refused(401, 108, "OAUTH_TOKEN_EXCEPTION");
    assert!(running.last_line().starts_with("GET /users/v1/me 401 108 The token"));
    running.signed(&signer(&keys()), "DELETE", &one).assert_refused(404, 16, "RESOURCE_UNKNOWN_EXCEPTION");
    assert_eq!(running.signed(&signer(&keys()), "GET", ME).status, 200);
}

#[test]
fn a_list_of_tokens_respects_rql() {
    let running = Running::new();
    let [plain, _] = accounts(&running);
    let mine = signer_of(&log_in(&running, &plain));
    let list = |query: &str| running.signed(&mine, "GET", &format!("{TOKENS}?{query}")).body;
    let found = list("eq(token,token)&select(token)");
    assert_eq!(found["page"]["total"], 1);
    assert_eq!(found["data"][0]["token"], "token");
    assert_eq!(found["data"][0].as_object().unwrap().len(), 2);
    let rest = list("ne(token,token)&sort(-creationTimestamp)&limit(1)");
    assert_eq!(rest["page"], json!({ "total": 1, "offset": 0, "limit": 1 }));
    assert_ne!(rest["data"][0]["token"], "token");
    running.signed(&mine, "GET", &format!("{TOKENS}?token=token")).assert_refused(400, 19, "INVALID_RQL_EXCEPTION");
}

#[test]
fn nobody_sees_or_revokes_the_tokens_of_another_user() {
    let running = Running::new();
    let [_, other] = accounts(&running);
    let factor = &other.factors[0];
    let asked = log_in(&running, &other);
    let token = &asked.body["mfa"]["token"];
    let body = json!({ "token": token, "methodId": factor.id, "code": factor.code });
    let made = post(&running, MFA, &body);
    let list = running.signed(&signer_of(&made), "GET", TOKENS);
    assert_eq!(list.body["page"]["total"], 1);
    let one = format!("{TOKENS}/{}", made.body["id"].as_str().unwrap());
    running.signed(&signer(&keys()), "DELETE", &one).assert_refused(404, 16, "RESOURCE_UNKNOWN_EXCEPTION");
    assert_eq!(running.signed(&signer_of(&made), "GET", ME).status, 200);
}

#[test]
fn tokens_are_bounded_in_number() {
    let running = Running::new();
    let [account, _] = accounts(&running);
    for _ in 1..1000 {
        assert_eq!(log_in(&running, &account).status, 200);
    }
    log_in(&running, &account).assert_refused(400, 27, "ILLEGAL_STATE_EXCEPTION");
}

#[test]
fn no_password_code_or_secret_is_shown() {
    let running = Running::new();
    let [plain, other] = accounts(&running);
    let made = log_in(&running, &plain);
    log_in(&running, &other);
    let shown = format!("{:?} {:?} {:?}", running.sandbox, running.sandbox.accounts(), running.lines);
    assert!(shown.contains(&plain.email), "{shown}");
    for secret in [
        plain.password.as_str(),
        &other.password,
        &other.factors[0].code,
        &other.factors[1].code,
        made.body["tokenSecret"].as_str().unwrap(),
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
