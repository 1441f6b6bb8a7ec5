//! One client for 64 threads, 500 connections, slow clients and large files: nothing is lost, and nothing grows.
//!
//! By default a share of it; all of it with `EXH_LOAD=whole cargo test --test load -- --nocapture`, which also prints
//! what was measured. The sandbox runs in a process of its own, so that each side is measured by itself.
#![cfg(all(feature = "cli", target_os = "linux"))]

use std::{
    collections::HashMap,
    env,
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Barrier, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use exh_oauth1::{
    Credentials, Request, Signer,
    client::{Client, Settings},
};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_exh-oauth1");
const MEBIBYTE: u64 = 1024 * 1024;
/// What a process may take more at most when the same load comes again.
const GROWTH: u64 = 8 * MEBIBYTE;

/// Each test measures the whole process.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_whole() -> bool {
    env::var_os("EXH_LOAD").is_some_and(|value| value == "whole")
}

/// A sandbox in a process of its own, and the variables it printed.
struct Sandbox {
    child: Child,
    variables: HashMap<String, String>,
}

impl Sandbox {
    fn start() -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["sandbox"])
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // The last thing it does before it prints is to listen.
        let variables = lines
            .map(|line| {
                let line = line.unwrap();
                let (name, value) = line
                    .strip_prefix("export ")
                    .unwrap()
                    .split_once('=')
                    .unwrap();
                (name.to_owned(), value.to_owned())
            })
            .take(11)
            .collect();
        Self { child, variables }
    }

    fn variable(&self, name: &str) -> &str {
        &self.variables[name]
    }

    fn host(&self) -> &str {
        self.variable("API_HOST").trim_start_matches("http://")
    }

    fn client(&self) -> Client {
        let settings = Settings::read(exh_oauth1::client::Options::default(), |name| {
            Some(self.variables.get(name)?.into())
        });
        Client::builder(settings.configuration().unwrap())
            .build()
            .unwrap()
    }

    /// The head of a signed GET without its end.
    fn head(&self, path: &str) -> String {
        let credentials =
            |name: &str, secret: &str| Credentials::new(self.variable(name), self.variable(secret));
        let signer = Signer::new(credentials(
            "API_OAUTH_CONSUMER_KEY",
            "API_OAUTH_CONSUMER_SECRET",
        ))
        .token(credentials("API_OAUTH_TOKEN", "API_OAUTH_TOKEN_SECRET"));
        let url = format!("{}{path}", self.variable("API_HOST"));
        let header = signer
            .authorize(&Request::new("GET", &url).unwrap())
            .unwrap();
        let host = self.host();
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {header}\r\n")
    }

    fn usage(&self) -> Usage {
        Usage::of(&self.child.id().to_string())
    }

    /// Runs the program against it, and returns the most memory it had and what it printed.
    fn run(&self, arguments: &[&str]) -> (u64, String) {
        let mut child = Command::new(PROGRAM)
            .args(arguments)
            .env_clear()
            .envs(&self.variables)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut peak = 0;
        let status = loop {
            peak = peak.max(Usage::of(&child.id().to_string()).peak);
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            // The system keeps the peak; this is only to see it shortly before the end.
            thread::sleep(Duration::from_millis(2));
        };
        assert!(status.success(), "{arguments:?}");
        let mut printed = String::new();
        child.stdout.unwrap().read_to_string(&mut printed).unwrap();
        (peak, printed)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a process uses of the system.
#[derive(Debug, Default)]
struct Usage {
    descriptors: usize,
    threads: u64,
    /// Octets of memory now, and at most so far.
    memory: u64,
    peak: u64,
}

impl Usage {
    fn of(process: &str) -> Self {
        let Ok(status) = fs::read_to_string(format!("/proc/{process}/status")) else {
            return Self::default();
        };
        let number = |wanted: &str| -> u64 {
            status
                .lines()
                .find_map(|line| line.strip_prefix(wanted))
                .and_then(|value| value.split_whitespace().next())
                .map_or(0, |value| value.parse().unwrap())
        };
        Self {
            descriptors: fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count),
            threads: number("Threads:"),
            memory: number("VmRSS:") * 1024,
            peak: number("VmHWM:") * 1024,
        }
    }
}

/// Calls with one client from many threads, each of which has to be answered with the user.
fn call(client: &Client, threads: usize, calls: usize) {
    let left = AtomicUsize::new(calls);
    // All are there at once, whatever the machine: what is used at most is the same each time.
    let together = Barrier::new(threads);
    let take = || {
        left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(1)
        })
    };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                together.wait();
                while take().is_ok() {
                    assert_eq!(
                        client.me().unwrap().email.unwrap(),
                        "sandy.boxer@example.com"
                    );
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
    // The sandbox refuses a signature that does not match, and a nonce that was there before: an answer is neither.
    // The allocator keeps something for each thread: what is used at most stays from the third time on.
    for _ in 0..4 {
        call(&client, 64, calls);
    }
    let before = [Usage::of("self"), sandbox.usage()];
    call(&client, 64, calls);
    let after = [Usage::of("self"), sandbox.usage()];
    println!(
        "{calls} calls\n  client  {:?}\n  sandbox {:?}",
        after[0], after[1]
    );
    for (before, after) in before.iter().zip(&after) {
        // Connections that are about to end may be there or not: as many as there are threads.
        assert!(
            after.descriptors <= before.descriptors + 64,
            "{before:?} {after:?}"
        );
        assert!(after.descriptors < 200, "{after:?}");
        // Threads that are about to end have memory still, so what was used at most is what can be compared.
        assert!(after.peak <= before.peak + GROWTH, "{before:?} {after:?}");
    }
}

fn answer(stream: &mut TcpStream) -> String {
    let mut octets = [0; 12];
    stream.read_exact(&mut octets).unwrap();
    String::from_utf8(octets.to_vec()).unwrap()
}

#[test]
fn five_hundred_connections_are_held_and_slow_ones_stop_nobody() {
    let _alone = alone();
    let sandbox = Sandbox::start();
    let idle = sandbox.usage();
    let connect = || TcpStream::connect(sandbox.host()).unwrap();
    let me = "/users/v1/me";
    let mut slow: Vec<_> = (0..500)
        .map(|number| (number, connect(), sandbox.head(me)))
        .collect();
    for (number, stream, head) in &mut slow {
        // From nothing at all to all but the last line break.
        let rest = head.split_off(*number * (head.len() - 1) / 499);
        stream.write_all(head.as_bytes()).unwrap();
        *head = rest + "\r\n";
    }
    call(&sandbox.client(), 8, 500);
    let busy = sandbox.usage();
    println!("500 slow connections\n  before {idle:?}\n  during {busy:?}");
    assert!(busy.threads > 500, "{busy:?}");
    assert!(
        busy.memory < idle.memory + 64 * MEBIBYTE,
        "{idle:?} {busy:?}"
    );
    // None of them gave way to the others.
    for (_, stream, rest) in &mut slow {
        stream.write_all(rest.as_bytes()).unwrap();
    }
    for (_, stream, _) in &mut slow {
        assert_eq!(answer(stream), "HTTP/1.1 200");
    }
}

#[test]
fn refused_requests_that_are_hard_to_explain_wait_for_each_other() {
    let _alone = alone();
    let sandbox = Sandbox::start();
    let many = if is_whole() { 20 } else { 6 };
    // Signed for another URL than this one, whose 16,000 parameters become many lists of as many.
    let url = format!("/users/v1/?{}", "a=b&".repeat(8_000));
    let form = "a&".repeat(500_000);
    let is_form = |number| number % 2 == 1;
    let hard: Vec<_> = (0..many)
        .map(|number| {
            let head = sandbox.head("/users/v1/me");
            let mut stream = TcpStream::connect(sandbox.host()).unwrap();
            if !is_form(number) {
                let head = head.replacen("/users/v1/me", &url, 1);
                write!(stream, "{head}\r\n").unwrap();
            } else {
                let head = head.replacen("GET", "PUT", 1);
                let form_head = format!(
                    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
                    form.len()
                );
                // Where the answer does not need it, the form may be left unread.
                let _ = write!(stream, "{head}{form_head}\r\n{form}");
            }
            stream
        })
        .collect();
    for (number, mut stream) in hard.into_iter().enumerate() {
        let answer = answer(&mut stream);
        // Not all forms need be there to be refused.
        assert!(answer.ends_with(" 401") || is_form(number), "{answer}");
    }
    let usage = sandbox.usage();
    println!("{many} requests that are hard to explain\n  sandbox {usage:?}");
    assert!(usage.peak < 64 * MEBIBYTE, "{usage:?}");
}

/// A file that does not repeat itself within a buffer.
fn make(path: &Path, size: u64) {
    let mut file = File::create(path).unwrap();
    let mut state = 1_u64;
    let mut piece = vec![0; 64 * 1024];
    for _ in 0..size / piece.len() as u64 {
        for octets in piece.chunks_exact_mut(8) {
            // Knuth's generator of MMIX.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            octets.copy_from_slice(&state.rotate_left(32).to_le_bytes());
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
        if other.read_exact(&mut pieces[1][..length]).is_err()
            || pieces[0][..length] != pieces[1][..length]
        {
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
    let path = format!(
        "/files/v1/{}/file",
        made["tokens"][0]["token"].as_str().unwrap()
    );
    let (down, _) = sandbox.run(&["get", &path, "-o", received.to_str().unwrap()]);
    assert!(are_equal(&sent, &received));

    // Clients that ask for it and do not read.
    let slow: Vec<_> = (0..50)
        .map(|_| {
            let mut stream = TcpStream::connect(sandbox.host()).unwrap();
            write!(stream, "{}\r\n", sandbox.head(&path)).unwrap();
            assert_eq!(answer(&mut stream), "HTTP/1.1 200");
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
