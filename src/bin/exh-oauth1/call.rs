//! Calls of the API.

use core::time::Duration;
use std::time::Instant;

use exh_oauth1::client::{Client, Error, Response, Settings};

use crate::{
    arguments::Common,
    failure::Failure,
    output::{self, note},
    sandbox,
};

/// Prints the user that the credentials belong to.
pub(crate) fn me(common: &Common) -> Result<(), Failure> {
    let response = send(common, "/users/v1/me")?;
    response.user()?;
    output::body(response.bytes())
}

/// Prints what the API has at a path.
pub(crate) fn get(common: &Common, path: &str) -> Result<(), Failure> {
    let response = send(common, path)?;
    output::body(response.bytes())
}

fn send(common: &Common, path: &str) -> Result<Response, Failure> {
    // Lives until the answer is here.
    let sandbox = common
        .sandbox
        .then(|| sandbox::start(0, None))
        .transpose()?;
    let settings = match &sandbox {
        Some(sandbox) => sandbox::settings(sandbox),
        None => common.settings(),
    };
    let client = client(common, &settings)?;
    let start = Instant::now();
    let answer = client.get(path);
    if common.verbose {
        let outcome = match &answer {
            Ok(response) => format!("{} from {}", response.status(), response.url()),
            Err(Error::Network(_)) => "no answer".to_owned(),
            Err(error) => match error.response() {
                Some(response) => format!("{} from {}", response.status(), response.url()),
                None => "not sent, or no usable answer".to_owned(),
            },
        };
        note(&format!(
            "{outcome} after {} ms",
            start.elapsed().as_millis()
        ));
    }
    Ok(answer?)
}

fn client(common: &Common, settings: &Settings) -> Result<Client, Failure> {
    let configuration = settings.configuration()?;
    if common.verbose {
        note(&format!("calling {}", configuration.base_url().as_str()));
        note(&format!("settings: {}", settings.sources()));
    }
    if common.allow_http
        && !configuration.base_url().is_secure()
        && !configuration.base_url().is_loopback()
    {
        note(&format!(
            "warning: {} is called without TLS, which anybody on the way can read",
            configuration.base_url().as_str()
        ));
    }
    let mut builder =
        Client::builder(configuration).timeout(Duration::from_secs_f64(common.timeout));
    if let Some(path) = &common.ca_file {
        builder = builder.ca_file(path);
    }
    Ok(builder.build()?)
}

impl Common {
    /// What the options, the environment and the credentials file say.
    pub(crate) fn settings(&self) -> Settings {
        self.settings_raw(false)
    }

    /// The same with values taken as they are, if so wished.
    pub(crate) fn settings_raw(&self, raw_values: bool) -> Settings {
        let mut options = exh_oauth1::client::Options::default();
        options.host.clone_from(&self.host);
        options.base_url.clone_from(&self.base_url);
        options.credentials_file.clone_from(&self.credentials);
        options.allow_http = self.allow_http;
        options.raw_values = raw_values;
        Settings::from_env(options)
    }
}
