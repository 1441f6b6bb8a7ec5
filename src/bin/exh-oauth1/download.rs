//! An answer that goes to a file.

use std::{
    fs::{self, File},
    io::{self, IsTerminal as _},
    path::Path,
};

use exh_oauth1::client::{RequestBuilder, Response};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tempfile::NamedTempFile;

use crate::failure::Failure;

/// Sends a request, and writes the answer's body beside the file until it is complete: then that takes the file's place.
pub(crate) fn save(request: RequestBuilder, path: &Path) -> Result<Response, Failure> {
    let cannot = |error: io::Error| {
        Failure::unavailable(format_args!("cannot write {}: {error}", path.display()))
    };
    // A link stays one, and a device or a pipe is written to.
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(cannot(error)),
    };
    if fs::metadata(&target).is_ok_and(|target| !target.is_file()) {
        let mut file = File::options().write(true).open(&target).map_err(cannot)?;
        return copy(request, &mut file);
    }
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = beside(folder).map_err(cannot)?;
    let response = copy(request, file.as_file_mut())?;
    file.as_file().sync_all().map_err(cannot)?;
    file.persist(&target).map_err(|error| cannot(error.error))?;
    Ok(response)
}

fn copy(request: RequestBuilder, file: &mut File) -> Result<Response, Failure> {
    let download = request.open()?;
    let bar = bar(download.length());
    let response = download.copy_to(&mut bar.wrap_write(file));
    bar.finish_and_clear();
    Ok(response?)
}

/// A new file with the rights that any new file has, and no name that others know.
fn beside(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".exh-oauth1-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The process's own mask is taken off.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
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
