//! How a sandbox is started, and why it may not start.

use std::{
    error, fmt,
    io::{self, ErrorKind},
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use super::Keys;

/// Is called with one line for each request: method, path, status, and what is wrong. The line has no secret and no
/// control character.
pub type Log = Box<dyn Fn(&str) + Send + Sync>;

/// How a sandbox is started.
///
/// By default, it listens on a free port of `localhost`, has random keys and two users, and does not log, wait or fail.
#[non_exhaustive]
pub struct Options {
    /// The address to listen on. Port 0 selects a free one. 127.0.0.1 and `::1` both mean `localhost`, and so both of
    /// them if the machine has both. Any other address is reachable from the network.
    pub address: SocketAddr,
    /// The credentials that are accepted. None for random ones.
    pub keys: Option<Keys>,
    /// Where to log to. It is called from many threads and should not block.
    pub log: Option<Log>,
    /// The number of users, including the two who can log in: from 2 to 100,000; other values are clamped. Users need
    /// no memory, because they are generated on demand.
    pub users: u32,
    /// The delay of every response.
    pub latency: Duration,
    /// The share of requests that fail on purpose, from 0 to 1. They get status 429, 500, 502 or 503 and have no
    /// effect, or they have their effect and the connection is closed before the end of the response.
    pub fail_rate: f64,
    /// The start of the sequence of failures. The same seed gives the same failures.
    pub seed: u64,
    /// How far the sandbox's clock is ahead, in seconds, at most a century either way. It applies to the `Date` header,
    /// to times in bodies and to the window for timestamps.
    pub clock_offset: i64,
    /// Whether to describe requests instead of serving the API: every method, path and place of the signature is
    /// accepted.
    pub echo: bool,
    /// The key that verifies RSA signatures, with [`echo`](Self::echo).
    #[cfg(feature = "rsa")]
    pub public_key: Option<crate::rsa::PublicKey>,
    /// Whether to serve the page if `address` is not loopback. Its URL then has a random key. On loopback it is always
    /// served.
    pub page: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            keys: None,
            log: None,
            users: 2,
            latency: Duration::ZERO,
            fail_rate: 0.0,
            seed: 0,
            clock_offset: 0,
            echo: false,
            #[cfg(feature = "rsa")]
            public_key: None,
            page: false,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("address", &self.address)
            .field("keys", &self.keys)
            .field("users", &self.users)
            .field("latency", &self.latency)
            .field("fail_rate", &self.fail_rate)
            .field("seed", &self.seed)
            .field("clock_offset", &self.clock_offset)
            .field("echo", &self.echo)
            .field("page", &self.page)
            .finish_non_exhaustive()
    }
}

/// Why a sandbox does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The sandbox cannot listen on the address.
    Listen(SocketAddr, io::Error),
    /// The system has no thread for it.
    Thread(io::Error),
    /// The operating system provides no randomness for the keys.
    Randomness,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, error) => {
                write!(formatter, "the sandbox cannot listen on {address}: {error}")?;
                match error.kind() {
                    ErrorKind::AddrInUse => formatter.write_str("; port 0 selects a free one"),
                    _ => Ok(()),
                }
            }
            Self::Thread(error) => write!(formatter, "the sandbox cannot start a thread: {error}"),
            Self::Randomness => formatter.write_str("the operating system provides no random numbers for the keys"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Listen(_, error) | Self::Thread(error) => Some(error),
            Self::Randomness => None,
        }
    }
}
