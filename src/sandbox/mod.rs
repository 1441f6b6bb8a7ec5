//! A look-alike of Extra Horizon's API on this machine: strict about every signature, and it says what is wrong.
//!
//! It is for trying out and for tests, with no account. It knows one client with one token, both made up when it starts, gives
//! more tokens to who logs in (one made-up user needs a second factor),
//! speaks plain HTTP, and serves a small part of the API from memory.
//!
//! | step | file |
//! |---|---|
//! | where to listen | `listen.rs` |
//! | connections, a bounded number of threads | `server.rs` |
//! | requests and answers on one of them | `connection.rs` |
//! | HTTP/1.1 | `http/` |
//! | failures on purpose | `faults.rs` |
//! | who is calling | `gate.rs` |
//! | the clock for replays | `clock.rs` |
//! | why a signature is rejected | `explainer.rs` |
//! | the tokens that are known | `tokens.rs` |
//! | who can log in | `accounts.rs` |
//! | the made-up users | `users.rs` |
//! | uploaded files | `files.rs` |
//! | memory and disk that all share | `budget.rs` |
//! | queries of lists | `rql/` |
//! | what the API offers | `routes/` |
//! | answers and error bodies | `answer.rs` |
//! | the four keys | `keys.rs` |
//!
//! # What it offers
//!
//! | calls | |
//! |---|---|
//! | `GET /users/v1/`, `/users/v1/patients`, `/users/v1/staff` | lists of the users, of whom every tenth is of the staff |
//! | `GET /users/v1/me`, `/users/v1/{id}`, `/users/v1/health` | the last without a signature |
//! | `PUT /users/v1/{id}` | a change of oneself: names, language, time zone, phone number |
//! | `POST /auth/v2/oauth1/tokens`, `/auth/v2/oauth1/tokens/mfa` | a login, and its second factor |
//! | `GET /auth/v2/oauth1/tokens`, `DELETE /auth/v2/oauth1/tokens/{id}` | a list of one's own tokens; one revoked |
//! | `POST /files/v1/` | an upload |
//! | `GET /files/v1/`, `/files/v1/{token}/details`, `/files/v1/{token}/file` | a list of all files; one of them, described or itself |
//! | `DELETE /files/v1/{token}` | a file deleted |
//! | `POST /files/v1/{token}/tokens`, `DELETE /files/v1/{token}/tokens/{other}` | a file shared |
//!
//! Lists take RQL with every verb of Extra Horizon's SDK, and have 20 items on a page, or as many as `limit` says, up to 50.
//!
//! # What it refuses
//!
//! Errors are the API's own: `{"code":109,"name":"OAUTH_SIGNATURE_EXCEPTION","message":"…"}`.
//!
//! | request | status | code |
//! |---|---|---|
//! | without an `Authorization` header of the scheme `OAuth`, or without a token | 401 | 104 |
//! | with an unknown consumer key | 401 | 107 |
//! | with a token unknown for that key | 401 | 108 |
//! | with another signature method than `HMAC-SHA1`, or another signature | 401 | 109 |
//! | more than 300 seconds from the clock, or seen before | 401 | 110 |
//! | with a header, URI or `Host` that cannot be read | 400 | 26 |
//! | with a body that is missing, lacks a field, has a field that is no text, cannot be read | 400 | 13, 14, 15, 22 |
//! | with a body over 1 MiB that is no upload | 413 | 22 |
//! | to log in, with a wrong email or password | 401 | 106 |
//! | to log in, where a second factor is needed | 401 | 129 |
//! | to confirm it, with a wrong code, or for a login that is unknown, expired or had five wrong codes | 400 | 130, 131 |
//! | to log in, where there are 1,000 tokens | 400 | 27 |
//! | for a list, with RQL that cannot be read | 400 | 19 |
//! | to change another user than the own | 401 | 10 |
//! | for a path that is not there | 404 | 16 |
//! | for a file, with an unknown token, one for reading only, or to remove its last | 400, 401, 403 | 2605, 2606, 2607 |
//! | to upload a file over 256 MiB, or over 1 GiB of files together | 413 | 2610 |
//! | to upload, where there are 200 files | 400 | 27 |
//!
//! The API does not document what it answers to timestamps outside a window, nor to what cannot be read; those are choices.
//!
//! # Limits
//!
//! 640 connections at a time, each with a thread. Where there are more, the one that does nothing for longest is closed, or else the one
//! whose request takes longest to come, so that no number of slow clients keeps others out. A connection may be
//! silent for 60 seconds between requests. A head is up to 64 KiB and has to come within 10 seconds. A body has 60 seconds and one more for
//! each 64 KiB, an answer 10. What of a body is over 64 KiB shares 16 MiB of memory with others; where that is taken the answer is
//! 503. Files over 64 KiB are in unnamed files in the folder for temporary ones, which are gone with the process.
//! A million requests are remembered against replays, in ten minutes, in some 60 MB.

mod accounts;
mod answer;
mod budget;
mod clock;
mod connection;
mod explainer;
mod faults;
mod files;
mod gate;
mod http;
mod keys;
mod listen;
mod routes;
mod rql;
mod server;
mod tokens;
mod users;

use alloc::{boxed::Box, string::String, vec::Vec};
use core::{
    error, fmt,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};
use std::{
    io::{self, ErrorKind},
    net::TcpListener,
};

pub use accounts::{Account, Factor};
pub use keys::Keys;
use routes::Api;
use server::Server;

/// Takes one line for each request: method, path, status, and what was wrong. It holds no secret and no control character.
pub type Log = Box<dyn Fn(&str) + Send + Sync>;

/// What a sandbox is started with.
///
/// The default listens on a free port of `localhost`, has random keys, keeps no log, and neither waits nor fails.
#[non_exhaustive]
pub struct Options {
    /// The address to listen on; port 0 takes a free one. 127.0.0.1 and `::1` stand for `localhost` and so for both of them, where the
    /// machine has both. Others than loopback let the network in.
    pub address: SocketAddr,
    /// The credentials that are accepted; random ones where there are none.
    pub keys: Option<Keys>,
    /// Where to log to. It is called from many threads and should not block.
    pub log: Option<Log>,
    /// How many users there are, the two who can log in among them: from 2 to 100,000, and what is outside is taken as the
    /// nearest. They take no memory: they are made up when they are asked for.
    pub users: u32,
    /// How long every answer waits.
    pub latency: Duration,
    /// The share of requests that fail on purpose, from 0 to 1: they are answered 429, 500, 502 or 503 without having had an effect, or
    /// they have their effect and the connection is closed before or amid the answer.
    pub fail_rate: f64,
    /// Where the sequence of failures begins: it is the same for the same seed.
    pub seed: u64,
    /// Seconds by which the sandbox's clock is ahead, at most a century: for the `Date` of answers, times in bodies, and the window in
    /// which timestamps are taken.
    pub clock_offset: i64,
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
            .finish_non_exhaustive()
    }
}

/// Why a sandbox does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// It cannot listen on the address.
    Listen(SocketAddr, io::Error),
    /// The system gives it no thread.
    Thread(io::Error),
    /// The operating system gives no randomness to make keys of.
    Randomness,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, error) => {
                write!(formatter, "the sandbox cannot listen on {address}: {error}")?;
                match error.kind() {
                    ErrorKind::AddrInUse => formatter.write_str("; port 0 takes a free one"),
                    _ => Ok(()),
                }
            }
            Self::Thread(error) => write!(formatter, "the sandbox gets no thread: {error}"),
            Self::Randomness => {
                formatter.write_str("the operating system gives no random numbers for the keys")
            }
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

/// A running sandbox; dropping it ends it, its threads and its connections.
///
/// # Examples
///
/// ```
/// use exh_oauth1::sandbox::{Options, Sandbox};
///
/// let sandbox = Sandbox::start(Options::default())?;
/// for (name, value) in sandbox.variables() {
///     println!("export {name}={value}");
/// }
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub struct Sandbox {
    address: SocketAddr,
    keys: Keys,
    accounts: Vec<Account>,
    server: Server,
}

impl Sandbox {
    /// Starts listening and returns; requests are answered on threads of the sandbox's own.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`], [`Error::Thread`], and [`Error::Randomness`] where keys have to be made.
    pub fn start(options: Options) -> Result<Self, Error> {
        let keys = match &options.keys {
            Some(keys) => keys.clone(),
            None => Keys::random()?,
        };
        let listeners = listen::listen(options.address)?;
        let address = match listeners.first().map(TcpListener::local_addr) {
            Some(Ok(address)) => address,
            Some(Err(error)) => return Err(Error::Listen(options.address, error)),
            None => options.address,
        };
        let accounts = Vec::from([
            Account::plain(&users::id(0), users::LOGINS[0])?,
            Account::with_factors(&users::id(1), users::LOGINS[1])?,
        ]);
        let api = Api::new(options, &keys, keys::identifier()?, accounts.clone());
        let server = Server::start(listeners, api).map_err(Error::Thread)?;
        Ok(Self {
            address,
            keys,
            accounts,
            server,
        })
    }

    /// The made-up users who can log in: one with a password alone, to whom the token of the keys belongs, and one who needs a
    /// second factor.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The address it listens on, with the port it was given.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://`, host and port, to reach it from this machine: the host is `localhost` where it can be.
    pub fn base_url(&self) -> String {
        listen::base_url(self.address)
    }

    /// The environment variables that let Extra Horizon's clients call the sandbox. Among the values are secrets.
    pub fn variables(&self) -> [(&'static str, String); 5] {
        let Keys {
            consumer_key,
            consumer_secret,
            token,
            token_secret,
        } = &self.keys;
        [
            ("API_HOST", self.base_url()),
            ("API_OAUTH_CONSUMER_KEY", consumer_key.clone()),
            ("API_OAUTH_CONSUMER_SECRET", consumer_secret.clone()),
            ("API_OAUTH_TOKEN", token.clone()),
            ("API_OAUTH_TOKEN_SECRET", token_secret.clone()),
        ]
    }

    /// The configuration of a client with the credentials of [`variables`](Self::variables). The environment is not read.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`](crate::client::ConfigurationError) if the [keys](Options::keys) cannot be used.
    pub fn configuration(
        &self,
    ) -> Result<crate::client::Configuration, crate::client::ConfigurationError> {
        use crate::client::{Options, Settings};
        let variables = self.variables();
        Settings::read(Options::default(), |name| {
            let (_, value) = variables.iter().find(|(other, _)| *other == name)?;
            Some(value.into())
        })
        .configuration()
    }

    /// A client with the credentials of [`variables`](Self::variables).
    ///
    /// # Errors
    ///
    /// As [`configuration`](Self::configuration).
    ///
    /// # Examples
    ///
    /// ```
    /// use exh_oauth1::sandbox::{Options, Sandbox};
    ///
    /// let sandbox = Sandbox::start(Options::default())?;
    /// assert!(sandbox.client()?.me()?.email.is_some());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn client(&self) -> Result<crate::Client, crate::client::ConfigurationError> {
        crate::Client::builder(self.configuration()?).build()
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        self.server.join();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sandbox")
            .field("address", &self.address)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
