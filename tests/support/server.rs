//! A server that records one request and sends a canned response.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    thread::JoinHandle,
};

/// A server for one connection; it ends when the client closes.
pub(crate) struct Server {
    pub(crate) port: u16,
    thread: JoinHandle<Vec<u8>>,
}

impl Server {
    pub(crate) fn responding(response: impl AsRef<[u8]>) -> Self {
        let response = response.as_ref().to_vec();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let request = read_request(&mut stream);
            if response.is_empty() {
                // Never responds: waits until the client gives up.
                let _ = stream.read_to_end(&mut Vec::new());
            } else {
                let _ = stream.write_all(&response);
                let _ = stream.shutdown(Shutdown::Write);
                let _ = stream.read_to_end(&mut Vec::new());
            }
            request
        });
        Self { port, thread }
    }

    /// Responds without reading a request first.
    pub(crate) fn sending_at_once(response: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.write_all(response.as_bytes());
            let _ = stream.read_to_end(&mut Vec::new());
            Vec::new()
        });
        Self { port, thread }
    }

    /// The received bytes, once the client is dropped.
    pub(crate) fn received(self) -> String {
        String::from_utf8(self.thread.join().unwrap()).unwrap()
    }
}

fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        request.push(byte[0]);
    }
    let headers = String::from_utf8_lossy(&request).to_ascii_lowercase();
    let length = headers
        .split("content-length: ")
        .nth(1)
        .and_then(|rest| rest.split("\r\n").next())
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    request.extend(body);
    request
}
