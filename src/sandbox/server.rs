//! Connections: a thread for each, up to a number, and the idlest gives way to a new one.

use alloc::{collections::BTreeMap, sync::Arc, vec::Vec};
use core::{net::SocketAddr, time::Duration};
use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

use super::{connection, listen::reachable, routes::Api};

/// 500, and some more that come while others end; with the files' they are fewer than the 1,024 descriptors that a process usually has.
const CONNECTIONS: usize = 640;
/// Enough for the deepest JSON and the search for mistakes; only what is used of it takes memory.
const STACK: usize = 512 * 1024;

/// The threads that accept connections, and those of the connections.
pub(super) struct Server {
    shared: Arc<Shared>,
    accepting: Vec<(SocketAddr, JoinHandle<()>)>,
}

struct Shared {
    api: Api,
    open: Mutex<Open>,
    /// A connection has ended or does something else, or the server is to end.
    changed: Condvar,
    /// The server is to end.
    ending: Condvar,
}

#[derive(Default)]
struct Open {
    is_ending: bool,
    /// Rises with every change, so that the lowest is the longest unchanged.
    next: u64,
    connections: BTreeMap<u64, Connection>,
}

struct Connection {
    /// For shutting it down from another thread.
    stream: Arc<TcpStream>,
    doing: Doing,
    since: u64,
}

/// What a connection does, in the order in which they give way to a new one.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Doing {
    /// Waits for a request.
    Nothing,
    /// Waits for the rest of a request.
    Reading,
    /// Answers, which has an end; it does not give way.
    Answering,
    /// Has given way, and is about to end.
    Ending,
}

impl Server {
    pub(super) fn start(listeners: Vec<TcpListener>, api: Api) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            api,
            open: Mutex::default(),
            changed: Condvar::new(),
            ending: Condvar::new(),
        });
        let mut server = Self {
            shared,
            accepting: Vec::new(),
        };
        for listener in listeners {
            let address = listener.local_addr()?;
            let shared = Arc::clone(&server.shared);
            let thread = thread::Builder::new()
                .name("sandbox".into())
                .spawn(move || accept(&listener, &shared))?;
            server.accepting.push((address, thread));
        }
        Ok(server)
    }

    /// Waits for the end of the accepting threads, which end with the server only.
    pub(super) fn join(&mut self) {
        for (_, thread) in self.accepting.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.open().is_ending = true;
        self.shared.changed.notify_all();
        self.shared.ending.notify_all();
        for (address, thread) in self.accepting.drain(..) {
            // Wakes the thread from waiting for a connection. Where that fails it ends with the next one.
            if TcpStream::connect_timeout(&reachable(address), Duration::from_secs(1)).is_ok() {
                let _ = thread.join();
            }
        }
        let open = self.shared.open();
        for connection in open.connections.values() {
            let _ = connection.stream.shutdown(Shutdown::Both);
        }
        // Not forever: it may be the log's own thread that drops the server.
        let _ = self
            .shared
            .changed
            .wait_timeout_while(open, Duration::from_secs(5), |open| {
                !open.connections.is_empty()
            });
    }
}

impl Shared {
    fn open(&self) -> MutexGuard<'_, Open> {
        // Nothing panics with the lock held half way.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes room for a connection and enters it. None where the server is to end.
    fn enter(self: &Arc<Self>, stream: &Arc<TcpStream>) -> Option<Place> {
        let mut open = self.open();
        while open.connections.len() >= CONNECTIONS && !open.is_ending {
            open.give_way();
            open = self
                .changed
                .wait(open)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if open.is_ending {
            return None;
        }
        let number = open.next;
        open.next += 1;
        let connection = Connection {
            stream: Arc::clone(stream),
            doing: Doing::Nothing,
            since: number,
        };
        open.connections.insert(number, connection);
        Some(Place {
            shared: Arc::clone(self),
            number,
        })
    }
}

impl Open {
    /// Ends the connection that does nothing for longest, else the one whose request takes longest to come, one at a time.
    fn give_way(&mut self) {
        let mut connections = self.connections.values();
        if connections.any(|connection| connection.doing == Doing::Ending) {
            return;
        }
        let idlest = self
            .connections
            .values_mut()
            .filter(|connection| connection.doing < Doing::Answering)
            .min_by_key(|connection| (connection.doing, connection.since));
        if let Some(connection) = idlest {
            connection.doing = Doing::Ending;
            let _ = connection.stream.shutdown(Shutdown::Both);
        }
    }
}

/// A connection's place, given back when its thread ends, in whatever way.
pub(super) struct Place {
    shared: Arc<Shared>,
    number: u64,
}

impl Place {
    /// Says what the connection does from now on.
    pub(super) fn set(&self, doing: Doing) {
        let mut open = self.shared.open();
        let since = open.next;
        open.next += 1;
        let is_full = open.connections.len() >= CONNECTIONS;
        if let Some(connection) = open.connections.get_mut(&self.number)
            && connection.doing != Doing::Ending
        {
            connection.doing = doing;
            connection.since = since;
        }
        drop(open);
        // Somebody may wait for one that may give way.
        if is_full {
            self.shared.changed.notify_all();
        }
    }

    /// Waits for a time. False where the server is to end.
    pub(super) fn pause(&self, time: Duration) -> bool {
        let open = self.shared.open();
        let (open, _) = self
            .shared
            .ending
            .wait_timeout_while(open, time, |open| !open.is_ending)
            .unwrap_or_else(PoisonError::into_inner);
        !open.is_ending
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.open().connections.remove(&self.number);
        self.shared.changed.notify_all();
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    loop {
        let accepted = listener.accept();
        if shared.open().is_ending {
            return;
        }
        let Ok((stream, _)) = accepted else {
            // For instance no more file descriptors: who does nothing gives way, and others may end soon.
            shared.open().give_way();
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        let stream = Arc::new(stream);
        if let Some(place) = shared.enter(&stream) {
            // Where there is no thread, the connection is closed with the closure.
            let _ = thread::Builder::new()
                .name("sandbox connection".into())
                .stack_size(STACK)
                .spawn(move || {
                    connection::serve(&stream, &place, &place.shared.api);
                    drop(stream);
                    drop(place);
                });
        }
    }
}
