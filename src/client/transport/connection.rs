//! What ureq's connections lack, read in version 3.5.2 (`run.rs`, `pool.rs`, `transport/connect.rs`):
//!
//! - An error on a reused connection does not say so. A firewall may have dropped the connection silently, or the
//!   machine was suspended. If it breaks before the first byte of a response, `agent/retry.rs` decides about a second
//!   request.
//! - Connections age by a monotonic clock, which may stop while the machine is suspended.
//! - A reset, and the end of TLS without `close_notify`, count as the end of a body without a length (RFC 9112 §9.8).
//!   An attacker on the network could cut a response short.
//! - Each read of a proxy's response gets the whole time for connecting.
//! - A timeout of the whole call does not say how far the call came.

use std::{
    io,
    time::{Duration, Instant, SystemTime},
};

use ureq::{
    Timeout,
    unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport, time},
};

/// How long a connection may be idle before it is reused.
pub(crate) const IDLE: Duration = Duration::from_secs(15);

/// The last connector of the chain.
#[derive(Debug)]
pub(crate) struct TrackingConnector;

impl<In: Transport> Connector<In> for TrackingConnector {
    type Out = TrackedConnection<In>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, ureq::Error> {
        Ok(chained.map(|transport| TrackedConnection {
            transport,
            connecting: details.timeout,
            connected: Instant::now(),
            is_reused: false,
            has_response: false,
            last_use: SystemTime::now(),
        }))
    }
}

#[derive(Debug)]
pub(crate) struct TrackedConnection<In> {
    transport: In,
    /// The timeout for connecting, which ureq's proxy connector uses again for each read.
    connecting: NextTimeout,
    connected: Instant,
    /// An earlier request used this connection.
    is_reused: bool,
    /// The current request has received a byte.
    has_response: bool,
    last_use: SystemTime,
}

impl<In> TrackedConnection<In> {
    /// Marks a broken connection by the kind of the error: `ConnectionAborted` if stale, otherwise `BrokenPipe`, which
    /// ureq does not take for the end of a body.
    fn mark(&self, error: ureq::Error, phase: Timeout) -> ureq::Error {
        match error {
            ureq::Error::Io(error) if is_broken(error.kind()) => {
                let is_stale = self.is_reused && !self.has_response;
                let kind = if is_stale { STALE } else { io::ErrorKind::BrokenPipe };
                io::Error::new(kind, error).into()
            }
            ureq::Error::Timeout(Timeout::Global) if !self.has_response => ureq::Error::Timeout(phase),
            other => other,
        }
    }
}

impl<In: Transport> Transport for TrackedConnection<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        if self.has_response {
            (self.is_reused, self.has_response) = (true, false);
        }
        self.last_use = SystemTime::now();
        let result = self.transport.transmit_output(amount, timeout);
        result.map_err(|error| self.mark(error, Timeout::SendRequest))
    }

    fn await_input(&mut self, mut timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let mut phase = Timeout::RecvResponse;
        if timeout == self.connecting {
            timeout.after = left(timeout.after, self.connected);
            phase = Timeout::Connect;
        }
        let result = self.transport.await_input(timeout);
        self.last_use = SystemTime::now();
        match result {
            Ok(true) => self.has_response = true,
            Ok(false) if self.is_reused && !self.has_response => {
                let end = io::Error::from(io::ErrorKind::UnexpectedEof);
                return Err(self.mark(end.into(), phase));
            }
            _ => {}
        }
        result.map_err(|error| self.mark(error, phase))
    }

    fn is_open(&mut self) -> bool {
        self.last_use.elapsed().is_ok_and(|idle| idle < IDLE) && self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}

/// The rest of a time that began earlier.
pub(super) fn left(time: time::Duration, began: Instant) -> time::Duration {
    match time {
        time::Duration::Exact(time) => time::Duration::Exact(time.saturating_sub(began.elapsed())),
        time::Duration::NotHappening => time,
    }
}

/// The kind of error of a reused connection that broke before the first byte of a response.
pub(super) const STALE: io::ErrorKind = io::ErrorKind::ConnectionAborted;

/// Whether an error says that the connection was closed.
pub(super) fn is_broken(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected
    )
}
