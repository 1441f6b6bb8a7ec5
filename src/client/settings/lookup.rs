//! Settings from all sources: options, credentials files and the environment.

use std::{
    env,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{
    configuration::Configuration,
    configuration_error::{ConfigurationError, Misspelled, Problem, ValueError},
    credentials_file::{CredentialsFile, FileError},
    found::FoundValue,
    host::{BaseUrl, HostError},
    options::Options,
    source_file::{NamedBy, SourceFile},
    sources::{Source, Sources, Variable},
};
use crate::oauth1::{Credentials, Signer};

/// All values that were found, before any is required. A command asks for those that it needs.
///
/// Each value comes from the first of these sources that has it:
///
/// 1. [`Options::host`] or [`Options::base_url`]
/// 2. the file of [`Options::credentials_file`] or [`Options::profile`]
/// 3. the file of the variable `EXH_CREDENTIALS` or `EXH_PROFILE`; to set both is an error
/// 4. the variables of [`Variable`], such as `API_HOST`
/// 5. the file `~/.exh/credentials`
///
/// # Examples
///
/// ```
/// use exh_oauth1::client::{Options, Settings, Source, Variable};
///
/// let environment = |name: &str| (name == "API_HOST").then(|| "dev.example.extrahorizon.io".into());
/// let settings = Settings::read(Options::default(), environment);
/// assert_eq!(settings.host(), Some("dev.example.extrahorizon.io"));
/// assert_eq!(settings.found()[0].variable(), Variable::Host);
/// assert!(matches!(settings.found()[0].source(), Source::Environment));
/// assert!(settings.configuration().is_err()); // the credentials are missing
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Settings {
    options: Options,
    /// In order of precedence.
    found: Vec<FoundValue>,
    /// In order of precedence, or why they cannot be named.
    files: Result<Vec<SourceFile>, Problem>,
    misspelled: Vec<Misspelled>,
    ca_file: Option<PathBuf>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Settings").field("sources", &self.sources()).finish_non_exhaustive()
    }
}

impl Settings {
    /// Reads the process's environment and the credentials files. Problems are reported when a value is asked for.
    pub fn from_env(options: Options) -> Self {
        Self::read(options, |name| env::var_os(name))
    }

    /// Does what [`from_env`](Self::from_env) does, with the caller's own environment.
    pub fn read(options: Options, environment: impl Fn(&str) -> Option<OsString>) -> Self {
        let filled = |name: &str| environment(name).filter(|value| !value.is_empty());
        let home = filled("HOME").map(PathBuf::from);
        let is_raw = options.raw_values;
        let mut found = Vec::new();
        let mut misspelled = Vec::new();
        if let Some(host) = options.base_url.as_ref().or(options.host.as_ref()) {
            let text = Some(Zeroizing::new(host.clone()));
            let host = FoundValue::new(Variable::Host, Source::Option, text, is_raw);
            found.push(host);
        }
        let mut files = SourceFile::all(&options, filled, home.as_deref());
        let mut in_environment = Variable::ALL.into_iter().filter_map(|variable| {
            let text = environment(variable.name())?.into_string().ok();
            let text = text.map(Zeroizing::new);
            Some(FoundValue::new(variable, Source::Environment, text, is_raw))
        });
        for file in files.as_mut().map_or(&mut [][..], Vec::as_mut_slice) {
            if file.named_by == NamedBy::Default {
                found.extend(in_environment.by_ref());
            }
            file.error = file.read(is_raw, &mut found, &mut misspelled).err();
        }
        found.extend(in_environment);
        Self { found, files, misspelled, ca_file: filled("SSL_CERT_FILE").map(PathBuf::from), options }
    }

    /// Where each value came from.
    pub fn sources(&self) -> Sources {
        Sources(Variable::ALL.map(|variable| Some(self.value(variable)?.source().clone())))
    }

    /// All values that were found, in order of precedence. Of several for the same [`Variable`], the first is used.
    pub fn found(&self) -> &[FoundValue] {
        &self.found
    }

    /// The credentials files that were looked in, in order of precedence.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] if a profile cannot be used, or two variables name a file.
    pub fn files(&self) -> Result<&[SourceFile], ConfigurationError> {
        let files = self.files.as_deref();
        files.map_err(|problem| ConfigurationError::one(problem.clone()))
    }

    /// The lines of credentials files that are not read, because their names are nearly right.
    pub fn misspelled(&self) -> &[Misspelled] {
        &self.misspelled
    }

    /// The host as it is written. If it is malformed, it may hold a password.
    pub fn host(&self) -> Option<&str> {
        Some(self.value(Variable::Host)?.text())
    }

    /// The file with additional CA certificates that `SSL_CERT_FILE` names.
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }

    /// Host, client credentials and token credentials.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all missing and malformed settings.
    pub fn configuration(&self) -> Result<Configuration, ConfigurationError> {
        self.require(&Variable::ALL).and_then(|()| self.assemble(true))
    }

    /// Host and client credentials, to request a token.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all missing and malformed settings.
    pub fn configuration_without_token(&self) -> Result<Configuration, ConfigurationError> {
        self.require(&Variable::ALL[..3]).and_then(|()| self.assemble(false))
    }

    /// Host, with a signer of your own: for other methods, keys and protocol parameters.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] if the host is missing or malformed.
    pub fn configuration_with(&self, signer: Signer) -> Result<Configuration, ConfigurationError> {
        Ok(Configuration { base_url: self.base_url()?, signer, sources: self.sources(), ca_file: self.ca_file.clone() })
    }

    /// A signer with client and token credentials. It needs no host.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all missing and malformed settings.
    pub fn signer(&self) -> Result<Signer, ConfigurationError> {
        self.require(&Variable::ALL[1..])?;
        Ok(self.assemble_signer(true))
    }

    /// A signer with client credentials alone. It needs no host.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all missing and malformed settings.
    pub fn signer_without_token(&self) -> Result<Signer, ConfigurationError> {
        self.require(&Variable::ALL[1..3])?;
        Ok(self.assemble_signer(false))
    }

    /// The client's identifier alone, for a signature whose key is not a shared secret.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] if it is missing or malformed.
    pub fn client_identifier(&self) -> Result<&str, ConfigurationError> {
        self.require(&[Variable::ConsumerKey])?;
        Ok(self.text(Variable::ConsumerKey))
    }

    /// The token's identifier alone, for a signature whose key is not a shared secret.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] if it is missing or malformed.
    pub fn token_identifier(&self) -> Result<&str, ConfigurationError> {
        self.require(&[Variable::Token])?;
        Ok(self.text(Variable::Token))
    }

    /// The values of settings that may be missing or empty.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all malformed settings.
    pub fn available<const N: usize>(&self, variables: [Variable; N]) -> Result<[Option<&str>; N], ConfigurationError> {
        let is_malformed = |problem: &Problem| match problem {
            Problem::Missing { .. } => false,
            Problem::Value { fault, .. } => *fault != ValueError::Empty,
            _ => true,
        };
        if let Err(error) = self.require(&variables) {
            let problems = error.problems().iter().filter(|it| is_malformed(it));
            ConfigurationError::unless_empty(problems.cloned().collect())?;
        }
        Ok(variables.map(|variable| self.value(variable).map(FoundValue::text)))
    }

    /// Client credentials and token credentials.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all missing and malformed settings.
    pub fn credentials(&self) -> Result<(Credentials, Credentials), ConfigurationError> {
        self.require(&Variable::ALL[1..])?;
        let client = self.pair(Variable::ConsumerKey, Variable::ConsumerSecret);
        Ok((client, self.pair(Variable::Token, Variable::TokenSecret)))
    }

    /// The client credentials alone.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all missing and malformed settings.
    pub fn client_credentials(&self) -> Result<Credentials, ConfigurationError> {
        self.require(&Variable::ALL[1..3])?;
        Ok(self.pair(Variable::ConsumerKey, Variable::ConsumerSecret))
    }

    /// The host alone, as a URL.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] if it is missing or malformed.
    pub fn base_url(&self) -> Result<BaseUrl, ConfigurationError> {
        self.require(&[Variable::Host])?;
        self.read_host().map_err(ConfigurationError::one)
    }

    /// Adds a value that the user was asked for. It takes precedence over all others.
    pub fn enter(&mut self, variable: Variable, value: Zeroizing<String>) {
        let is_raw = self.options.raw_values;
        let found = FoundValue::new(variable, Source::Entered, Some(value), is_raw);
        self.found.insert(0, found);
    }

    /// Writes host and client credentials into a file, except those that were read from a file.
    ///
    /// The host is written as the URL that it was read as, so that every reader gets the same.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] with all missing and malformed settings, [`HostError::Rewritten`] if a file cannot store
    /// the base URL.
    pub fn fill(&self, file: &mut CredentialsFile) -> Result<(), ConfigurationError> {
        let configuration = self.configuration_without_token()?;
        for &variable in &Variable::ALL[..3] {
            let is_in_file = |found: &FoundValue| matches!(found.source(), Source::File { .. });
            let Some(found) = self.value(variable).filter(|it| !is_in_file(it)) else {
                continue;
            };
            let text = match variable {
                Variable::Host => self.storable(configuration.base_url())?,
                _ => found.text(),
            };
            file.set(variable, text).map_err(|fault| {
                ConfigurationError::one(Problem::Value { variable, source: found.source().clone(), fault })
            })?;
        }
        Ok(())
    }

    /// A base URL, if a file can have it as its host.
    fn storable<'a>(&self, base_url: &'a BaseUrl) -> Result<&'a str, ConfigurationError> {
        let text = base_url.as_str();
        let fault = match BaseUrl::from_host(text, self.options.allow_http) {
            Ok(read) if read == *base_url => return Ok(text),
            Ok(_) => HostError::Rewritten,
            Err(fault) => fault,
        };
        Err(ConfigurationError::one(Problem::Host { source: Source::Option, fault }))
    }

    /// Collects all problems of these values.
    fn require(&self, variables: &[Variable]) -> Result<(), ConfigurationError> {
        // Without the files, everything else would be reported as missing.
        let files = self.files()?;
        let mut problems = Vec::new();
        for (index, file) in files.iter().enumerate() {
            if let Some(fault) = file.error
                && self.is_needed(index, file, fault, variables)
            {
                let path = file.path.clone();
                problems.push(Problem::File { path, fault });
            }
        }
        let is_missing = |variable: &Variable| self.value(*variable).is_none();
        let missing: Vec<_> = variables.iter().copied().filter(is_missing).collect();
        if !missing.is_empty() {
            let is_meant = |line: &&Misspelled| missing.contains(&line.meant);
            problems.push(Problem::Missing {
                files: files.to_vec(),
                misspelled: self.misspelled.iter().filter(is_meant).cloned().collect(),
                variables: missing,
            });
        }
        for found in variables.iter().filter_map(|it| self.value(*it)) {
            if let Some(fault) = found.fault() {
                problems.push(Problem::Value { variable: found.variable(), source: found.source().clone(), fault });
            } else if found.variable() == Variable::Host {
                problems.extend(self.read_host().err());
            }
        }
        ConfigurationError::unless_empty(problems)
    }

    /// Whether a file that cannot be used is needed for these values.
    fn is_needed(&self, index: usize, file: &SourceFile, fault: FileError, variables: &[Variable]) -> bool {
        let may_be_missing = self.options.single_file || file.named_by == NamedBy::Default;
        if fault == FileError::Missing && may_be_missing {
            return false;
        }
        let takes_precedence = |source: &Source| match source {
            Source::Option | Source::Entered => true,
            Source::Environment => file.named_by == NamedBy::Default,
            Source::File { path, .. } => self.files.iter().flatten().take(index).any(|other| other.path == *path),
        };
        file.named_by.is_option()
            || variables.iter().any(|variable| {
                let found = self.value(*variable);
                found.is_none_or(|found| !takes_precedence(found.source()))
            })
    }

    fn read_host(&self) -> Result<BaseUrl, Problem> {
        let read = match self.options.base_url {
            Some(_) => BaseUrl::from_url,
            None => BaseUrl::from_host,
        };
        read(self.text(Variable::Host), self.options.allow_http).map_err(|fault| Problem::Host {
            source: self.value(Variable::Host).map_or(Source::Option, |found| found.source().clone()),
            fault,
        })
    }

    /// The value that takes precedence.
    fn value(&self, variable: Variable) -> Option<&FoundValue> {
        self.found.iter().find(|found| found.variable() == variable)
    }

    /// A value that [`require`](Self::require) has checked.
    fn text(&self, variable: Variable) -> &str {
        self.value(variable).map_or("", FoundValue::text)
    }

    fn assemble(&self, with_token: bool) -> Result<Configuration, ConfigurationError> {
        self.configuration_with(self.assemble_signer(with_token))
    }

    fn assemble_signer(&self, with_token: bool) -> Signer {
        let client = self.pair(Variable::ConsumerKey, Variable::ConsumerSecret);
        let signer = Signer::new(client);
        match with_token {
            true => signer.token(self.pair(Variable::Token, Variable::TokenSecret)),
            false => signer,
        }
    }

    fn pair(&self, identifier: Variable, secret: Variable) -> Credentials {
        Credentials::new(self.text(identifier), self.text(secret))
    }
}
