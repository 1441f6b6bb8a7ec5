//! Where the sandbox listens; delays, failures and a wrong clock.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv6Addr, Shutdown, TcpListener, TcpStream},
    time::{Duration, Instant},
};

use exh_oauth1::{
    Request,
    oauth1::timestamp,
    sandbox::{Options, Sandbox},
};

use crate::support::{
    sandbox::{ME, Response, Running, keys, signer},
    skip,
};

/// Whether this machine has `::1`.
fn has_two() -> bool {
    let has = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    if !has {
        skip("the second address of localhost, which this machine does not have");
    }
    has
}

#[test]
fn localhost_is_both_of_its_addresses() {
    if !has_two() {
        return;
    }
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let running = Running::with(|options| options.address = address.parse().unwrap());
        let port = running.sandbox.address().port();
        assert_eq!(running.host(), format!("localhost:{port}"));
        for address in [format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(stream, "GET /users/v1/health HTTP/1.1\r\n\r\n").unwrap();
            assert_eq!(Response::read(stream).status, 200);
        }
    }
}

#[test]
fn a_port_that_is_in_use_at_one_of_them_is_not_used() {
    if !has_two() {
        return;
    }
    let other = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).unwrap();
    let address = other.local_addr().unwrap();
    let mut options = Options::default();
    options.address.set_port(address.port());
    let error = Sandbox::start(options).unwrap_err().to_string();
    assert!(error.contains(&address.to_string()), "{error}");
}

#[test]
fn responses_wait_for_the_latency() {
    let latency = Duration::from_millis(50);
    let running = Running::with(|options| options.latency = latency);
    let begun = Instant::now();
    assert_eq!(running.send("GET", "/", "", "").status, 404);
    assert!(begun.elapsed() >= latency);

    // Dropping the sandbox ends the wait.
    let running = Running::with(|options| options.latency = Duration::from_secs(3600));
    let mut stream = running.connect();
    write!(stream, "GET / HTTP/1.1\r\n\r\n").unwrap();
    drop(running);
    assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
}

/// Sends requests on one connection each, and returns all bytes of each response.
fn responses(running: &Running, count: usize) -> Vec<String> {
    let request = format!("GET /users/v1/health HTTP/1.1\r\nHost: {}\r\n\r\n", running.host());
    (0..count)
        .map(|_| {
            let mut stream = running.connect();
            stream.write_all(request.as_bytes()).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let mut bytes = String::new();
            let _ = stream.read_to_string(&mut bytes);
            bytes
        })
        .collect()
}

/// The status, 0 for no response and 1 for a part of one.
fn outcome(bytes: &str) -> u16 {
    let Some((headers, body)) = bytes.split_once("\r\n\r\n") else {
        assert!(bytes.is_empty());
        return 0;
    };
    let length = headers.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
    match body.len() == length.parse::<usize>().unwrap() {
        true => headers[9..12].parse().unwrap(),
        false => 1,
    }
}

#[test]
fn failures_are_of_every_kind_and_the_same_for_the_same_seed() {
    let start = |fail_rate, seed| {
        Running::with(|options| {
            options.fail_rate = fail_rate;
            options.seed = seed;
        })
    };
    let run = |fail_rate, seed| -> Vec<_> {
        let responses = responses(&start(fail_rate, seed), 60);
        responses.iter().map(|bytes| outcome(bytes)).collect()
    };
    let always = run(1.0, 7);
    for kind in [0, 1, 429, 500, 502, 503] {
        assert!(always.contains(&kind), "{kind}: {always:?}");
    }
    assert!(!always.contains(&200));
    let sometimes = run(0.25, 7);
    assert_eq!(sometimes, run(0.25, 7));
    assert_ne!(sometimes, run(0.25, 8));
    let failed = sometimes.iter().filter(|outcome| **outcome != 200).count();
    assert!((5..30).contains(&failed), "{sometimes:?}");
    let never = responses(&Running::new(), 60);
    assert!(never.iter().all(|bytes| outcome(bytes) == 200));
    // The client is told how long to wait.
    for bytes in responses(&start(1.0, 7), 60) {
        let waits = matches!(outcome(&bytes), 429 | 503);
        assert_eq!(bytes.contains("\r\nRetry-After: 1\r\n"), waits, "{bytes}");
    }
}

#[test]
fn a_failed_request_has_no_effect_unless_the_response_is_lost() {
    let running = Running::with(|options| options.fail_rate = 1.0);
    let user = "/users/v1/5a0b1c2d3e4f5a6b7c8d9e0f";
    for _ in 0..20 {
        let request = Request::new("PUT", &running.url(user)).unwrap();
        let header = signer(&keys()).authorize(&request).unwrap();
        let mut stream = running.connect();
        write!(
            stream,
            "PUT {user} HTTP/1.1\r\nHost: {}\r\nAuthorization: {header}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}",
            running.host()
        )
        .unwrap();
        let mut bytes = String::new();
        let _ = stream.read_to_string(&mut bytes);
        let line = running.last_line();
        match outcome(&bytes) {
            0 | 1 => assert_eq!(line, format!("PUT {user} 200 and the connection breaks, on purpose")),
            status => {
                assert!(line.starts_with(&format!("PUT {user} {status} 1 The sandbox fails")));
            }
        }
    }
}

#[test]
fn the_clock_may_be_wrong() {
    let now = timestamp().unwrap();
    for offset in [3600, -3600, i64::MAX, i64::MIN] {
        let running = Running::with(|options| options.clock_offset = offset);
        running.signed(&signer(&keys()), "GET", ME).assert_refused(401, 110, "DUPLICATE_REQUEST_EXCEPTION");
        let response = running.send("GET", "/", "", "");
        let date = httpdate::parse_http_date(response.header("Date").unwrap()).unwrap();
        let date = date.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let offset = offset.clamp(-3_153_600_000, 3_153_600_000);
        let expected = now.saturating_add_signed(offset);
        assert!((expected..expected + 60).contains(&date), "{offset} {date}");
        if date == 0 {
            // No timestamp is before 1970.
            continue;
        }
        let request = Request::new("GET", &running.url(ME)).unwrap();
        let header = signer(&keys()).sign(&request, date, "nonce");
        let response = running.send("GET", ME, &format!("Authorization: {header}\r\n"), "");
        assert_eq!(response.status, 200, "{response:?}");
    }
}
