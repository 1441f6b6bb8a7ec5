//! The blocking client of Extra Horizon's API.
//!
//! [`Client::from_env`] reads the credentials from the environment or a file. [`Client::builder`] has the other
//! settings. [`Client::me`] gets the user; [`Client::request`] makes any other call, and [`RequestBuilder::items`]
//! follows a list to its end.
//!
//! ```no_run
//! use exh_oauth1::client::{Client, Configuration, Error, ErrorCode, Retry};
//! use std::time::Duration;
//!
//! let client = Client::builder(Configuration::from_env()?)
//!     .timeout(Duration::from_secs(10))
//!     .retry(Retry::times(2))
//!     .build()?;
//! match client.me() {
//!     Ok(me) => println!("{}", me.id),
//!     Err(Error::Api(error)) if error.code == Some(ErrorCode::OauthSignature) => eprintln!("a secret is wrong"),
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Each attempt is signed afresh, and sent only to the host that the configuration names. Redirects are errors, and so
//! is plain HTTP to another machine. Times, headers and bodies have limits. Only calls that [`Retry`] covers are
//! retried.
//!
//! - **Settings**: [`Settings`] finds them, and says where each came from; [`CredentialsFile`] changes a file.
//! - **Errors**: [`Error`] has what happened; [`ApiError`] is an error response, and [`ErrorCode`] its code.
//! - **Lists**: [`Rql`] builds a query; [`Pages`] and [`Items`] are lists, page by page.
//! - **Files**: [`Multipart`] uploads; [`RequestBuilder::download`] and [`RequestBuilder::open`] stream.

// | subject | folder |
// |---|---|
// | where the API is, and which credentials sign the requests | `settings/` |
// | connections: names, TLS, timeouts, errors | `transport/` |
// | responses, errors, exit codes | `outcome/` |
// | the client: limits, headers, retries, trusted CA certificates | `agent/` |
// | requests, and sending them | `call/` |
// | what Extra Horizon's API offers: login, users, lists | `api/` |

mod agent;
mod api;
mod call;
mod outcome;
mod settings;
mod transport;

pub use agent::{builder::ClientBuilder, certificates::CaCertificates, client::Client, retry::Retry};
pub use api::{
    authentication::{Login, Method, NewToken, SecondFactor, Token},
    pages::{Items, Page, Pages},
    rql::Rql,
    rql_text::{RqlError, RqlProblem},
    user::{Enlistment, ME, Role, User},
};
pub use call::{
    download::Download, multipart::Multipart, request::RequestBuilder, signed::SignedRequest, signing::Placement,
};
pub use outcome::{
    api_error::ApiError,
    attempt::{Attempt, Outcome},
    codes::ErrorCode,
    error::{Error, Unexpected},
    network_error::NetworkError,
    page_fault::PageFault,
    phase::{NetworkErrorKind, Phase},
    request_error::RequestError,
    response::Response,
};
#[cfg(feature = "task")]
pub(crate) use settings::credentials_file::read_bounded;
pub use settings::{
    ca_file_error::CaFileError,
    configuration::Configuration,
    configuration_error::{ConfigurationError, Misspelled, Problem, ValueError},
    credentials_file::{CredentialsFile, FileError},
    found::{FoundValue, StrayCharacters},
    host::{BaseUrl, HostError},
    lookup::Settings,
    options::Options,
    profile::{Profile, ProfileError},
    proxy::PROXY_VARIABLES,
    source_file::{NamedBy, SourceFile},
    sources::{Source, Sources, Variable},
};
