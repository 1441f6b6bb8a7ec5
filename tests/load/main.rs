//! Many threads, connections, large files, expensive queries and hostile clients: nothing is lost, and nothing grows.
//!
//! By default this runs a part. `EXH_LOAD=whole cargo test --release --test load -- --nocapture` runs all of it and
//! prints what it measures. The sandbox runs in its own process, so that each side is measured by itself.
#![cfg(all(feature = "cli", target_os = "linux"))]

mod hostile;
mod process;
mod queries;

use std::{
    env,
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    sync::{
        Barrier, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use exh_oauth1::client::Client;
use serde_json::Value;

use process::{Sandbox, Usage};

const MEBIBYTE: u64 = 1024 * 1024;
/// How much more memory a process may take when the same load is repeated.
const GROWTH: u64 = 8 * MEBIBYTE;

/// Each test measures the whole process, so they run one after the other.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_whole() -> bool {
    env::var_os("EXH_LOAD").is_some_and(|value| value == "whole")
}

/// Calls with one client from many threads, each of which must return the user.
fn call(client: &Client, threads: usize, calls: usize) {
    let left = AtomicUsize::new(calls);
    // All threads start together, so that the peak of memory is the same each time.
    let together = Barrier::new(threads);
    let take = || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                together.wait();
                while take().is_ok() {
                    assert_eq!(client.me().unwrap().email.unwrap(), "sandy.boxer@example.com");
                }
            });
        }
    });
}

#[test]
fn one_client_serves_64_threads() {
    let _alone = alone();
    let calls = if is_whole() { 10_000 } else { 1_000 };
    let sandbox = Sandbox::start();
    let client = sandbox.client();
    // The sandbox rejects wrong signatures and repeated nonces, so each response proves that there were none.
    // The allocator keeps memory for each thread: the peak is stable from the third time on.
    for _ in 0..4 {
        call(&client, 64, calls);
    }
    let before = [Usage::of("self"), sandbox.usage()];
    call(&client, 64, calls);
    let after = [Usage::of("self"), sandbox.usage()];
    println!("{calls} calls\n  client  {:?}\n  sandbox {:?}", after[0], after[1]);
    for (before, after) in before.iter().zip(&after) {
        // Up to one connection per thread may be about to end.
        assert!(after.descriptors <= before.descriptors + 64, "{before:?} {after:?}");
        assert!(after.descriptors < 200, "{after:?}");
        // Ending threads still have memory, so the peaks are compared.
        assert!(after.peak <= before.peak + GROWTH, "{before:?} {after:?}");
    }
}

#[test]
fn an_open_page_leaves_memory_bounded() {
    let _alone = alone();
    let calls = if is_whole() { 10_000 } else { 1_000 };
    let sandbox = Sandbox::start();
    let before = sandbox.usage();
    let mut page = TcpStream::connect(sandbox.host()).unwrap();
    let host = sandbox.host();
    write!(page, "GET /_/events HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    // Another page that does not read.
    let mut stuck = TcpStream::connect(sandbox.host()).unwrap();
    write!(stuck, "GET /_/events HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let last = format!("id: {calls}\n");
    let shown = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let lines = BufReader::new(page).lines().map(Result::unwrap);
            let ids = lines.filter(|line| line.starts_with("id: "));
            let until = last.trim_end();
            let mut count = 0;
            for id in ids {
                count += 1;
                if id == until {
                    break;
                }
            }
            count
        });
        call(&sandbox.client(), 8, calls);
        reader.join().unwrap()
    });
    let after = sandbox.usage();
    println!("{calls} requests with an open page, which got {shown}: {} MiB at most", after.peak / MEBIBYTE);
    assert!(after.peak < before.peak + 32 * MEBIBYTE, "{after:?}");
}

fn response(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 12];
    stream.read_exact(&mut bytes).unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn five_hundred_connections_are_held_and_slow_ones_block_no_others() {
    let _alone = alone();
    let sandbox = Sandbox::start();
    let idle = sandbox.usage();
    let connect = || TcpStream::connect(sandbox.host()).unwrap();
    let me = "/users/v1/me";
    let mut slow: Vec<_> = (0..500).map(|number| (number, connect(), sandbox.headers(me))).collect();
    for (number, stream, headers) in &mut slow {
        // From no bytes to all but the last line break.
        let rest = headers.split_off(*number * (headers.len() - 1) / 499);
        stream.write_all(headers.as_bytes()).unwrap();
        *headers = rest + "\r\n";
    }
    call(&sandbox.client(), 8, 500);
    let busy = sandbox.usage();
    println!("500 slow connections\n  before {idle:?}\n  during {busy:?}");
    assert!(busy.threads > 500, "{busy:?}");
    assert!(busy.memory < idle.memory + 64 * MEBIBYTE, "{idle:?} {busy:?}");
    // None of them was closed for the others.
    for (_, stream, rest) in &mut slow {
        stream.write_all(rest.as_bytes()).unwrap();
    }
    for (_, stream, _) in &mut slow {
        assert_eq!(response(stream), "HTTP/1.1 200");
    }
}

/// A file without repetition within a buffer.
fn make(path: &Path, size: u64) {
    let mut file = File::create(path).unwrap();
    let mut state = 1_u64;
    let mut piece = vec![0; 64 * 1024];
    for _ in 0..size / piece.len() as u64 {
        for bytes in piece.chunks_exact_mut(8) {
            // Knuth's generator of MMIX.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            bytes.copy_from_slice(&state.rotate_left(32).to_le_bytes());
        }
        file.write_all(&piece).unwrap();
    }
}

fn are_equal(one: &Path, other: &Path) -> bool {
    let [mut one, mut other] = [one, other].map(|path| File::open(path).unwrap());
    let mut pieces = [vec![0; 64 * 1024], vec![0; 64 * 1024]];
    loop {
        let length = one.read(&mut pieces[0]).unwrap();
        if length == 0 {
            return other.read(&mut pieces[1]).unwrap() == 0;
        }
        if other.read_exact(&mut pieces[1][..length]).is_err() || pieces[0][..length] != pieces[1][..length] {
            return false;
        }
    }
}

#[test]
fn a_large_file_goes_up_and_comes_back() {
    let _alone = alone();
    let size = MEBIBYTE * if is_whole() { 100 } else { 16 };
    let sandbox = Sandbox::start();
    let folder = tempfile::tempdir().unwrap();
    let [sent, received] = ["sent", "received"].map(|name| folder.path().join(name));
    make(&sent, size);
    let part = format!("file=@{}", sent.display());
    let (up, printed) = sandbox.run(&["post", "/files/v1/", "-F", "name=large", "-F", &part]);
    let made: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(made["size"], size);
    let path = format!("/files/v1/{}/file", made["tokens"][0]["token"].as_str().unwrap());
    let (down, _) = sandbox.run(&["get", &path, "-o", received.to_str().unwrap()]);
    assert!(are_equal(&sent, &received));

    // Clients that request it and do not read.
    let slow: Vec<_> = (0..50)
        .map(|_| {
            let mut stream = TcpStream::connect(sandbox.host()).unwrap();
            write!(stream, "{}\r\n", sandbox.headers(&path)).unwrap();
            assert_eq!(response(&mut stream), "HTTP/1.1 200");
            stream
        })
        .collect();
    call(&sandbox.client(), 8, 100);
    let usage = sandbox.usage();
    println!(
        "{} MiB\n  up      {} KiB at most\n  down    {} KiB at most\n  sandbox {} KiB at most, with {} clients that do not read",
        size / MEBIBYTE,
        up / 1024,
        down / 1024,
        usage.peak / 1024,
        slow.len()
    );
    for peak in [up, down, usage.peak] {
        assert!((1..32 * MEBIBYTE).contains(&peak), "{peak}");
    }
}
