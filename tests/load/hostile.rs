//! Hostile clients and honest clients of the same sandbox.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{MEBIBYTE, alone, is_whole, process::Sandbox, response};

#[test]
fn requests_that_are_hard_to_explain_wait_for_each_other() {
    let _alone = alone();
    let sandbox = Sandbox::start();
    let count = if is_whole() { 20 } else { 6 };
    let id = "/users/v1/5a0b1c2d3e4f5a6b7c8d9e0f";
    let before = sandbox.usage().ticks;
    // They are signed for another URL. Many parameters give many candidates for each mistake.
    let streams: Vec<_> = (0..count)
        .map(|number| {
            let mut stream = TcpStream::connect(sandbox.host()).unwrap();
            let headers = sandbox.headers("/users/v1/me");
            if number % 2 == 0 {
                let path = format!("/users/v1/?{}", "a=b&".repeat(2_000));
                let headers = headers.replacen("/users/v1/me", &path, 1);
                write!(stream, "{headers}\r\n").unwrap();
            } else {
                let form = "a&".repeat(4_000);
                let headers = headers.replacen("GET /users/v1/me", &format!("PUT {id}"), 1);
                let length = form.len();
                write!(
                    stream,
                    "{headers}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
                )
                .unwrap();
            }
            stream
        })
        .collect();
    for mut stream in streams {
        assert_eq!(response(&mut stream), "HTTP/1.1 401");
    }
    let usage = sandbox.usage();
    let ticks = (usage.ticks - before) / count;
    println!(
        "{count} requests that are hard to explain: {} ms each, {} MiB at most",
        ticks * 10,
        usage.peak / MEBIBYTE
    );
    assert!(usage.peak < 64 * MEBIBYTE, "{usage:?}");
    if !cfg!(debug_assertions) {
        assert!(ticks <= 50, "{ticks}");
    }
}

/// Sends requests of one kind until it is stopped: with an unknown key, with a known key and a wrong signature, too
/// slowly, or none at all.
fn attack(sandbox: &Sandbox, kind: usize, stop: &AtomicBool, sent: &AtomicUsize) {
    let wrong = sandbox.headers("/users/v1/me").replacen("/me", "/me?a=b", 1);
    let unknown = wrong.replacen("oauth_consumer_key=\"", "oauth_consumer_key=\"x", 1);
    let request = if kind == 0 { unknown } else { wrong } + "\r\n";
    while !stop.load(Ordering::Relaxed) {
        let Ok(mut stream) = TcpStream::connect(sandbox.host()) else {
            continue;
        };
        let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
        if kind == 2 {
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nHos");
        }
        let mut response = [0; 1024];
        while !stop.load(Ordering::Relaxed) {
            if kind < 2 && stream.write_all(request.as_bytes()).is_err() {
                break;
            }
            match stream.read(&mut response) {
                Ok(1..) => sent.fetch_add(1, Ordering::Relaxed),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
                _ => break,
            };
        }
    }
}

#[test]
fn hostile_connections_do_not_lock_out_honest_callers() {
    let _alone = alone();
    let connections = if is_whole() { 1_000 } else { 200 };
    let sandbox = Sandbox::start();
    let (stop, sent) = (AtomicBool::new(false), AtomicUsize::new(0));
    let call = || {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(sandbox.host()).unwrap();
        write!(stream, "{}\r\n", sandbox.headers("/users/v1/me")).unwrap();
        assert_eq!(response(&mut stream), "HTTP/1.1 200");
        begun.elapsed()
    };
    let slowest = thread::scope(|scope| {
        for number in 0..connections {
            let (sandbox, stop, sent) = (&sandbox, &stop, &sent);
            thread::Builder::new()
                .stack_size(128 * 1024)
                .spawn_scoped(scope, move || attack(sandbox, number % 4, stop, sent))
                .unwrap();
        }
        // Waits until the attack has begun.
        while sent.load(Ordering::Relaxed) < connections {
            thread::yield_now();
        }
        let slowest = (0..20).map(|_| call()).max().unwrap();
        stop.store(true, Ordering::Relaxed);
        slowest
    });
    let after = (0..20).map(|_| call()).max().unwrap();
    let usage = sandbox.usage();
    println!(
        "{connections} hostile connections, {} requests: 20 calls within {slowest:?} each, afterwards {after:?}, {} MiB at most",
        sent.load(Ordering::Relaxed),
        usage.peak / MEBIBYTE
    );
    for time in [slowest, after] {
        assert!(time < Duration::from_secs(2), "{time:?}");
    }
    assert!(usage.peak < 256 * MEBIBYTE, "{usage:?}");
}
