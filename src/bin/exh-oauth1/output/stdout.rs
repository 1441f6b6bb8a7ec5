//! Standard output: the response, and nothing else.

use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Read, Write};

use exh_oauth1::client::{Error, Response};

use super::{
    json::{self, Colors},
    terminal::has_colour,
};
use crate::failure::Failure;

/// The largest JSON that is indented, in bytes. Parsing it may take the same memory again.
const LARGEST_LAID_OUT: usize = 8 << 20;

/// Prints a body: unchanged into a pipe or file, indented and escaped on a terminal.
pub(crate) fn body(bytes: &[u8]) -> Result<(), Failure> {
    if !io::stdout().is_terminal() {
        return write(bytes);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    ignore_closed_pipe(show(&mut out, bytes, colors()).and_then(|()| out.flush()))
}

/// The colours of JSON on standard output.
pub(crate) fn colors() -> Colors {
    if has_colour(&io::stdout()) { Colors::ANSI } else { Colors::NONE }
}

fn show(out: &mut impl Write, bytes: &[u8], colors: Colors) -> io::Result<()> {
    let text = str::from_utf8(bytes).ok();
    if let Some(text) = text.filter(|text| text.len() <= LARGEST_LAID_OUT && json::is_json(text)) {
        json::write_pretty(out, text, colors)?;
        return out.write_all(b"\n");
    }
    for chunk in bytes.utf8_chunks() {
        json::write_escaped(out, chunk.valid())?;
        if !chunk.invalid().is_empty() {
            out.write_all("\u{fffd}".as_bytes())?;
        }
    }
    match bytes.last() {
        None | Some(b'\n') => Ok(()),
        Some(_) => out.write_all(b"\n"),
    }
}

/// Prints the status and the headers of a response.
pub(crate) fn headers(response: &Response) -> Result<(), Failure> {
    let mut text = format!("HTTP {}\n", response.status());
    for (name, value) in response.headers() {
        let value = String::from_utf8_lossy(value);
        text.push_str(&json::escaped(&format!("{name}: {value}")));
        text.push('\n');
    }
    line(&text)
}

/// Copies a reader unchanged.
pub(crate) fn copy(reader: &mut impl Read) -> Result<(), Failure> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => write(&buffer[..length])?,
            Err(error) => return Err(Error::Upload(error).into()),
        }
    }
}

/// Prints a line.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    write(format!("{text}\n").as_bytes())
}

fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    ignore_closed_pipe(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// A closed pipe is not an error.
pub(crate) fn ignore_closed_pipe(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        // The reader of the pipe has enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::unavailable(format_args!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Whether both streams go to the same pipe or file. A terminal gets the end of a line with each body.
pub(crate) fn is_shared_with_stderr() -> bool {
    #[cfg(unix)]
    {
        let identity = |stat: rustix::fs::Stat| (stat.st_dev, stat.st_ino);
        let [out, err] = [rustix::fs::fstat(io::stdout()).map(identity), rustix::fs::fstat(io::stderr()).map(identity)];
        !io::stdout().is_terminal() && out.is_ok() && out == err
    }
    #[cfg(not(unix))]
    false
}
