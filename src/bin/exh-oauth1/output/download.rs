//! A response body that is written to a file, or to standard output as it comes.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, IsTerminal as _, Write},
    path::Path,
};

use exh_oauth1::client::{Download, Error, RequestBuilder, Response};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{
    replacement::{Content, Replacement},
    stdout,
};
use crate::{failure::Failure, input::files};

/// Sends a request, and writes the response body to a file, or to standard output as it comes. With `include`, its
/// headers are printed first.
pub(crate) fn save(request: RequestBuilder, path: &Path, include: bool) -> Result<Response, Failure> {
    if !is_standard_output(path) {
        return replace(path, |file| Ok(copy(begin(request, include)?, file)?));
    }
    let download = begin(request, include)?;
    let response = download.response().clone();
    match copy(download, &mut io::stdout().lock()) {
        // A reader that closes the pipe has read enough.
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

/// Whether a path is standard output.
pub(crate) fn is_standard_output(path: &Path) -> bool {
    descriptor(path) == Some(1)
}

/// The number of the descriptor in a path, such as `/dev/fd/3`.
fn descriptor(path: &Path) -> Option<i32> {
    match path.to_str()? {
        "-" | "/dev/stdout" => Some(1),
        "/dev/stderr" => Some(2),
        path => ["/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/"]
            .iter()
            .find_map(|folder| path.strip_prefix(folder))?
            .parse()
            .ok(),
    }
}

/// Opens a descriptor that the program was started with, so that its position is shared with others that write to it.
#[cfg(target_os = "linux")]
fn open_descriptor(number: i32, path: &Path) -> io::Result<File> {
    use rustix::{
        io::Errno,
        process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open},
    };
    // Descriptors that the program itself opened are closed on exec; those that it was started with are not.
    let closed_on_exec = rustix::fs::OFlags::CLOEXEC.bits();
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{number}")).unwrap_or_default();
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    if flags.is_none_or(|flags| flags & closed_on_exec != 0) {
        return Err(Errno::BADF.into());
    }
    let this = pidfd_open(getpid(), PidfdFlags::empty());
    match this.and_then(|this| pidfd_getfd(this, number, PidfdGetfdFlags::empty())) {
        Ok(file) => Ok(file.into()),
        // Some containers forbid these calls. At the end of the file, nothing is overwritten.
        Err(_) => files::open(File::options().append(true), path),
    }
}

/// Opens a descriptor. Its path does that on these systems.
#[cfg(not(target_os = "linux"))]
fn open_descriptor(_: i32, path: &Path) -> io::Result<File> {
    files::open(File::options().append(true), path)
}

/// Writes to another file, which takes the place of the one at `path` when it is complete. Devices, pipes and
/// descriptors are written to directly.
pub(crate) fn replace<T>(path: &Path, write: impl FnOnce(&mut File) -> Result<T, Failure>) -> Result<T, Failure> {
    let cannot_write = |error: io::Error| Failure::cannot_write(path, &error);
    let opened = match descriptor(path) {
        Some(number) => Some(open_descriptor(number, path)),
        None if fs::metadata(path).is_ok_and(|target| !target.is_file()) => {
            Some(files::open(File::options().append(true), path))
        }
        None => None,
    };
    if let Some(file) = opened {
        return write(&mut file.map_err(cannot_write)?);
    }
    let mut file = Replacement::begin(path, Content::Other).map_err(cannot_write)?;
    let written = write(file.file())?;
    file.finish().map_err(cannot_write)?;
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

/// A progress bar on standard error, if that is a terminal.
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
