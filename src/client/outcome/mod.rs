//! The outcome of a call: a response or an error.
//!
//! | subject | file |
//! |---|---|
//! | responses | `response.rs`, `contents.rs` |
//! | errors, exit codes | `error.rs` |
//! | requests that cannot be sent | `request_error.rs` |
//! | failures of the network | `network_error.rs`, `phase.rs` |
//! | error responses of the API | `api_error.rs`, `error_body.rs`, `codes.rs` |
//! | pages that do not fit a list | `page_fault.rs` |
//! | what to do next | `hint.rs` |
//! | each attempt of a call | `attempt.rs` |
//! | correction of a wrong clock | `clock.rs` |

pub(super) mod api_error;
pub(super) mod attempt;
pub(super) mod clock;
pub(super) mod codes;
pub(super) mod contents;
pub(super) mod error;
pub(super) mod error_body;
pub(super) mod hint;
pub(super) mod network_error;
pub(super) mod page_fault;
pub(super) mod phase;
pub(super) mod request_error;
pub(super) mod response;
