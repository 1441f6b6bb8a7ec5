//! The credentials files in which settings are looked for.

use std::{
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use super::{
    configuration_error::{Misspelled, Problem},
    credentials_file::{CredentialsFile, FileError},
    found::FoundValue,
    options::Options,
    profile::{Profile, ProfileError},
    sources::{Source, Variable},
};

/// What names a credentials file. `Display` writes the option or variable.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NamedBy {
    /// [`Options::credentials_file`], the program's `--credentials`.
    CredentialsOption,
    /// [`Options::profile`], the program's `--profile`.
    ProfileOption,
    /// The variable `EXH_CREDENTIALS`.
    CredentialsVariable,
    /// The variable `EXH_PROFILE`.
    ProfileVariable,
    /// Nothing: it is `~/.exh/credentials`, the default.
    Default,
}

impl NamedBy {
    /// Whether an option names it. Its file must be readable, even if all values come from elsewhere.
    pub(super) fn is_option(self) -> bool {
        matches!(self, Self::CredentialsOption | Self::ProfileOption)
    }
}

impl fmt::Display for NamedBy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::CredentialsOption => "--credentials",
            Self::ProfileOption => "--profile",
            Self::CredentialsVariable => "EXH_CREDENTIALS",
            Self::ProfileVariable => "EXH_PROFILE",
            Self::Default => "the default",
        })
    }
}

/// A credentials file in which settings are looked for.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SourceFile {
    /// Its path.
    pub path: PathBuf,
    /// What names it.
    pub named_by: NamedBy,
    /// Why it cannot be used.
    pub error: Option<FileError>,
}

impl SourceFile {
    /// Reads the file, and adds its values and its misspelled names.
    pub(super) fn read(
        &self,
        is_raw: bool,
        found: &mut Vec<FoundValue>,
        misspelled: &mut Vec<Misspelled>,
    ) -> Result<(), FileError> {
        let entries = CredentialsFile::read(&self.path)?.entries()?;
        let first = misspelled.len();
        // Of several lines for the same name, the last is used, as by Extra Horizon's tools.
        for entry in entries.into_iter().rev() {
            let (path, line) = (self.path.clone(), entry.line);
            if let Some(variable) = Variable::of_name(&entry.name) {
                let source = Source::File { path, line };
                found.push(FoundValue::in_file(variable, source, entry.written, is_raw));
            } else if let Some(meant) = Variable::meant_by(&entry.name) {
                misspelled.push(Misspelled { path, line, name: entry.name, meant });
            }
        }
        misspelled[first..].reverse();
        Ok(())
    }

    /// The files to look in, in order of precedence. A file that two names lead to occurs once.
    pub(super) fn all(
        options: &Options,
        environment: impl Fn(&str) -> Option<OsString>,
        home: Option<&Path>,
    ) -> Result<Vec<Self>, Problem> {
        let profile = |name: &str| {
            let path = match home {
                Some(home) => Profile::new(name).map(|profile| profile.path(home)),
                None => Err(ProfileError::NoHome),
            };
            path.map_err(|fault| Problem::Profile { name: name.to_owned(), fault })
        };
        let mut files: Vec<Self> = Vec::new();
        let mut add = |path: PathBuf, named_by| {
            if files.iter().all(|file| file.path != path) {
                files.push(Self { path, named_by, error: None });
            }
        };
        if let Some(path) = &options.credentials_file {
            add(path.clone(), NamedBy::CredentialsOption);
        } else if let Some(name) = &options.profile {
            add(profile(name)?, NamedBy::ProfileOption);
        }
        match (environment("EXH_CREDENTIALS"), environment("EXH_PROFILE")) {
            (Some(_), Some(_)) => return Err(Problem::TwoFiles),
            (Some(path), None) => add(path.into(), NamedBy::CredentialsVariable),
            (None, Some(name)) => add(profile(&name.to_string_lossy())?, NamedBy::ProfileVariable),
            (None, None) => {}
        }
        if let Some(home) = home {
            add(Profile::default().path(home), NamedBy::Default);
        }
        if options.single_file {
            files.truncate(1);
        }
        Ok(files)
    }
}

/// Writes the path, and what is wrong with the file.
impl fmt::Display for SourceFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.path.display(), formatter)?;
        match self.error {
            None => Ok(()),
            Some(FileError::Missing) => formatter.write_str(" (no such file)"),
            Some(_) => formatter.write_str(" (cannot be used)"),
        }
    }
}
