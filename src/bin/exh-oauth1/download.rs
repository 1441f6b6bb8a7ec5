//! An answer that goes to a file.

use std::{
    fs::{self, File},
    io::{self, IsTerminal as _},
    path::Path,
};

use exh_oauth1::client::{RequestBuilder, Response};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    failure::Failure,
    replacement::{Access, Replacement},
};

/// Sends a request, and writes the answer's body to a file.
pub(crate) fn save(request: RequestBuilder, path: &Path) -> Result<Response, Failure> {
    replace(path, |file| copy(request, file))
}

/// Has something written beside a file until it is complete: then that takes the file's place.
pub(crate) fn replace<T>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let cannot = |error: io::Error| {
        Failure::unavailable(format_args!("cannot write {}: {error}", path.display()))
    };
    // A device or a pipe is written to.
    if fs::metadata(path).is_ok_and(|target| !target.is_file()) {
        let mut file = File::options().write(true).open(path).map_err(cannot)?;
        return write(&mut file);
    }
    let mut file = Replacement::begin(path, Access::Usual).map_err(cannot)?;
    let written = write(file.file())?;
    file.finish().map_err(cannot)?;
    Ok(written)
}

fn copy(request: RequestBuilder, file: &mut File) -> Result<Response, Failure> {
    let download = request.open()?;
    let bar = match download.length() {
        length @ Some(_) => bar(length, "{bytes} of {total_bytes} {wide_bar} {eta}"),
        None => bar(None, "{bytes} {bytes_per_sec}"),
    };
    let response = download.copy_to(&mut bar.wrap_write(file));
    bar.finish_and_clear();
    Ok(response?)
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
