//! A mock server of a small part of Extra Horizon's API. It checks every signature strictly and says what is wrong.
//!
//! It is for trying out and for tests, without an account. It knows one client and one token, which are generated when
//! it starts, and creates more tokens for users who log in. It speaks plain HTTP and keeps everything in memory or in
//! temporary files. A page at `/_/` shows the requests.
//!
//! # What it serves
//!
//! | calls | |
//! |---|---|
//! | `GET /users/v1/`, `/users/v1/patients`, `/users/v1/staff` | lists of the users; every tenth is staff |
//! | `GET /users/v1/me`, `/users/v1/{id}`, `/users/v1/health` | one user; the last needs no signature |
//! | `PUT /users/v1/{id}` | a change of one's own names, language, time zone or phone number |
//! | `POST /auth/v2/oauth1/tokens`, `/auth/v2/oauth1/tokens/mfa` | a login, and its second factor |
//! | `GET /auth/v2/oauth1/tokens`, `DELETE /auth/v2/oauth1/tokens/{id}` | one's own tokens; one token revoked |
//! | `POST /files/v1/` | an upload |
//! | `GET /files/v1/`, `/files/v1/{token}/details`, `/files/v1/{token}/file` | a list of all files; the description and the content of one |
//! | `DELETE /files/v1/{token}` | a file deleted |
//! | `POST /files/v1/{token}/tokens`, `DELETE /files/v1/{token}/tokens/{other}` | a file shared, and no longer shared |
//!
//! An `id` is 24 hexadecimal digits. Any other method and path gets code 903. Lists accept RQL with every verb of Extra
//! Horizon's SDK. A page of a list has 20 items, or the number in `limit`, up to 50.
//!
//! With [`Options::echo`] it accepts every method and path, every place of the signature, and the signature methods
//! HMAC-SHA1, HMAC-SHA256, HMAC-SHA512 and PLAINTEXT, and RSA if a key is given. The response describes the request.
//!
//! # What it rejects
//!
//! Errors are the API's own: `{"code":109,"name":"OAUTH_SIGNATURE_EXCEPTION","message":"…"}`.
//!
//! | request | status | code |
//! |---|---|---|
//! | not signed, signed in the query or form, or signed without a token | 401 | 104 |
//! | unknown consumer key | 401 | 107 |
//! | token unknown for that key | 401 | 108 |
//! | a signature method other than `HMAC-SHA1`, or a signature that does not match | 401 | 109 |
//! | a timestamp more than 300 seconds from the clock, or a nonce that was used already | 401 | 110 |
//! | a header, URI or `Host` that cannot be read | 400 | 26 |
//! | a body that is missing, lacks a field, has a field that is not text, or cannot be read | 400 | 13, 14, 15, 22 |
//! | a body over 64 KiB that is not an upload | 413 | 22 |
//! | a login with a wrong email or password | 401 | 106 |
//! | a login that needs a second factor | 401 | 129 |
//! | a wrong code, or a login that is unknown, expired or had five wrong codes | 400 | 130, 131 |
//! | a login while there are 1,000 tokens | 400 | 27 |
//! | RQL that cannot be read, or that exceeds a limit | 400 | 19 |
//! | a change of another user | 401 | 10 |
//! | a user or token that does not exist | 404 | 16 |
//! | a method and path that are not served | 404 | 903 |
//! | a file token that is unknown or has read access only, or removing the last one | 400, 401, 403 | 2605, 2606, 2607 |
//! | a file over 256 MiB, or over 1 GiB of files together | 413 | 2610 |
//! | an upload while there are 200 files | 400 | 27 |
//!
//! The API does not document how it responds to old timestamps or to requests that cannot be read. Those are choices.
//!
//! # Limits
//!
//! - 640 connections, each with a thread; more clients wait. From 600 on, a connection ends after its response, and a
//!   client has half a second for each step, so that slow clients do not block others.
//! - Otherwise a connection may be idle for 60 seconds. Headers have 64 KiB and 10 seconds; a body has 60 seconds and a
//!   response 10, plus a second for each 64 KiB.
//! - A query has 16 KiB, 40 calls up to 8 deep, 1,000 field names and values, and sorts by 8 fields.
//! - A signature is explained for the known consumer key only, if URL and form have up to 8 KiB and fewer than 8
//!   requests wait for it.
//! - Files over 64 KiB are temporary files without a name. A million requests are remembered against replays, in about
//!   60 MB.
//! - The page keeps 500 requests, in 4 MiB. 16 pages may be open.

// | subject | where |
// |---|---|
// | how it is started | `options.rs`, `keys.rs`, `listen.rs` |
// | HTTP/1.1 | `http/` |
// | what is served of the API | `routes/`, `rql/` |
// | what is stored | `store/` |
// | who is calling | `gate.rs`, `target.rs` |
// | why a signature is wrong | `explainer.rs` |
// | responses and error bodies | `response.rs` |
// | failures on purpose, the clock | `faults.rs`, `clock.rs` |
// | the response of `--echo` | `echo.rs` |
// | the page that shows requests | `page/` |
// | secrets are not shown | `mask.rs` |

mod clock;
mod echo;
mod explainer;
mod faults;
mod gate;
mod http;
mod keys;
mod listen;
mod mask;
mod options;
mod page;
mod response;
mod routes;
mod rql;
mod store;
mod target;

use std::{
    fmt,
    net::{SocketAddr, TcpListener},
    thread,
};

use http::Server;
pub use keys::Keys;
pub use options::{Error, Log, Options};
use page::Page;
use routes::Api;
pub use store::{Account, Factor};
use store::{LOGINS, id};

/// A running sandbox. It ends when this is dropped; connections that are still open end within two seconds.
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
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Sandbox {
    address: SocketAddr,
    keys: Keys,
    accounts: Vec<Account>,
    page: Option<String>,
    _server: Server,
}

impl Sandbox {
    /// Starts listening and returns. The sandbox has its own threads.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`], [`Error::Thread`] or [`Error::Randomness`].
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
        let accounts = Vec::from([Account::plain(&id(0), LOGINS[0])?, Account::with_factors(&id(1), LOGINS[1])?]);
        let is_local = options.address.ip().is_loopback();
        let base_url = listen::base_url(address);
        let page = match is_local || options.page {
            true => Some(Page::new(is_local, base_url.clone())?),
            false => None,
        };
        let page_url = page.as_ref().map(|page| [&base_url, page.path()].concat());
        let api = Api::new(options, &keys, accounts.clone(), page)?;
        Ok(Self {
            address,
            keys,
            accounts,
            page: page_url,
            _server: Server::start(listeners, api).map_err(Error::Thread)?,
        })
    }

    /// The URL of the page that shows the requests. None if it is not served.
    pub fn page_url(&self) -> Option<&str> {
        self.page.as_deref()
    }

    /// The users who can log in. The first needs only a password, and the token of the keys is that user's. The second
    /// needs a second factor.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The address that it listens on, with the port in use.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL for clients on this machine: `http://`, host and port. The host is `localhost` if possible.
    pub fn base_url(&self) -> String {
        listen::base_url(self.address)
    }

    /// The environment variables with which Extra Horizon's clients call the sandbox. Some of the values are secrets.
    pub fn variables(&self) -> [(&'static str, String); 5] {
        let Keys { consumer_key, consumer_secret, token, token_secret } = &self.keys;
        [
            ("API_HOST", self.base_url()),
            ("API_OAUTH_CONSUMER_KEY", consumer_key.clone()),
            ("API_OAUTH_CONSUMER_SECRET", consumer_secret.clone()),
            ("API_OAUTH_TOKEN", token.clone()),
            ("API_OAUTH_TOKEN_SECRET", token_secret.clone()),
        ]
    }

    /// The configuration of a client with the credentials of [`variables`](Self::variables). The environment is not
    /// read.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`](crate::client::ConfigurationError) if the [keys](Options::keys) cannot be used.
    pub fn configuration(&self) -> Result<crate::client::Configuration, crate::client::ConfigurationError> {
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
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn client(&self) -> Result<crate::Client, crate::client::ConfigurationError> {
        crate::Client::builder(self.configuration()?).build()
    }

    /// Serves until the process ends.
    pub fn wait(self) {
        loop {
            thread::park();
        }
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
