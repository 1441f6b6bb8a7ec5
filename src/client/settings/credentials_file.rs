//! The credentials file: lines of `KEY=value`, as `exh login` and the Control Center write them, read and changed.

use core::{error, fmt};
use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{configuration_error::ValueError, found::check, sources::Variable};

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
    /// It is larger than this, in bytes: 1 MiB for credentials, 4 MiB for certificate authorities, 6 MiB for the event of a task.
    TooLarge(u64),
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
            Self::TooLarge(limit) => {
                write!(formatter, "the file is larger than {} MiB", limit >> 20)
            }
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
    // Room for all of it at once: a vector that grows leaves copies of secrets behind.
    let room = usize::try_from(metadata.len()).unwrap_or_default() + 1;
    let mut content = Zeroizing::new(Vec::with_capacity(room));
    fs::File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut content))
        .map_err(unreadable)?;
    // It may have grown in between.
    if content.len() as u64 > limit {
        return Err(FileError::TooLarge(limit));
    }
    Ok(content)
}

/// Reads the lines of a credentials file.
pub(super) fn read(path: &Path) -> Result<Vec<Entry>, FileError> {
    CredentialsFile::read(path)?.entries()
}

/// Whether a file lets others than its owner read or write it, and its permissions; `None` where that cannot be told.
///
/// A file that the group may read and nobody may write (0440) is not: so Kubernetes mounts a secret for a user that does not
/// own it, who could not change that.
pub fn exposed_mode(path: &Path) -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
        let others = if mode & 0o222 == 0 { 0o007 } else { 0o077 };
        (mode & others != 0).then_some(mode)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// The text of a credentials file, to change a few of its lines and keep the others, comments included, as they are.
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
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct CredentialsFile(Zeroizing<String>);

impl ZeroizeOnDrop for CredentialsFile {}

impl CredentialsFile {
    /// Reads a file of at most 1 MiB.
    ///
    /// # Errors
    ///
    /// [`FileError`] for what is no such file, but for lines that cannot be read: those are kept.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        Self::from_bytes(&read_bounded(path, LIMIT)?)
    }

    /// Takes a file's content.
    ///
    /// # Errors
    ///
    /// [`FileError::NotText`] for what is not UTF-8.
    pub fn from_bytes(content: &[u8]) -> Result<Self, FileError> {
        let text = core::str::from_utf8(content).map_err(|error| {
            let before = &content[..error.valid_up_to()];
            FileError::NotText(before.split(|octet| *octet == b'\n').count())
        })?;
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, which holds secrets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives a variable a value, in the line where it stands or in a new one at the end. Lines end as the others do.
    ///
    /// # Errors
    ///
    /// [`ValueError`] for a value that would not be read back: empty, with white space or quotes around it, or with control
    /// characters.
    pub fn set(&mut self, variable: Variable, value: &str) -> Result<(), ValueError> {
        check(value)?;
        let end = if self.0.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let line = Zeroizing::new(format!("{variable}={value}{end}"));
        self.rewrite(variable, &line);
        Ok(())
    }

    /// Removes a variable's lines.
    pub fn remove(&mut self, variable: Variable) {
        self.rewrite(variable, "");
    }

    /// Puts `line` in place of a variable's first line or at the end, and drops its further ones.
    fn rewrite(&mut self, variable: Variable, line: &str) {
        // Room for all of it at once: a string that grows leaves copies of secrets behind.
        let mut text = Zeroizing::new(String::with_capacity(self.0.len() + line.len() + 2));
        // A byte order mark belongs to the file, not to its first key.
        let content = self.0.strip_prefix(MARK).unwrap_or(&self.0);
        text.push_str(&self.0[..self.0.len() - content.len()]);
        let mut line = Some(line);
        for old in content.split_inclusive('\n') {
            if key(old) == Some(variable.name()) {
                text.push_str(line.take().unwrap_or_default());
            } else {
                text.push_str(old);
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

    /// The variables that are there and that Extra Horizon's JavaScript SDK would read in another way or not at all: it
    /// leaves out lines with a second `=`, and takes white space as part of the name.
    pub fn unread_by_sdk(&self) -> Vec<Variable> {
        let theirs = |variable: Variable| {
            // The last of several lines counts.
            let lines = self.0.split('\n').rev();
            lines
                .map(|line| line.strip_suffix('\r').unwrap_or(line))
                .filter(|line| line.matches('=').count() == 1)
                .find_map(|line| line.strip_prefix(variable.name())?.strip_prefix('='))
        };
        let ours = self.entries().unwrap_or_default();
        let differs = |variable: &Variable| {
            let ours = ours.iter().rfind(|entry| entry.key == variable.name());
            ours.is_some_and(|entry| theirs(*variable) != Some(entry.value.as_str()))
        };
        Variable::ALL.into_iter().filter(differs).collect()
    }

    /// The lines that have a key and a value.
    pub(super) fn entries(&self) -> Result<Vec<Entry>, FileError> {
        let mut entries = Vec::new();
        for (index, line) in self.0.split('\n').enumerate() {
            let line = without_marks(line.strip_suffix('\r').unwrap_or(line));
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            let (key, value) = line.split_once('=').ok_or(FileError::Line(index + 1))?;
            entries.push(Entry {
                line: index + 1,
                key: key.trim().to_owned(),
                value: Zeroizing::new(value.to_owned()),
            });
        }
        Ok(entries)
    }
}

impl fmt::Debug for CredentialsFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CredentialsFile")
            .field("length", &self.0.len())
            .finish_non_exhaustive()
    }
}

/// The byte order mark that some editors put in front of a file.
const MARK: char = '\u{feff}';

/// A line without the marks before it: where one file was put behind another, they stand inside, too.
fn without_marks(line: &str) -> &str {
    line.trim_start_matches(MARK)
}

/// The key of a line that has one.
fn key(line: &str) -> Option<&str> {
    let line = without_marks(line);
    let is_comment = line.trim_start().starts_with('#');
    let (key, _) = line.split_once('=')?;
    (!is_comment).then(|| key.trim())
}
