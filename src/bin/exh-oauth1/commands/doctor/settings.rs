//! What needs no network: which values were found, where, and what is wrong with them.

use std::{env, path::Path};

use exh_oauth1::client::{
    CredentialsFile, Found, Looked, Problem, Settings, Variable, exposed_mode,
};

use super::report::{Check, Report};
use crate::{failure::Failure, options::GlobalOptions};

/// The identifiers of the checks of values.
const VALUES: [(&str, Variable); 5] = [
    ("host", Variable::Host),
    ("consumer-key", Variable::ConsumerKey),
    ("consumer-secret", Variable::ConsumerSecret),
    ("token", Variable::Token),
    ("token-secret", Variable::TokenSecret),
];

pub(super) fn check(
    report: &mut Report,
    global: &GlobalOptions,
    settings: &Settings,
) -> Result<(), Failure> {
    let error = settings.configuration().err();
    let problems = error.as_ref().map_or(&[][..], |error| error.problems());
    report.add(credentials_file(global, settings, problems))?;
    let path = match settings.looked() {
        Looked::Read(path) => Some(path.as_path()),
        _ => None,
    };
    report.add(file_mode(path))?;
    report.add(other_tools(path))?;
    for (id, variable) in VALUES {
        report.add(value(id, variable, global, settings, problems))?;
    }
    report.add(sources(settings))?;
    report.add(similar_names())?;
    report.add(base_url(global, settings, problems))
}

fn credentials_file(global: &GlobalOptions, settings: &Settings, problems: &[Problem]) -> Check {
    const ID: &str = "credentials-file";
    let is_about =
        |problem: &&Problem| matches!(problem, Problem::File { .. } | Problem::Profile { .. });
    if let Some(problem) = problems.iter().find(is_about) {
        return Check::problem(ID, problem);
    }
    let chosen = match (settings.profile(), &global.credentials) {
        (Some(profile), _) => format!("the profile {profile}"),
        (None, Some(_)) => "--credentials".to_owned(),
        (None, None) if env::var_os("EXH_CREDENTIALS").is_some() => "EXH_CREDENTIALS".to_owned(),
        (None, None) => "the usual place".to_owned(),
    };
    match settings.looked() {
        Looked::NoPath if global.sandbox => Check::ok(ID, "none: the sandbox gives all values"),
        Looked::Read(path) => Check::ok(ID, format!("{} ({chosen})", path.display())),
        Looked::Failed(path, fault) if path.exists() => Check::warning(
            ID,
            format!("{}: {fault}, and nothing is taken from it", path.display()),
            "correct that line, or remove the file",
        ),
        Looked::Failed(path, fault) => {
            Check::ok(ID, format!("{} ({chosen}): {fault}", path.display()))
        }
        _ => Check::ok(ID, "none is named, and HOME is not set"),
    }
}

fn file_mode(path: Option<&Path>) -> Check {
    const ID: &str = "file-mode";
    let Some(path) = path else {
        return Check::not_tried(ID, "no credentials file was read");
    };
    match exposed_mode(path) {
        Some(mode) => Check::warning(
            ID,
            format!("{mode:04o}: others than the file's owner may read or change it"),
            format!("chmod 600 {}", path.display()),
        )
        .with("mode", format!("{mode:04o}")),
        None if cfg!(unix) => Check::ok(ID, "for the file's owner alone"),
        None => Check::not_tried(ID, "this system has no such modes"),
    }
}

/// What Extra Horizon's own tools would take from the file.
fn other_tools(path: Option<&Path>) -> Check {
    const ID: &str = "other-tools";
    let Some(file) = path.and_then(|path| CredentialsFile::read(path).ok()) else {
        return Check::not_tried(ID, "no credentials file was read");
    };
    let unread: Vec<_> = file.unread_by_sdk().iter().map(|one| one.name()).collect();
    if unread.is_empty() {
        return Check::ok(
            ID,
            "Extra Horizon's own tools read the file in the same way",
        );
    }
    Check::warning(
        ID,
        format!(
            "Extra Horizon's own tools read {} in another way or not at all: they take no second = and no white space around the name",
            unread.join(", ")
        ),
        "write NAME=value without white space; a value that holds = works here and not there",
    )
}

fn value(
    id: &'static str,
    variable: Variable,
    global: &GlobalOptions,
    settings: &Settings,
    problems: &[Problem],
) -> Check {
    let mut found = settings
        .found()
        .iter()
        .filter(|found| found.variable() == variable);
    let problem = problems.iter().find(|problem| {
        matches!(problem, Problem::Missing { variable: other, .. } | Problem::Value { variable: other, .. } if *other == variable)
    });
    let Some(first) = found.next() else {
        return match problem {
            Some(problem) => Check::problem(id, problem),
            None => Check::not_tried(id, "the profile or file that was asked for cannot be used"),
        };
    };
    let mut detail = format!("from {}, {}", place(first, global), size(first));
    for other in found {
        detail.push_str(&format!("; not taken: the one from {}", other.source()));
    }
    let stray = first.stray();
    let check = match problem {
        // It says where the value is from.
        Some(problem) => Check::problem(id, problem).also(&size(first)),
        None if stray.is_none() => Check::ok(id, detail),
        None => Check::warning(
            id,
            format!("{variable}, {detail}"),
            "check whether these belong to the value",
        ),
    };
    check
        .with("source", place(first, global))
        .with("length", first.length())
        .with(
            "stray",
            if stray.is_none() {
                None
            } else {
                Some(stray.to_string())
            },
        )
}

fn place(found: &Found, global: &GlobalOptions) -> String {
    if global.sandbox {
        "the sandbox".to_owned()
    } else {
        found.source().to_string()
    }
}

/// How long a value is and what strays in it, but never the value.
fn size(found: &Found) -> String {
    let mut text = match found.length() {
        None => "no text".to_owned(),
        Some(1) => "1 character".to_owned(),
        Some(length) => format!("{length} characters"),
    };
    if !found.stray().is_none() {
        text.push_str(&format!(", with {}", found.stray()));
    }
    text
}

fn sources(settings: &Settings) -> Check {
    const ID: &str = "sources";
    let sources = settings.sources();
    if sources.is_mixed() {
        return Check::warning(
            ID,
            format!("values of two places are mixed: {sources}"),
            "take host, keys and secrets from one place: those of another environment do not fit",
        );
    }
    Check::ok(ID, "environment and credentials file are not mixed")
}

/// Variables that somebody meant to be read, and that nothing reads.
fn similar_names() -> Check {
    const ID: &str = "similar-names";
    let is_read = |name: &str| {
        Variable::of_name(name).is_some() || matches!(name, "EXH_CREDENTIALS" | "EXH_PROFILE")
    };
    let is_similar = |name: &str| {
        let upper = name.to_ascii_uppercase();
        !is_read(name)
            && [
                "API_HOST",
                "API_OAUTH",
                "API_CONSUMER",
                "API_TOKEN",
                "EXH_",
                "OAUTH_",
            ]
            .iter()
            .any(|start| upper.starts_with(start))
    };
    let mut names: Vec<_> = env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| is_similar(name))
        .collect();
    if names.is_empty() {
        return Check::ok(ID, "no variable has a name like those that are read");
    }
    names.sort();
    Check::warning(
        ID,
        format!("set, and read by nothing here: {}", names.join(", ")),
        "check the spelling of their names: `exh-oauth1 --help` has those that are read",
    )
    .with("names", names)
}

/// Why there is no URL to call.
pub(super) fn without_url(settings: &Settings) -> &'static str {
    match settings.host() {
        None => "there is no host",
        Some(_) => "the host cannot be used, as is said above",
    }
}

fn base_url(global: &GlobalOptions, settings: &Settings, problems: &[Problem]) -> Check {
    const ID: &str = "base-url";
    let is_about = |problem: &&Problem| matches!(problem, Problem::Host { .. });
    if let Some(problem) = problems.iter().find(is_about) {
        return Check::problem(ID, problem);
    }
    // The host as it stands may hold a password where it cannot be read.
    let (Ok(base_url), Some(host)) = (settings.base_url(), settings.host()) else {
        return Check::not_tried(ID, without_url(settings));
    };
    let mut detail = if host == base_url.as_str() {
        format!("{base_url}, as it stands")
    } else {
        format!("{host} is read as {base_url}")
    };
    if let Some(signed) = &global.sign_as {
        detail.push_str(&format!(", and signed as {signed}"));
    }
    let check = if base_url.is_secure() || base_url.is_loopback() {
        Check::ok(ID, detail)
    } else {
        let detail =
            format!("{detail}; without TLS anybody on the way can read and change what is sent");
        Check::warning(ID, detail, "use https:// outside of a test network")
    };
    check.with("base_url", base_url.as_str())
}
