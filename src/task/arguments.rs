//! What a task may be given when it is started by hand.

use std::{
    ffi::OsString,
    io::{self, Read as _},
    path::Path,
};

use super::Error;
use crate::client::{FileError, read_bounded};

/// The most that Lambda takes for an event, in bytes.
const LIMIT: u64 = 6 << 20;

/// The event that the arguments name; none is empty.
pub(super) fn event(mut arguments: impl Iterator<Item = OsString>) -> Result<Vec<u8>, Error> {
    let mut event = Vec::new();
    while let Some(argument) = arguments.next() {
        let path = match argument
            .to_str()
            .and_then(|text| text.strip_prefix("--event"))
        {
            Some("") => arguments
                .next()
                .ok_or_else(|| usage("--event has to name a file, or - for standard input"))?,
            Some(rest) if rest.starts_with('=') => rest[1..].into(),
            _ => {
                return Err(usage(format_args!(
                    "{argument:?} is not known: give --event FILE, or --event - for standard input"
                )));
            }
        };
        event = read(Path::new(&path))?;
    }
    Ok(event)
}

/// Reads an event from a file, or from standard input for `-`.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let about =
        |error: &dyn core::fmt::Display| usage(format_args!("event {}: {error}", path.display()));
    if path != Path::new("-") {
        return match read_bounded(path, LIMIT) {
            Ok(mut event) => Ok(core::mem::take(&mut *event)),
            Err(error) => Err(about(&error)),
        };
    }
    let mut event = Vec::new();
    io::stdin()
        .take(LIMIT + 1)
        .read_to_end(&mut event)
        .map_err(|error| about(&error))?;
    if event.len() as u64 > LIMIT {
        return Err(about(&FileError::TooLarge(LIMIT)));
    }
    Ok(event)
}

fn usage(message: impl core::fmt::Display) -> Error {
    Error::new("USAGE_ERROR", message).exits(2)
}
