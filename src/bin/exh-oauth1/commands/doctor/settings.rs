//! Checks without the network: which values were found, where, and what is wrong with them.

use std::env;

use exh_oauth1::client::{CredentialsFile, FoundValue, Problem, Settings, SourceFile, Variable};

use super::report::{Check, Report};
use crate::{commands::login::UNREAD, failure::Failure, input::exposure::exposures, options::GlobalOptions};

/// The identifiers of the checks of values.
const VALUES: [(&str, Variable); 5] = [
    ("host", Variable::Host),
    ("consumer-key", Variable::ConsumerKey),
    ("consumer-secret", Variable::ConsumerSecret),
    ("token", Variable::Token),
    ("token-secret", Variable::TokenSecret),
];

pub(super) fn check(report: &mut Report, global: &GlobalOptions, settings: &Settings) -> Result<(), Failure> {
    let error = settings.configuration().err();
    let problems = error.as_ref().map_or(&[][..], |error| error.problems());
    let files = settings.files().unwrap_or_default();
    report.add(credentials_file(global, files, problems))?;
    let read: Vec<_> = files.iter().filter(|file| file.error.is_none()).collect();
    report.add(file_mode(&read))?;
    report.add(other_tools(&read))?;
    for (id, variable) in VALUES {
        report.add(value(id, variable, global, settings, problems))?;
    }
    report.add(sources(settings))?;
    report.add(similar_names(settings))?;
    report.add(base_url(global, settings, problems))
}

fn credentials_file(global: &GlobalOptions, files: &[SourceFile], problems: &[Problem]) -> Check {
    const ID: &str = "credentials-file";
    let is_about =
        |problem: &&Problem| matches!(problem, Problem::File { .. } | Problem::Profile { .. } | Problem::TwoFiles);
    if let Some(problem) = problems.iter().find(is_about) {
        return Check::problem(ID, problem);
    }
    if global.sandbox {
        return Check::ok(ID, "none: the sandbox supplies all values");
    }
    let describe = |file: &SourceFile| {
        let (path, named_by) = (file.path.display(), file.named_by);
        match file.error {
            Some(error) => format!("{path} ({named_by}): {error}"),
            None => format!("{path} ({named_by})"),
        }
    };
    let described: Vec<_> = files.iter().map(describe).collect();
    let described = described.join("; ");
    let is_broken = |file: &&SourceFile| file.error.is_some() && file.path.exists();
    match files.iter().find(is_broken) {
        Some(_) => Check::warning(
            ID,
            format!("{described}, and no value comes from it"),
            "correct that line, or remove the file",
        ),
        None if files.is_empty() => Check::ok(ID, "none is named, and HOME is not set"),
        None => Check::ok(ID, described),
    }
}

/// Who else can read, change or replace the files.
fn file_mode(files: &[&SourceFile]) -> Check {
    const ID: &str = "file-mode";
    let found = |file: &&SourceFile| {
        let exposures = exposures(&file.path).into_iter();
        let path = file.path.clone();
        exposures.map(move |exposure| (path.clone(), exposure))
    };
    let mut all: Vec<_> = files.iter().flat_map(found).collect();
    // The worst one decides what to do next.
    all.sort_by_key(|(_, exposure)| !exposure.is_replaceable());
    let Some((path, worst)) = all.first() else {
        return match files {
            [] => Check::not_tried(ID, "no credentials file was read"),
            _ if cfg!(unix) => Check::ok(ID, "only the file's owner can read and replace it"),
            _ => Check::not_tried(ID, "this system has no such permissions"),
        };
    };
    let details: Vec<_> = all.iter().map(|(path, exposure)| format!("{} {exposure}", path.display())).collect();
    let (details, fix) = (details.join("; "), worst.fix(path));
    let check = match worst.is_replaceable() {
        true => Check::failed(ID, details, Some(fix)),
        false => Check::warning(ID, details, fix),
    };
    let mode = all.iter().find_map(|(_, exposure)| exposure.file_mode());
    check.with("mode", mode.map(|mode| format!("{mode:04o}")))
}

/// What Extra Horizon's own tools read of the files.
fn other_tools(files: &[&SourceFile]) -> Check {
    const ID: &str = "other-tools";
    if files.is_empty() {
        return Check::not_tried(ID, "no credentials file was read");
    }
    let mut unread = Vec::new();
    for file in files {
        let lines = CredentialsFile::read(&file.path).map(|read| read.unread_by_sdk());
        for (variable, line) in lines.unwrap_or_default() {
            unread.push(format!("{variable} in {} line {line}", file.path.display()));
        }
    }
    if unread.is_empty() {
        return Check::ok(ID, "Extra Horizon's own tools read the same values");
    }
    Check::warning(
        ID,
        format!("Extra Horizon's own tools skip or misread {}: {UNREAD}", unread.join(", ")),
        "nothing, if you do not use `exh` or the SDK with this file; otherwise correct these lines",
    )
}

fn value(
    id: &'static str,
    variable: Variable,
    global: &GlobalOptions,
    settings: &Settings,
    problems: &[Problem],
) -> Check {
    let mut found = settings.found().iter().filter(|found| found.variable() == variable);
    let Some(first) = found.next() else {
        let missing = problems.iter().find(|problem| matches!(problem, Problem::Missing { .. }));
        return match missing {
            Some(problem) => Check::problem(id, problem).says(format!("{variable} is missing")),
            None => Check::not_tried(id, "the profile or file that is named cannot be used"),
        };
    };
    let problem =
        problems.iter().find(|problem| matches!(problem, Problem::Value { variable: other, .. } if *other == variable));
    let mut detail = format!("from {}, {}", place(first, global), size(first));
    for other in found {
        detail.push_str(&format!("; not used: the one from {}", other.source()));
    }
    let stray = first.stray();
    let check = match problem {
        Some(problem) => Check::problem(id, problem).also(&size(first)),
        None if stray.is_none() => Check::ok(id, detail),
        None => {
            Check::warning(id, format!("{variable}, {detail}"), "check whether these characters belong to the value")
        }
    };
    check
        .with("source", place(first, global))
        .with("length", first.length())
        .with("stray", if stray.is_none() { None } else { Some(stray.to_string()) })
}

fn place(found: &FoundValue, global: &GlobalOptions) -> String {
    if global.sandbox { "the sandbox".to_owned() } else { found.source().to_string() }
}

/// A value's length and stray characters, but never the value.
fn size(found: &FoundValue) -> String {
    let mut text = match found.length() {
        None => "not text".to_owned(),
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
    if !sources.is_mixed() {
        return Check::ok(ID, "all values come from one place");
    }
    Check::warning(
        ID,
        format!("the values come from different places: {sources}"),
        "use host, keys and secrets of one place: those of another environment do not match",
    )
}

/// Names of variables and of lines in files that are nearly right, and so are not read.
fn similar_names(settings: &Settings) -> Check {
    const ID: &str = "similar-names";
    let is_read = |name: &str| Variable::of_name(name).is_some() || matches!(name, "EXH_CREDENTIALS" | "EXH_PROFILE");
    let is_similar = |name: &str| {
        let upper = name.to_ascii_uppercase();
        !is_read(name)
            && ["API_HOST", "API_OAUTH", "API_CONSUMER", "API_TOKEN", "EXH_", "OAUTH_"]
                .iter()
                .any(|start| upper.starts_with(start))
    };
    let mut names: Vec<_> =
        env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(|name| is_similar(name)).collect();
    names.sort();
    let mut details = Vec::new();
    for name in &names {
        details.push(match Variable::meant_by(name) {
            Some(meant) => format!("{name} is set, and not read; did you mean {meant}?"),
            None => format!("{name} is set, and not read"),
        });
    }
    for line in settings.misspelled() {
        details.push(line.to_string());
        names.push(line.name.clone());
    }
    if names.is_empty() {
        return Check::ok(ID, "no name is nearly the name of a setting");
    }
    Check::warning(ID, details.join("; "), "check the spelling: `exh-oauth1 --help` lists the names that are read")
        .with("names", names)
}

/// Why there is no URL to call.
pub(super) fn without_url(settings: &Settings) -> &'static str {
    match settings.host() {
        None => "there is no host",
        Some(_) => "the host cannot be used; see above",
    }
}

fn base_url(global: &GlobalOptions, settings: &Settings, problems: &[Problem]) -> Check {
    const ID: &str = "base-url";
    let is_about = |problem: &&Problem| matches!(problem, Problem::Host { .. });
    if let Some(problem) = problems.iter().find(is_about) {
        return Check::problem(ID, problem);
    }
    // A malformed host may hold a password.
    let (Ok(base_url), Some(host)) = (settings.base_url(), settings.host()) else {
        return Check::not_tried(ID, without_url(settings));
    };
    let mut detail = if host == base_url.as_str() {
        format!("{base_url}, as it is written")
    } else {
        format!("{host} is read as {base_url}")
    };
    if let Some(signed) = &global.sign_as {
        detail.push_str(&format!(", and signed as {signed}"));
    }
    let check = if base_url.is_secure() || base_url.is_loopback() {
        Check::ok(ID, detail)
    } else {
        let detail = format!("{detail}; without TLS, anyone on the network can read and change what is sent");
        Check::warning(ID, detail, "use https:// outside of a test network")
    };
    check.with("base_url", base_url.as_str())
}
