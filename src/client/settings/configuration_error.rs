//! All problems of a configuration at once.

use std::{error, fmt, path::PathBuf};

use super::{
    ca_file_error::CaFileError,
    credentials_file::FileError,
    host::HostError,
    profile::ProfileError,
    source_file::SourceFile,
    sources::{Source, Variable},
};
use crate::oauth1::AuthorizeError;

/// All problems of a configuration. `Display` writes each [`Problem`] on its own lines.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigurationError {
    problems: Vec<Problem>,
}

/// One thing that is wrong with a configuration. It contains no value.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// Settings are missing from all sources.
    Missing {
        /// The settings.
        variables: Vec<Variable>,
        /// The files that were searched, in addition to the environment.
        files: Vec<SourceFile>,
        /// The lines of these files whose names are nearly right.
        misspelled: Vec<Misspelled>,
    },
    /// A value cannot be right.
    Value {
        /// The setting.
        variable: Variable,
        /// Where the value is.
        source: Source,
        /// What is wrong with it.
        fault: ValueError,
    },
    /// The host or base URL cannot be used.
    Host {
        /// Where it is.
        source: Source,
        /// What is wrong with it.
        fault: HostError,
    },
    /// A credentials file cannot be used.
    File {
        /// Its path.
        path: PathBuf,
        /// What is wrong with it.
        fault: FileError,
    },
    /// A profile cannot be used.
    Profile {
        /// Its name.
        name: String,
        /// What is wrong with it.
        fault: ProfileError,
    },
    /// `EXH_CREDENTIALS` and `EXH_PROFILE` are both set, and each names a credentials file.
    TwoFiles,
    /// The file of CA certificates cannot be used.
    CaFile {
        /// Its path.
        path: PathBuf,
        /// Whether `SSL_CERT_FILE` names it.
        is_of_variable: bool,
        /// What is wrong with it.
        fault: CaFileError,
    },
    /// The value of a proxy variable is not a URL. It may hold a password.
    Proxy {
        /// The variable's name.
        variable: &'static str,
    },
    /// The proxy variables name a SOCKS proxy. Only HTTP proxies are supported.
    SocksProxy,
    /// The user agent holds a character that is not allowed in a header.
    UserAgent,
    /// The operating system gives no random numbers, which signatures and TLS need.
    Randomness,
}

/// A line of a credentials file that is ignored, because its name is a misspelled setting.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Misspelled {
    /// The file.
    pub path: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// The name as it is written.
    pub name: String,
    /// The setting that is most likely meant.
    pub meant: Variable,
}

/// Why a value cannot be right.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ValueError {
    /// It is empty.
    Empty,
    /// It is not UTF-8 text.
    NotText,
    /// It begins with white space.
    WhiteSpaceBefore,
    /// It ends with white space or a newline.
    WhiteSpaceAfter,
    /// It has quotes around it where they would be part of the value, or its quotes are not closed.
    Quotes,
    /// A ` #` follows it in its line, which is a comment to some tools and part of the value to others.
    Comment,
    /// It has a `\`, `$` or backtick inside of double quotes, which tools read in different ways.
    Escape,
    /// It holds a byte order mark.
    ByteOrderMark,
    /// It holds the name of a setting. The newline between two lines may be missing, so that a secret follows.
    Variable,
    /// It is a placeholder, such as `<your token>`.
    Placeholder,
    /// It holds a control character at this byte.
    Control(usize),
}

impl ConfigurationError {
    pub(in super::super) fn one(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }

    pub(super) fn unless_empty(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }

    /// What is wrong, at least one thing.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What to do next about the most important problem, a step on each line.
    pub fn hint(&self) -> &'static str {
        let first = self.problems.iter().min_by_key(|problem| problem.rank());
        first.map_or("", Problem::hint)
    }
}

impl Problem {
    /// What to do next, a step on each line.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Profile { .. } => {
                "profiles are the files in ~/.exh/profiles; the profile `default` is ~/.exh/credentials"
            }
            Self::TwoFiles => "unset one of them, or name a file with --credentials or --profile in their place",
            Self::Missing { .. } => {
                "`exh-oauth1 me --sandbox` tries it without an account\n\
                 `exh-oauth1 login` logs in and writes ~/.exh/credentials\n\
                 or create a token in the Control Center, and name its file: --credentials credentials.txt"
            }
            Self::Value { fault: ValueError::Placeholder, .. } => "replace the placeholder by the value",
            Self::Value { fault: ValueError::Quotes, source: Source::Environment, .. } => {
                "remove the quotes: `docker --env-file` and similar options pass them on"
            }
            Self::Value { fault: ValueError::WhiteSpaceAfter, source: Source::Environment, .. } => {
                "remove the newline: `echo` adds one to a file that a secret is read from, `printf %s` does not"
            }
            Self::Value { fault: ValueError::Comment | ValueError::Escape | ValueError::Quotes, .. } => {
                "write it as NAME='value', and a comment on its own line"
            }
            Self::File { fault: FileError::Missing, .. } => {
                "check the path or the profile's name; `exh-oauth1 login` writes such a file"
            }
            Self::Randomness => "",
            _ => "correct it there",
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Profile { .. } | Self::TwoFiles => 0,
            Self::File { .. } => 1,
            Self::Missing { .. } => 2,
            Self::Value { .. } => 3,
            _ => 4,
        }
    }
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            fmt::Display::fmt(problem, formatter)?;
        }
        Ok(())
    }
}

impl error::Error for ConfigurationError {}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { variables, files, misspelled } => missing(formatter, variables, files, misspelled),
            Self::Value { variable, source, fault } => write!(formatter, "{variable} (from {source}) {fault}"),
            Self::Host { source, fault } => {
                write!(formatter, "{} (from {source}) {fault}", Variable::Host)
            }
            Self::File { path, fault } => {
                write!(formatter, "credentials file {}: {fault}", path.display())
            }
            Self::Profile { name, fault } => {
                write!(formatter, "profile {}: {fault}", name.escape_debug())
            }
            Self::TwoFiles => {
                formatter.write_str("EXH_CREDENTIALS and EXH_PROFILE are both set, and each names a credentials file")
            }
            Self::CaFile { path, is_of_variable, fault } => {
                let from = if *is_of_variable { " (from SSL_CERT_FILE)" } else { "" };
                write!(formatter, "CA certificate file {}{from}: {fault}", path.display())
            }
            Self::Proxy { variable } => write!(
                formatter,
                "{variable} cannot be read: write it as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, \
                 and percent-encode all but letters and digits in user and password"
            ),
            Self::SocksProxy => formatter
                .write_str("the proxy variables name a SOCKS proxy, and only HTTP and HTTPS proxies are supported"),
            Self::Randomness => fmt::Display::fmt(&AuthorizeError::Randomness, formatter),
            Self::UserAgent => formatter.write_str("the user agent holds a character that is not allowed in a header"),
        }
    }
}

/// Names on one line, the places on the next, then a line for each misspelled name.
fn missing(
    formatter: &mut fmt::Formatter<'_>,
    variables: &[Variable],
    files: &[SourceFile],
    misspelled: &[Misspelled],
) -> fmt::Result {
    let mut separator = "";
    for variable in variables {
        write!(formatter, "{separator}{variable}")?;
        separator = ", ";
    }
    let are = if variables.len() == 1 { "is" } else { "are" };
    write!(formatter, " {are} missing\nlooked in the environment")?;
    for file in files {
        write!(formatter, ", {file}")?;
    }
    if files.is_empty() {
        formatter.write_str(" only: no file is named, and HOME is not set")?;
    }
    for line in misspelled {
        write!(formatter, "\n{line}")?;
    }
    Ok(())
}

impl fmt::Display for Misspelled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, name, meant } = self;
        write!(formatter, "{} line {line}: {name} is not read; did you mean {meant}?", path.display())
    }
}

impl error::Error for ValueError {}

impl fmt::Display for ValueError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "is empty",
            Self::NotText => "is not UTF-8 text",
            Self::WhiteSpaceBefore => "begins with white space",
            Self::WhiteSpaceAfter => "ends with white space or a newline",
            Self::Quotes => "has quotes that are not closed or would be part of the value",
            Self::Comment => "is followed by ` #`, which may be a comment or part of the value",
            Self::Escape => "has a \\, $ or ` inside double quotes, which tools read in different ways",
            Self::ByteOrderMark => "holds a byte order mark",
            Self::Variable => "holds the name of a setting: is a newline missing in front of it?",
            Self::Placeholder => "is a placeholder, and not the value itself",
            Self::Control(position) => {
                return write!(formatter, "holds a control character at byte {position}");
            }
        })
    }
}
