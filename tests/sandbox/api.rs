//! The sandbox: who may call, and the responses.

use exh_oauth1::{
    Credentials, Request, Signer,
    oauth1::timestamp,
    sandbox::{Keys, Options, Sandbox},
};

use crate::support::sandbox::{ME, Response, Running, keys, signer};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n";

#[test]
fn me_returns_the_user() {
    let running = Running::new();
    let response = running.signed(&signer(&keys()), "GET", ME);
    assert_eq!(response.status, 200, "{response:?}");
    for name in ["id", "first_name", "last_name", "email", "time_zone"] {
        assert!(response.body[name].is_string(), "{name}");
    }
    for name in ["roles", "patient_enlistments", "staff_enlistments"] {
        assert!(response.body[name].is_array(), "{name}");
    }
    assert!(response.headers.contains("\r\nDate: ") && response.headers.contains(" GMT\r\n"));
    assert_eq!(running.last_line(), "GET /users/v1/me 200");
    let by_id = format!("/users/v1/{}", response.body["id"].as_str().unwrap());
    let again = running.signed(&signer(&keys()), "GET", &by_id);
    assert_eq!(again.body, response.body);
}

#[test]
fn head_is_get_without_the_body() {
    let running = Running::new();
    let get = running.signed(&signer(&keys()), "GET", ME);
    let bodiless = running.signed(&signer(&keys()), "HEAD", ME);
    assert_eq!(bodiless.status, 200);
    assert_eq!(bodiless.header("Content-Length"), get.header("Content-Length"));
    assert_eq!(running.last_line(), "HEAD /users/v1/me 200");
}

#[test]
fn query_is_signed() {
    let running = Running::new();
    let target = "/users/v1/me?eq(name,x)&a=%C3%BC&a=+&[b]=~";
    assert_eq!(running.signed(&signer(&keys()), "GET", target).status, 200);
    assert_eq!(running.last_line(), "GET /users/v1/me 200");
    let request = Request::new("GET", &running.url("/users/v1/me?a=1")).unwrap();
    let header = signer(&keys()).authorize(&request).unwrap();
    let headers = format!("Authorization: {header}\r\n");
    running.send("GET", "/users/v1/me?a=2", &headers, "").assert_refused(401, 109, "OAUTH_SIGNATURE_EXCEPTION");
}

#[test]
fn a_known_mistake_is_named_in_response_and_log() {
    let running = Running::new();
    let request = Request::new("GET", &running.url(ME)).unwrap();
    let header = signer(&keys()).authorize(&request).unwrap();
    let headers = format!("Authorization: {header}\r\n");
    let response = running.send("GET", "/users/v1/me?a=2", &headers, "");
    response.assert_refused(401, 109, "OAUTH_SIGNATURE_EXCEPTION");
    for text in [response.body["message"].as_str().unwrap(), &running.last_line()] {
        assert!(text.contains("query-left-out"), "{text}");
        assert!(!text.contains("secret & more") && !text.contains("token secret"), "{text}");
    }
}

#[test]
fn a_protocol_parameter_in_a_second_place_is_refused() {
    let running = Running::new();
    let name = "ILLEGAL_ARGUMENT_EXCEPTION";
    for parameter in [
        "oauth_body_hash",
        "oauth_callback",
        "oauth_consumer_key",
        "oauth_nonce",
        "oauth_signature",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_token",
        "oauth_verifier",
        "oauth_version",
    ] {
        // Repeated, so that the signature covers the second one.
        let second = format!("{parameter}=other");
        let query = format!("{ME}?{second}");
        for (target, form) in [(query.as_str(), ""), (ME, second.as_str())] {
            let request = Request::new("GET", &running.url(target)).and_then(|request| request.form(form)).unwrap();
            let header = signer(&keys()).authorize(&request).unwrap();
            let headers = format!("Authorization: {header}\r\n{FORM}");
            let response = running.send("GET", target, &headers, form);
            response.assert_refused(400, 26, name);
        }
        // Moved, so that the base string stays the same.
        let request = Request::new("GET", &running.url(ME)).unwrap();
        let extra = ["oauth_body_hash", "oauth_callback", "oauth_verifier"]
            .into_iter()
            .try_fold(signer(&keys()), |signer, name| signer.parameter(name, "x"));
        let header = extra.unwrap().authorize(&request).unwrap().into_string();
        let (moved, kept): (Vec<_>, Vec<_>) =
            header["OAuth ".len()..].split(", ").partition(|pair| pair.starts_with(&format!("{parameter}=")));
        let moved = moved.concat().replace('"', "");
        let headers = format!("Authorization: OAuth {}\r\n{FORM}", kept.join(", "));
        for (target, form) in [(format!("{ME}?{moved}").as_str(), ""), (ME, &moved)] {
            let response = running.send("GET", target, &headers, form);
            response.assert_refused(400, 26, name);
        }
    }
}

#[test]
fn wrong_credentials_have_the_codes_of_the_api() {
    let running = Running::new();
    let wrong = |change: fn(&mut Keys)| {
        let mut keys = keys();
        change(&mut keys);
        running.signed(&signer(&keys), "GET", ME)
    };
    wrong(|keys| keys.consumer_key.push('x')).assert_refused(401, 107, "OAUTH_KEY_EXCEPTION");
    wrong(|keys| keys.token.push('x')).assert_refused(401, 108, "OAUTH_TOKEN_EXCEPTION");
    for change in [
        (|keys| keys.consumer_secret.push('x')) as fn(&mut Keys),
        |keys| keys.token_secret.push('x'),
        |keys| keys.token_secret.clear(),
    ] {
        wrong(change).assert_refused(401, 109, "OAUTH_SIGNATURE_EXCEPTION");
    }
    wrong(|keys| keys.token.clear()).assert_refused(401, 104, "USER_NOT_AUTHENTICATED_EXCEPTION");
    let other = running.signed(&signer(&keys()).hmac_sha256(), "GET", ME);
    other.assert_refused(401, 109, "OAUTH_SIGNATURE_EXCEPTION");
    assert!(other.headers.contains("\r\nWWW-Authenticate: OAuth\r\n"));
    let client = Signer::new(Credentials::new("client", "client secret & more"));
    running.signed(&client, "GET", ME).assert_refused(401, 104, "USER_NOT_AUTHENTICATED_EXCEPTION");
}

#[test]
fn no_secret_is_shown() {
    let running = Running::new();
    running.signed(&signer(&keys()).plaintext(), "GET", ME);
    running.signed(&signer(&keys()), "GET", ME);
    let shown = format!(
        "{:?} {:?} {:?}",
        running.sandbox,
        running.lines,
        running.signed(&signer(&keys()).plaintext(), "GET", ME)
    );
    assert!(shown.contains("client") && !shown.contains("secret"), "{shown}");
}

#[test]
fn missing_and_unreadable_headers() {
    let running = Running::new();
    let name = "USER_NOT_AUTHENTICATED_EXCEPTION";
    running.send("GET", ME, "", "").assert_refused(401, 104, name);
    assert!(running.last_line().starts_with("GET /users/v1/me 401 104 There is no"));
    for headers in ["Authorization: Bearer abc\r\n", "Authorization: OAuth\r\n"] {
        running.send("GET", ME, headers, "").assert_refused(401, 104, name);
    }
    for headers in [
        "Authorization: OAuth nonsense\r\n",
        "Authorization: OAuth oauth_version=\"2.0\"\r\n",
        "Authorization: OAuth \u{fc}\r\n",
        "Authorization: OAuth a=\"b\"\r\nAuthorization: OAuth a=\"b\"\r\n",
    ] {
        running.send("GET", ME, headers, "").assert_refused(400, 26, "ILLEGAL_ARGUMENT_EXCEPTION");
    }
}

fn at(running: &Running, timestamp: u64, nonce: &str) -> Response {
    let request = Request::new("GET", &running.url(ME)).unwrap();
    let header = signer(&keys()).sign(&request, timestamp, nonce);
    running.send("GET", ME, &format!("Authorization: {header}\r\n"), "")
}

#[test]
fn replays_and_wrong_clocks_are_refused() {
    let running = Running::new();
    let now = timestamp().unwrap();
    assert_eq!(at(&running, now, "n").status, 200);
    let name = "DUPLICATE_REQUEST_EXCEPTION";
    at(&running, now, "n").assert_refused(401, 110, name);
    assert_eq!(at(&running, now, "m").status, 200);
    assert_eq!(at(&running, now - 200, "n").status, 200);
    assert_eq!(at(&running, now + 200, "n").status, 200);
    at(&running, now - 400, "n").assert_refused(401, 110, name);
    at(&running, now + 400, "n").assert_refused(401, 110, name);
    at(&running, 0, "n").assert_refused(401, 110, name);
}

#[test]
fn a_refused_request_uses_up_no_nonce() {
    let running = Running::new();
    let now = timestamp().unwrap();
    let request = Request::new("GET", &running.url(ME)).unwrap();
    let mut other = keys();
    other.token_secret.clear();
    let header = signer(&other).sign(&request, now, "n");
    running.send("GET", ME, &format!("Authorization: {header}\r\n"), "").assert_refused(
        401,
        109,
        "OAUTH_SIGNATURE_EXCEPTION",
    );
    assert_eq!(at(&running, now, "n").status, 200);
}

#[test]
fn unknown_paths_and_the_unsigned_one() {
    let running = Running::new();
    for (method, target) in [
        ("GET", "/"),
        ("GET", "/nowhere?a=b"),
        ("GET", "/users/v1/me/"),
        ("GET", "/users/v1/nobody"),
        ("PUT", "/users/v1/password"),
        ("DELETE", "/users/v1/5a0b1c2d3e4f5a6b7c8d9e0f"),
        ("DELETE", ME),
        ("get", ME),
        ("BREW", "/x"),
    ] {
        let response = running.send(method, target, "", "");
        response.assert_refused(404, 903, "SERVICE_NOT_FOUND_EXCEPTION");
        let message = response.body["message"].as_str().unwrap();
        assert!(message.contains("does not serve"), "{message}");
        assert!(message.contains("GET /users/v1/me, "), "{message}");
    }
    let unknown = format!("/users/v1/{}", "0".repeat(24));
    running.signed(&signer(&keys()), "GET", &unknown).assert_refused(404, 16, "RESOURCE_UNKNOWN_EXCEPTION");
    assert_eq!(running.send("GET", "/users/v1/health", "", "").status, 200);
    let bodiless = running.send("HEAD", "/nowhere", "", "");
    assert_eq!(bodiless.status, 404);
}

#[test]
fn a_signature_outside_the_header_is_named_with_its_place() {
    let running = Running::new();
    let url = running.url(ME);
    let header = signer(&keys()).authorize(&Request::new("GET", &url).unwrap()).unwrap();
    let in_query = header.in_query(ME);
    let in_form = header.in_form("");
    let own = "/users/v1/5a0b1c2d3e4f5a6b7c8d9e0f";
    for (method, target, headers, body, place) in
        [("GET", in_query.as_str(), "", "", "query"), ("PUT", own, FORM, in_form.as_str(), "form")]
    {
        let response = running.send(method, target, headers, body);
        response.assert_refused(401, 104, "USER_NOT_AUTHENTICATED_EXCEPTION");
        let message = response.body["message"].as_str().unwrap();
        assert!(message.contains(&format!("parameters are in the {place}: ")), "{message}");
        assert!(message.contains("the Authorization header only"), "{message}");
    }
}

#[test]
fn form_bodies_are_signed_and_others_are_not() {
    let running = Running::new();
    let target = format!("/users/v1/{}", running.signed(&signer(&keys()), "GET", ME).body["id"].as_str().unwrap());
    let put = |signed: Option<&str>, headers: &str, body: &str| {
        let mut request = Request::new("PUT", &running.url(&target)).unwrap();
        if let Some(form) = signed {
            request = request.form(form).unwrap();
        }
        let header = signer(&keys()).authorize(&request).unwrap();
        let headers = format!("{headers}Authorization: {header}\r\n");
        running.send("PUT", &target, &headers, body)
    };
    // The request is admitted, but the route requires JSON.
    put(Some("a=1&b=+"), FORM, "a=1&b=+").assert_refused(400, 22, "BODY_FORMAT_EXCEPTION");
    let name = "OAUTH_SIGNATURE_EXCEPTION";
    put(Some("a=1"), FORM, "a=2").assert_refused(401, 109, name);
    put(None, FORM, "a=1").assert_refused(401, 109, name);
    put(None, FORM, "a=%").assert_refused(400, 22, "BODY_FORMAT_EXCEPTION");

    let json = "Content-Type: application/json\r\n";
    let response = put(None, json, r#"{"first_name":"Zo\u00e9","id":"x"}"#);
    assert_eq!(response.status, 200, "{response:?}");
    assert_eq!(response.body["first_name"], "Zo\u{e9}");
    let me = running.signed(&signer(&keys()), "GET", ME);
    assert_eq!(me.body["id"], response.body["id"]);
    assert_eq!(me.body["first_name"], "Zo\u{e9}");

    let request = Request::new("PUT", &running.url(&target)).unwrap();
    let header = signer(&keys()).authorize(&request).unwrap();
    let chunked = running.exchange(
        format!(
            "PUT {target} HTTP/1.1\r\nHost: {}\r\nAuthorization: {header}\r\nTransfer-Encoding: chunked\r\n\r\n\
             5;x=y\r\n{{\"las\r\n14\r\nt_name\":\"Chunkford\"}}\r\n0\r\nTrailer: 1\r\n\r\n",
            running.host()
        )
        .as_bytes(),
    );
    assert_eq!(chunked.status, 200, "{chunked:?}");
    assert_eq!(chunked.body["last_name"], "Chunkford");
}

#[test]
fn variables_are_those_of_the_clients() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let variables = sandbox.variables();
    assert_eq!(
        variables.each_ref().map(|(name, _)| *name),
        [
            "API_HOST",
            "API_OAUTH_CONSUMER_KEY",
            "API_OAUTH_CONSUMER_SECRET",
            "API_OAUTH_TOKEN",
            "API_OAUTH_TOKEN_SECRET",
        ]
    );
    assert_eq!(variables[0].1, format!("http://localhost:{}", sandbox.address().port()));
    assert!(variables[1..].iter().all(|(_, value)| value.len() == 40));
}
