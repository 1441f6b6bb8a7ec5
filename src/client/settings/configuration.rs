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
    credentials_file::{self, CredentialsFile, FileError},
    found::Found,
    host::{BaseUrl, HostError},
    options::{Chosen, Options},
    profile::{Profile, ProfileError},
    sources::{Source, Sources, Variable},
};
use crate::oauth1::{Credentials, Signer};

/// What was found, before anything is required of it: a command asks for as much as it needs.
pub struct Settings {
    options: Options,
    /// Those that go before others are first.
    found: Vec<Found>,
    profile: Result<Option<Profile>, (String, ProfileError)>,
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
        let filled = |name: &str| environment(name).filter(|value| !value.is_empty());
        let home = filled("HOME").map(PathBuf::from);
        let chosen = Chosen::new(&options, filled);
        let profile = chosen.profile(home.as_deref());
        let path = match (&chosen, &profile) {
            (Chosen::File(path), _) => Some(path.clone()),
            (_, Ok(profile)) => home
                .as_deref()
                .map(|home| profile.as_ref().unwrap_or(&Profile::default()).path(home)),
            (_, Err(_)) => None,
        };
        let is_raw = options.raw_values;
        let (mut in_file, file) = match path {
            None => (Vec::new(), Looked::NoPath),
            Some(path) => match credentials_file::read(&path) {
                Err(fault) => (Vec::new(), Looked::Failed(path, fault)),
                Ok(entries) => {
                    let found = entries.into_iter().filter_map(|entry| {
                        let source = Source::File {
                            path: path.clone(),
                            line: entry.line,
                        };
                        let variable = Variable::of_name(&entry.key)?;
                        Some(Found::new(variable, source, Ok(entry.value), is_raw))
                    });
                    // The last of several lines counts, as for `exh`.
                    (found.rev().collect(), Looked::Read(path))
                }
            },
        };
        let mut in_environment = Vec::new();
        for variable in Variable::ALL {
            if let Some(value) = environment(variable.name()) {
                let text = value
                    .into_string()
                    .map(Zeroizing::new)
                    .map_err(|_| ValueError::NotText);
                in_environment.push(Found::new(variable, Source::Environment, text, is_raw));
            }
        }
        let host = options.base_url.as_ref().or(options.host.as_ref());
        let mut found: Vec<_> = host
            .map(|host| {
                let text = Ok(Zeroizing::new(host.clone()));
                Found::new(Variable::Host, Source::Option, text, is_raw)
            })
            .into_iter()
            .collect();
        // Who names a profile means its values, whatever a shell has still exported.
        if matches!(profile, Ok(Some(_))) {
            found.append(&mut in_file);
        }
        found.append(&mut in_environment);
        found.append(&mut in_file);
        Self {
            found,
            is_file_named: matches!(chosen, Chosen::File(_) | Chosen::Profile(_)),
            profile,
            file,
            ca_file: filled("SSL_CERT_FILE").map(PathBuf::from),
            options,
        }
    }

    /// Which value came from where.
    pub fn sources(&self) -> Sources {
        Sources(Variable::ALL.map(|variable| Some(self.value(variable)?.source().clone())))
    }

    /// All that was found; of several that are the same [`Variable`], the first counts.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// What was found of the credentials file.
    pub fn looked(&self) -> &Looked {
        &self.file
    }

    /// The host as it stands there; where it cannot be read as one, it may hold a password.
    pub fn host(&self) -> Option<&str> {
        Some(self.value(Variable::Host)?.text())
    }

    /// The file of further certificate authorities that `SSL_CERT_FILE` names.
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }

    /// The profile that was asked for, by option or by `EXH_PROFILE`.
    pub fn profile(&self) -> Option<&Profile> {
        self.profile.as_ref().ok()?.as_ref()
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

    /// Gives a value that somebody was asked for, as it was found nowhere; it goes before all others.
    pub fn enter(&mut self, variable: Variable, value: Zeroizing<String>) {
        let found = Found::new(
            variable,
            Source::Entered,
            Ok(value),
            self.options.raw_values,
        );
        self.found.insert(0, found);
    }

    /// Writes host and client credentials into a file's lines, but for those that were read from it.
    ///
    /// The host is written as it was understood: that is the same for every reader.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all that is missing or malformed, [`HostError::Rewritten`] for a base URL that no host says.
    pub fn fill(&self, file: &mut CredentialsFile) -> Result<(), ConfigurationError> {
        let configuration = self.configuration_without_token()?;
        for &variable in &Variable::ALL[..3] {
            let Some(found) = self.value(variable) else {
                continue;
            };
            if matches!(found.source(), Source::File { .. }) {
                continue;
            }
            let text = if variable == Variable::Host {
                self.storable(configuration.base_url())?
            } else {
                found.text()
            };
            file.set(variable, text).map_err(|fault| {
                ConfigurationError::one(Problem::Value {
                    variable,
                    source: found.source().clone(),
                    fault,
                })
            })?;
        }
        Ok(())
    }

    /// A base URL as it can stand for a host in a file.
    fn storable<'a>(&self, base_url: &'a BaseUrl) -> Result<&'a str, ConfigurationError> {
        let text = base_url.as_str();
        let fault = match BaseUrl::from_host(text, self.options.allow_http) {
            Ok(read) if read == *base_url => return Ok(text),
            Ok(_) => HostError::Rewritten,
            Err(fault) => fault,
        };
        Err(ConfigurationError::one(Problem::Host {
            source: Source::Option,
            fault,
        }))
    }

    /// Collects all that is wrong with the values asked for.
    fn require(&self, variables: &[Variable]) -> Result<(), ConfigurationError> {
        if let Err((name, fault)) = &self.profile {
            // All else that is missing follows from it.
            return Err(ConfigurationError::one(Problem::Profile {
                name: name.clone(),
                fault: *fault,
            }));
        }
        let mut problems = Vec::new();
        let is_incomplete = variables
            .iter()
            .any(|variable| self.value(*variable).is_none());
        if let Looked::Failed(path, fault) = &self.file {
            let is_new = self.options.is_file_new && *fault == FileError::Missing;
            // The usual file need not be there, and need not be read where nothing is wanted of it.
            if !is_new && (self.is_file_named || (is_incomplete && *fault != FileError::Missing)) {
                problems.push(Problem::File {
                    path: path.clone(),
                    fault: *fault,
                });
            }
        }
        for &variable in variables {
            match self.value(variable) {
                None => problems.push(Problem::Missing {
                    variable,
                    looked: self.file.clone(),
                }),
                Some(found) => match found.fault() {
                    Some(fault) => problems.push(Problem::Value {
                        variable,
                        source: found.source().clone(),
                        fault,
                    }),
                    None if variable == Variable::Host => problems.extend(self.read_host().err()),
                    None => {}
                },
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
                .value(Variable::Host)
                .map_or(Source::Option, |found| found.source().clone()),
            fault,
        })
    }

    /// The one that counts.
    fn value(&self, variable: Variable) -> Option<&Found> {
        self.found.iter().find(|found| found.variable() == variable)
    }

    /// A value that [`require`](Self::require) has seen.
    fn text(&self, variable: Variable) -> &str {
        self.value(variable).map_or("", Found::text)
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
        let client = credentials(Variable::ConsumerKey, Variable::ConsumerSecret);
        if with_token {
            Signer::with_token(client, credentials(Variable::Token, Variable::TokenSecret))
        } else {
            Signer::new(client)
        }
    }
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

    /// The same with token credentials, in place of those it had.
    pub fn with_token(mut self, token: Credentials) -> Self {
        self.signer = self.signer.token(token);
        self
    }

    pub(crate) fn with_signer(self, signer: Signer) -> Self {
        Self { signer, ..self }
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
