//! Octets from a socket, until a deadline.

use alloc::{sync::Arc, vec::Vec};
use core::time::Duration;
use std::{
    io::{ErrorKind, Read as _},
    net::TcpStream,
    time::Instant,
};

const PIECE: usize = 32 * 1024;

/// The client went away or took too long.
pub(super) struct Gone;

/// What was received on a connection and not yet taken.
pub(in crate::sandbox) struct Reader {
    stream: Arc<TcpStream>,
    buffer: Vec<u8>,
    /// What lies before is taken: moving the rest for every piece would make many small chunks slow.
    start: usize,
}

impl Reader {
    pub(in crate::sandbox) fn new(stream: Arc<TcpStream>) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            start: 0,
        }
    }

    pub(super) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Whether something comes within a time. While it waits it holds no memory.
    pub(in crate::sandbox) fn begins_within(&mut self, time: Duration) -> bool {
        if !self.buffered().is_empty() {
            return true;
        }
        self.buffer = Vec::new();
        self.start = 0;
        self.stream.set_read_timeout(Some(time)).is_ok()
            && matches!(self.stream.peek(&mut [0]), Ok(1))
    }

    pub(super) fn buffered(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    pub(super) fn consume(&mut self, length: usize) {
        self.start = self.buffer.len().min(self.start + length);
    }

    /// Waits for more.
    pub(super) fn fill(&mut self, deadline: Instant) -> Result<(), Gone> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Gone);
        }
        self.stream.set_read_timeout(Some(left)).map_err(|_| Gone)?;
        self.buffer.drain(..self.start);
        self.start = 0;
        let end = self.buffer.len();
        self.buffer.resize(end + PIECE, 0);
        let received = (&*self.stream).read(&mut self.buffer[end..]);
        self.buffer
            .truncate(end + received.as_ref().copied().unwrap_or_default());
        match received {
            Ok(1..) => Ok(()),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(()),
            _ => Err(Gone),
        }
    }
}
