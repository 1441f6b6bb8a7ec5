//! The five values that a client is made of, and where each came from.

use core::fmt;
use std::path::PathBuf;

/// The five values that a client is made of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Variable {
    /// `API_HOST`
    Host,
    /// `API_OAUTH_CONSUMER_KEY`
    ConsumerKey,
    /// `API_OAUTH_CONSUMER_SECRET`
    ConsumerSecret,
    /// `API_OAUTH_TOKEN`
    Token,
    /// `API_OAUTH_TOKEN_SECRET`
    TokenSecret,
}

impl Variable {
    /// All five, in the order in which they are reported.
    pub const ALL: [Self; 5] = [
        Self::Host,
        Self::ConsumerKey,
        Self::ConsumerSecret,
        Self::Token,
        Self::TokenSecret,
    ];

    /// The name in the environment and in the credentials file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "API_HOST",
            Self::ConsumerKey => "API_OAUTH_CONSUMER_KEY",
            Self::ConsumerSecret => "API_OAUTH_CONSUMER_SECRET",
            Self::Token => "API_OAUTH_TOKEN",
            Self::TokenSecret => "API_OAUTH_TOKEN_SECRET",
        }
    }

    /// The one of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|variable| variable.name() == name)
    }

    /// Whether the value is a secret, and not only a name.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::ConsumerSecret | Self::TokenSecret)
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Where a value came from.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Source {
    /// An option of the call, such as `--host`.
    Option,
    /// What somebody was asked for.
    Entered,
    /// The environment.
    Environment,
    /// A line of the credentials file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option => formatter.write_str("an option"),
            Self::Entered => formatter.write_str("what was entered"),
            Self::Environment => formatter.write_str("the environment"),
            Self::File { path, line } => write!(formatter, "{} line {line}", path.display()),
        }
    }
}

/// Which value came from where; `Display` lists them.
#[derive(Clone, Debug, Default)]
pub struct Sources(pub(super) [Option<Source>; 5]);

impl Sources {
    /// Where a value came from; `None` where it is not there, or was given by the program itself.
    pub fn source(&self, variable: Variable) -> Option<&Source> {
        self.0[variable as usize].as_ref()
    }

    /// Whether part came from the environment and part from the file: a host from one with a secret from the other is a
    /// classic mistake.
    pub fn is_mixed(&self) -> bool {
        let any = |wanted: fn(&Source) -> bool| self.0.iter().flatten().any(wanted);
        any(|source| *source == Source::Environment)
            && any(|source| matches!(source, Source::File { .. }))
    }
}

impl fmt::Display for Sources {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for variable in Variable::ALL {
            if let Some(source) = self.source(variable) {
                write!(formatter, "{separator}{variable} from {source}")?;
                separator = ", ";
            }
        }
        Ok(())
    }
}
