//! What a program sets itself.

use std::path::PathBuf;

/// What a program sets itself. It takes precedence over files and the environment.
///
/// # Examples
///
/// ```no_run
/// use exh_oauth1::client::{Client, Options, Settings};
///
/// let mut options = Options::default();
/// options.profile = Some("staging".to_owned());
/// let configuration = Settings::from_env(options).configuration()?;
/// println!("{}", Client::builder(configuration).build()?.me()?.id);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Used instead of `API_HOST`, and read in the same way.
    pub host: Option<String>,
    /// A URL that is used verbatim. It takes precedence over `host`.
    pub base_url: Option<String>,
    /// A credentials file, which must exist. It takes precedence over `profile`.
    pub credentials_file: Option<PathBuf>,
    /// The name of a [`Profile`](crate::client::Profile), whose file must exist.
    pub profile: Option<String>,
    /// Reads only the first of the credentials files, which need not exist: for a program that writes it.
    pub single_file: bool,
    /// Allows `http://` to another machine.
    pub allow_http: bool,
    /// Uses values exactly as they are, even if they are empty or have white space, quotes or control characters.
    pub raw_values: bool,
}
