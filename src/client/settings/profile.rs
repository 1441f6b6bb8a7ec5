//! Profiles: a credentials file for each environment or user.
//!
//! The profile `default` is `~/.exh/credentials`, the file of Extra Horizon's own `exh`. Any other is
//! `~/.exh/profiles/NAME`.

use std::{
    error, fmt, fs, io,
    path::{Path, PathBuf},
};

/// The name of a profile.
///
/// # Examples
///
/// ```
/// use std::path::Path;
/// use exh_oauth1::client::Profile;
///
/// let home = Path::new("/users/zoe");
/// assert_eq!(Profile::new("staging")?.path(home), Path::new("/users/zoe/.exh/profiles/staging"));
/// assert_eq!(Profile::default().path(home), Path::new("/users/zoe/.exh/credentials"));
/// assert!(Profile::new("../staging").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Profile(String);

/// Why a profile cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ProfileError {
    /// The name is not a valid profile name.
    Name,
    /// Profiles are in the home folder, and `HOME` is not set.
    NoHome,
}

impl Profile {
    const DEFAULT: &str = "default";

    /// Checks a name. It has at most 64 ASCII letters, digits, `-`, `_` and `.`, and begins with a letter or digit,
    /// because it is a file name.
    ///
    /// # Errors
    ///
    /// [`ProfileError::Name`] for any other name.
    pub fn new(name: &str) -> Result<Self, ProfileError> {
        let is_name = name.len() <= 64
            && name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if is_name { Ok(Self(name.to_owned())) } else { Err(ProfileError::Name) }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Its credentials file in a home folder.
    pub fn path(&self, home: &Path) -> PathBuf {
        let folder = home.join(".exh");
        if self.0 == Self::DEFAULT { folder.join("credentials") } else { folder.join("profiles").join(&self.0) }
    }

    /// All profiles in a home folder, sorted by name, with the default one first.
    ///
    /// # Errors
    ///
    /// Any error of reading the folder. A missing folder is not an error.
    pub fn all(home: &Path) -> io::Result<Vec<Self>> {
        let mut names = Vec::new();
        match fs::read_dir(home.join(".exh/profiles")) {
            Ok(entries) => {
                for entry in entries {
                    let entry = entry?;
                    let profile = entry.file_name().to_str().map(Self::new);
                    // A file of this name is never read.
                    if let Some(Ok(profile)) = profile
                        && profile != Self::default()
                        && entry.path().is_file()
                    {
                        names.push(profile.0);
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        names.sort();
        let mut profiles: Vec<_> = names.into_iter().map(Self).collect();
        if Self::default().path(home).is_file() {
            profiles.insert(0, Self::default());
        }
        Ok(profiles)
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for ProfileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Name => "a profile name has at most 64 letters, digits, - _ and ., and begins with a letter or digit",
            Self::NoHome => "profiles are in ~/.exh, and HOME is not set",
        })
    }
}

impl error::Error for ProfileError {}
