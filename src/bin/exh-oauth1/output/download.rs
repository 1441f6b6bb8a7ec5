//! An answer that goes to a file, or as it comes to standard output.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, IsTerminal as _, Write},
    path::Path,
};

use exh_oauth1::client::{Download, Error, RequestBuilder, Response};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{
    replacement::{Access, Replacement},
    stdout,
};
use crate::{failure::Failure, input::files};

/// Sends a request, and writes the answer's body to a file, or to standard output as it comes; its head, where that is wanted,
/// goes to standard output before.
pub(crate) fn save(
    request: RequestBuilder,
    path: &Path,
    include: bool,
) -> Result<Response, Failure> {
    if !is_standard_output(path) {
        return replace(path, |file| Ok(copy(begin(request, include)?, file)?));
    }
    let download = begin(request, include)?;
    let response = download.response().clone();
    match copy(download, &mut io::stdout().lock()) {
        // Who closes the pipe has read enough.
        Err(Error::Download(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(response),
        other => Ok(other?),
    }
}

fn begin(request: RequestBuilder, include: bool) -> Result<Download, Failure> {
    let download = request.open()?;
    if include {
        stdout::headers(download.response())?;
    }
    Ok(download)
}

/// Whether a path is standard output, which is written to where it is.
pub(crate) fn is_standard_output(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        .iter()
        .any(|one| path == Path::new(one))
}

/// Has something written beside a file until it is complete: then that takes the file's place.
pub(crate) fn replace<T>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let cannot = |error: io::Error| Failure::cannot_write(path, &error);
    // A device or a pipe is written to, and what is open already.
    let is_open = path.starts_with("/dev/fd") || path == Path::new("/dev/stderr");
    if is_open || fs::metadata(path).is_ok_and(|target| !target.is_file()) {
        let mut file = files::open(File::options().append(true), path).map_err(cannot)?;
        return write(&mut file);
    }
    let mut file = Replacement::begin(path, Access::Usual).map_err(cannot)?;
    let written = write(file.file())?;
    file.finish().map_err(cannot)?;
    Ok(written)
}

fn copy(download: Download, out: &mut impl Write) -> Result<Response, Error> {
    let bar = match download.length() {
        length @ Some(_) => bar(length, "{bytes} of {total_bytes} {wide_bar} {eta}"),
        None => bar(None, "{bytes} {bytes_per_sec}"),
    };
    let response = download.copy_to(&mut bar.wrap_write(out));
    bar.finish_and_clear();
    response
}

/// A progress bar on standard error, where that is a terminal.
pub(crate) fn bar(length: Option<u64>, template: &str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = length.map_or_else(ProgressBar::no_length, ProgressBar::new);
    bar.set_draw_target(ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
