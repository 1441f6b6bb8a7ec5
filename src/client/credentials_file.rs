//! The credentials file: lines of `KEY=value`, as `exh login` and the Control Center write them.

use core::{error, fmt};
use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use zeroize::Zeroizing;

/// No credentials file is larger; what is, is another file.
const LIMIT: u64 = 1 << 20;

/// Why a credentials file cannot be used; it repeats none of the file's content.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FileError {
    /// There is no such file.
    Missing,
    /// The file cannot be read, for this reason.
    Unreadable(io::ErrorKind),
    /// It is a directory, a pipe or a device.
    NotRegular,
    /// It is larger than 1 MiB.
    TooLarge,
    /// This line, counted from 1, is not UTF-8 text.
    NotText(usize),
    /// This line, counted from 1, is not of the form `KEY=value`.
    Line(usize),
}

impl fmt::Display for FileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("there is no such file"),
            Self::Unreadable(kind) => write!(formatter, "the file cannot be read: {kind}"),
            Self::NotRegular => formatter.write_str("that is no regular file"),
            Self::TooLarge => formatter.write_str("the file is larger than 1 MiB"),
            Self::NotText(line) => write!(formatter, "line {line} is not UTF-8 text"),
            Self::Line(line) => write!(formatter, "line {line} is not of the form KEY=value"),
        }
    }
}

impl error::Error for FileError {}

/// One line's key and value, as they stand there.
pub(super) struct Entry {
    pub(super) line: usize,
    pub(super) key: String,
    pub(super) value: Zeroizing<String>,
}

/// Reads a file of bounded size, and nothing but a file: a pipe would make us wait for its writer.
pub(super) fn read_bounded(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => FileError::Missing,
        kind => FileError::Unreadable(kind),
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(FileError::NotRegular);
    }
    if metadata.len() > limit {
        return Err(FileError::TooLarge);
    }
    // Room for all of it at once: a vector that grows leaves copies of secrets behind.
    let room = usize::try_from(metadata.len()).unwrap_or_default() + 1;
    let mut content = Zeroizing::new(Vec::with_capacity(room));
    fs::File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut content))
        .map_err(unreadable)?;
    // It may have grown in between.
    if content.len() as u64 > limit {
        return Err(FileError::TooLarge);
    }
    Ok(content)
}

/// Reads the lines of a credentials file.
pub(super) fn read(path: &Path) -> Result<Vec<Entry>, FileError> {
    parse(&read_bounded(path, LIMIT)?)
}

fn parse(content: &[u8]) -> Result<Vec<Entry>, FileError> {
    // A byte order mark belongs to the file, not to its first key.
    let content = content
        .strip_prefix("\u{feff}".as_bytes())
        .unwrap_or(content);
    let mut entries = Vec::new();
    for (index, line) in content.split(|octet| *octet == b'\n').enumerate() {
        let number = index + 1;
        let line = core::str::from_utf8(line).map_err(|_| FileError::NotText(number))?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let (key, value) = line.split_once('=').ok_or(FileError::Line(number))?;
        entries.push(Entry {
            line: number,
            key: key.trim().to_owned(),
            value: Zeroizing::new(value.to_owned()),
        });
    }
    Ok(entries)
}
