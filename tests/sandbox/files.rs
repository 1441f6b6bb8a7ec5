//! Uploading, describing, downloading and deleting files.

use std::io::{Read as _, Write as _};

use exh_oauth1::{Request, Signer};
use serde_json::{Value, json};

use crate::support::sandbox::{ME, Response, Running, keys, signer};

const FILES: &str = "/files/v1/";
const INVALID: &str = "INVALID_TOKEN_EXCEPTION";
const UNREADABLE: &str = "BODY_FORMAT_EXCEPTION";

/// The headers of an upload, up to its length.
fn headers(running: &Running, media_type: &str) -> String {
    let request = Request::new("POST", &running.url(FILES)).unwrap();
    let header = signer(&keys()).authorize(&request).unwrap();
    let host = running.host();
    format!("POST {FILES} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {header}\r\nContent-Type: {media_type}\r\n")
}

fn upload(running: &Running, boundary: &str, body: &[u8]) -> Response {
    let headers = headers(running, &format!("multipart/form-data; boundary={boundary}"));
    let headers = format!("{headers}Content-Length: {}\r\n\r\n", body.len());
    running.exchange(&[headers.as_bytes(), body].concat())
}

/// A body with one file.
fn one_file(boundary: &str, content: &[u8]) -> Vec<u8> {
    let headers = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n");
    let end = format!("\r\n--{boundary}--\r\n");
    [headers.as_bytes(), content, end.as_bytes()].concat()
}

fn call(running: &Running, method: &str, path: &str) -> Response {
    running.signed(&signer(&keys()), method, &format!("{FILES}{path}"))
}

fn download(running: &Running, signer: &Signer, token: &str) -> (String, Vec<u8>) {
    let target = format!("{FILES}{token}/file");
    let request = Request::new("GET", &running.url(&target)).unwrap();
    let header = signer.authorize(&request).unwrap();
    let mut stream = running.connect();
    let host = running.host();
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {header}\r\nConnection: close\r\n\r\n")
        .unwrap();
    let headers = Response::read_headers(&mut stream).headers;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    (headers, bytes)
}

fn token(details: &Response) -> String {
    assert_eq!(details.status, 200, "{details:?}");
    details.body["tokens"][0]["token"].as_str().unwrap().to_owned()
}

/// As `form-data` 4.0.6 writes it, which the SDK's `files.create` uses.
const FROM_SDK: &str = "----------------------------012345678901234567890123\r\n\
    Content-Disposition: form-data; name=\"name\"\r\n\r\n\
    h\u{e9}llo.txt\r\n\
    ----------------------------012345678901234567890123\r\n\
    Content-Disposition: form-data; name=\"file\"; filename=\"h\u{e9}llo.txt\"\r\n\
    Content-Type: text/plain\r\n\r\n\
    Hello\r\n\
    ----------------------------012345678901234567890123\r\n\
    Content-Disposition: form-data; name=\"tags[]\"\r\n\r\n\
    one\r\n\
    ----------------------------012345678901234567890123\r\n\
    Content-Disposition: form-data; name=\"tags[]\"\r\n\r\n\
    two\r\n\
    ----------------------------012345678901234567890123--\r\n";
const BOUNDARY: &str = "--------------------------012345678901234567890123";

#[test]
fn a_file_goes_up_and_comes_back() {
    let running = Running::new();
    let made = upload(&running, BOUNDARY, FROM_SDK.as_bytes());
    let token = token(&made);
    assert_eq!(made.body["tokens"][0]["accessLevel"], "full");
    assert_eq!(made.body["name"], "h\u{e9}llo.txt");
    assert_eq!(made.body["mimetype"], "text/plain");
    assert_eq!(made.body["size"], 5);
    assert_eq!(made.body["tags"], json!(["one", "two"]));
    assert!(made.body["creationTimestamp"].is_u64());
    assert_eq!(running.last_line(), "POST /files/v1/ 200");
    let me = running.signed(&signer(&keys()), "GET", ME);
    assert_eq!(made.body["creatorId"], me.body["id"]);

    let details = call(&running, "GET", &format!("{token}/details"));
    assert_eq!(details.body, made.body);
    let list = call(&running, "GET", "");
    assert_eq!(list.body["page"]["total"], 1);
    assert_eq!(list.body["data"], json!([made.body]));

    let (headers, bytes) = download(&running, &signer(&keys()), &token);
    assert_eq!(bytes, b"Hello");
    assert!(headers.contains("\r\nContent-Type: text/plain\r\n"), "{headers}");
    let length = call(&running, "HEAD", &format!("{token}/file"));
    assert_eq!(length.header("Content-Length"), Some("5"));

    let removed = call(&running, "DELETE", &token);
    assert_eq!((removed.status, removed.body), (200, json!({ "affectedRecords": 1 })));
    for path in ["details", "file"] {
        call(&running, "GET", &format!("{token}/{path}")).assert_refused(400, 2605, INVALID);
    }
    call(&running, "DELETE", &token).assert_refused(400, 2605, INVALID);
    assert_eq!(call(&running, "GET", "").body["page"]["total"], 0);
}

#[test]
fn a_list_of_files_respects_rql() {
    let running = Running::new();
    for size in [300, 100, 200] {
        assert_eq!(upload(&running, "b", &one_file("b", &vec![0; size])).status, 200);
    }
    let list = |query: &str| call(&running, "GET", &format!("?{query}")).body;
    let sizes = |list: Value| {
        let data = list["data"].as_array().unwrap().clone();
        let sizes: Vec<_> = data.iter().map(|file| file["size"].clone()).collect();
        sizes
    };
    assert_eq!(sizes(list("sort(size)")), [100, 200, 300]);
    assert_eq!(sizes(list("sort(-size)&limit(1,1)")), [200]);
    assert_eq!(sizes(list("ge(size,200)")), [300, 200]);
    let selected = list("eq(size,100)&select(name)");
    assert_eq!(selected["data"], json!([{ "name": "f" }]));
    call(&running, "GET", "?name=f").assert_refused(400, 19, "INVALID_RQL_EXCEPTION");
}

#[test]
fn a_file_without_a_name_has_that_of_its_part() {
    let running = Running::new();
    // As the SDK's `createFromText` writes it: without a line break after the last dashes.
    let body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"data\"\r\n\
        Content-Type: application/octet-stream\r\n\r\ntext\r\n--b--";
    let made = upload(&running, "b", body.as_bytes());
    assert_eq!(made.body["name"], "data");
    assert_eq!(made.body["mimetype"], "application/octet-stream");
    assert_eq!(made.body["tags"], json!([]));
}

#[test]
fn every_byte_comes_back_however_it_came() {
    let running = Running::new();
    let boundary = "b";
    let every: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    for content in
        [b"".as_slice(), b"\r\n", b"\r", b"--b", b"\n--b--", b"\r\n--", b"\r\r\n-\r\n--a\r\n--\r\n--", &every]
    {
        let body = one_file(boundary, content);
        let made = [
            upload(&running, boundary, &body),
            upload(&running, "\"b\"; charset=utf-8", &body),
            // With text around the parts, which is ignored (RFC 2046 §5.1.1).
            upload(&running, boundary, &[b"before\r\n".as_slice(), &body, b"after"].concat()),
            // In chunks of one byte, three and 1,000.
            chunked(&running, boundary, &body, 1),
            chunked(&running, boundary, &body, 3),
            chunked(&running, boundary, &body, 1000),
        ];
        for made in made {
            let (_, bytes) = download(&running, &signer(&keys()), &token(&made));
            assert!(bytes == content, "{content:?}");
            assert_eq!(made.body["size"], content.len());
        }
    }
}

fn chunked(running: &Running, boundary: &str, body: &[u8], size: usize) -> Response {
    let headers = headers(running, &format!("multipart/form-data; boundary={boundary}"));
    let mut bytes = format!("{headers}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
    for chunk in body.chunks(size) {
        write!(bytes, "{:x}\r\n", chunk.len()).unwrap();
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    running.exchange(&bytes)
}

#[test]
fn an_upload_that_cannot_be_read_says_why() {
    let running = Running::new();
    let part = "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n";
    let name = "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n";
    let long = "x".repeat(2000);
    for (body, code, words) in [
        ("", 22, "last boundary"),
        ("--a--", 22, "last boundary"),
        (part, 22, "last boundary"),
        ("--b\r\nX: y\r\n\r\nx\r\n--b--", 22, "no name"),
        (&format!("--b\r\nX: {}", "y".repeat(20_000)), 22, "16 KiB"),
        ("--b--", 14, "no part named file"),
        (&format!("{name}n\r\n--b--"), 14, "no part named file"),
        (&format!("{name}{long}\r\n--b--"), 22, "too long"),
        (&format!("{part}{part}--b--"), 26, "two parts named file"),
        (&format!("{}--b--", part.replace("file", "other")), 26, "named other"),
    ] {
        let response = upload(&running, "b", body.as_bytes());
        assert_eq!((response.status, &response.body["code"]), (400, &code.into()));
        let message = response.body["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
    }
    for media_type in [
        "application/octet-stream",
        "multipart/mixed; boundary=b",
        "multipart/form-data",
        "multipart/form-data; boundary=",
    ] {
        let bytes = format!("{}Content-Length: 3\r\n\r\nabc", headers(&running, media_type));
        running.exchange(bytes.as_bytes()).assert_refused(400, 22, UNREADABLE);
    }
    assert_eq!(call(&running, "GET", "").body["page"]["total"], 0);
    // Not signed, so not read.
    let response = running.send("POST", FILES, "Content-Type: multipart/form-data; boundary=b\r\n", part);
    response.assert_refused(401, 104, "USER_NOT_AUTHENTICATED_EXCEPTION");
}

#[test]
fn a_media_type_cannot_bring_a_header_along() {
    let running = Running::new();
    for said in ["text/html\rX: y", "nonsense", "a/\u{fc}", &"a/b".repeat(100)] {
        let body =
            format!("--b\r\nContent-Disposition: form-data; name=\"file\"\r\nContent-Type: {said}\r\n\r\nx\r\n--b--");
        let made = upload(&running, "b", body.as_bytes());
        assert_eq!(made.body["mimetype"], "application/octet-stream");
    }
}

#[test]
fn a_large_upload_is_rejected_before_it_is_sent() {
    let running = Running::new();
    let headers = headers(&running, "multipart/form-data; boundary=b");
    // The body is never sent.
    let bytes = format!("{headers}Expect: 100-continue\r\nContent-Length: 268436456\r\n\r\n");
    running.exchange(bytes.as_bytes()).assert_refused(413, 2610, "FILE_TOO_LARGE_EXCEPTION");
}

#[test]
fn files_are_bounded_in_number() {
    let running = Running::new();
    let body = one_file("b", b"x");
    for _ in 0..200 {
        assert_eq!(upload(&running, "b", &body).status, 200);
    }
    upload(&running, "b", &body).assert_refused(400, 27, "ILLEGAL_STATE_EXCEPTION");
    let list = call(&running, "GET", "");
    let token = list.body["data"][0]["tokens"][0]["token"].as_str().unwrap();
    assert_eq!(call(&running, "DELETE", token).status, 200);
    assert_eq!(upload(&running, "b", &body).status, 200);
}

#[test]
fn tokens_let_others_read_and_no_more() {
    let running = Running::new();
    let full = token(&upload(&running, "b", &one_file("b", b"content")));
    let tokens = format!("{full}/tokens");
    let post = |path: &str, body: &Value| {
        let path = format!("{FILES}{path}");
        running.signed_with(&signer(&keys()), "POST", &path, &body.to_string())
    };
    let made = post(&tokens, &json!({ "accessLevel": "read" }));
    assert_eq!(made.body["accessLevel"], "read");
    let read = made.body["token"].as_str().unwrap();
    assert_ne!(read, full);
    assert_eq!(download(&running, &signer(&keys()), read).1, b"content");
    let details = call(&running, "GET", &format!("{read}/details"));
    assert_eq!(details.body, json!({ "name": "f", "mimetype": "application/octet-stream", "size": 7 }));
    let name = "UNAUTHORIZED_TOKEN_EXCEPTION";
    call(&running, "DELETE", read).assert_refused(401, 2606, name);
    post(&format!("{read}/tokens"), &json!({})).assert_refused(401, 2606, name);
    post(&tokens, &json!({ "accessLevel": "all" })).assert_refused(400, 15, "FIELD_FORMAT_EXCEPTION");

    let details = call(&running, "GET", &format!("{full}/details"));
    assert_eq!(details.body["tokens"].as_array().unwrap().len(), 2);
    call(&running, "DELETE", &format!("{tokens}/{full}")).assert_refused(403, 2607, "TOKEN_NOT_DELETEABLE_EXCEPTION");
    let removed = call(&running, "DELETE", &format!("{tokens}/{read}"));
    assert_eq!(removed.status, 200);
    call(&running, "GET", &format!("{read}/file")).assert_refused(400, 2605, INVALID);
    call(&running, "DELETE", &format!("{tokens}/{read}")).assert_refused(400, 2605, INVALID);
}
