//! Servers that send raw bytes, which no HTTP library would send, with or without TLS.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::tls::{self, Certificate};

/// The server at `{address}`.
#[derive(Clone, Copy)]
pub(crate) enum Server {
    /// Nothing listens at the address.
    Closed,
    /// One that responds to each connection with these steps.
    Plain(&'static [Step]),
    /// The same on `[::1]` alone.
    Ipv6(&'static [Step]),
    /// The same under TLS, with a certificate.
    Tls(Certificate, &'static [Step]),
    /// The same under TLS 1.2, the oldest supported version, with a good certificate.
    OldTls(&'static [Step]),
    /// A proxy that always connects to such a server.
    Proxy(Certificate, &'static [Step]),
    /// TLS with this pause, in milliseconds, in front of every byte.
    SlowTls(u64, &'static [Step]),
    /// A server with a full queue, so that connecting never ends.
    Deaf,
    /// A name server: at 127.0.0.10 it responds that no name exists, at 127.0.0.11 it never responds. Needs root.
    Names { responses: bool },
    /// At 127.0.0.2 a server with a full queue, and at 127.0.0.1 one with these steps, on the same port.
    DeafThen(&'static [Step]),
}

/// The steps of a server on a connection. After the last one, it closes its side and waits for the client.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    /// Reads the headers of a request.
    Request,
    /// Reads all but the last byte of a request's headers, so that closing resets the connection.
    MostOfRequest,
    /// Reads this many more bytes.
    Read(usize),
    /// Sends bytes.
    Send(&'static [u8]),
    /// Sends bytes this many times.
    Repeat(&'static [u8], usize),
    /// Sends bytes until the client closes.
    Forever(&'static [u8]),
    /// Sends single bytes, this many milliseconds apart, repeatedly.
    Drip(&'static [u8], u64),
    /// Sends nothing, and reads until the client closes.
    Silence,
    /// Reads a few KiB at a time, this many milliseconds apart, and sends nothing.
    Sip(u64),
    /// Neither sends nor reads anything for this many seconds.
    Stall(u64),
    /// Closes at once: a reset if bytes of the client are unread, and no `close_notify` under TLS.
    Drop,
    /// Resets the connection, even if nothing is unread.
    Reset,
}

/// A response with headers and body.
macro_rules! response {
    ($headers:expr, $body:expr) => {
        $crate::server::Server::Plain(&[
            $crate::server::Step::Request,
            $crate::server::Step::Send(concat!("HTTP/1.1 ", $headers, "\r\n\r\n", $body).as_bytes()),
        ])
    };
}
pub(crate) use response;

/// How a connection ends.
enum End {
    Orderly,
    Drop,
    Reset,
}

/// A running server; dropping it ends its thread.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: Arc<AtomicBool>,
    _deaf: Vec<TcpStream>,
    _deaf_listener: Option<TcpListener>,
}

impl Server {
    /// Starts it. Returns the CA certificate to trust in PEM form, too.
    pub(crate) fn start(self) -> (Running, String) {
        match self {
            Self::Closed => {
                let address = listen("127.0.0.1:0").local_addr().unwrap();
                (Running::idle(address), String::new())
            }
            Self::Plain(steps) => (plain(listen("127.0.0.1:0"), steps), String::new()),
            Self::Ipv6(steps) => (plain(listen("[::1]:0"), steps), String::new()),
            Self::Tls(certificate, steps) => {
                let (config, pem) = tls::server(certificate);
                let server =
                    accept(listen("127.0.0.1:0"), move |stream| serve_tls(stream, Arc::clone(&config), 0, steps));
                (server, pem)
            }
            Self::OldTls(steps) => {
                let (config, pem) = tls::server_of(Certificate::Good, &[&rustls::version::TLS12]);
                let server =
                    accept(listen("127.0.0.1:0"), move |stream| serve_tls(stream, Arc::clone(&config), 0, steps));
                (server, pem)
            }
            Self::Proxy(certificate, steps) => {
                let (config, pem) = tls::server(certificate);
                let server = accept(listen("127.0.0.1:0"), move |mut stream| {
                    read_until(&mut stream, b"\r\n\r\n")?;
                    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
                    serve_tls(stream, Arc::clone(&config), 0, steps)
                });
                (server, pem)
            }
            Self::SlowTls(pause, steps) => {
                let (config, pem) = tls::server(Certificate::Good);
                let server =
                    accept(listen("127.0.0.1:0"), move |stream| serve_tls(stream, Arc::clone(&config), pause, steps));
                (server, pem)
            }
            Self::Deaf => {
                let listener = listen("127.0.0.1:0");
                let mut running = Running::idle(listener.local_addr().unwrap());
                running.deafen(listener);
                (running, String::new())
            }
            Self::Names { responses } => {
                // If that is not permitted, its rows are skipped.
                let address = if responses { "127.0.0.10:53" } else { "127.0.0.11:53" };
                if let Ok(socket) = UdpSocket::bind(address) {
                    serve_names(&socket, responses);
                }
                Self::Closed.start()
            }
            Self::DeafThen(steps) => loop {
                let listener = listen("127.0.0.1:0");
                let port = listener.local_addr().unwrap().port();
                if let Ok(deaf) = TcpListener::bind(("127.0.0.2", port)) {
                    let mut running = plain(listener, steps);
                    running.deafen(deaf);
                    return (running, String::new());
                }
            },
        }
    }

    pub(crate) fn is_tls(self) -> bool {
        matches!(self, Self::Tls(..) | Self::OldTls(..) | Self::SlowTls(..))
    }
}

impl Running {
    fn idle(address: SocketAddr) -> Self {
        Self { address, stop: Arc::default(), _deaf: Vec::new(), _deaf_listener: None }
    }

    /// Fills the queue of a listener that never accepts.
    fn deafen(&mut self, listener: TcpListener) {
        let address = listener.local_addr().unwrap();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
            self._deaf.push(stream);
        }
        self._deaf_listener = Some(listener);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(10));
    }
}

fn listen(address: &str) -> TcpListener {
    TcpListener::bind(address).unwrap()
}

fn plain(listener: TcpListener, steps: &'static [Step]) -> Running {
    accept(listener, move |mut stream| {
        match play(&mut stream, steps)? {
            End::Orderly => {
                stream.shutdown(Shutdown::Write)?;
                drain(&mut stream);
            }
            End::Drop => {}
            End::Reset => reset(&stream)?,
        }
        Ok(())
    })
}

/// Serves each connection in a separate thread, which ends when the client is gone.
fn accept(listener: TcpListener, serve: impl Fn(TcpStream) -> io::Result<()> + Clone + Send + 'static) -> Running {
    let running = Running::idle(listener.local_addr().unwrap());
    let stop = Arc::clone(&running.stop);
    thread::spawn(move || {
        for stream in listener.incoming() {
            if stop.load(Ordering::SeqCst) {
                return;
            }
            let serve = serve.clone();
            // A client that goes away early is part of the test.
            thread::spawn(move || stream.and_then(serve));
        }
    });
    running
}

/// Serves names until the test ends.
fn serve_names(socket: &UdpSocket, responses: bool) {
    let socket = socket.try_clone().unwrap();
    thread::spawn(move || {
        let mut message = [0; 512];
        while let Ok((length, client)) = socket.recv_from(&mut message) {
            if responses {
                // A response, and NXDOMAIN (RFC 1035 §4.1.1).
                message[2] |= 0x80;
                message[3] = 0x83;
                let _ = socket.send_to(&message[..length], client);
            }
        }
    });
}

fn serve_tls(stream: TcpStream, config: Arc<ServerConfig>, pause: u64, steps: &[Step]) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let slow = Slow { stream, pause: Duration::from_millis(pause) };
    let mut stream = StreamOwned::new(connection, slow);
    match play(&mut stream, steps)? {
        End::Orderly => {
            stream.conn.send_close_notify();
            stream.flush()?;
            stream.sock.stream.shutdown(Shutdown::Write)?;
            drain(&mut stream.sock.stream);
        }
        End::Drop => {}
        End::Reset => reset(&stream.sock.stream)?,
    }
    Ok(())
}

/// Makes closing reset the connection.
fn reset(stream: &TcpStream) -> io::Result<()> {
    rustix::net::sockopt::set_socket_linger(stream, Some(Duration::ZERO))?;
    Ok(())
}

/// Runs the steps, and returns how to end the connection.
fn play(stream: &mut (impl Read + Write), steps: &[Step]) -> io::Result<End> {
    for step in steps {
        match *step {
            Step::Request => read_until(stream, b"\r\n\r\n")?,
            Step::MostOfRequest => read_until(stream, b"\r\n\r")?,
            Step::Read(length) => {
                io::copy(&mut Read::take(&mut *stream, length as u64), &mut io::sink())?;
            }
            Step::Send(bytes) => stream.write_all(bytes)?,
            Step::Repeat(bytes, times) => stream.write_all(&bytes.repeat(times))?,
            Step::Forever(bytes) => {
                // Many at once, because this loop is not under test.
                let bytes = bytes.repeat(65_536 / bytes.len() + 1);
                loop {
                    stream.write_all(&bytes)?;
                }
            }
            Step::Drip(bytes, pause) => loop {
                for byte in bytes {
                    stream.write_all(&[*byte])?;
                    stream.flush()?;
                    thread::sleep(Duration::from_millis(pause));
                }
            },
            Step::Silence => drain(stream),
            Step::Sip(pause) => {
                while stream.read(&mut [0; 4096])? > 0 {
                    thread::sleep(Duration::from_millis(pause));
                }
            }
            Step::Stall(seconds) => thread::sleep(Duration::from_secs(seconds)),
            Step::Drop => return Ok(End::Drop),
            Step::Reset => return Ok(End::Reset),
        }
        stream.flush()?;
    }
    Ok(End::Orderly)
}

fn read_until(stream: &mut impl Read, end: &[u8]) -> io::Result<()> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(end) {
        stream.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    // The client must not ask for compressed content, which can expand without limit.
    let headers = String::from_utf8_lossy(&request).to_lowercase();
    if headers.contains("accept-encoding") {
        return Err(io::Error::other("compression is asked for"));
    }
    Ok(())
}

fn drain(stream: &mut impl Read) {
    let mut buffer = [0; 4096];
    while stream.read(&mut buffer).is_ok_and(|length| length > 0) {}
}

/// Writes byte by byte, with a pause before each, if there is a pause.
struct Slow {
    stream: TcpStream,
    pause: Duration,
}

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buffer)
    }
}

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.pause.is_zero() {
            return self.stream.write(bytes);
        }
        thread::sleep(self.pause);
        self.stream.write(&bytes[..bytes.len().min(1)])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
