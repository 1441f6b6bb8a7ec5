//! A connection's socket, with a deadline for everything that is read and written.

use alloc::sync::Arc;
use core::time::Duration;
use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    time::Instant,
};

use super::server::Room;

/// Each 64 KiB that get through add a second to the deadline.
const BYTES_PER_SECOND: u64 = 64 * 1024;
/// The time for a step while other clients wait for a place; and how often a waiting connection checks for them.
const PATIENCE: Duration = Duration::from_millis(500);

/// A socket with a deadline.
pub(super) struct Stream {
    socket: Arc<TcpStream>,
    pub(super) room: Arc<Room>,
    /// Whether the connection takes a place.
    is_counted: bool,
    begun: Instant,
    time: Duration,
}

impl Stream {
    pub(super) fn new(socket: TcpStream, room: Arc<Room>) -> Self {
        // Responses are written at once.
        let _ = socket.set_nodelay(true);
        Self {
            socket: Arc::new(socket),
            room,
            is_counted: true,
            begun: Instant::now(),
            time: Duration::ZERO,
        }
    }

    pub(super) fn socket(&self) -> &Arc<TcpStream> {
        &self.socket
    }

    /// Stops counting the connection, which may stay open without end.
    pub(super) fn hold(&mut self) {
        if core::mem::take(&mut self.is_counted) {
            self.room.leave();
        }
    }

    /// Begins a step that may take this long.
    pub(super) fn allow(&mut self, time: Duration) {
        self.begun = Instant::now();
        self.time = time;
    }

    /// Repeats an operation of the socket until it is done or the step's time is over.
    fn repeat(
        &mut self,
        mut run: impl FnMut(&TcpStream, Duration) -> io::Result<usize>,
    ) -> io::Result<usize> {
        use ErrorKind::{Interrupted, TimedOut, WouldBlock};
        loop {
            let spent = self.begun.elapsed();
            let left = self.time.saturating_sub(spent);
            let is_late = left.is_zero() || (spent >= PATIENCE && self.room.is_full());
            if is_late || self.room.is_ending() {
                return Err(TimedOut.into());
            }
            match run(&self.socket, left.min(PATIENCE)) {
                Err(error) if matches!(error.kind(), Interrupted | TimedOut | WouldBlock) => {}
                Ok(length) => {
                    let earned = length as u64 * 1_000_000 / BYTES_PER_SECOND;
                    self.begun += Duration::from_micros(earned);
                    return Ok(length);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.hold();
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.repeat(|mut socket, time| {
            socket.set_read_timeout(Some(time))?;
            socket.read(buffer)
        })
    }
}

impl Write for Stream {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.repeat(|mut socket, time| {
            socket.set_write_timeout(Some(time))?;
            socket.write(buffer)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
