//! Connections through a proxy.
//!
//! ureq gives a proxy all the time of connecting anew for each octet of its answer, and names neither the proxy nor, in a
//! form that can be told apart, what it answered.

use std::{
    env, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use ureq::{
    Proxy, ProxyProtocol, Timeout,
    unversioned::transport::{
        Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, NextTimeout,
        Transport, time,
    },
};

use super::error::Failure;
use crate::client::{outcome::phase::Phase, settings::configuration_error::Problem};

/// The variables of the environment that name a proxy; the first that is set counts, as ureq tries them.
pub const PROXY_VARIABLES: [&str; 6] = [
    "ALL_PROXY",
    "all_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
];

/// The proxy of the process's environment. ureq would connect past one that it cannot read or speak to.
pub(crate) fn from_env() -> Result<Option<Proxy>, Problem> {
    let set = PROXY_VARIABLES.iter().find_map(|name| {
        let value = env::var_os(name).filter(|value| !value.is_empty())?;
        Some((*name, value))
    });
    let Some((variable, value)) = set else {
        return Ok(None);
    };
    let proxy = value.to_str().and_then(|text| Proxy::new(text).ok());
    match proxy.map(|proxy| proxy.protocol()) {
        // With NO_PROXY, which nothing else reads.
        Some(ProxyProtocol::Http | ProxyProtocol::Https) => Ok(Proxy::try_from_env()),
        Some(_) => Err(Problem::SocksProxy),
        None => Err(Problem::Proxy { variable }),
    }
}

/// Asks the proxy for a connection, where there is a proxy.
#[derive(Debug, Default)]
pub(crate) struct ProxyConnector(ConnectProxyConnector);

impl<In: Transport> Connector<In> for ProxyConnector {
    type Out = Either<In, Box<dyn Transport>>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let Some(proxy) = details.config.proxy() else {
            return self.0.connect(details, chained);
        };
        let end = match (details.now, details.timeout.after) {
            (time::Instant::Exact(now), time::Duration::Exact(after)) => now.checked_add(after),
            _ => None,
        };
        let is_open = Arc::new(AtomicBool::new(false));
        let (run, flag) = (Arc::clone(&details.run_connector), Arc::clone(&is_open));
        let bounded = ConnectionDetails {
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            request_level: details.request_level,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: details.current_time.clone(),
            run_connector: Arc::new(move |details: &ConnectionDetails<'_>| {
                let bounded: Box<dyn Transport> = Box::new(Bounded {
                    transport: run(details)?,
                    end,
                    is_open: Arc::clone(&flag),
                });
                Ok(bounded)
            }),
            register_shutdown: details.register_shutdown.clone(),
        };
        let tunnel = self
            .0
            .connect(&bounded, chained)
            .map_err(|error| named(error, &format!("{}:{}", proxy.host(), proxy.port())))?;
        is_open.store(true, Ordering::Relaxed);
        Ok(tunnel)
    }
}

/// Says which proxy it was, and what it did. The kinds of errors are read again in `network.rs`.
fn named(error: ureq::Error, proxy: &str) -> ureq::Error {
    let (kind, what) = match error {
        // "proxy server responded 407/407", or that it "did not respond".
        ureq::Error::ConnectProxyFailed(reason) => {
            match reason.rsplit(' ').next().and_then(|code| code.get(..3)) {
                Some(code) if code.bytes().all(|octet| octet.is_ascii_digit()) => (
                    io::ErrorKind::PermissionDenied,
                    format!("{proxy} answered {code}"),
                ),
                _ => (io::ErrorKind::UnexpectedEof, proxy.to_owned()),
            }
        }
        ureq::Error::Protocol(_) => (io::ErrorKind::InvalidData, proxy.to_owned()),
        ureq::Error::Timeout(_) => (io::ErrorKind::TimedOut, proxy.to_owned()),
        ureq::Error::HostNotFound => (io::ErrorKind::NotFound, proxy.to_owned()),
        ureq::Error::Io(error) => (error.kind(), format!("{proxy}: {error}")),
        other => match Failure::of(&other) {
            Some(failure) if failure.phase == Phase::Resolve => (
                io::ErrorKind::NotFound,
                format!("{proxy}: {}", failure.error),
            ),
            _ => return other,
        },
    };
    Failure::wrap(Phase::Proxy, io::Error::new(kind, what))
}

/// A connection to a proxy, which has to give the one behind it by then.
#[derive(Debug)]
struct Bounded {
    transport: Box<dyn Transport>,
    end: Option<Instant>,
    /// From then on each call has a time of its own.
    is_open: Arc<AtomicBool>,
}

impl Bounded {
    fn cut(&self, mut timeout: NextTimeout) -> Result<NextTimeout, ureq::Error> {
        if self.is_open.load(Ordering::Relaxed) {
            return Ok(timeout);
        }
        if let (Some(end), time::Duration::Exact(after)) = (self.end, timeout.after) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ureq::Error::Timeout(Timeout::Connect));
            }
            timeout.after = time::Duration::Exact(after.min(left));
        }
        Ok(timeout)
    }
}

impl Transport for Bounded {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        let timeout = self.cut(timeout)?;
        self.transport.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let timeout = self.cut(timeout)?;
        self.transport.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}
