//! Connections of TCP, each of whose calls ends in its time.
//!
//! ureq gives each piece that the system takes all the time anew: who reads an octet now and then could hold a request for
//! days.

use core::time::Duration;
use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    time::Instant,
};

use ureq::{
    Timeout,
    unversioned::transport::{
        self, Buffers as _, ConnectionDetails, Connector, Either, NextTimeout, Transport, time,
    },
};

use super::buffers::Buffers;

/// How long the system waits at a time for room to write: how late it may be noticed that nothing moves.
const SLICE: Duration = Duration::from_millis(100);
/// Not every system takes a time without end.
const LONGEST: Duration = Duration::from_secs(3600);

/// Connects to the first address that takes it.
#[derive(Debug, Default)]
pub(crate) struct TcpConnector(());

impl<In: Transport> Connector<In> for TcpConnector {
    type Out = Either<In, TcpTransport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        if let Some(tunnel) = chained {
            return Ok(Some(Either::A(tunnel)));
        }
        let stream = connect(details)?;
        stream.set_nodelay(true)?;
        Ok(Some(Either::B(TcpTransport {
            stream,
            buffers: Buffers::new(details.config),
        })))
    }
}

/// Tries one address after the other. Each but the last has half of the time that is left, so that a dead one leaves some.
fn connect(details: &ConnectionDetails<'_>) -> Result<TcpStream, ureq::Error> {
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable).into();
    for (index, address) in details.addrs.iter().enumerate() {
        let is_last = index + 1 == details.addrs.len();
        let result = match remaining(details).after {
            time::Duration::Exact(left) => {
                let share = if is_last { left } else { left / 2 };
                // No time at all would be an error of its own.
                TcpStream::connect_timeout(address, share.max(Duration::from_millis(1)))
            }
            time::Duration::NotHappening => TcpStream::connect(address),
        };
        failure = match result {
            Ok(stream) => return Ok(stream),
            Err(error) if is_timeout(&error) => ureq::Error::Timeout(Timeout::Connect),
            Err(error) => error.into(),
        };
    }
    Err(failure)
}

/// What connecting has left of its time.
pub(super) fn remaining(details: &ConnectionDetails<'_>) -> NextTimeout {
    let mut timeout = details.timeout;
    if let (time::Duration::Exact(after), time::Instant::Exact(begun), time::Instant::Exact(now)) =
        (timeout.after, details.now, (details.current_time)())
    {
        let elapsed = now.saturating_duration_since(begun);
        timeout.after = time::Duration::Exact(after.saturating_sub(elapsed));
    }
    timeout
}

/// A connection.
#[derive(Debug)]
pub(crate) struct TcpTransport {
    stream: TcpStream,
    buffers: Buffers,
}

impl Transport for TcpTransport {
    fn buffers(&mut self) -> &mut dyn transport::Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        let whole = Clock::new(timeout.after, timeout.reason);
        let idle = timeout.per_write.unwrap_or(time::Duration::NotHappening);
        let mut moved = Clock::new(idle, Timeout::PerWrite);
        let mut rest = self.buffers.output().get(..amount).unwrap_or_default();
        while !rest.is_empty() {
            let left = whole.left()?.min(moved.left()?);
            unless_closed(self.stream.set_write_timeout(Some(left.min(SLICE))))?;
            match self.stream.write(rest) {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                Ok(length) => {
                    rest = rest.get(length..).unwrap_or_default();
                    moved = Clock::new(idle, Timeout::PerWrite);
                }
                Err(error) if is_timeout(&error) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let timeout = timeout.for_read();
        let clock = Clock::new(timeout.after, timeout.reason);
        let length = loop {
            let left = clock.left()?.min(LONGEST);
            unless_closed(self.stream.set_read_timeout(Some(left)))?;
            match self.stream.read(self.buffers.input_append_buf()) {
                Ok(length) => break length,
                Err(error) if is_timeout(&error) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        };
        self.buffers.input_appended(length);
        Ok(length > 0)
    }

    fn is_open(&mut self) -> bool {
        // Between two requests nothing is to come: octets are as bad as an end.
        let is_silent = |stream: &TcpStream| {
            stream.set_nonblocking(true)?;
            let result = stream.peek(&mut [0]);
            stream.set_nonblocking(false)?;
            Ok::<_, io::Error>(result.is_err_and(|error| is_timeout(&error)))
        };
        is_silent(&self.stream).unwrap_or(false)
    }
}

/// The system's two words for it.
fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

/// macOS takes no time for a connection that the other side has closed, on which nothing waits any more.
fn unless_closed(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|error| match error.kind() {
        io::ErrorKind::InvalidInput => Ok(()),
        _ => Err(error),
    })
}

/// A time that ends.
struct Clock {
    begun: Instant,
    time: time::Duration,
    reason: Timeout,
}

impl Clock {
    fn new(time: time::Duration, reason: Timeout) -> Self {
        Self {
            begun: Instant::now(),
            time,
            reason,
        }
    }

    /// What is left of it, or that it has ended.
    fn left(&self) -> Result<Duration, ureq::Error> {
        let left = self.time.saturating_sub(self.begun.elapsed());
        if left.is_zero() {
            return Err(ureq::Error::Timeout(self.reason));
        }
        Ok(left)
    }
}
