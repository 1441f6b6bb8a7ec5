//! Why a signature is refused, or how the right one is made.

use std::{
    env,
    io::{self, IsTerminal as _},
    path::Path,
};

use exh_oauth1::{
    explain::{
        Captured, Options, Secrets, Style, Subject, Verdict, diagnose, diagnose_base_string,
        read_curl, read_http, steps,
    },
    rsa::{KeyError, PrivateKey, PublicKey},
};
use zeroize::Zeroizing;

use crate::{
    arguments::{Common, Explain},
    failure::Failure,
    files, output,
};

/// The most that is read of a file or of standard input, in bytes: more than a request has that a person can look at.
const LIMIT: usize = 256 << 10;

/// Prints the steps, or the diagnosis.
pub(crate) fn run(common: &Common, explain: &Explain) -> Result<(), Failure> {
    common.refuse_sandbox()?;
    common.refuse_sign_as()?;
    let captured = captured(explain)?;
    let subject = match (&captured, &explain.method, &explain.url) {
        (Some(captured), ..) => captured.subject(),
        (None, Some(method), Some(url)) => {
            let mut subject = Subject::new(method, url);
            subject.form = explain.form.as_deref();
            subject
        }
        _ => return Err(Failure::usage("give METHOD and URL, or --curl or --http")),
    };
    let header = match explain.authorization.as_deref() {
        Some("-") => Some(read_text(Path::new("-"))?.trim().to_owned()),
        Some(header) => Some(header.to_owned()),
        None => captured
            .as_ref()
            .and_then(|captured| captured.authorization.clone()),
    };
    let secrets = secrets(common, explain)?;
    let also_try = explain
        .also_try
        .as_deref()
        .map(read_text)
        .transpose()?
        .unwrap_or_default();
    let options = Options {
        also_try: &also_try
            .lines()
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>(),
        also_try_hosts: &explain
            .also_try_host
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>(),
        ..Options::default()
    };
    let diagnosis = match (&explain.base_string, &header) {
        (Some(base_string), header) => {
            diagnose_base_string(subject, header.as_deref(), base_string, &options)
        }
        (None, Some(header)) => diagnose(subject, &secrets, header, &options),
        (None, None) => return show(common, explain, subject, &secrets),
    };
    print(explain, &diagnosis, || diagnosis.to_text(style()))?;
    match diagnosis.verdict {
        Verdict::Right => Ok(()),
        Verdict::Unreadable => Err(Failure::usage("request or header cannot be read")),
        _ => Err(Failure::refused("the API would refuse this signature")),
    }
}

/// Shows each step to the right signature, which is made here.
fn show(
    common: &Common,
    explain: &Explain,
    subject: Subject<'_>,
    secrets: &Secrets,
) -> Result<(), Failure> {
    let settings = common.settings();
    let signer = if explain.no_token {
        settings.signer_without_token()?
    } else {
        settings.signer()?
    };
    let mut request = exh_oauth1::Request::new(subject.method, subject.uri)?;
    if let Some(form) = subject.form {
        request = request.form(form)?;
    }
    let authorization = signer.authorize(&request)?;
    let steps = steps(subject, secrets, authorization.as_str()).map_err(Failure::usage)?;
    print(explain, &steps, || steps.to_text(style()))
}

fn print(
    explain: &Explain,
    value: &impl serde::Serialize,
    text: impl FnOnce() -> String,
) -> Result<(), Failure> {
    if explain.json {
        let json = serde_json::to_string(value).map_err(Failure::unavailable)?;
        output::body(format!("{json}\n").as_bytes())
    } else {
        output::line(text().trim_end())
    }
}

fn style() -> Style {
    let is_plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Style {
        colour: io::stdout().is_terminal() && !is_plain,
        ..Style::default()
    }
}

fn captured(explain: &Explain) -> Result<Option<Captured>, Failure> {
    let unreadable = |what| Failure::usage(format_args!("{what} cannot be read"));
    if let Some(path) = &explain.curl {
        return read_curl(&read_text(path)?)
            .map(Some)
            .ok_or_else(|| unreadable("the curl command"));
    }
    if let Some(path) = &explain.http {
        return read_http(&read(path)?)
            .map(Some)
            .ok_or_else(|| unreadable("the HTTP request"));
    }
    Ok(None)
}

fn secrets(common: &Common, explain: &Explain) -> Result<Secrets, Failure> {
    let settings = common.settings();
    let Some(path) = &explain.rsa_key else {
        return Ok(settings.secrets(!explain.no_token)?);
    };
    let pem = read_text(path)?;
    // What was signed with a short key is to be explained all the same.
    let key = match PublicKey::from_pem_with_minimum(&pem, 0) {
        Err(KeyError::Label) => {
            PrivateKey::from_pem_with_minimum(&pem, 0).map(|key| key.public_key())
        }
        read => read,
    };
    let key = key.map_err(|error| Failure::usage(format_args!("{}: {error}", path.display())))?;
    Ok(Secrets::new("").public_key(key))
}

fn read_text(path: &Path) -> Result<String, Failure> {
    str::from_utf8(&read(path)?)
        .map(str::to_owned)
        .map_err(|_| Failure::usage(format_args!("{} is not UTF-8 text", path.display())))
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    files::read(path, LIMIT)
        .map_err(|error| Failure::usage(format_args!("cannot read {}: {error}", path.display())))
}
