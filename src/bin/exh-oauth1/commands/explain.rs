//! Why a signature is refused, or how the right one is made.

use std::{
    io,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use clap::Args;

use exh_oauth1::{
    explain::{
        CapturedRequest, Options, Secrets, Style, Verdict, diagnose, diagnose_base_string,
        read_curl, read_http, steps,
    },
    rsa::{KeyError, PrivateKey, PublicKey},
};
use zeroize::Zeroizing;

use crate::{
    failure::Failure,
    input::{characters::unencoded, files, signing},
    options::GlobalOptions,
    output::{stdout, terminal::has_colour},
};

/// The most that is read of a file or of standard input, in bytes: more than a request has that a person can look at.
const LIMIT: usize = 256 << 10;

#[derive(Args, Debug)]
#[command(after_help = "\
Exit codes: 0 the signature is right; 4 the API would refuse it; 2 the input
cannot be read.

Examples:
  exh-oauth1 explain GET 'https://api.example.com/users/v1/?limit(5)'
  exh-oauth1 explain GET https://api.example.com/users/v1/me \\
    --authorization 'OAuth oauth_consumer_key=...'
  exh-oauth1 get /users/v1/me --as curl | exh-oauth1 explain --curl -")]
pub(crate) struct Explain {
    /// Method, such as GET
    #[arg(required_unless_present_any = ["curl", "http"])]
    pub(crate) method: Option<String>,
    /// URL as it was sent, with its query
    #[arg(required_unless_present_any = ["curl", "http"])]
    pub(crate) url: Option<String>,
    /// Form body as it was sent
    #[arg(long, value_name = "BODY")]
    pub(crate) form: Option<String>,
    /// The refused header, beginning with OAuth; - reads it from standard input
    #[arg(long, value_name = "HEADER")]
    pub(crate) authorization: Option<String>,
    /// A curl command to read request and header from; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["method", "http"])]
    pub(crate) curl: Option<PathBuf>,
    /// A raw HTTP request to read request and header from; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "method")]
    pub(crate) http: Option<PathBuf>,
    /// A base string that another library printed, to compare
    #[arg(long, value_name = "STRING")]
    pub(crate) base_string: Option<String>,
    /// The request was signed with the application's credentials alone
    #[arg(long)]
    pub(crate) no_token: bool,
    /// File with other secrets that may have been used, one on each line
    #[arg(long, value_name = "FILE")]
    pub(crate) also_try: Option<PathBuf>,
    /// Another host that may have been signed
    #[arg(long, value_name = "HOST")]
    pub(crate) also_try_host: Vec<String>,
    /// Public or private RSA key (PEM) that the signature is to be verified with
    #[arg(long, value_name = "FILE")]
    pub(crate) rsa_key: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints the steps, or the diagnosis.
pub(crate) fn run(global: &GlobalOptions, explain: &Explain) -> Result<(), Failure> {
    global.refuse_sandbox()?;
    global.refuse_sign_as()?;
    let mut request = request(explain)?;
    if let Some(header) = explain.authorization.as_deref() {
        request = if header == "-" {
            request.authorization(read_text(Path::new("-"))?.trim())
        } else {
            request.authorization(header)
        };
    }
    let secrets = secrets(global, explain)?;
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
        now: SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .map(|now| now.as_secs()),
        ..Options::default()
    };
    let is_bare =
        explain.authorization.is_none() && explain.curl.is_none() && explain.http.is_none();
    let diagnosis = match &explain.base_string {
        Some(base_string) => diagnose_base_string(&request, &secrets, base_string, &options),
        None => diagnose(&request, &secrets, &options),
    };
    if diagnosis.verdict == Verdict::NotSigned && is_bare {
        return show(global, explain, request, &secrets);
    }
    print(explain, &diagnosis, || diagnosis.to_text(style()))?;
    match diagnosis.verdict {
        Verdict::Right | Verdict::BaseStringsAgree => Ok(()),
        Verdict::Unreadable => Err(Failure::usage("the request cannot be read")),
        Verdict::NotChecked => Err(Failure::usage("the signature was not checked")),
        Verdict::NotSigned => Err(Failure::refused("the request is not signed")),
        _ => Err(Failure::refused("the API would refuse this signature")),
    }
}

/// Shows each step to the right signature, which is made here.
fn show(
    global: &GlobalOptions,
    explain: &Explain,
    request: CapturedRequest,
    secrets: &Secrets,
) -> Result<(), Failure> {
    let settings = global.settings();
    let signer = if explain.no_token {
        settings.signer_without_token().map_err(signing::missing)?
    } else {
        settings.signer().map_err(signing::missing)?
    };
    let mut signed = exh_oauth1::Request::new(&request.method, &request.uri)
        .map_err(|error| unencoded(error, "URL", &request.uri, 0))?;
    if let Some(form) = &explain.form {
        signed = signed
            .form(form)
            .map_err(|error| unencoded(error, "form", form, 0))?;
    }
    let authorization = signer.authorize(&signed)?;
    let request = request.authorization(authorization.as_str());
    let steps = steps(&request, secrets).map_err(Failure::usage)?;
    print(explain, &steps, || steps.to_text(style()))
}

fn print(
    explain: &Explain,
    value: &impl serde::Serialize,
    text: impl FnOnce() -> String,
) -> Result<(), Failure> {
    if explain.json {
        let json = serde_json::to_string(value).map_err(Failure::unavailable)?;
        stdout::body(format!("{json}\n").as_bytes())
    } else {
        stdout::line(text().trim_end())
    }
}

fn style() -> Style {
    Style {
        colour: has_colour(&io::stdout()),
        ..Style::default()
    }
}

fn request(explain: &Explain) -> Result<CapturedRequest, Failure> {
    let unreadable = |what| Failure::usage(format_args!("{what} cannot be read"));
    if let Some(path) = &explain.curl {
        return read_curl(&read_text(path)?).ok_or_else(|| unreadable("the curl command"));
    }
    if let Some(path) = &explain.http {
        return read_http(&read(path)?).ok_or_else(|| unreadable("the HTTP request"));
    }
    let (Some(method), Some(url)) = (&explain.method, &explain.url) else {
        return Err(Failure::usage("give METHOD and URL, or --curl or --http"));
    };
    let request = CapturedRequest::new(method, url);
    Ok(match &explain.form {
        Some(form) => request.form(form),
        None => request,
    })
}

fn secrets(global: &GlobalOptions, explain: &Explain) -> Result<Secrets, Failure> {
    let settings = global.settings();
    let Some(path) = &explain.rsa_key else {
        return if explain.no_token {
            settings
                .client_credentials()
                .map(|client| Secrets::new(client.secret()).identifiers(client.identifier(), None))
        } else {
            settings.credentials().map(|(client, token)| {
                Secrets::new(client.secret())
                    .token(token.secret())
                    .identifiers(client.identifier(), Some(token.identifier()))
            })
        }
        .map_err(signing::missing);
    };
    Ok(Secrets::new("").public_key(public_key(path)?))
}

/// Reads a public key, or the public part of a private key.
pub(crate) fn public_key(path: &Path) -> Result<PublicKey, Failure> {
    let pem = read_text(path)?;
    // A signature by a short key is explained as well.
    let key = match PublicKey::from_pem_with_minimum(&pem, 0) {
        Err(KeyError::Label) => {
            PrivateKey::from_pem_with_minimum(&pem, 0).map(|key| key.public_key())
        }
        read => read,
    };
    key.map_err(|error| Failure::usage(format_args!("{}: {error}", path.display())))
}

fn read_text(path: &Path) -> Result<String, Failure> {
    str::from_utf8(&read(path)?)
        .map(str::to_owned)
        .map_err(|_| Failure::usage(format_args!("{} is not UTF-8 text", path.display())))
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    files::read(path, LIMIT).map_err(|error| Failure::cannot_read(path, &error))
}
