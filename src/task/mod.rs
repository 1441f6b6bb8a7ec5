//! Tasks of Extra Horizon's task service, in Rust.
//!
//! The service runs a task on AWS Lambda, as a zip with a program `bootstrap` or as an image, and any number of copies of it.
//! [`run`] speaks Lambda's runtime interface; started by hand, or as a container that runs once, the same program takes its
//! event from `--event FILE|-` (none is an empty object) and prints the result.
//!
//! ```no_run
//! use exh_oauth1::task::{self, Context, Event, json};
//!
//! fn main() -> std::process::ExitCode {
//!     task::run(|event: Event, context: &Context| {
//!         let me = context.client().me()?;
//!         println!("hello {}", me.first_name.unwrap_or_default());
//!         Ok(json!({ "id": me.id, "task": event.id }))
//!     })
//! }
//! ```
//!
//! The client is made before the first event is worked on, and lives with its connections as long as the process; a task that
//! calls nothing has none ([`Runner::without_client`]). An error of any kind becomes `{errorType, errorMessage}`; the type is a stable
//! name, for `errorsToRetry` in `task-config.json` (the table is at [`Error`]). A panic is reported as `PANIC`, and the
//! process ends.
//!
//! | subject | file |
//! |---|---|
//! | what a task is given | `event.rs`, `http.rs` (API functions), `context.rs` |
//! | errors and their names | `error.rs`, `panic.rs` |
//! | Lambda's runtime interface | `runtime_api.rs` |
//! | running | `runner.rs`, `arguments.rs` (by hand) |

mod arguments;
mod context;
mod error;
mod event;
mod http;
mod panic;
mod runner;
mod runtime_api;

use std::process::ExitCode;

use serde::{Serialize, de::DeserializeOwned};
pub use serde_json::{Value, json};

pub use context::Context;
pub use error::Error;
pub use event::Event;
pub use http::{HttpRequest, HttpResponse};
pub use runner::{Runner, is_on_lambda};

/// Runs a task: under AWS Lambda for each event until the process is ended, and else once.
///
/// The event may be of any type that JSON can be read into: [`Event`] for tasks, [`HttpRequest`] for API functions. The
/// result may be any that JSON can say.
///
/// Standard output and standard error are the task's log under Lambda. By hand the result is the last line on standard
/// output, an error is one line of JSON on standard error, and the exit code is 0, 2 for an event, configuration or
/// arguments that cannot be used, that of [`client::Error::exit_code`](crate::client::Error::exit_code) for a call that
/// failed, and else 1.
pub fn run<E: DeserializeOwned, R: Serialize>(
    handler: impl FnMut(E, &Context) -> Result<R, Error>,
) -> ExitCode {
    Runner::new().run(handler)
}
