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

/// Sends a request, and writes the answer's body beside the file until it is complete: then that takes the file's place.
pub(crate) fn save(request: RequestBuilder, path: &Path) -> Result<Response, Failure> {
    let cannot = |error: io::Error| {
        Failure::unavailable(format_args!("cannot write {}: {error}", path.display()))
    };
    // A device or a pipe is written to.
    if fs::metadata(path).is_ok_and(|target| !target.is_file()) {
        let mut file = File::options().write(true).open(path).map_err(cannot)?;
        return copy(request, &mut file);
    }
    let mut file = Replacement::begin(path, Access::Usual).map_err(cannot)?;
    let response = copy(request, file.file())?;
    file.finish().map_err(cannot)?;
    Ok(response)
}

fn copy(request: RequestBuilder, file: &mut File) -> Result<Response, Failure> {
    let download = request.open()?;
    let bar = bar(download.length());
    let response = download.copy_to(&mut bar.wrap_write(file));
    bar.finish_and_clear();
    Ok(response?)
}

fn bar(length: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match length {
        Some(length) => (
            ProgressBar::new(length),
            "{bytes} of {total_bytes} {wide_bar} {eta}",
        ),
        None => (ProgressBar::no_length(), "{bytes} {bytes_per_sec}"),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
