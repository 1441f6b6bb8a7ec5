//! Lists the profiles: URL, application, and permissions of the file. Secrets are not shown.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use clap::Args;
use exh_oauth1::client::{self, Profile, ProfileError, Settings, Variable};
use serde::Serialize;

use crate::{
    connection::warn_if_exposed,
    failure::Failure,
    options::GlobalOptions,
    output::{json, stderr::note, stdout},
};

#[derive(Args, Debug)]
pub(crate) struct Profiles {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print the names alone, for completion scripts
    #[arg(long, hide = true, conflicts_with = "json")]
    names: bool,
}

/// What is shown of a profile.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    name: String,
    /// Whether requests use it, with these options and variables.
    is_used: bool,
    url: Option<String>,
    /// Its first characters.
    consumer_key: Option<String>,
    has_token: bool,
    mode: Option<String>,
    file: String,
    /// Why it cannot be used.
    fault: Option<String>,
}

pub(crate) fn run(global: &GlobalOptions, profiles: &Profiles) -> Result<(), Failure> {
    global.refuse_sandbox()?;
    let home = env::var_os("HOME").filter(|home| !home.is_empty());
    let home = home.ok_or_else(|| Failure::usage(ProfileError::NoHome))?;
    let all = Profile::all(Path::new(&home)).map_err(|error| {
        let folder = Path::new(&home).join(".exh/profiles");
        Failure::cannot_read(&folder, &error)
    })?;
    if profiles.names {
        return all.iter().try_for_each(|profile| stdout::line(profile.name()));
    }
    let used = used(global);
    let rows: Vec<_> = all.iter().map(|profile| Row::new(profile, &home, used.as_deref())).collect();
    if profiles.json {
        let text = serde_json::to_vec(&rows).map_err(Failure::unavailable)?;
        return stdout::body(&[text.as_slice(), b"\n"].concat());
    }
    for row in &rows {
        if let Some(fault) = &row.fault {
            note(&format!("{}: {}", row.name, fault));
        }
    }
    if rows.is_empty() {
        note("there are no profiles: `exh-oauth1 login` creates the first one");
        return Ok(());
    }
    stdout::line(&table(&rows))
}

/// The file that requests use first.
fn used(global: &GlobalOptions) -> Option<PathBuf> {
    let settings = Settings::from_env(global.options());
    let first = settings.files().ok()?.first()?;
    Some(first.path.clone())
}

impl Row {
    fn new(profile: &Profile, home: &OsString, used: Option<&Path>) -> Self {
        let path = profile.path(Path::new(home));
        let options = client::Options {
            profile: Some(profile.name().to_owned()),
            // Plain HTTP is rejected when the profile is used.
            allow_http: true,
            single_file: true,
            ..client::Options::default()
        };
        let settings = Settings::read(options, |name| (name == "HOME").then(|| home.clone()));
        let base_url = settings.base_url();
        let file = path.display().to_string();
        warn_if_exposed(&path);
        Self {
            name: profile.name().to_owned(),
            is_used: used == Some(&path),
            consumer_key: settings.client_identifier().ok().map(beginning),
            has_token: settings.sources().source(Variable::TokenSecret).is_some(),
            mode: mode(&path),
            file,
            fault: base_url.as_ref().err().map(ToString::to_string),
            url: base_url.ok().map(|url| url.as_str().to_owned()),
        }
    }
}

/// Enough of a key to recognise it, but not to use it.
fn beginning(key: &str) -> String {
    let shown = (key.chars().count() / 4).min(4);
    key.chars().take(shown).chain(['…']).collect()
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    Some(format!("{mode:04o}"))
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<String> {
    None
}

/// Aligned columns.
fn table(rows: &[Row]) -> String {
    let mut lines = vec![["  profile", "url", "key", "token", "mode", "file"].map(str::to_owned)];
    for row in rows {
        let mark = if row.is_used { '*' } else { ' ' };
        let text = |text: &Option<String>| json::escaped(text.as_deref().unwrap_or("-"));
        lines.push([
            format!("{mark} {}", row.name),
            text(&row.url),
            text(&row.consumer_key),
            if row.has_token { "yes" } else { "no" }.to_owned(),
            text(&row.mode),
            json::escaped(&row.file),
        ]);
    }
    let width = |column: usize| {
        let lengths = lines.iter().map(|line| line[column].chars().count());
        lengths.max().unwrap_or_default()
    };
    let widths: [usize; 6] = std::array::from_fn(width);
    let lines: Vec<_> = lines
        .iter()
        .map(|line| {
            let cells = line.iter().zip(widths);
            let cells: Vec<_> = cells.map(|(cell, width)| format!("{cell:width$}")).collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}
