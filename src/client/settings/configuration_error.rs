//! What is wrong with a configuration, all of it at once.

use core::{error, fmt};
use std::path::PathBuf;

use super::ca_file_error::CaFileError;
use super::{
    credentials_file::FileError,
    host::HostError,
    profile::ProfileError,
    sources::{Source, Variable},
};
use crate::oauth1::AuthorizeError;

/// All that is wrong with a configuration; `Display` has a line for each.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigurationError {
    problems: Vec<Problem>,
}

/// One thing that is wrong with a configuration; no value is repeated.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// A value is nowhere.
    Missing {
        /// Which.
        variable: Variable,
        /// What was found of the credentials file.
        looked: Looked,
    },
    /// A value cannot be right as it stands.
    Value {
        /// Which.
        variable: Variable,
        /// Where it stands.
        source: Source,
        /// What is wrong with it.
        fault: ValueError,
    },
    /// The host or base URL cannot be used.
    Host {
        /// Where it stands.
        source: Source,
        /// What is wrong with it.
        fault: HostError,
    },
    /// The credentials file cannot be used.
    File {
        /// Its path.
        path: PathBuf,
        /// What is wrong with it.
        fault: FileError,
    },
    /// The profile that was asked for cannot be used.
    Profile {
        /// Its name.
        name: String,
        /// What is wrong with it.
        fault: ProfileError,
    },
    /// The file of certificate authorities cannot be used.
    CaFile {
        /// Its path.
        path: PathBuf,
        /// Whether `SSL_CERT_FILE` names it.
        is_of_variable: bool,
        /// What is wrong with it.
        fault: CaFileError,
    },
    /// The value of a proxy variable is no URL; it may hold a password.
    Proxy {
        /// The variable's name.
        variable: &'static str,
    },
    /// The proxy variables name a SOCKS proxy, and only HTTP proxies are spoken to.
    SocksProxy,
    /// The user agent holds a character that no header may hold.
    UserAgent,
    /// The operating system gives no random numbers, without which nothing can be signed or encrypted.
    Randomness,
}

/// What was found of the credentials file.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Looked {
    /// None was named, and without `HOME` there is no usual one.
    NoPath,
    /// It was read.
    Read(PathBuf),
    /// It could not be used.
    Failed(PathBuf, FileError),
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
    /// It is wrapped in quotes.
    Quotes,
    /// It holds a byte order mark.
    ByteOrderMark,
    /// It holds a variable's name, as where the newline between two lines is lost: what follows may be a secret.
    Variable,
    /// It holds a control character at this byte.
    Control(usize),
}

impl ConfigurationError {
    pub(crate) fn one(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
        }
    }

    pub(super) fn unless_empty(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self { problems })
        }
    }

    /// What is wrong, at least one thing.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What to do next, about the problem that stands before the others.
    pub fn hint(&self) -> &'static str {
        let first = self.problems.iter().min_by_key(|problem| problem.rank());
        first.map_or("", Problem::hint)
    }
}

impl Problem {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Profile { .. } => {
                "profiles are the files of the folder ~/.exh/profiles; `default` is ~/.exh/credentials"
            }
            Self::Missing { .. } => {
                "set the variables, or give a credentials file: the Control Center hands one out as credentials.txt, and `exh-oauth1 login` writes ~/.exh/credentials"
            }
            Self::Value { .. } => {
                "set the value again without what is wrong with it: a secret from a file gains a newline with `echo`, and quotes are not removed from an env file"
            }
            Self::File {
                fault: FileError::Missing,
                ..
            } => "check its path, or the profile's name; `exh-oauth1 login` writes such a file",
            _ => "correct it where it stands",
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Profile { .. } => 0,
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
            Self::Missing { variable, looked } => {
                write!(formatter, "{variable} is missing: the variable is not set, {looked}")
            }
            Self::Value {
                variable,
                source,
                fault,
            } => write!(formatter, "{variable} (from {source}) {fault}"),
            Self::Host { source, fault } => {
                write!(formatter, "{} (from {source}) {fault}", Variable::Host)
            }
            Self::File { path, fault } => {
                write!(formatter, "credentials file {}: {fault}", path.display())
            }
            Self::Profile { name, fault } => {
                write!(formatter, "profile {}: {fault}", name.escape_debug())
            }
            Self::CaFile {
                path,
                is_of_variable,
                fault,
            } => {
                let from = if *is_of_variable { " (from SSL_CERT_FILE)" } else { "" };
                write!(formatter, "certificate file {}{from}: {fault}", path.display())
            }
            Self::Proxy { variable } => write!(
                formatter,
                "{variable} cannot be read: write it as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, \
                 with what is no letter or digit of user and password percent-encoded"
            ),
            Self::SocksProxy => formatter.write_str(
                "the proxy variables name a SOCKS proxy, and only HTTP and HTTPS proxies are supported",
            ),
            Self::Randomness => fmt::Display::fmt(&AuthorizeError::Randomness, formatter),
            Self::UserAgent => {
                formatter.write_str("the user agent holds a character that no header may hold")
            }
        }
    }
}

impl fmt::Display for Looked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPath => {
                formatter.write_str("and there is no credentials file (HOME is not set)")
            }
            Self::Read(path) => write!(formatter, "and {} has no such line", path.display()),
            Self::Failed(path, FileError::Missing) => {
                write!(formatter, "and there is no file {}", path.display())
            }
            Self::Failed(path, _) => write!(formatter, "and {} cannot be used", path.display()),
        }
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
            Self::Quotes => "is wrapped in quotes, which would be part of the value",
            Self::ByteOrderMark => "holds a byte order mark",
            Self::Variable => "holds another variable's name: is a newline missing before it?",
            Self::Control(position) => {
                return write!(formatter, "holds a control character at byte {position}");
            }
        })
    }
}
