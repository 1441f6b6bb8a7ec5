//! A small emulator of Lambda's runtime API: sends events, and records the results and reports.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::Command,
    sync::{
        Arc, Mutex,
        mpsc::{self, Receiver},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The response to a request for the next event.
#[derive(Clone, Debug)]
pub(crate) enum Next {
    /// An event, and the time until its deadline.
    Event(Vec<u8>, Duration),
    /// An event whose deadline has passed.
    TooLate(Vec<u8>),
    /// An event after this pause.
    Slow(Duration, Vec<u8>),
    /// This status.
    Status(u16),
    /// The connection is closed without a response.
    Closed,
    /// An event with this request id.
    Named(&'static str),
    /// An event without a request id.
    Nameless,
}

impl Next {
    pub(crate) fn event(text: &str) -> Self {
        Self::Event(text.into(), Duration::from_secs(60))
    }
}

/// A POST of the runtime.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) path: String,
    pub(crate) headers: String,
    pub(crate) body: Vec<u8>,
}

impl Post {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn error_type(&self) -> String {
        self.json()["errorType"].as_str().unwrap().to_owned()
    }
}

pub(crate) struct Emulator {
    pub(crate) address: SocketAddr,
    posts: Receiver<Post>,
}

impl Emulator {
    /// Sends these, and then 500, which ends the runtime. Each POST gets the next of the statuses, and 202 after those.
    /// Status 0 closes the connection, and 1 keeps it open without a response.
    pub(crate) fn start(nexts: Vec<Next>, statuses: Vec<u16>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, posts) = mpsc::channel();
        let nexts = Arc::new(Mutex::new(nexts.into_iter().enumerate()));
        let statuses = Arc::new(Mutex::new(statuses.into_iter()));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (nexts, statuses) = (Arc::clone(&nexts), Arc::clone(&statuses));
                let sender = sender.clone();
                let mut stream = stream.unwrap();
                thread::spawn(move || {
                    while let Some((headers, body)) = request(&mut stream) {
                        let target = headers.split(' ').nth(1).unwrap().to_owned();
                        if headers.starts_with("GET ") {
                            assert_eq!(target, "/2018-06-01/runtime/invocation/next");
                            let next = nexts.lock().unwrap().next();
                            let (number, next) = next.unwrap_or((0, Next::Status(500)));
                            if !give(&mut stream, number, next) {
                                return;
                            }
                            continue;
                        }
                        let status = statuses.lock().unwrap().next().unwrap_or(202);
                        let _ = sender.send(Post { path: target.replace("/2018-06-01/runtime", ""), headers, body });
                        match status {
                            0 => return,
                            1 => continue,
                            _ => {}
                        }
                        response(&mut stream, status, "", b"{}");
                    }
                });
            }
        });
        Self { address, posts }
    }

    /// Runs a program with these events to its end. Returns its exit code, its log, and its requests.
    pub(crate) fn run(self, command: &mut Command) -> (i32, String, Vec<Post>) {
        let output = command.env("AWS_LAMBDA_RUNTIME_API", self.address.to_string()).output().unwrap();
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code().unwrap(), log, self.posts.try_iter().collect())
    }
}

fn give(stream: &mut TcpStream, number: usize, next: Next) -> bool {
    let mut request_id = format!("event-{number}");
    let (left, event) = match next {
        Next::Event(event, left) => (Some(left), event),
        Next::TooLate(event) => (None, event),
        Next::Slow(wait, event) => {
            thread::sleep(wait);
            (Some(Duration::from_secs(60)), event)
        }
        Next::Status(status) => {
            response(stream, status, "", b"{}");
            return true;
        }
        Next::Closed => return false,
        Next::Named(id) => {
            request_id = id.to_owned();
            (Some(Duration::from_secs(60)), b"{}".to_vec())
        }
        Next::Nameless => {
            response(stream, 200, "", b"{}");
            return true;
        }
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let deadline = match left {
        Some(left) => now + left,
        None => now - Duration::from_secs(1),
    };
    let headers = format!(
        "Lambda-Runtime-Aws-Request-Id: {request_id}\r\nLambda-Runtime-Deadline-Ms: {}\r\n\
         Lambda-Runtime-Trace-Id: Root=1-5bef4de7\r\n\
         Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:1:function:greet\r\n",
        deadline.as_millis()
    );
    response(stream, 200, &headers, &event);
    true
}

fn response(stream: &mut TcpStream, status: u16, headers: &str, body: &[u8]) {
    let length = body.len();
    let headers = format!("HTTP/1.1 {status} Some\r\n{headers}Content-Length: {length}\r\n\r\n");
    // If the runtime has ended, the test notices.
    let _ = stream.write_all(&[headers.as_bytes(), body].concat());
}

/// Reads a request of known length.
pub(crate) fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut headers = Vec::new();
    let mut byte = [0];
    while !headers.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        headers.push(byte[0]);
    }
    let headers = String::from_utf8(headers).unwrap();
    let length = headers
        .to_ascii_lowercase()
        .split("content-length: ")
        .nth(1)
        .and_then(|rest| rest.split("\r\n").next())
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((headers, body))
}
