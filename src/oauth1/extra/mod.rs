//! What some clients need in addition to a signed header.

mod body_hash;
mod external;
pub mod flow;
mod form;
#[cfg(feature = "http")]
mod http;
mod placement;
mod steps;
#[cfg(feature = "system")]
mod system;

pub use body_hash::BodyHashError;
pub use external::External;
#[cfg(feature = "http")]
pub use http::HttpError;
#[cfg(feature = "system")]
pub use system::{AuthorizeError, timestamp};
