//! Connections that died without a word, as they do while a task's process is frozen between two events.
//!
//! ureq sees when the other side has said that it closes. A connection that a firewall forgot, or whose last packet came
//! while nobody could take it, looks open until the next request is on it. Then an error, or the end, comes in place of an
//! answer's first octet. What is safe then (RFC 9110 §9.2.2, RFC 9112 §9.3.1):
//!
//! - A request of an idempotent method is signed and sent once more, on a new connection.
//! - Another one, POST or PATCH, may have had its effect, and nothing tells. It is never sent again; instead it takes only
//!   a connection that was in use a moment ago, and else a new one.

use core::{error, fmt, time::Duration};
use std::{io, time::SystemTime};

use ureq::{
    Timeout,
    http::Method,
    unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport},
};

use crate::client::outcome::error::Error;

/// How long a connection may be idle and is used again.
const IDLE: Duration = Duration::from_secs(15);
/// The same for a request that cannot be sent twice.
const IDLE_UNREPEATABLE: Duration = Duration::from_secs(1);

/// How long the connection for a request may have been idle.
pub(crate) fn idle(method: &Method, is_second: bool) -> Duration {
    match method {
        _ if is_second => Duration::ZERO,
        _ if method.is_idempotent() => IDLE,
        _ => IDLE_UNREPEATABLE,
    }
}

/// Whether a request that failed so is to be sent once more, on a new connection.
pub(crate) fn is_worth_a_second(method: &Method, error: &Error) -> bool {
    method.is_idempotent() && matches!(error, Error::Network(error) if error.is_stale)
}

/// Whether a connection that was used before broke before the first octet of an answer.
pub(super) fn is_stale(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<Stale>()))
}

/// The last link of the chain of connectors: watches what comes over each connection.
#[derive(Debug)]
pub(crate) struct Watch;

impl<In: Transport> Connector<In> for Watch {
    type Out = Watched<In>;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        Ok(chained.map(|transport| Watched {
            transport,
            is_reused: false,
            is_answered: false,
            last_use: SystemTime::now(),
        }))
    }
}

#[derive(Debug)]
pub(crate) struct Watched<In> {
    transport: In,
    /// An earlier request was on this connection.
    is_reused: bool,
    /// Something came back for the request that is on it now.
    is_answered: bool,
    last_use: SystemTime,
}

impl<In> Watched<In> {
    fn is_unanswered(&self) -> bool {
        self.is_reused && !self.is_answered
    }

    /// Marks an error, and keeps its kind.
    fn mark(&self, error: ureq::Error) -> ureq::Error {
        match error {
            ureq::Error::Io(error) if self.is_unanswered() && is_broken(error.kind()) => {
                io::Error::new(error.kind(), Stale(error)).into()
            }
            // ureq takes a reset, and the end of TLS without a goodbye, for the end of a body whose length was not told
            // (RFC 9112 §9.8): anybody on the way could cut an answer short. A broken pipe it does not.
            ureq::Error::Io(error) if is_broken(error.kind()) => {
                io::Error::new(io::ErrorKind::BrokenPipe, error).into()
            }
            other => other,
        }
    }
}

impl<In: Transport> Transport for Watched<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        if self.is_answered {
            (self.is_reused, self.is_answered) = (true, false);
        }
        self.last_use = SystemTime::now();
        self.transport
            .transmit_output(amount, timeout)
            .map_err(|error| self.mark(placed(error, Timeout::SendRequest)))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let result = self.transport.await_input(timeout);
        self.last_use = SystemTime::now();
        match result {
            Ok(true) => {
                self.is_answered = true;
                Ok(true)
            }
            Ok(false) if self.is_unanswered() => {
                Err(self.mark(io::Error::from(io::ErrorKind::UnexpectedEof).into()))
            }
            Ok(false) => Ok(false),
            Err(error) if self.is_answered => Err(self.mark(error)),
            Err(error) => Err(self.mark(placed(error, Timeout::RecvResponse))),
        }
    }

    fn is_open(&mut self) -> bool {
        // ureq counts the time by a clock that may stand still while the machine is frozen.
        self.last_use.elapsed().is_ok_and(|idle| idle < IDLE) && self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}

/// Says where it was that the time of the whole call ended.
fn placed(error: ureq::Error, place: Timeout) -> ureq::Error {
    match error {
        ureq::Error::Timeout(Timeout::Global) => ureq::Error::Timeout(place),
        other => other,
    }
}

/// Whether an error says that the connection is no more.
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

/// The mark of an error on a connection that was used before, and broke before the first octet of an answer.
#[derive(Debug)]
struct Stale(io::Error);

impl fmt::Display for Stale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl error::Error for Stale {}
