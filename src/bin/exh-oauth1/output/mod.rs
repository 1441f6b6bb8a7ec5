//! What goes out: the response to standard output, everything else to standard error.
//!
//! | subject | file |
//! |---|---|
//! | the response body and headers | `stdout.rs`, `json.rs` |
//! | notes, warnings | `stderr.rs` |
//! | errors | `report.rs` |
//! | what was sent: attempts, base string | `attempts.rs`, `base_string.rs` |
//! | a request as a curl command | `curl.rs` |
//! | what `explain` found | `explanation/` |
//! | files | `download.rs`, `replacement.rs` |
//! | colours | `terminal.rs` |

pub(crate) mod attempts;
pub(crate) mod base_string;
pub(crate) mod curl;
pub(crate) mod download;
pub(crate) mod explanation;
pub(crate) mod json;
pub(crate) mod replacement;
pub(crate) mod report;
pub(crate) mod stderr;
pub(crate) mod stdout;
pub(crate) mod terminal;
