//! What came of a call: a response or an error.
//!
//! | subject | file |
//! |---|---|
//! | responses | `response.rs` |
//! | errors, exit codes | `error.rs` |
//! | error bodies of the API | `refusal.rs`, `codes.rs` |
//! | the server's clock | `clock.rs` |

pub(super) mod clock;
pub(super) mod codes;
pub(super) mod error;
pub(super) mod refusal;
pub(super) mod response;
