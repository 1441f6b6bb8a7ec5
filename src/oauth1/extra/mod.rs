//! What some clients need in addition to a signed header.

mod body_hash;
mod external;
pub mod flow;
mod form;
#[cfg(feature = "http")]
mod http;
mod messages;
mod options;
mod placement;
mod steps;
#[cfg(feature = "system")]
mod system;

pub use body_hash::BodyHashError;
pub use external::External;
pub use form::encode_pairs;
#[cfg(feature = "http")]
pub use http::HttpError;
pub(super) use options::OWN;
#[cfg(feature = "system")]
pub use system::{AuthorizeError, timestamp};
