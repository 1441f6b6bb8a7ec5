//! Connections that broke silently: requests that are sent once more, and requests that are not.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use exh_oauth1::client::{Client, Error, NetworkErrorKind, Options, Settings};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/// A server whose connections send the next of the given bytes for each request. A connection closes if none are left,
/// or after incomplete headers. An empty response is silence. Returns each request's headers with the number of its
/// connection.
fn server(connections: &'static [&'static [&'static [u8]]]) -> (Client, Receiver<(usize, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, requests) = mpsc::channel();
    thread::spawn(move || {
        for (number, responses) in connections.iter().enumerate() {
            let (mut stream, _) = listener.accept().unwrap();
            let sender = sender.clone();
            // In a separate thread, because the client may open a second connection while it holds the first.
            thread::spawn(move || {
                let mut responses = responses.iter();
                while let Some(headers) = headers(&mut stream) {
                    sender.send((number, headers)).unwrap();
                    match responses.next() {
                        Some(response) if response.is_empty() || response.ends_with(b"{}") => {
                            stream.write_all(response).unwrap();
                        }
                        Some(response) => return stream.write_all(response).unwrap(),
                        None => return,
                    }
                }
            });
        }
    });
    let settings = Settings::read(Options::default(), |name| match name {
        "API_HOST" => Some(address.to_string().into()),
        _ if name.starts_with("API_OAUTH_") => Some("abcdefgh".into()),
        _ => None,
    });
    let client = Client::builder(settings.configuration().unwrap());
    (client.build().unwrap(), requests)
}

/// The headers of a request. Bodies in this file are `1`.
fn headers(stream: &mut TcpStream) -> Option<String> {
    let mut headers = Vec::new();
    let mut byte = [0];
    while !headers.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        headers.push(byte[0]);
    }
    let headers = String::from_utf8(headers).unwrap();
    if headers.to_ascii_lowercase().contains("content-length: 1\r\n") {
        stream.read_exact(&mut byte).ok()?;
    }
    Some(headers)
}

fn nonce(headers: &str) -> &str {
    let (_, rest) = headers.split_once("oauth_nonce=\"").unwrap();
    rest.split('"').next().unwrap()
}

fn is_closed<T: std::fmt::Debug>(result: Result<T, Error>) -> bool {
    match result {
        Err(Error::Network(error)) => error.kind() == NetworkErrorKind::Closed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_idempotent_request_is_signed_and_sent_once_more() {
    for method in ["GET", "HEAD", "PUT", "DELETE"] {
        let (client, requests) = server(&[&[OK], &[OK, OK]]);
        client.get("/first").unwrap();
        let response = client.request(method, "/second").unwrap().send();
        assert_eq!(response.unwrap().status(), 200);
        let headers: Vec<_> = requests.try_iter().collect();
        let numbers: Vec<_> = headers.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [0, 0, 1], "{method}");
        assert!(headers[1].1.starts_with(&format!("{method} /second ")));
        assert!(headers[2].1.starts_with(&format!("{method} /second ")));
        assert_ne!(nonce(&headers[1].1), nonce(&headers[2].1));
    }
}

#[test]
fn it_is_sent_no_third_time() {
    let (client, requests) = server(&[&[OK], &[]]);
    client.get("/first").unwrap();
    assert!(is_closed(client.get("/second")));
    assert_eq!(requests.try_iter().count(), 3);
}

#[test]
fn a_request_on_a_new_connection_is_sent_once() {
    let (client, requests) = server(&[&[], &[OK]]);
    assert!(is_closed(client.get("/first")));
    assert_eq!(requests.try_iter().count(), 1);
}

#[test]
fn a_request_with_half_a_response_is_sent_once() {
    let (client, requests) = server(&[&[OK, b"HTTP/1.1 200 OK\r\nContent-"], &[OK]]);
    client.get("/first").unwrap();
    assert!(client.get("/second").is_err());
    assert_eq!(requests.try_iter().count(), 2);
}

#[test]
fn a_request_that_may_have_had_its_effect_is_not_repeated() {
    for method in ["POST", "PATCH"] {
        let (client, requests) = server(&[&[OK], &[OK]]);
        client.get("/first").unwrap();
        let call = client.request(method, "/second").unwrap();
        assert!(is_closed(call.json(&1).unwrap().send()));
        assert_eq!(requests.try_iter().count(), 2);
    }
}

#[test]
fn a_request_that_cannot_be_repeated_uses_no_idle_connection() {
    let (client, requests) = server(&[&[OK, OK], &[OK]]);
    client.get("/first").unwrap();
    thread::sleep(Duration::from_millis(1100));
    client.post("/second", &1).unwrap();
    let numbers: Vec<_> = requests.try_iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, [0, 1]);
}

#[test]
fn calls_end_at_the_deadline() {
    // The second request gets no response.
    let (client, _requests) = server(&[&[OK, b""], &[b""]]);
    let much_later = client.until(Instant::now() + Duration::from_secs(3600));
    assert_eq!(much_later.get("/first").unwrap().status(), 200);
    let client = client.until(Instant::now() + Duration::from_millis(100));
    for _ in 0..2 {
        match client.get("/second") {
            Err(Error::Network(error)) => assert_eq!(error.kind(), NetworkErrorKind::Timeout),
            other => panic!("{other:?}"),
        }
    }
}
