//! Where the client's settings come from: options, the environment, the credentials file.

use core::fmt;
use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{
    configuration_error::{ConfigurationError, Looked, Problem, ValueError},
    credentials_file::{self, FileError},
    host::BaseUrl,
    sources::{Source, Sources, Variable},
};
use crate::oauth1::{Credentials, Signer};

/// What a call says itself; it goes before the environment and the credentials file.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// In place of `API_HOST`, and read as that is.
    pub host: Option<String>,
    /// A URL that is taken verbatim; goes before `host`.
    pub base_url: Option<String>,
    /// The credentials file, which then must be there.
    pub credentials_file: Option<PathBuf>,
    /// Takes `http://` to another machine.
    pub allow_http: bool,
    /// Takes values as they are, with white space, quotes, control characters or nothing in them.
    pub raw_values: bool,
}

struct Value {
    text: Result<Zeroizing<String>, ValueError>,
    source: Source,
}

/// What was found, before anything is required of it: a command asks for as much as it needs.
pub struct Settings {
    options: Options,
    values: [Option<Value>; 5],
    file: Looked,
    /// The file was named, so that it has to be there.
    is_file_named: bool,
    ca_file: Option<PathBuf>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Settings")
            .field("sources", &self.sources())
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// Looks into the process's environment and the credentials file; what is wrong is told when a value is asked for.
    pub fn from_env(options: Options) -> Self {
        Self::read(options, |name| env::var_os(name))
    }

    /// As [`from_env`](Self::from_env), with an environment of the caller's.
    pub fn read(options: Options, environment: impl Fn(&str) -> Option<OsString>) -> Self {
        let check = |text| {
            if options.raw_values {
                Ok(text)
            } else {
                check(text)
            }
        };
        let filled = |name| environment(name).filter(|value| !value.is_empty());
        let named = options
            .credentials_file
            .clone()
            .or_else(|| filled("EXH_CREDENTIALS").map(PathBuf::from));
        let is_file_named = named.is_some();
        let path =
            named.or_else(|| filled("HOME").map(|home| Path::new(&home).join(".exh/credentials")));
        let mut values = [const { None }; 5];
        let file = match path {
            None => Looked::NoPath,
            Some(path) => match credentials_file::read(&path) {
                Err(fault) => Looked::Failed(path, fault),
                Ok(entries) => {
                    for entry in entries {
                        let known = Variable::ALL
                            .into_iter()
                            .find(|variable| variable.name() == entry.key);
                        // The last of several lines counts, as for `exh`.
                        if let Some(variable) = known {
                            values[variable as usize] = Some(Value {
                                text: check(entry.value),
                                source: Source::File {
                                    path: path.clone(),
                                    line: entry.line,
                                },
                            });
                        }
                    }
                    Looked::Read(path)
                }
            },
        };
        for variable in Variable::ALL {
            if let Some(value) = environment(variable.name()) {
                values[variable as usize] = Some(Value {
                    text: value
                        .into_string()
                        .map_err(|_| ValueError::NotText)
                        .and_then(|text| check(Zeroizing::new(text))),
                    source: Source::Environment,
                });
            }
        }
        if let Some(host) = options.base_url.as_ref().or(options.host.as_ref()) {
            values[Variable::Host as usize] = Some(Value {
                text: check(Zeroizing::new(host.clone())),
                source: Source::Option,
            });
        }
        Self {
            values,
            file,
            is_file_named,
            ca_file: filled("SSL_CERT_FILE").map(PathBuf::from),
            options,
        }
    }

    /// Which value came from where.
    pub fn sources(&self) -> Sources {
        Sources(
            self.values
                .each_ref()
                .map(|value| value.as_ref().map(|value| value.source.clone())),
        )
    }

    /// Everything: host, client credentials and token credentials.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all that is missing or malformed.
    pub fn configuration(&self) -> Result<Configuration, ConfigurationError> {
        self.require(&Variable::ALL)
            .and_then(|()| self.assemble(true))
    }

    /// Host and client credentials, for asking for a token.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all that is missing or malformed.
    pub fn configuration_without_token(&self) -> Result<Configuration, ConfigurationError> {
        self.require(&Variable::ALL[..3])
            .and_then(|()| self.assemble(false))
    }

    /// The signer with client credentials and token credentials, for which no host is needed.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all that is missing or malformed.
    pub fn signer(&self) -> Result<Signer, ConfigurationError> {
        self.require(&Variable::ALL[1..])?;
        Ok(self.assemble_signer(true))
    }

    /// The signer with client credentials alone, for which no host is needed.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all that is missing or malformed.
    pub fn signer_without_token(&self) -> Result<Signer, ConfigurationError> {
        self.require(&Variable::ALL[1..3])?;
        Ok(self.assemble_signer(false))
    }

    /// The client's identifier alone, for a signature whose key is not a shared secret.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] where it is missing or malformed.
    pub fn client_identifier(&self) -> Result<&str, ConfigurationError> {
        self.require(&[Variable::ConsumerKey])?;
        Ok(self.text(Variable::ConsumerKey))
    }

    /// The token's identifier alone, for a signature whose key is not a shared secret.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] where it is missing or malformed.
    pub fn token_identifier(&self) -> Result<&str, ConfigurationError> {
        self.require(&[Variable::Token])?;
        Ok(self.text(Variable::Token))
    }

    /// What `explain` needs to find the mistake behind a refused signature.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all that is missing or malformed.
    #[cfg(feature = "explain")]
    pub fn secrets(&self, with_token: bool) -> Result<crate::explain::Secrets, ConfigurationError> {
        let wanted = if with_token { 1..5 } else { 1..3 };
        self.require(&Variable::ALL[wanted])?;
        let secrets = crate::explain::Secrets::new(self.text(Variable::ConsumerSecret));
        let client = self.text(Variable::ConsumerKey);
        Ok(if with_token {
            secrets
                .token(self.text(Variable::TokenSecret))
                .identifiers(client, Some(self.text(Variable::Token)))
        } else {
            secrets.identifiers(client, None)
        })
    }

    /// Reads the host alone.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] where it is missing or malformed.
    pub fn base_url(&self) -> Result<BaseUrl, ConfigurationError> {
        self.require(&[Variable::Host])?;
        self.read_host().map_err(ConfigurationError::one)
    }

    /// Collects all that is wrong with the values asked for.
    fn require(&self, variables: &[Variable]) -> Result<(), ConfigurationError> {
        let mut problems = Vec::new();
        let is_incomplete = variables
            .iter()
            .any(|variable| self.values[*variable as usize].is_none());
        if let Looked::Failed(path, fault) = &self.file {
            // The usual file need not be there, and need not be read where nothing is wanted of it.
            if self.is_file_named || (is_incomplete && *fault != FileError::Missing) {
                problems.push(Problem::File {
                    path: path.clone(),
                    fault: *fault,
                });
            }
        }
        for &variable in variables {
            match &self.values[variable as usize] {
                None => problems.push(Problem::Missing {
                    variable,
                    looked: self.file.clone(),
                }),
                Some(Value {
                    text: Err(fault),
                    source,
                }) => problems.push(Problem::Value {
                    variable,
                    source: source.clone(),
                    fault: *fault,
                }),
                Some(_) if variable == Variable::Host => problems.extend(self.read_host().err()),
                Some(_) => {}
            }
        }
        ConfigurationError::unless_empty(problems)
    }

    fn read_host(&self) -> Result<BaseUrl, Problem> {
        let read = if self.options.base_url.is_some() {
            BaseUrl::from_url
        } else {
            BaseUrl::from_host
        };
        read(self.text(Variable::Host), self.options.allow_http).map_err(|fault| Problem::Host {
            source: self
                .sources()
                .source(Variable::Host)
                .cloned()
                .unwrap_or(Source::Option),
            fault,
        })
    }

    /// A value that [`require`](Self::require) has seen.
    fn text(&self, variable: Variable) -> &str {
        self.values[variable as usize]
            .as_ref()
            .and_then(|value| value.text.as_ref().ok())
            .map_or("", |text| text.as_str())
    }

    fn assemble(&self, with_token: bool) -> Result<Configuration, ConfigurationError> {
        let base_url = self.read_host().map_err(ConfigurationError::one)?;
        Ok(Configuration {
            base_url,
            signer: self.assemble_signer(with_token),
            sources: self.sources(),
            ca_file: self.ca_file.clone(),
        })
    }

    fn assemble_signer(&self, with_token: bool) -> Signer {
        let credentials =
            |identifier, secret| Credentials::new(self.text(identifier), self.text(secret));
        let signer = Signer::new(credentials(Variable::ConsumerKey, Variable::ConsumerSecret));
        if with_token {
            signer.token(credentials(Variable::Token, Variable::TokenSecret))
        } else {
            signer
        }
    }
}

/// Refuses what a value picks up on its way through editors, shells and secret stores; nothing is mended, as a secret may
/// hold anything.
fn check(text: Zeroizing<String>) -> Result<Zeroizing<String>, ValueError> {
    let fault = if text.is_empty() {
        ValueError::Empty
    } else if text.contains('\u{feff}') {
        ValueError::ByteOrderMark
    } else if text.starts_with(char::is_whitespace) {
        ValueError::WhiteSpaceBefore
    } else if text.ends_with(char::is_whitespace) {
        ValueError::WhiteSpaceAfter
    } else if text.len() > 1
        && ['"', '\'']
            .iter()
            .any(|quote| text.starts_with(*quote) && text.ends_with(*quote))
    {
        ValueError::Quotes
    } else if let Some((position, _)) = text.char_indices().find(|(_, one)| one.is_control()) {
        ValueError::Control(position)
    } else {
        return Ok(text);
    };
    Err(fault)
}

/// All that a client needs to know: where the API is, and what signs.
#[derive(Clone, Debug)]
pub struct Configuration {
    base_url: BaseUrl,
    signer: Signer,
    sources: Sources,
    ca_file: Option<PathBuf>,
}

impl Configuration {
    /// A configuration of the program's own.
    pub fn new(base_url: BaseUrl, signer: Signer) -> Self {
        Self {
            base_url,
            signer,
            sources: Sources::default(),
            ca_file: None,
        }
    }

    /// Reads the environment and the credentials file; [`Settings`] does it with options, too.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all that is missing or malformed.
    pub fn from_env() -> Result<Self, ConfigurationError> {
        Settings::from_env(Options::default()).configuration()
    }

    /// Where the API is.
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// What signs the requests.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Which value came from where.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The file of further certificate authorities that `SSL_CERT_FILE` names.
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }
}
