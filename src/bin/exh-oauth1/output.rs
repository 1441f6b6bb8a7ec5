//! Standard output, which carries the answer only, and standard error, which carries everything else.

use std::{
    env,
    io::{self, ErrorKind, IsTerminal as _, Write as _},
};

use exh_oauth1::client::Response;

use crate::{
    failure::Failure,
    json::{self, Colors},
};

/// Prints a body: as it is into a pipe or file, fit to be read on a terminal.
pub(crate) fn body(bytes: &[u8]) -> Result<(), Failure> {
    if !io::stdout().is_terminal() {
        return write(bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    let is_plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colors = if is_plain { Colors::NONE } else { Colors::ANSI };
    let mut text = json::pretty(&text, colors).unwrap_or_else(|| json::escaped(&text));
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    write(text.as_bytes())
}

/// Prints the head of an answer.
pub(crate) fn head(response: &Response) -> Result<(), Failure> {
    let mut text = format!("HTTP {}\n", response.status());
    for (name, value) in response.headers() {
        let value = String::from_utf8_lossy(value);
        text.push_str(&json::escaped(&format!("{name}: {value}")));
        text.push('\n');
    }
    line(&text)
}

/// Prints a line of our own.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    write(format!("{text}\n").as_bytes())
}

fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        // Who closes the pipe has read enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::unavailable(
            format_args!("cannot write to standard output: {error}"),
        )),
        _ => Ok(()),
    }
}

/// Says something on standard error, where it can be said.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
