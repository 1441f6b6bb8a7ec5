//! What a call says itself about its settings, and which credentials file follows from it.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::profile::{Profile, ProfileError};

/// What a call says itself; it goes before the environment and the credentials file.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// In place of `API_HOST`, and read as that is.
    pub host: Option<String>,
    /// A URL that is taken verbatim; goes before `host`.
    pub base_url: Option<String>,
    /// The credentials file, which then must be there; goes before `profile`.
    pub credentials_file: Option<PathBuf>,
    /// The name of a [`Profile`], whose file must be there and whose values go before the environment's.
    pub profile: Option<String>,
    /// The credentials file need not be there, as it is about to be written.
    pub is_file_new: bool,
    /// Takes `http://` to another machine.
    pub allow_http: bool,
    /// Takes values as they are, with white space, quotes, control characters or nothing in them.
    pub raw_values: bool,
}

/// Which credentials file was asked for, and how.
pub(super) enum Chosen {
    File(PathBuf),
    Profile(String),
    Usual,
}

impl Chosen {
    /// Options go before the environment, and a file's path before a profile's name.
    pub(super) fn new(options: &Options, environment: impl Fn(&str) -> Option<OsString>) -> Self {
        if let Some(path) = &options.credentials_file {
            Self::File(path.clone())
        } else if let Some(name) = &options.profile {
            Self::Profile(name.clone())
        } else if let Some(path) = environment("EXH_CREDENTIALS") {
            Self::File(path.into())
        } else if let Some(name) = environment("EXH_PROFILE") {
            Self::Profile(name.to_string_lossy().into_owned())
        } else {
            Self::Usual
        }
    }

    pub(super) fn profile(
        &self,
        home: Option<&Path>,
    ) -> Result<Option<Profile>, (String, ProfileError)> {
        let Self::Profile(name) = self else {
            return Ok(None);
        };
        let profile = match home {
            Some(_) => Profile::new(name),
            None => Err(ProfileError::NoHome),
        };
        profile.map(Some).map_err(|fault| (name.clone(), fault))
    }
}
