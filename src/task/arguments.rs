//! The arguments of a task that is started by hand.

use std::{
    ffi::OsString,
    io::{self, Read as _},
    path::Path,
    time::Duration,
};

use super::Error;
use crate::client::{FileError, read_bounded};

/// The largest event that Lambda accepts, in bytes.
const LIMIT: u64 = 6 << 20;

/// What a task is started with by hand.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// The event; empty without `--event`.
    pub(super) event: Vec<u8>,
    /// The time until the deadline.
    pub(super) time_limit: Option<Duration>,
}

impl Arguments {
    /// Reads `--event FILE|-` and `--time-limit SECONDS`.
    pub(super) fn read(mut arguments: impl Iterator<Item = OsString>) -> Result<Self, Error> {
        let mut found = Self::default();
        while let Some(argument) = arguments.next() {
            let text = argument.to_string_lossy();
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, Some(OsString::from(value))),
                None => (&*text, None),
            };
            let mut value = |what| {
                value.clone().or_else(|| arguments.next()).ok_or_else(|| usage(format_args!("{name} needs {what}")))
            };
            match name {
                "--event" => {
                    let path = value("a file, or - for standard input")?;
                    found.event = read_event(Path::new(&path))?;
                }
                "--time-limit" => {
                    let seconds = value("a number of seconds")?;
                    found.time_limit = Some(time_limit(&seconds.to_string_lossy())?);
                }
                _ => {
                    return Err(usage(format_args!(
                        "unknown argument {argument:?}: expected --event FILE, --event - for standard input, or --time-limit SECONDS"
                    )));
                }
            }
        }
        Ok(found)
    }
}

fn time_limit(text: &str) -> Result<Duration, Error> {
    text.parse().ok().filter(|seconds| (1..=900).contains(seconds)).map(Duration::from_secs).ok_or_else(|| {
        usage(format_args!("--time-limit {text:?}: expected whole seconds from 1 to 900, which is Lambda's limit"))
    })
}

/// Reads an event from a file, or from standard input for `-`.
pub(super) fn read_event(path: &Path) -> Result<Vec<u8>, Error> {
    let about = |error: &dyn std::fmt::Display| usage(format_args!("event {}: {error}", path.display()));
    if path != Path::new("-") {
        return match read_bounded(path, LIMIT) {
            Ok(mut event) => Ok(std::mem::take(&mut *event)),
            Err(error) => Err(about(&error)),
        };
    }
    let mut event = Vec::new();
    io::stdin().take(LIMIT + 1).read_to_end(&mut event).map_err(|error| about(&error))?;
    if event.len() as u64 > LIMIT {
        return Err(about(&FileError::TooLarge(LIMIT)));
    }
    Ok(event)
}

fn usage(message: impl std::fmt::Display) -> Error {
    Error::new("USAGE_ERROR", message).exits(2)
}
