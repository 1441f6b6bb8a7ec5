//! Credentials files: reading them, and changing a few of their lines.

use std::{
    error, fmt, fs,
    io::{self, Read},
    path::Path,
};

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{
    configuration_error::ValueError,
    found::check,
    line::{self, BYTE_ORDER_MARK, Line},
    sources::Variable,
};

/// The maximum size in bytes. A larger file is not a credentials file.
const LIMIT: u64 = 1 << 20;

/// Why a credentials file cannot be used. It repeats nothing of the file's content.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FileError {
    /// There is no such file.
    Missing,
    /// The file cannot be read, for this reason.
    Unreadable(io::ErrorKind),
    /// It is a directory, a pipe or a device.
    NotRegular,
    /// It is larger than this limit in bytes: 1 MiB for credentials, 4 MiB for CA certificates, 6 MiB for the event of
    /// a task.
    TooLarge(u64),
    /// This line, counted from 1, is not UTF-8 text.
    NotText(usize),
    /// This line, counted from 1, is not of the form `NAME=value`.
    Line(usize),
}

impl fmt::Display for FileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("no such file"),
            Self::Unreadable(kind) => write!(formatter, "the file cannot be read: {kind}"),
            Self::NotRegular => formatter.write_str("not a regular file"),
            Self::TooLarge(limit) => {
                write!(formatter, "the file is larger than {} MiB", limit >> 20)
            }
            Self::NotText(line) => write!(formatter, "line {line} is not UTF-8 text"),
            Self::Line(line) => write!(formatter, "line {line} is not of the form NAME=value"),
        }
    }
}

impl error::Error for FileError {}

/// A line with a name and a value, as it is written after the `=`.
pub(super) struct Entry {
    pub(super) line: usize,
    pub(super) name: String,
    pub(super) written: Zeroizing<String>,
}

/// Reads a regular file of at most `limit` bytes. A pipe would make us wait for its writer.
pub(crate) fn read_bounded(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => FileError::Missing,
        kind => FileError::Unreadable(kind),
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(FileError::NotRegular);
    }
    if metadata.len() > limit {
        return Err(FileError::TooLarge(limit));
    }
    // A vector that grows would leave copies of secrets in memory.
    let capacity = usize::try_from(metadata.len()).unwrap_or_default() + 1;
    let mut content = Zeroizing::new(Vec::with_capacity(capacity));
    fs::File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut content)).map_err(unreadable)?;
    // The file may have grown in between.
    if content.len() as u64 > limit {
        return Err(FileError::TooLarge(limit));
    }
    Ok(content)
}

/// The text of a credentials file. Changing a variable keeps all other lines, comments included, as they are.
///
/// # Examples
///
/// ```
/// use exh_oauth1::client::{CredentialsFile, Variable};
///
/// let mut file = CredentialsFile::from_bytes(b"# staging\nAPI_OAUTH_TOKEN=old\nEDITOR=ed\n")?;
/// file.set(Variable::Token, "new")?;
/// file.set(Variable::TokenSecret, "secret")?;
/// assert_eq!(file.as_str(), "# staging\nAPI_OAUTH_TOKEN=new\nEDITOR=ed\nAPI_OAUTH_TOKEN_SECRET=secret\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct CredentialsFile(Zeroizing<String>);

impl ZeroizeOnDrop for CredentialsFile {}

impl CredentialsFile {
    /// Reads a file of at most 1 MiB. Lines that are not of the form `NAME=value` are kept.
    ///
    /// # Errors
    ///
    /// [`FileError`], except [`FileError::Line`].
    pub fn read(path: &Path) -> Result<Self, FileError> {
        Self::from_bytes(&read_bounded(path, LIMIT)?)
    }

    /// Uses bytes as the file's content.
    ///
    /// # Errors
    ///
    /// [`FileError::NotText`] if they are not UTF-8.
    pub fn from_bytes(content: &[u8]) -> Result<Self, FileError> {
        let text = std::str::from_utf8(content).map_err(|error| {
            let valid = &content[..error.valid_up_to()];
            FileError::NotText(valid.split(|byte| *byte == b'\n').count())
        })?;
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, with its secrets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of a variable; `None` if it is missing or cannot be read. The last of several lines counts.
    pub fn get(&self, variable: Variable) -> Option<&str> {
        let lines = self.0.split('\n').map(Line::read);
        match lines.rev().find(|line| line.is_of(variable))? {
            Line::Pair { value, .. } => line::value(value).ok(),
            _ => None,
        }
    }

    /// Changes the value of a variable in its line, or adds a line at the end.
    ///
    /// # Errors
    ///
    /// [`ValueError`] if the value would not be read back: if it is empty, has white space or quotes around it, or has
    /// control characters.
    pub fn set(&mut self, variable: Variable, value: &str) -> Result<(), ValueError> {
        check(value)?;
        if line::value(value)? != value {
            return Err(ValueError::Quotes);
        }
        let end = if self.0.contains("\r\n") { "\r\n" } else { "\n" };
        let line = Zeroizing::new(format!("{variable}={value}{end}"));
        self.rewrite(variable, &line, line::is_plain(value));
        Ok(())
    }

    /// Removes a variable's lines.
    pub fn remove(&mut self, variable: Variable) {
        self.rewrite(variable, "", false);
    }

    /// Replaces a variable's first line by `line`, or adds it at the end, and removes the variable's other lines. An
    /// `export` stays if `keep_export` is set.
    fn rewrite(&mut self, variable: Variable, line: &str, keep_export: bool) {
        const EXPORT: &str = "export ";
        // A string that grows would leave copies of secrets in memory.
        let capacity = self.0.len() + line.len() + EXPORT.len() + 2;
        let mut text = Zeroizing::new(String::with_capacity(capacity));
        // A byte order mark belongs to the file, not to its first name.
        let content = self.0.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&self.0);
        text.push_str(&self.0[..self.0.len() - content.len()]);
        let mut line = Some(line);
        for old in content.split_inclusive('\n') {
            let read = Line::read(old);
            if !read.is_of(variable) {
                text.push_str(old);
            } else if let Some(line) = line.take() {
                if keep_export && matches!(read, Line::Pair { is_exported, .. } if is_exported) {
                    text.push_str(EXPORT);
                }
                text.push_str(line);
            }
        }
        if let Some(line) = line
            && !line.is_empty()
        {
            if !content.is_empty() && !text.ends_with('\n') {
                text.push_str(if line.ends_with("\r\n") { "\r\n" } else { "\n" });
            }
            text.push_str(line);
        }
        self.0 = text;
    }

    /// The variables, with their lines, that Extra Horizon's JavaScript SDK does not read, or reads differently. It
    /// skips a line with a second `=`, and reads `export`, spaces and quotes as parts of name and value.
    pub fn unread_by_sdk(&self) -> Vec<(Variable, usize)> {
        let theirs = |variable: Variable| {
            let lines = self.0.split('\n').rev();
            lines
                .map(|line| line.strip_suffix('\r').unwrap_or(line))
                .filter(|line| line.matches('=').count() == 1)
                .find_map(|line| line.strip_prefix(variable.name())?.strip_prefix('='))
        };
        let ours = self.entries().unwrap_or_default();
        let differing = |variable: Variable| {
            let ours = ours.iter().rfind(|entry| entry.name == variable.name())?;
            let value = line::value(&ours.written).ok();
            (theirs(variable) != value).then_some((variable, ours.line))
        };
        Variable::ALL.into_iter().filter_map(differing).collect()
    }

    /// The lines that have a name and a value.
    pub(super) fn entries(&self) -> Result<Vec<Entry>, FileError> {
        let mut entries = Vec::new();
        for (index, line) in self.0.split('\n').enumerate() {
            match Line::read(line) {
                Line::Empty => {}
                Line::Other => return Err(FileError::Line(index + 1)),
                Line::Pair { name, value, .. } => entries.push(Entry {
                    line: index + 1,
                    name: name.to_owned(),
                    written: Zeroizing::new(value.to_owned()),
                }),
            }
        }
        Ok(entries)
    }
}

impl fmt::Debug for CredentialsFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CredentialsFile").field("length", &self.0.len()).finish_non_exhaustive()
    }
}
