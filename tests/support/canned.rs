//! A server on loopback that sends exactly the given bytes, which no HTTP library would send.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// What the server does with a connection once it has the headers of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Behavior {
    /// Sends bytes and closes.
    Response(&'static [u8]),
    /// Sends headers and then zero bytes until the client closes.
    Endless(&'static [u8]),
    /// Reads and never responds.
    Silent,
}

/// A running server; dropping it ends its thread.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(behavior: Behavior) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                // A client that goes away early is part of the test.
                let _ = stream.and_then(|stream| serve(stream, behavior));
            }
        });
        Self { address, stop, thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut stream: TcpStream, behavior: Behavior) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            length => request.extend_from_slice(&buffer[..length]),
        }
    }
    match behavior {
        Behavior::Response(bytes) => {
            stream.write_all(bytes)?;
            stream.shutdown(Shutdown::Write)?;
        }
        Behavior::Endless(headers) => {
            stream.write_all(headers)?;
            loop {
                stream.write_all(&[b'0'; 65_536])?;
            }
        }
        Behavior::Silent => {}
    }
    // Reads until the client closes: otherwise its last bytes would cause a reset.
    while stream.read(&mut buffer)? > 0 {}
    Ok(())
}
