//! Accepts connections, each with a thread, up to a maximum.

use alloc::{sync::Arc, vec::Vec};
use core::{net::SocketAddr, time::Duration};
use std::{
    io,
    net::{TcpListener, TcpStream},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

use super::{connection, stream::Stream};
use crate::sandbox::{listen::reachable, routes::Api};

/// Connections at a time. With the files, they are fewer than the 1,024 descriptors that a process usually may have.
const CONNECTIONS: usize = 640;
/// Enough for nested JSON. Only the part that is used takes memory.
const STACK: usize = 512 * 1024;

/// The threads that accept connections.
pub(in crate::sandbox) struct Server {
    room: Arc<Room>,
    accepting: Vec<(SocketAddr, JoinHandle<()>)>,
}

/// The places for connections.
#[derive(Default)]
pub(super) struct Room {
    state: Mutex<State>,
    /// A place is free, or the server ends.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    taken: usize,
    /// New connections that wait for a place.
    waiting: usize,
    is_ending: bool,
}

impl Server {
    pub(in crate::sandbox) fn start(listeners: Vec<TcpListener>, api: Api) -> io::Result<Self> {
        let api = Arc::new(api);
        let mut server = Self {
            room: Arc::default(),
            accepting: Vec::new(),
        };
        for listener in listeners {
            let address = listener.local_addr()?;
            let (room, api) = (Arc::clone(&server.room), Arc::clone(&api));
            let thread = thread::Builder::new().spawn(move || accept(&listener, &room, &api))?;
            server.accepting.push((address, thread));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.room.state().is_ending = true;
        self.room.changed.notify_all();
        for (address, thread) in self.accepting.drain(..) {
            // Wakes the thread from waiting for a connection. If that fails, it ends with the next connection.
            if TcpStream::connect_timeout(&reachable(address), Duration::from_secs(1)).is_ok() {
                let _ = thread.join();
            }
        }
    }
}

impl Room {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a new connection waits for a place.
    pub(super) fn is_full(&self) -> bool {
        self.state().waiting > 0
    }

    pub(super) fn is_ending(&self) -> bool {
        self.state().is_ending
    }

    /// Waits for a place and takes it.
    fn enter(&self) {
        let mut state = self.state();
        while state.taken >= CONNECTIONS && !state.is_ending {
            state.waiting += 1;
            let waited = self.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        state.taken += 1;
    }

    /// Makes a place free.
    pub(super) fn leave(&self) {
        self.state().taken -= 1;
        self.changed.notify_all();
    }

    /// Waits for a time. False if the server ends.
    pub(super) fn pause(&self, time: Duration) -> bool {
        let waited = self
            .changed
            .wait_timeout_while(self.state(), time, |state| !state.is_ending);
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_ending
    }
}

fn accept(listener: &TcpListener, room: &Arc<Room>, api: &Arc<Api>) {
    while !room.is_ending() {
        let Ok((socket, _)) = listener.accept() else {
            // For instance because there are no more descriptors.
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        room.enter();
        let stream = Stream::new(socket, Arc::clone(room));
        let api = Arc::clone(api);
        // If the system has no thread, the closure is dropped, and the connection with it.
        let _ = thread::Builder::new()
            .stack_size(STACK)
            .spawn(move || connection::serve(stream, &api));
    }
}
