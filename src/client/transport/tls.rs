//! TLS over a connection of ureq's.
//!
//! ureq's own connector knows either the built-in authorities or those it is given, and we want both together.

use core::fmt;
use std::{
    io::{self, Read, Write},
    sync::Arc,
};

use rustls::{ClientConfig, ClientConnection, StreamOwned, pki_types::ServerName};
use ureq::unversioned::transport::{
    self, Buffers as _, ConnectionDetails, Connector, Either, NextTimeout, Transport,
    TransportAdapter,
};

use super::{buffers::Buffers, error::Failure, tcp};
use crate::client::outcome::phase::Phase;

/// Speaks TLS where the URI says `https`.
pub(crate) struct TlsConnector(pub(crate) Arc<ClientConfig>);

impl fmt::Debug for TlsConnector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TlsConnector")
    }
}

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = Either<In, TlsTransport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let Some(transport) = chained else {
            return Ok(None);
        };
        if !details.needs_tls() || transport.is_tls() {
            return Ok(Some(Either::A(transport)));
        }
        let host = details.uri.host().unwrap_or_default();
        // An IPv6 address has brackets in a URI and none in a certificate.
        let name = ServerName::try_from(host.trim_matches(['[', ']']))
            .map_err(|_| ureq::Error::Tls("the host's name can be in no certificate"))?
            .to_owned();
        let mut connection =
            ClientConnection::new(self.0.clone(), name).map_err(ureq::Error::Rustls)?;
        let boxed: Box<dyn Transport> = Box::new(transport);
        let mut socket = TransportAdapter::new(boxed, details.current_time.clone());
        socket.set_timeout(tcp::remaining(details));
        connection
            .complete_io(&mut socket)
            .map_err(|error| match ureq::Error::from(error) {
                // It may have been the time of the whole call that ended here.
                ureq::Error::Timeout(_) => {
                    Failure::wrap(Phase::Tls, io::Error::new(io::ErrorKind::TimedOut, ""))
                }
                error => Failure::wrap(Phase::Tls, error),
            })?;
        Ok(Some(Either::B(TlsTransport {
            buffers: Buffers::new(details.config),
            stream: StreamOwned::new(connection, socket),
        })))
    }
}

/// A connection under TLS.
pub(crate) struct TlsTransport {
    buffers: Buffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TlsTransport")
    }
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn transport::Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.get_mut().set_timeout(timeout);
        let received = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(received);
        Ok(received > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}
