//! Clients that are slow, silent or malformed.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream},
    thread,
};

use exh_oauth1::{
    Request,
    sandbox::{Options, Sandbox},
};

use crate::support::sandbox::{ME, Response, Running, keys, signer};

#[test]
fn the_host_is_the_one_that_the_client_used() {
    let running = Running::new();
    let sent = |url: &str, target: &str, host: &str| {
        let request = Request::new("GET", url).unwrap();
        let header = signer(&keys()).authorize(&request).unwrap();
        running.exchange(format!("GET {target} HTTP/1.1\r\n{host}Authorization: {header}\r\n\r\n").as_bytes())
    };
    let url = "http://sandbox.example:8080/users/v1/me";
    let host = "Host: sandbox.example:8080\r\n";
    assert_eq!(sent(url, ME, host).status, 200);
    assert_eq!(sent(url, ME, "HOST: Sandbox.Example:8080\r\n").status, 200);
    assert_eq!(sent("http://h/users/v1/me", ME, "Host: h:80\r\n").status, 200);
    assert_eq!(sent(url, url, "Host: other\r\n").status, 200);
    let name = "OAUTH_SIGNATURE_EXCEPTION";
    sent(url, ME, "Host: sandbox.example\r\n").assert_refused(401, 109, name);
    let secure = "https://sandbox.example:8080/users/v1/me";
    let forwarded = "Host: sandbox.example:8080\r\nX-Forwarded-Proto: https\r\n";
    sent(secure, ME, forwarded).assert_refused(401, 109, name);
    for host in
        ["", "Host:\r\n", "Host: a/b\r\n", "Host: u@h\r\n", "Host: a\r\nHost: a\r\n", "Host: a:b\r\n", "Host: a b\r\n"]
    {
        sent(url, ME, host).assert_refused(400, 26, "ILLEGAL_ARGUMENT_EXCEPTION");
    }
}

/// A request to change the user, up to its body: signed, so that the body is read.
fn update(running: &Running) -> String {
    let me = running.signed(&signer(&keys()), "GET", ME);
    let target = format!("/users/v1/{}", me.body["id"].as_str().unwrap());
    let request = Request::new("PUT", &running.url(&target)).unwrap();
    let header = signer(&keys()).authorize(&request).unwrap();
    let host = running.host();
    format!("PUT {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {header}\r\n")
}

#[test]
fn requests_follow_each_other_on_a_connection() {
    let running = Running::new();
    let mut stream = running.connect();
    let health = "GET /users/v1/health HTTP/1.1\r\n";
    for _ in 0..3 {
        write!(stream, "{health}\r\n").unwrap();
        let response = Response::read_next(&mut stream);
        assert_eq!((response.status, response.header("Connection")), (200, None));
    }
    // All at once: one with a body that is not used, and one with a body in chunks.
    write!(
        stream,
        "POST /nowhere HTTP/1.1\r\nContent-Length: 3\r\n\r\n{{}}\n{}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n{health}Connection: x, Close\r\n\r\n",
        update(&running)
    )
    .unwrap();
    let statuses = [(); 3].map(|()| Response::read_next(&mut stream).status);
    assert_eq!(statuses, [404, 200, 200]);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    // Clients of HTTP/1.0 do not expect it.
    let mut stream = running.connect();
    write!(stream, "GET /users/v1/health HTTP/1.0\r\n\r\n").unwrap();
    let response = Response::read_next(&mut stream);
    assert_eq!(response.header("Connection"), Some("close"));
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
}

#[test]
fn silent_clients_do_not_block_others() {
    let running = Running::new();
    let mut silent: Vec<TcpStream> = Vec::new();
    // More than its limit; some begin a request and do not end it.
    for number in 0..700 {
        let mut stream = running.connect();
        if number % 2 == 0 {
            stream.write_all(b"GET /users/v1/me HTTP/1.1\r\nHos").unwrap();
        }
        silent.push(stream);
    }
    let responses: Vec<_> = thread::scope(|scope| {
        let clients: Vec<_> =
            (0..2).map(|_| scope.spawn(|| running.signed(&signer(&keys()), "GET", ME).status)).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    assert_eq!(responses, [200, 200]);
}

#[test]
fn malformed_requests_do_not_kill_it() {
    let running = Running::new();
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(200_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(200));
    let update = || update(&running);
    let chunks = |chunks: &str| format!("{}Transfer-Encoding: chunked\r\n\r\n{chunks}", update());
    for (bytes, status) in [
        (b"\0\xff\r\n\r\n".as_slice(), 400),
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET /\x1b[2J HTTP/1.1\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"PUT /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"PUT /x HTTP/1.1\r\nContent-Length:\r\n\r\n", 400),
        (b"PUT /x HTTP/1.1\r\nContent-Length: +1\r\n\r\nx", 400),
        (b"PUT /x HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\nx", 400),
        (b"PUT /x HTTP/1.1\r\nContent-Length : 1\r\n\r\nx", 400),
        (b"PUT /x HTTP/1.1\r\nA: b\r\n c\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
        (b"PUT /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"PUT /x HTTP/1.1\r\nContent-Length: 100000\r\n\r\n", 404),
        (format!("{}Content-Length: 1048577\r\n\r\n", update()).as_bytes(), 413),
        (format!("{}Content-Length: 9223372036854775\r\n\r\nx", update()).as_bytes(), 413),
        (format!("{}Content-Length: 99999999999999999999999\r\n\r\n", update()).as_bytes(), 400),
        (b"PUT /x HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"PUT /x HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (chunks("zz\r\n").as_bytes(), 400),
        (chunks("\r\n\r\n").as_bytes(), 400),
        (chunks("2\n{}\n0\n\n").as_bytes(), 400),
        (chunks("+2\r\n{}\r\n0\r\n\r\n").as_bytes(), 400),
        (chunks("ffffffffffffffffff\r\n").as_bytes(), 400),
        (chunks(&format!("11170\r\n{}", "a".repeat(70_000))).as_bytes(), 413),
        (chunks("1\r\nabc").as_bytes(), 400),
        (chunks(&"1".repeat(70_000)).as_bytes(), 400),
        (long.as_bytes(), 431),
        (many.as_bytes(), 400),
    ] {
        let response = running.exchange(bytes);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
        assert_eq!(response.status, status, "{shown:?}");
        assert_eq!(response.header("Connection"), Some("close"), "{shown:?}");
        assert!(response.body["code"].is_number(), "{shown:?}");
        assert!(!running.last_line().contains(char::is_control), "{shown:?}");
    }
    for target in ["#", "*"] {
        let bytes = format!("GET {target} HTTP/1.1\r\nAuthorization: x\r\n\r\n");
        assert_eq!(running.exchange(bytes.as_bytes()).status, 404);
    }
    // With no bytes or half of the headers, the client is gone. With half of a body, it may still read.
    for (bytes, response) in [
        ("", ""),
        ("GET / HTTP/1.1\r\n", ""),
        (&format!("{}Content-Length: 5\r\n\r\nabc", update()), "HTTP/1.1 400"),
        (&chunks("5\r\nabc"), "HTTP/1.1 400"),
    ] {
        let mut stream = running.connect();
        stream.write_all(bytes.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut rest = String::new();
        stream.read_to_string(&mut rest).unwrap();
        assert_eq!(rest.is_empty(), response.is_empty(), "{bytes}: {rest}");
        assert!(rest.starts_with(response), "{bytes}: {rest}");
    }
    assert_eq!(running.signed(&signer(&keys()), "GET", ME).status, 200);
}

#[test]
fn a_client_that_waits_gets_a_continue_or_a_response_at_once() {
    let running = Running::new();
    let mut stream = running.connect();
    let expecting = "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    write!(stream, "{}{expecting}", update(&running)).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{}").unwrap();
    assert_eq!(Response::read_next(&mut stream).status, 200);
    // The body of a client that is not admitted is not requested.
    write!(stream, "PUT /users/v1/5a0b1c2d3e4f5a6b7c8d9e0f HTTP/1.1\r\n{expecting}").unwrap();
    let response = Response::read_next(&mut stream);
    assert_eq!((response.status, response.header("Connection")), (401, Some("close")));
}

#[test]
fn dropping_it_closes_everything() {
    let running = Running::new();
    let address = running.sandbox.address();
    let mut silent = running.connect();
    // After this response, the connection above has been accepted as well.
    running.send("GET", "/", "", "");
    drop(running);
    let mut rest = Vec::new();
    assert!(matches!(silent.read_to_end(&mut rest), Ok(0) | Err(_)));
    let mut options = Options::default();
    options.address = address;
    let again = Sandbox::start(options).unwrap();
    assert_eq!(again.address(), address);
    let mut taken = Options::default();
    taken.address = address;
    let error = Sandbox::start(taken).unwrap_err().to_string();
    assert!(error.contains(&address.to_string()), "{error}");
}
