//! The five settings that a client needs, and where each came from.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// The five settings that a client needs, by their names in the environment and in credentials files.
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
    pub const ALL: [Self; 5] = [Self::Host, Self::ConsumerKey, Self::ConsumerSecret, Self::Token, Self::TokenSecret];

    /// The name in the environment and in credentials files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "API_HOST",
            Self::ConsumerKey => "API_OAUTH_CONSUMER_KEY",
            Self::ConsumerSecret => "API_OAUTH_CONSUMER_SECRET",
            Self::Token => "API_OAUTH_TOKEN",
            Self::TokenSecret => "API_OAUTH_TOKEN_SECRET",
        }
    }

    /// The variable with this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variable| variable.name() == name)
    }

    /// The variable that a misspelled name most likely means, such as `api_host`, `OAUTH_TOKEN` or
    /// `API_OAUTH_TOKEN_SECERT`.
    pub fn meant_by(name: &str) -> Option<Self> {
        if Self::of_name(name).is_some() {
            return None;
        }
        let words = |name: &str| -> String {
            let upper = name.to_ascii_uppercase();
            let words = upper.split(|one: char| !one.is_ascii_alphanumeric());
            let prefixes = ["", "API", "EXH", "OAUTH", "OAUTH1"];
            words.skip_while(|word| prefixes.contains(word)).collect()
        };
        let (full, short) = (name.to_ascii_uppercase(), words(name));
        let distance = |variable: &Self| {
            let own = words(variable.name());
            // Names of four letters are too similar, such as HOST, PORT and POST.
            let most = |length: usize| if length < 5 { 0 } else { length.div_ceil(8) };
            let by_full = strsim::osa_distance(&full, variable.name());
            let by_short = strsim::osa_distance(&short, &own);
            (by_full <= most(full.len()) && by_full < 4 || by_short <= most(own.len())).then_some(by_full.min(by_short))
        };
        let close = Self::ALL.into_iter().filter_map(|variable| Some((distance(&variable)?, variable)));
        close.min_by_key(|(distance, _)| *distance).map(|(_, variable)| variable)
    }

    /// Whether the value is a secret, and not only an identifier.
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
    /// [`Options`](super::options::Options), which the program fills from its command line.
    Option,
    /// The user, who was asked for it.
    Entered,
    /// The environment.
    Environment,
    /// A line of a credentials file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
}

impl Source {
    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Whether both are the same file, or the same other place.
    fn is_same_place(&self, other: &Self) -> bool {
        match (self.file(), other.file()) {
            (None, None) => self == other,
            (one, other) => one == other,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option => formatter.write_str("the command line"),
            Self::Entered => formatter.write_str("the terminal"),
            Self::Environment => formatter.write_str("the environment"),
            Self::File { path, line } => write!(formatter, "{} line {line}", path.display()),
        }
    }
}

/// Where each value came from. `Display` lists them.
#[derive(Clone, Debug, Default)]
pub struct Sources(pub(super) [Option<Source>; 5]);

impl Sources {
    /// Where a value came from; `None` if it is missing or was given directly to
    /// [`Configuration`](crate::client::Configuration).
    pub fn source(&self, variable: Variable) -> Option<&Source> {
        self.0[variable as usize].as_ref()
    }

    /// Whether the values come from more than one place. A host from one place with a secret from another is a common
    /// cause of refused signatures.
    pub fn is_mixed(&self) -> bool {
        let mut sources = self.0.iter().flatten();
        let first = sources.next();
        first.is_some_and(|first| sources.any(|source| !source.is_same_place(first)))
    }
}

impl fmt::Display for Sources {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        let known = |variable| Some((variable, self.source(variable)?));
        let mut known = Variable::ALL.into_iter().filter_map(known).peekable();
        while let Some((variable, source)) = known.next() {
            write!(formatter, "{separator}{variable}")?;
            separator = ", ";
            if known.peek().is_none_or(|(_, next)| *next != source) {
                write!(formatter, " from {source}")?;
                separator = "; ";
            }
        }
        Ok(())
    }
}
