//! Connections: a thread for each, up to a number, and the oldest gives way to a new one.

use alloc::{collections::BTreeMap, sync::Arc};
use core::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};
use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

use super::{
    answer::Answer,
    http::{self, Failure},
    routes::Api,
};

const CONNECTIONS: usize = 32;

/// The thread that accepts connections, and those of the connections.
pub(super) struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    api: Arc<Api>,
    open: Mutex<Open>,
    /// A connection has ended, or the server is to end.
    changed: Condvar,
}

#[derive(Default)]
struct Open {
    stopping: bool,
    next: u64,
    /// By age, for shutting them down from another thread.
    streams: BTreeMap<u64, TcpStream>,
}

impl Server {
    pub(super) fn start(
        listener: TcpListener,
        address: SocketAddr,
        api: Arc<Api>,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            api,
            open: Mutex::default(),
            changed: Condvar::new(),
        });
        let accepting = thread::Builder::new().name("sandbox".into()).spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        })?;
        Ok(Self {
            shared,
            address,
            accepting: Some(accepting),
        })
    }

    /// Waits for the end of the accepting thread, which ends with the server only.
    pub(super) fn join(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.open().stopping = true;
        self.shared.changed.notify_all();
        // Wakes the thread from waiting for a connection. Where that fails it ends with the next one.
        let wake = reachable(self.address);
        if TcpStream::connect_timeout(&wake, Duration::from_secs(1)).is_ok() {
            self.join();
        }
        let open = self.shared.open();
        for stream in open.streams.values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        // Not forever: it may be the log's own thread that drops the server.
        let _ = self
            .shared
            .changed
            .wait_timeout_while(open, Duration::from_secs(5), |open| {
                !open.streams.is_empty()
            });
    }
}

/// An address at which this machine reaches a listener, which may listen on all of them.
pub(super) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}

impl Shared {
    fn open(&self) -> MutexGuard<'_, Open> {
        // Nothing panics with the lock held half way.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes room for a connection and enters it. None where it cannot be, or the server is to end.
    fn enter(self: &Arc<Self>, stream: &TcpStream) -> Option<Entry> {
        let other = stream.try_clone().ok()?;
        let mut open = self.open();
        while open.streams.len() >= CONNECTIONS && !open.stopping {
            // The oldest is the slowest: a connection has one request only.
            if let Some((_, oldest)) = open.streams.first_key_value() {
                let _ = oldest.shutdown(Shutdown::Both);
            }
            open = self
                .changed
                .wait(open)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if open.stopping {
            return None;
        }
        let number = open.next;
        open.next += 1;
        open.streams.insert(number, other);
        Some(Entry {
            shared: Arc::clone(self),
            number,
        })
    }
}

/// A connection's place, given back when its thread ends, in whatever way.
struct Entry {
    shared: Arc<Shared>,
    number: u64,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.shared.open().streams.remove(&self.number);
        self.shared.changed.notify_all();
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    loop {
        let accepted = listener.accept();
        if shared.open().stopping {
            return;
        }
        let Ok((stream, _)) = accepted else {
            // For instance no more file descriptors: others may end soon.
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        if let Some(entry) = shared.enter(&stream) {
            // Where there is no thread, the connection is closed with the closure.
            let _ = thread::Builder::new()
                .name("sandbox connection".into())
                .spawn(move || {
                    serve(&stream, &entry.shared.api);
                    drop(stream);
                    drop(entry);
                });
        }
    }
}

fn serve(stream: &TcpStream, api: &Api) {
    let _ = stream.set_nodelay(true);
    let (method, path, answer) = match http::read(stream) {
        Ok(message) => {
            let answer = api.answer(&message);
            // Logged first, so that the line is there when the client has its answer.
            api.log(&message.method, message.path(), &answer);
            let _ = http::write(stream, &answer, message.method != "HEAD");
            return;
        }
        Err(Failure::Gone) => return,
        Err(Failure::Refused(refusal, head)) => {
            let (method, target) = head.unwrap_or_else(|| ("-".into(), "-".into()));
            (method, target, Answer::from(refusal))
        }
    };
    let path = path.split('?').next().unwrap_or_default();
    api.log(&method, path, &answer);
    let _ = http::write(stream, &answer, method != "HEAD");
    http::linger(stream);
}
