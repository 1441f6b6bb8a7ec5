//! A panic is reported from the panic hook: where the profile aborts, nothing runs after it.

use std::{
    panic::{self, PanicHookInfo},
    process, thread,
};

use super::Error;

/// Reports a panic of this thread, and ends the process with 1. One of another thread is that thread's own matter, unless
/// the program is built to abort.
pub(super) fn report_by(report: impl Fn(&Error) + Send + Sync + 'static) {
    let runner = thread::current().id();
    let earlier = panic::take_hook();
    panic::set_hook(Box::new(move |information| {
        earlier(information);
        if cfg!(panic = "abort") || thread::current().id() == runner {
            report(&error(information));
            process::exit(1);
        }
    }));
}

fn error(information: &PanicHookInfo<'_>) -> Error {
    let payload = information.payload();
    let message = match payload.downcast_ref::<String>() {
        Some(text) => text.as_str(),
        None => payload.downcast_ref::<&str>().unwrap_or(&"no message"),
    };
    match information.location() {
        Some(place) => Error::new("PANIC", format_args!("{message} (at {place})")),
        None => Error::new("PANIC", message),
    }
}
