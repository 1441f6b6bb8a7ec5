//! Run a Rust function as a task of Extra Horizon's task service.
//!
//! The service runs tasks on AWS Lambda, as a zip with a program `bootstrap` or as a container image. [`run`] speaks
//! Lambda's runtime API. Started by hand, or as a container that runs once, the same program reads its event with
//! `--event FILE` (`-` is standard input; the default is an empty object), accepts a `--time-limit` in seconds, and
//! prints the result.
//!
//! ```no_run
//! use exh_oauth1::task::{self, Context, Event, json};
//!
//! fn main() -> std::process::ExitCode {
//!     task::run(|event: Event, context: &Context| {
//!         let me = context.client().me()?;
//!         log::info!("hello {}", me.first_name.unwrap_or_default());
//!         Ok(json!({ "id": me.id, "task": event.id }))
//!     })
//! }
//! ```
//!
//! - **Input**: [`Event`] for tasks, [`HttpRequest`] for API functions, or any type that implements `Deserialize`.
//! - **Client**: made before the first event; it keeps its connections as long as the process lives. A task that does
//!   not call the API uses [`Runner::without_client`].
//! - **Errors**: any error becomes `{errorType, errorMessage}`. The type is a stable name for `errorsToRetry` in
//!   `task-config.json`; [`Error`] lists the names. A panic is reported as `PANIC`, and the process ends.
//! - **Log**: use the macros of the crate `log`. Each line on standard error has the time, the level and the request
//!   id; with `AWS_LAMBDA_LOG_FORMAT=JSON` it is a JSON object. `AWS_LAMBDA_LOG_LEVEL` sets the lowest level (default:
//!   `INFO`). Values of the environment's secrets are masked.
//! - **Tests**: call the handler with [`Event::new`] and [`Context::new`].

mod arguments;
mod context;
mod error;
mod event;
mod http;
mod logger;
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

/// Runs a task: on AWS Lambda for every event until the process is ended, otherwise once.
///
/// The event can be of any type that implements `Deserialize`, the result of any that implements `Serialize`.
///
/// On Lambda, standard output and standard error are the task's log. By hand, the result is the last line on standard
/// output, and an error is one line of JSON on standard error. The exit code is 0; 2 if the event, the configuration or
/// the arguments cannot be used; [`client::Error::exit_code`](crate::client::Error::exit_code) if a call failed;
/// otherwise 1.
pub fn run<E: DeserializeOwned, R: Serialize>(handler: impl FnMut(E, &Context) -> Result<R, Error>) -> ExitCode {
    Runner::new().run(handler)
}
