//! From the options to a client, and to the sandbox that it calls with --sandbox.

use std::{ffi::OsString, path::Path, sync::Once, time::Duration};

use exh_oauth1::{
    client::{
        Client, ClientBuilder, Configuration, ConfigurationError, NamedBy, Options, Retry, Settings, SourceFile,
        Variable,
    },
    explain::{self, CapturedRequest, Mask, Secrets},
    sandbox::{self, Sandbox},
};

use crate::{
    failure::Failure,
    input::{exposure::exposures, signing::SigningOptions},
    options::GlobalOptions,
    output::stderr::{note, warn},
};

/// A client, and the sandbox that it calls with --sandbox.
pub(crate) struct Connection {
    pub(crate) client: Client,
    _sandbox: Option<Sandbox>,
}

impl Connection {
    /// Reads the settings, or starts a sandbox and takes its settings.
    pub(crate) fn open(global: &GlobalOptions, signing: &SigningOptions) -> Result<Self, Failure> {
        let sandbox = global.sandbox.then(|| start_sandbox(sandbox::Options::default())).transpose()?;
        let settings = match &sandbox {
            Some(sandbox) => sandbox_settings(sandbox),
            None => global.settings_raw(signing.raw_secrets),
        };
        Ok(Self { client: client_of(global, signing.configuration(&settings)?)?, _sandbox: sandbox })
    }
}

/// A client with the limits of the options.
pub(crate) fn client(global: &GlobalOptions, settings: &Settings) -> Result<Client, ConfigurationError> {
    client_of(global, settings.configuration()?)
}

/// The same with a given configuration.
pub(crate) fn client_of(global: &GlobalOptions, configuration: Configuration) -> Result<Client, ConfigurationError> {
    if global.verbose > 0 {
        note(&format!("calling {}", configuration.base_url().as_str()));
        note(&format!("settings: {}", configuration.sources()));
        if configuration.sources().is_mixed() {
            warn("the settings come from different places");
        }
    }
    if global.allow_http && !configuration.base_url().is_secure() && !configuration.base_url().is_loopback() {
        warn(&format!(
            "{} is called without TLS: others on the network can read the request",
            configuration.base_url().as_str()
        ));
    }
    builder(global, configuration).build()
}

/// The limits, CA certificates and addresses of the options.
pub(crate) fn builder(global: &GlobalOptions, configuration: Configuration) -> ClientBuilder {
    let host = configuration.base_url().host().to_owned();
    let mut builder = Client::builder(configuration)
        .timeout(Duration::from_secs_f64(global.timeout))
        .idle_timeout(Duration::from_secs_f64(global.timeout))
        .retry(Retry::times(global.retry));
    if global.verbose > 1 {
        let mask = mask(global);
        builder = builder.log_headers(move |line| note(&mask.text(line)));
    }
    if let Some(path) = &global.ca_file {
        builder = builder.ca_file(path);
    }
    if let Some(base_url) = &global.sign_as {
        builder = builder.sign_as(base_url.clone());
    }
    for given in &global.resolve {
        if !given.host.eq_ignore_ascii_case(&host) {
            let other = &given.host;
            warn(&format!("--resolve is for {other}, but the call goes to {host}"));
        }
        builder = builder.resolve(&given.host, given.port, given.address);
    }
    builder
}

/// Hides the secrets of the settings, wherever they occur in a text.
fn mask(global: &GlobalOptions) -> Mask {
    let settings = global.settings();
    let names = [Variable::ConsumerSecret, Variable::TokenSecret];
    let [client, token] = settings.available(names).unwrap_or_default();
    let secrets = Secrets::new(client.unwrap_or_default()).token(token.unwrap_or_default());
    Mask::new(&CapturedRequest::new("", ""), &secrets, &explain::Options::default())
}

/// Warns if other users can read, change or replace a file that has secrets.
pub(crate) fn warn_if_exposed(path: &Path) {
    for exposure in exposures(path) {
        warn(&format!("{} has secrets and {exposure}: {}", path.display(), exposure.fix(path)));
    }
}

/// Warns if settings that the named file lacks come from the default file: they may be for another user or environment.
fn warn_of_default(settings: &Settings, files: &[SourceFile]) {
    let [named, .., default] = files else {
        return;
    };
    if default.named_by != NamedBy::Default || named.error.is_some() {
        return;
    }
    let sources = settings.sources();
    let is_of_default = |variable: &Variable| {
        let source = sources.source(*variable);
        source.and_then(|source| source.file()) == Some(&default.path)
    };
    let names: Vec<_> = Variable::ALL.into_iter().filter(is_of_default).map(Variable::name).collect();
    if !names.is_empty() {
        warn(&format!(
            "{} does not have {}, which comes from the default file {}",
            named.path.display(),
            names.join(", "),
            default.path.display()
        ));
    }
}

impl GlobalOptions {
    /// Fails for a command that does not call the API.
    pub(crate) fn refuse_sandbox(&self) -> Result<(), Failure> {
        if !self.sandbox {
            return Ok(());
        }
        Err(Failure::usage(
            "--sandbox is for commands that call the API: its credentials are random and end with the command",
        )
        .hint("run `exh-oauth1 sandbox` in another terminal, and export the variables it prints"))
    }

    /// Fails for a command that signs the given URL.
    pub(crate) fn refuse_sign_as(&self) -> Result<(), Failure> {
        if self.sign_as.is_none() {
            return Ok(());
        }
        Err(Failure::usage("--sign-as is for commands that call the API; this command already signs the given URL"))
    }

    /// The settings from options, environment and credentials files.
    pub(crate) fn settings(&self) -> Settings {
        self.settings_raw(false)
    }

    /// The same, with values used exactly as they are if `raw_values` is set.
    pub(crate) fn settings_raw(&self, raw_values: bool) -> Settings {
        let settings = Settings::from_env(Options { raw_values, ..self.options() });
        // Some commands read the settings twice.
        static WARNED: Once = Once::new();
        WARNED.call_once(|| {
            let files = settings.files().unwrap_or_default();
            for file in files.iter().filter(|file| file.error.is_none()) {
                warn_if_exposed(&file.path);
            }
            warn_of_default(&settings, files);
        });
        settings
    }

    /// The options of the client's settings.
    pub(crate) fn options(&self) -> Options {
        Options {
            host: self.host.clone(),
            base_url: self.base_url.clone(),
            credentials_file: self.credentials.clone(),
            profile: self.profile.clone(),
            allow_http: self.allow_http,
            ..Options::default()
        }
    }
}

/// Starts a sandbox.
pub(crate) fn start_sandbox(options: sandbox::Options) -> Result<Sandbox, Failure> {
    Sandbox::start(options).map_err(|error| match error {
        sandbox::Error::Listen(..) => {
            Failure::unavailable(error).hint("choose another with --port PORT or --listen ADDRESS")
        }
        error => Failure::unavailable(error),
    })
}

/// The settings of a sandbox. The environment is not read.
pub(crate) fn sandbox_settings(sandbox: &Sandbox) -> Settings {
    let variables = sandbox.variables();
    Settings::read(Options::default(), |name| {
        let (_, value) = variables.iter().find(|(other, _)| *other == name)?;
        Some(OsString::from(value.as_str()))
    })
}
