//! A connection's socket, with a deadline for everything that is read and written.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};

use super::server::Connections;

/// Bytes of a body that add a second to the deadline.
const BYTES_PER_SECOND: u64 = 64 * 1024;
/// The time for a step while there are many connections, and how often a waiting step checks that.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);

/// A socket with a deadline.
pub(super) struct Stream {
    pub(super) socket: TcpStream,
    pub(super) connections: Arc<Connections>,
    begun: Instant,
    time: Duration,
}

impl Stream {
    /// Waits for a client.
    pub(super) fn accept(listener: &TcpListener, all: &Arc<Connections>) -> io::Result<Self> {
        let (socket, _) = listener.accept()?;
        // Responses are written at once.
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        all.count.fetch_add(1, Relaxed);
        Ok(Self { socket, connections: Arc::clone(all), begun: Instant::now(), time: Duration::ZERO })
    }

    /// Begins a step that may last this long.
    pub(super) fn allow(&mut self, time: Duration) {
        self.begun = Instant::now();
        self.time = time;
    }

    /// Moves the deadline, because bytes of a body were sent or received.
    pub(super) fn extend(&mut self, bytes: usize) {
        let time = Duration::from_micros(bytes as u64 * 1_000_000 / BYTES_PER_SECOND);
        self.begun = Instant::now().min(self.begun + time);
    }

    /// Repeats an operation of the socket until it is done or the step's time is over.
    fn repeat(&self, mut run: impl FnMut(&TcpStream) -> io::Result<usize>) -> io::Result<usize> {
        use ErrorKind::{Interrupted, TimedOut, WouldBlock};
        loop {
            let spent = self.begun.elapsed();
            let must_yield = spent >= PATIENCE && self.connections.are_many();
            if spent >= self.time || must_yield || self.connections.are_ending() {
                return Err(TimedOut.into());
            }
            match run(&self.socket) {
                Err(error) if matches!(error.kind(), Interrupted | TimedOut | WouldBlock) => {}
                done => return done,
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.connections.count.fetch_sub(1, Relaxed);
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.repeat(|mut socket| socket.read(buffer))
    }
}

impl Write for Stream {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let length = self.repeat(|mut socket| socket.write(buffer))?;
        self.extend(length);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
