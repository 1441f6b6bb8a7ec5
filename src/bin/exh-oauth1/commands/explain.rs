//! Why a signature is refused, or how the right one is made.

use std::{
    io,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use clap::Args;

use exh_oauth1::{
    client::{ConfigurationError, Settings, Variable},
    explain::{
        CapturedRequest, Mask, Options, ReadError, Secrets, Verdict, diagnose, diagnose_base_string, read_curl,
        read_header, read_http, steps,
    },
    rsa::{KeyError, PrivateKey, PublicKey},
};
use zeroize::Zeroizing;

use crate::{
    failure::Failure,
    input::{characters::unencoded, files, signing},
    options::GlobalOptions,
    output::{explanation, stdout, terminal::has_colour},
};

/// The maximum size of a file or of standard input, in bytes. No request that a person can read is larger.
const LIMIT: usize = 256 << 10;

#[derive(Args, Debug)]
#[command(after_help = "\
Exit codes: 0 the signature is right; 4 a server would refuse it; 2 the input
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
    /// Use this form body, as it was sent
    #[arg(short = 'd', long = "data", alias = "form", value_name = "BODY")]
    pub(crate) form: Option<String>,
    /// Explain this refused header, beginning with OAuth; - reads it from standard input
    #[arg(long, value_name = "HEADER")]
    pub(crate) authorization: Option<String>,
    /// Read request and header from a curl command; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["method", "http"])]
    pub(crate) curl: Option<PathBuf>,
    /// Read a raw HTTP request, or the output of curl -v, Chrome or Insomnia; - is
    /// standard input. METHOD and URL complete it
    #[arg(long, value_name = "FILE")]
    pub(crate) http: Option<PathBuf>,
    /// Set the scheme of the raw HTTP request, which its text does not show
    #[arg(long, value_parser = ["http", "https"], requires = "http")]
    pub(crate) scheme: Option<String>,
    /// Compare with this base string, which another library printed
    #[arg(long, value_name = "STRING")]
    pub(crate) base_string: Option<String>,
    /// Explain a request without a token
    #[arg(long)]
    pub(crate) no_token: bool,
    /// Use the secrets exactly as they are, even if they are empty or have
    /// white space or quotes around them
    #[arg(long)]
    pub(crate) raw_secrets: bool,
    /// Also try the secrets in this file, one on each line
    #[arg(long, value_name = "FILE")]
    pub(crate) also_try: Option<PathBuf>,
    /// Also try this host, which may have been signed
    #[arg(long, value_name = "HOST")]
    pub(crate) also_try_host: Vec<String>,
    /// Verify an RSA signature with this key, public or private (PEM)
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
    let settings = global.settings_raw(explain.raw_secrets);
    let also_try = explain.also_try.as_deref().map(read_text).transpose()?.unwrap_or_default();
    let options = Options {
        also_try: &also_try.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>(),
        also_try_hosts: &explain.also_try_host.iter().map(String::as_str).collect::<Vec<_>>(),
        now: SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|now| now.as_secs()),
        ..Options::default()
    };
    let known = secrets(&settings, explain).map_err(signing::missing)?;
    let mask = Mask::new(&CapturedRequest::new("", ""), &known, &options);
    let request = request(explain, &mask)?;
    let lacks_token_secret = !explain.no_token && request.names_token() && !known.has_token_secret();
    let missing: Vec<_> =
        [("API_OAUTH_CONSUMER_SECRET", !known.has_client_secret()), ("API_OAUTH_TOKEN_SECRET", lacks_token_secret)]
            .into_iter()
            .filter_map(|(name, is_missing)| is_missing.then_some(name))
            .collect();
    let mut secrets = known;
    if lacks_token_secret {
        secrets = secrets.without_token_secret();
    }
    if let Some(path) = &explain.rsa_key {
        secrets = secrets.public_key(public_key(path)?);
    }
    let is_bare = explain.authorization.is_none() && explain.curl.is_none() && explain.http.is_none();
    let diagnosis = match &explain.base_string {
        Some(base_string) => diagnose_base_string(&request, &secrets, base_string, &options),
        None => diagnose(&request, &secrets, &options),
    };
    if diagnosis.verdict == Verdict::NotSigned && is_bare && !is_partly_signed(explain) {
        return show(&settings, explain, request, &secrets);
    }
    print(explain, &diagnosis, |has_colour| explanation::diagnosis(&diagnosis, has_colour))?;
    match diagnosis.verdict {
        Verdict::Right | Verdict::BaseStringsAgree => Ok(()),
        Verdict::Unreadable => Err(Failure::usage("the request cannot be read")),
        Verdict::NotChecked => Err(not_checked(&missing)),
        Verdict::NotSigned => Err(Failure::refused("the request is not signed")),
        _ => Err(Failure::refused("a server would refuse this signature")),
    }
}

/// Whether the URL or form has parameters that only a signed request has.
fn is_partly_signed(explain: &Explain) -> bool {
    let names = ["oauth_consumer_key=", "oauth_nonce=", "oauth_signature"];
    let is_signed = |text: &String| names.iter().any(|name| text.contains(name));
    [&explain.url, &explain.form].into_iter().flatten().any(is_signed)
}

/// What a signature could not be checked without.
fn not_checked(missing: &[&str]) -> Failure {
    if missing.is_empty() {
        return Failure::usage("the signature was not checked: the RSA key is missing")
            .hint("give the public key with --rsa-key FILE");
    }
    let names = missing.join(" and ");
    let verb = if missing.len() == 1 { "is" } else { "are" };
    Failure::usage(format_args!(
        "the signature was not checked: {names} {verb} missing"
    ))
    .hint("set the secrets; for a request without a token, add --no-token\nwithout secrets, compare base strings: --base-string")
}

/// Shows each step to the right signature, which is made here.
fn show(settings: &Settings, explain: &Explain, request: CapturedRequest, secrets: &Secrets) -> Result<(), Failure> {
    let signer = if explain.no_token {
        settings.signer_without_token().map_err(signing::missing)?
    } else {
        settings.signer().map_err(signing::missing)?
    };
    let mut signed = exh_oauth1::Request::new(&request.method, &request.uri)
        .map_err(|error| unencoded(error, "URL", &request.uri, 0))?;
    if let Some(form) = &explain.form {
        signed = signed.form(form).map_err(|error| unencoded(error, "form", form, 0))?;
    }
    let authorization = signer.authorize(&signed)?;
    let request = request.authorization(authorization.as_str());
    let steps = steps(&request, secrets).map_err(Failure::usage)?;
    print(explain, &steps, |has_colour| explanation::steps(&steps, has_colour))
}

fn print(explain: &Explain, value: &impl serde::Serialize, text: impl FnOnce(bool) -> String) -> Result<(), Failure> {
    if explain.json {
        let json = serde_json::to_string(value).map_err(Failure::unavailable)?;
        stdout::body(format!("{json}\n").as_bytes())
    } else {
        stdout::line(text(has_colour(&io::stdout())).trim_end())
    }
}

/// The request, as it is given. An error quotes what was not understood, which may be a secret.
fn request(explain: &Explain, mask: &Mask) -> Result<CapturedRequest, Failure> {
    let not_understood = |error: ReadError| Failure::usage(mask.text(&error.to_string()));
    let method_and_url = explain.method.as_deref().zip(explain.url.as_deref());
    let mut request = if let Some(path) = &explain.curl {
        let file = |name: &str| {
            let content = files::read(Path::new(name), LIMIT).map_err(|error| error.to_string())?;
            Ok(content.to_vec())
        };
        read_curl(&read_text(path)?, &file).map_err(not_understood)?
    } else if let Some(path) = &explain.http {
        let request = read_http(&read(path)?, method_and_url, explain.scheme.as_deref()).map_err(not_understood)?;
        if let Some((method, _)) = method_and_url.filter(|(method, _)| *method != request.method) {
            return Err(Failure::usage(format_args!(
                "METHOD is {method}, and the request has {}; give the method of this request",
                request.method
            )));
        }
        request
    } else if let Some((method, url)) = method_and_url {
        CapturedRequest::new(method, url)
    } else {
        return Err(Failure::usage("give METHOD and URL, or --curl or --http"));
    };
    if let Some(form) = &explain.form {
        request = request.form(form);
    }
    if let Some(header) = explain.authorization.as_deref() {
        let header = if header == "-" { read_text(Path::new("-"))? } else { header.to_owned() };
        request = request.authorization(&read_header(&header).map_err(not_understood)?);
    }
    Ok(request)
}

/// The secrets and identifiers, as far as they are there. A service may give out an empty secret.
fn secrets(settings: &Settings, explain: &Explain) -> Result<Secrets, ConfigurationError> {
    let names = [Variable::ConsumerKey, Variable::ConsumerSecret];
    let [client, client_secret] = settings.available(names)?;
    let [token, token_secret] =
        if explain.no_token { [None, None] } else { settings.available([Variable::Token, Variable::TokenSecret])? };
    let mut secrets = client_secret.map(Secrets::new).unwrap_or_default();
    if let Some(secret) = token_secret {
        secrets = secrets.token(secret);
    }
    Ok(match client.filter(|client| !client.is_empty()) {
        Some(client) => secrets.identifiers(client, token.filter(|token| !token.is_empty())),
        None => secrets,
    })
}

/// Reads a public key, or the public part of a private key.
pub(crate) fn public_key(path: &Path) -> Result<PublicKey, Failure> {
    let bytes = read(path)?;
    // DER begins with a sequence; so do PKCS#12 files.
    if bytes.first() == Some(&0x30) {
        let path = path.display();
        return Err(Failure::usage(format_args!("{path} is not PEM text"))
            .hint(format!("convert a PKCS#12 file: openssl pkcs12 -in {path} -nocerts -nodes -out key.pem")));
    }
    let pem = text(path, &bytes)?;
    // A signature by a short key is explained as well.
    let key = match PublicKey::from_pem_with_minimum(&pem, 0) {
        Err(KeyError::Label) => PrivateKey::from_pem_with_minimum(&pem, 0).map(|key| key.public_key()),
        read => read,
    };
    key.map_err(|error| Failure::usage(format_args!("{}: {error}", path.display())))
}

fn read_text(path: &Path) -> Result<String, Failure> {
    text(path, &read(path)?)
}

fn text(path: &Path, bytes: &[u8]) -> Result<String, Failure> {
    str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let at = error.valid_up_to();
        Failure::usage(format_args!("{} is not UTF-8 text: byte {at}; save it as UTF-8", path.display()))
    })
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    files::read(path, LIMIT).map_err(|error| Failure::cannot_read(path, &error))
}
