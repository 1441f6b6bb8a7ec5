//! Reports a panic from the panic hook, because nothing runs after it in a program that aborts on panic.

use std::{
    panic::{self, PanicHookInfo},
    process, thread,
};

use super::Error;

/// Reports a panic of this thread and ends the process with exit code 1. A panic of another thread is only logged,
/// unless the program aborts on panic.
pub(super) fn report_by(report: impl Fn(&Error) + Send + Sync + 'static) {
    let runner = thread::current().id();
    panic::set_hook(Box::new(move |information| {
        let error = error(information);
        if cfg!(panic = "abort") || thread::current().id() == runner {
            report(&error);
            process::exit(1);
        }
        log::error!("another thread panicked: {}", error.message());
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
