//! Accepts connections, each with a thread, up to a maximum.

use std::{
    io,
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use super::{connection, stream::Stream};
use crate::sandbox::{listen::reachable, routes::Api};

/// Connections at a time. With the files, they are fewer than the 1,024 descriptors that a process usually may have.
const CONNECTIONS: usize = 640;
/// From this number of connections on, slow and idle clients are disconnected.
const MANY: usize = 600;
/// Bytes of a thread's stack: enough for nested JSON. Only what is used needs memory.
const STACK: usize = 512 * 1024;

/// The threads that accept connections.
#[derive(Default)]
pub(in crate::sandbox) struct Server {
    connections: Arc<Connections>,
    threads: Vec<(SocketAddr, JoinHandle<()>)>,
}

/// The open connections of a server.
#[derive(Default)]
pub(super) struct Connections {
    pub(super) count: AtomicUsize,
    is_ending: AtomicBool,
}

impl Connections {
    pub(super) fn are_many(&self) -> bool {
        self.count.load(Relaxed) >= MANY
    }

    pub(super) fn are_ending(&self) -> bool {
        self.is_ending.load(Relaxed)
    }
}

impl Server {
    pub(in crate::sandbox) fn start(listeners: Vec<TcpListener>, api: Api) -> io::Result<Self> {
        let api = Arc::new(api);
        let mut server = Self::default();
        for listener in listeners {
            let address = listener.local_addr()?;
            let (connections, api) = (Arc::clone(&server.connections), Arc::clone(&api));
            let run = move || accept(&listener, &connections, &api);
            let thread = thread::Builder::new().spawn(run)?;
            server.threads.push((address, thread));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.connections.is_ending.store(true, Relaxed);
        for (address, thread) in self.threads.drain(..) {
            // Wakes the thread from waiting for a connection. If that fails, it ends with the next connection.
            if TcpStream::connect_timeout(&reachable(address), Duration::from_secs(1)).is_ok() {
                let _ = thread.join();
            }
        }
    }
}

fn accept(listener: &TcpListener, connections: &Arc<Connections>, api: &Arc<Api>) {
    while !connections.are_ending() {
        let has_room = connections.count.load(Relaxed) < CONNECTIONS;
        let accepted = has_room.then(|| Stream::accept(listener, connections));
        // Accepting fails when the descriptors run out.
        let Some(Ok(stream)) = accepted else {
            thread::sleep(Duration::from_millis(10));
            continue;
        };
        let api = Arc::clone(api);
        // If the system has no thread, the closure is dropped, and the connection with it.
        let _ = thread::Builder::new().stack_size(STACK).spawn(move || connection::serve(stream, &api));
    }
}
