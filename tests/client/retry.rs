//! Retries, calls that must not be retried, and wrong clocks.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread::JoinHandle,
    time::{Duration, SystemTime},
};

use exh_oauth1::{
    Authorization, Client, Credentials, Signer,
    client::{BaseUrl, ClientBuilder, Configuration, Error, Multipart, Outcome, Retry},
};

/// Sends one response per connection, and returns the requests; an empty response closes the connection.
fn serve(responses: Vec<String>) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        responses
            .into_iter()
            .map(|response| {
                let (mut stream, _) = listener.accept().unwrap();
                let request = read(&mut stream);
                stream.write_all(response.as_bytes()).unwrap();
                request
            })
            .collect()
    });
    (port, thread)
}

fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        bytes.push(byte[0]);
    }
    let headers = String::from_utf8(bytes.clone()).unwrap().to_lowercase();
    let length = headers
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    bytes.extend(body);
    String::from_utf8(bytes).unwrap()
}

fn builder(port: u16) -> ClientBuilder {
    let signer = Signer::new(Credentials::new("k", "s")).token(Credentials::new("t", "ts"));
    let base_url = BaseUrl::from_url(&format!("http://127.0.0.1:{port}"), false).unwrap();
    Client::builder(Configuration::new(base_url, signer))
        .timeout(Duration::from_secs(10))
        .retry(Retry::times(2).base(Duration::from_millis(1)))
}

fn response(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

fn authorization(request: &str) -> Authorization {
    let mut lines = request.lines();
    let value = lines.find_map(|line| line.strip_prefix("authorization: "));
    Authorization::parse(value.unwrap()).unwrap()
}

#[test]
fn only_safe_calls_are_retried() {
    for (method, status, tries) in [
        ("GET", 503, 3),
        ("HEAD", 502, 3),
        ("PUT", 504, 3),
        ("DELETE", 503, 3),
        ("POST", 429, 3),
        ("PATCH", 429, 3),
        ("POST", 503, 1),
        ("PATCH", 502, 1),
        ("GET", 500, 1),
        ("GET", 404, 1),
        ("GET", 301, 1),
    ] {
        let (port, thread) = serve(vec![response(status, "", ""); tries]);
        let client = builder(port).build().unwrap();
        let error = client.request(method, "/x").unwrap().send().unwrap_err();
        let outcomes: Vec<_> = error.attempts().iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, vec![Outcome::Status(status); tries], "{method}");
        let mut nonces: Vec<_> = thread
            .join()
            .unwrap()
            .iter()
            .map(|request| {
                let header = authorization(request);
                header.nonce().unwrap().to_string()
            })
            .collect();
        nonces.sort();
        nonces.dedup();
        assert_eq!(nonces.len(), tries, "each is signed anew");
    }
}

#[test]
fn a_lost_response_is_requested_again_only_if_the_method_is_idempotent() {
    let (port, thread) = serve(vec![String::new(), response(200, "", "{}")]);
    let response = builder(port).build().unwrap().get("/x").unwrap();
    assert_eq!(response.attempts().len(), 2);
    assert_eq!(thread.join().unwrap().len(), 2);

    let (port, thread) = serve(vec![String::new()]);
    let client = builder(port).build().unwrap();
    let error = client.post("/x", &1).unwrap_err();
    assert!(matches!(&error, Error::Network(error) if !error.is_unsent()));
    assert_eq!((error.attempts().len(), thread.join().unwrap().len()), (1, 1));

    // Nothing listens, so nothing was sent, and even a POST may be retried.
    let error = builder(port).build().unwrap().post("/x", &1).unwrap_err();
    assert_eq!(error.attempts().len(), 3);
}

#[test]
fn a_retry_after_beyond_the_time_of_the_call_ends_it() {
    let retry_after = response(429, "Retry-After: 3600\r\n", "");
    let (port, thread) = serve(vec![retry_after]);
    let error = builder(port).build().unwrap().get("/x").unwrap_err();
    assert_eq!(error.attempts().len(), 1);
    assert_eq!(thread.join().unwrap().len(), 1);
}

#[test]
fn a_wrong_clock_is_corrected_once_and_reported() {
    let ahead = SystemTime::now() + Duration::from_secs(3600);
    let date = format!("Date: {}\r\n", httpdate::fmt_http_date(ahead));
    let rejected = response(401, &date, "{\"code\":109}");
    let (port, thread) = serve(vec![rejected.clone(), response(200, &date, "{}"), response(200, "", "")]);
    let client = builder(port).retry(Retry::NEVER).build().unwrap();
    let response = client.post("/x", &1).unwrap();
    let offsets: Vec<_> = response.attempts().iter().map(|one| one.clock_offset).collect();
    assert_eq!(offsets[0], 0);
    assert!(offsets[1].abs_diff(3600) <= 2, "{offsets:?}");
    // The next call uses the correction from the start.
    let response = client.get("/x").unwrap();
    assert_eq!(response.attempts()[0].clock_offset, offsets[1]);
    let timestamps: Vec<u64> = thread
        .join()
        .unwrap()
        .iter()
        .map(|request| authorization(request).timestamp().unwrap().parse().unwrap())
        .collect();
    assert!(timestamps[1].abs_diff(timestamps[0] + 3600) <= 3, "{timestamps:?}");

    let (port, thread) = serve(vec![rejected.clone(), rejected.clone()]);
    let error = builder(port).build().unwrap().get("/x").unwrap_err();
    assert_eq!((error.attempts().len(), thread.join().unwrap().len()), (2, 2));

    let (port, thread) = serve(vec![rejected]);
    let client = builder(port).ignore_server_clock().build().unwrap();
    assert_eq!(client.get("/x").unwrap_err().attempts().len(), 1);
    assert_eq!(thread.join().unwrap().len(), 1);
}

#[test]
fn files_are_sent_in_parts_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a\"b.txt");
    std::fs::write(&path, "content").unwrap();
    let (port, thread) = serve(vec![response(429, "", ""), response(200, "", "{}")]);
    let client = builder(port).build().unwrap();
    let parts = Multipart::new().text("name", "é").file("file", &path, "text/plain").unwrap();
    let request = client.request("POST", "/files/v1/").unwrap();
    let request = request.multipart(parts).unwrap();
    let mut shown = String::new();
    request.open_body().read_to_string(&mut shown).unwrap();
    request.send().unwrap();
    for request in thread.join().unwrap() {
        let (headers, body) = request.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, shown);
        let boundary = headers.split("boundary=").nth(1).unwrap().lines().next().unwrap();
        assert_eq!(
            body,
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\né\r\n\
                 --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b.txt\"\r\n\
                 Content-Type: text/plain\r\n\r\ncontent\r\n--{boundary}--\r\n"
            )
        );
    }
}

#[test]
fn streams_go_both_ways() {
    let (port, thread) = serve(vec![response(200, "", "response"), response(200, "", "")]);
    let client = builder(port).body_limit(1).build().unwrap();
    let mut written = Vec::new();
    client.request("GET", "/x").unwrap().download(&mut written).unwrap();
    assert_eq!(written, b"response");
    let request = client.request("PUT", "/x").unwrap();
    request.upload(&mut "12345".as_bytes(), 4).unwrap();
    assert!(thread.join().unwrap()[1].ends_with("\r\n\r\n1234"));

    // A file that ends early is not a network error.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = builder(listener.local_addr().unwrap().port()).build().unwrap();
    let request = client.request("PUT", "/x").unwrap();
    let error = request.upload(&mut "123".as_bytes(), 4).unwrap_err();
    assert!(matches!(error, Error::Upload(_)), "{error}");

    // A full disk.
    let (port, _thread) = serve(vec![response(200, "", "response")]);
    let client = builder(port).build().unwrap();
    let request = client.request("GET", "/x").unwrap();
    let error = request.download(&mut [0_u8; 3].as_mut_slice()).unwrap_err();
    assert!(matches!(error, Error::Download(_)), "{error}");
}
