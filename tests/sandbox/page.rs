//! The page that shows requests: who gets it, and its data. `src/sandbox/page/mod.rs` describes the data.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpStream},
};

use exh_oauth1::Request;
use serde_json::{Value, json};

use crate::support::sandbox::{ME, Response, Running, keys, signer};

fn get(running: &Running, path: &str) -> Response {
    running.send("GET", &format!("/_/{path}"), "", "")
}

/// A request that is signed without its query.
fn refused(running: &Running) -> Response {
    let request = Request::new("GET", &running.url(ME)).unwrap();
    let header = signer(&keys()).authorize(&request).unwrap();
    let headers = format!("Authorization: {header}\r\nCookie: chocolate\r\n");
    running.send("GET", &format!("{ME}?a=%3Cb%3E&c=token%20secret"), &headers, "")
}

/// The data of the first events.
fn events(running: &Running, headers: &str, count: usize) -> Vec<Value> {
    let mut stream = running.connect();
    let host = running.host();
    write!(stream, "GET /_/events HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n").unwrap();
    BufReader::new(stream)
        .lines()
        .map(Result::unwrap)
        .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
        .take(count)
        .collect()
}

#[test]
fn requests_arrive_as_events_and_open_in_detail() {
    let running = Running::new();
    assert_eq!(running.signed(&signer(&keys()), "GET", ME).status, 200);
    assert_eq!(refused(&running).status, 401);
    running.send("GET", "/users/v1/health", "", "");
    running.exchange(b"nonsense\r\n\r\n");
    let rows = events(&running, "", 4);
    let row = |row: &Value| {
        (
            row["method"].as_str().unwrap().to_owned(),
            row["status"].as_u64().unwrap(),
            row["verdict"].as_str().unwrap().to_owned(),
        )
    };
    let expected =
        [("GET", 200, "accepted"), ("GET", 401, "refused"), ("GET", 200, "unchecked"), ("", 400, "unchecked")];
    for (found, (method, status, verdict)) in rows.iter().zip(expected) {
        assert_eq!(row(found), (method.into(), status, verdict.into()));
    }
    let text = rows[1]["text"].as_str().unwrap();
    assert!(text.contains("query-left-out"), "{text}");
    assert_eq!(rows[1]["target"], format!("{ME}?a=%3Cb%3E&c=•••"));
    assert_eq!(events(&running, "Last-Event-ID: 3\r\n", 1)[0]["id"], 4);

    let accepted = get(&running, "requests/1").body;
    assert_eq!(accepted["place"], "header");
    assert_eq!(accepted["diagnosis"]["verdict"], "right");
    let base_string = accepted["steps"]["base_string"].as_str().unwrap();
    assert!(base_string.starts_with("GET&http%3A%2F%2F"), "{base_string}");

    let refused = get(&running, "requests/2").body;
    assert_eq!(refused["steps"], Value::Null);
    let explanation = &refused["diagnosis"]["explanations"][0];
    assert_eq!(explanation["mistakes"][0]["id"], "query-left-out");
    assert!(explanation["mistakes"][0]["fix"].is_string());
    let wrong = explanation["base_string"].as_str().unwrap();
    assert_ne!(refused["diagnosis"]["base_string"].as_str(), Some(wrong));
    let headers = refused["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["Cookie", "•••"])), "{headers:?}");
    assert!(!refused.to_string().contains("token secret"));
    assert!(!refused.to_string().contains("token%20secret"));

    assert_eq!(get(&running, "requests/3").body["diagnosis"], Value::Null);
    assert_eq!(get(&running, "requests/4").body["method"], "");
    assert_eq!(get(&running, "requests/5").status, 404);
    assert_eq!(get(&running, "about").body["mode"], "api");
    // None of these are requests to show.
    assert_eq!(running.lines.lock().unwrap().len(), 4);
}

#[test]
fn a_wrong_plaintext_signature_is_masked() {
    let running = Running::with(|options| options.echo = true);
    let header = "Authorization: OAuth oauth_consumer_key=\"client\", oauth_signature_method=\"PLAINTEXT\", oauth_signature=\"mine%26yours\"\r\n";
    assert_eq!(running.send("GET", "/x", header, "").status, 401);
    let query = "/x?oauth_consumer_key=client&oauth_signature_method=PLAINTEXT&oauth_signature=mine%26yours";
    assert_eq!(running.send("GET", query, "", "").status, 401);
    for path in ["requests/1", "requests/2"] {
        let detail = get(&running, path).body.to_string();
        assert!(detail.contains("•••") && !detail.contains("mine"), "{detail}");
    }
}

#[test]
fn the_last_500_requests_are_kept() {
    let running = Running::new();
    for _ in 0..510 {
        running.send("GET", "/users/v1/health", "", "");
    }
    let rows = events(&running, "", 500);
    assert_eq!((&rows[0]["id"], &rows[499]["id"]), (&json!(11), &json!(510)));
    assert_eq!(get(&running, "requests/10").status, 404);
    assert_eq!(get(&running, "requests/11").status, 200);
}

#[test]
fn open_pages_have_a_separate_limit() {
    let running = Running::new();
    let open = || {
        let mut stream = running.connect();
        let host = running.host();
        write!(stream, "GET /_/events HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        let response = Response::read_headers(&mut stream);
        (stream, response.status)
    };
    let pages: Vec<_> = (0..16).map(|_| open()).collect();
    assert!(pages.iter().all(|(_, status)| *status == 200));
    assert_eq!(open().1, 503);
    for (page, _) in &pages {
        page.shutdown(Shutdown::Both).unwrap();
    }
    // A closed page is noticed when the next comment is written, which may be seconds later.
    while open().1 == 503 {
        std::thread::yield_now();
    }
}

#[test]
fn the_page_is_for_this_machine_and_loads_nothing() {
    let running = Running::new();
    assert_eq!(running.sandbox.page_url(), Some(running.url("/_/").as_str()));
    let mut stream = running.connect();
    let host = running.host();
    write!(stream, "GET /_/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    let (headers, html) = page.split_once("\r\n\r\n").unwrap();
    assert!(headers.starts_with("HTTP/1.1 200"), "{headers}");
    assert!(html.starts_with("<!doctype html>"));
    assert!(html.len() <= 40 * 1024);
    assert!(!html.contains("<script src") && !html.contains(" style="));
    let policy = headers.lines().find_map(|line| line.strip_prefix("Content-Security-Policy: ")).unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("unsafe-inline"));
    assert!(!headers.contains("Access-Control-"));

    for host in ["evil.example", "localhost.evil.example", "192.0.2.1", ""] {
        let request = format!("GET /_/about HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert_eq!(running.exchange(request.as_bytes()).status, 403, "{host}");
    }
    for host in ["localhost", "127.0.0.1:1", "[::1]"] {
        let request = format!("GET /_/about HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert_eq!(running.exchange(request.as_bytes()).status, 200, "{host}");
    }
}

#[test]
fn on_the_network_the_page_has_a_secret_address_or_is_off() {
    let start = |page| {
        Running::with(|options| {
            options.address = "0.0.0.0:0".parse().unwrap();
            options.page = page;
        })
    };
    let get = |running: &Running, path: &str| {
        let address = format!("127.0.0.1:{}", running.sandbox.address().port());
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: any.example\r\n\r\n").unwrap();
        Response::read_next(&mut stream).status
    };
    let off = start(false);
    assert_eq!(off.sandbox.page_url(), None);
    assert_eq!(get(&off, "/_/"), 404);
    let on = start(true);
    let url = on.sandbox.page_url().unwrap();
    let path = url.split_at(url.find("/_/").unwrap()).1;
    assert_eq!(path.len(), "/_/".len() + 32 + 1);
    assert_eq!(get(&on, path), 200);
    assert_eq!(get(&on, &format!("{path}about")), 200);
    assert_eq!(get(&on, "/_/"), 404);
    assert_eq!(get(&on, &format!("/_/{}/", "0".repeat(32))), 404);
}

#[test]
fn a_pasted_request_is_explained_for_the_page_only() {
    let running = Running::new();
    let host = running.host();
    let origin = format!("Origin: http://{host}\r\nContent-Type: application/json\r\n");
    let explain = |headers: &str, body: Value| running.send("POST", "/_/explain", headers, &body.to_string());
    let request = Request::new("GET", &running.url(ME)).unwrap();
    let header = signer(&keys()).authorize(&request).unwrap().to_string();
    let wrong = running.url(&format!("{ME}?a=b"));
    let curl = format!("curl -H 'Authorization: {header}' '{wrong}'");
    let http = format!("GET {ME} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {header}\r\n\r\n");
    for (question, verdict) in [
        (json!({"text": curl, "known_secrets": true}), "explained"),
        (json!({"text": http, "known_secrets": true}), "right"),
        (json!({"text": http}), "not-checked"),
        (json!({"text": header, "method": "GET", "url": wrong, "known_secrets": true}), "explained"),
        (json!({"text": curl, "client_secret": "x", "token_secret": "y"}), "unexplained"),
    ] {
        let response = explain(&origin, question);
        assert_eq!(response.status, 200, "{response:?}");
        assert_eq!(response.body["diagnosis"]["verdict"], verdict, "{:?}", response.body);
    }
    for question in [json!({"text": "curl"}), json!({"texts": ""}), json!([])] {
        let response = explain(&origin, question);
        assert!(response.body["error"].is_string(), "{response:?}");
    }
    let json = "Content-Type: application/json\r\n";
    for (headers, status) in [
        (json.to_owned(), 403),
        (format!("Origin: http://evil.example\r\n{json}"), 403),
        (format!("Origin: https://{host}\r\n{json}"), 403),
        (format!("Origin: null\r\n{json}"), 403),
        (format!("Origin: http://{host}\r\nContent-Type: text/plain\r\n"), 415),
    ] {
        let response = explain(&headers, json!({"input": "curl http://localhost"}));
        assert_eq!(response.status, status, "{headers}");
    }
}
