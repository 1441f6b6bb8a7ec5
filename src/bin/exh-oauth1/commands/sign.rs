//! The header for a request that is not sent.

use exh_oauth1::{
    Authorization, AuthorizeError, Nonce, ParseError, ProtocolParameters, Request, SignatureMethod,
    Signer, client::Settings, rsa, timestamp,
};
use std::path::PathBuf;

use clap::Args;
use rand::rngs::SysRng;

use crate::{
    failure::Failure,
    input::{
        characters::unencoded,
        files,
        signing::{self, Method, Placement},
        values::pair,
    },
    options::GlobalOptions,
    output::{
        curl::{As, Body, Command},
        stdout,
    },
};

/// No private key is larger, in bytes; what is, such as a device that never ends, is another file.
const KEY_LIMIT: usize = 64 << 10;

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  exh-oauth1 sign GET 'https://api.example.com/users/v1/?limit(5)'
  exh-oauth1 sign POST https://api.example.com/form --form 'name=Zo%C3%AB' --as curl
  exh-oauth1 sign POST https://photos.example.net/initiate --no-token \\
    --parameter oauth_callback=oob")]
pub(crate) struct Sign {
    /// Method, such as GET
    pub(crate) method: String,
    /// URL as it is sent, with its query
    pub(crate) url: String,
    /// Form body as it is sent (application/x-www-form-urlencoded)
    #[arg(long, value_name = "BODY")]
    pub(crate) form: Option<String>,
    /// Seconds since 1970 to sign with, instead of now
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timestamp: Option<u64>,
    /// Nonce to sign with, instead of a random one
    #[arg(long, value_name = "S")]
    pub(crate) nonce: Option<String>,
    /// Sign with the application's credentials alone
    #[arg(long)]
    pub(crate) no_token: bool,
    /// Leave oauth_version out
    #[arg(long)]
    pub(crate) no_version: bool,
    /// How to sign; by default HMAC-SHA1, or RSA-SHA1 with --rsa-key
    #[arg(long, value_name = "NAME", ignore_case = true)]
    pub(crate) signature_method: Option<Method>,
    /// Private key to sign with (PEM, PKCS#1 or PKCS#8), for the RSA methods
    #[arg(long, value_name = "FILE")]
    pub(crate) rsa_key: Option<PathBuf>,
    /// Take an RSA key of fewer than 2048 bits, for an old server
    #[arg(long, requires = "rsa_key")]
    pub(crate) weak_rsa_key: bool,
    /// Take the values of variables and file as they are, with white space or quotes around them
    #[arg(long)]
    pub(crate) raw_secrets: bool,
    /// Add oauth_body_hash for this body, which is no form (OAuth Request Body Hash)
    #[arg(long, value_name = "BODY", conflicts_with = "form")]
    pub(crate) body_hash: Option<String>,
    /// Where the parameters go: a header, behind a form body, or behind a query
    #[arg(long, value_name = "PLACE", default_value = "header")]
    pub(crate) placement: Placement,
    /// Print a command that sends the signed request, in place of the header
    #[arg(long = "as", value_name = "TOOL")]
    pub(crate) printed_as: Option<As>,
    /// Another protocol parameter, such as realm=Photos or oauth_callback=oob
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) parameters: Vec<(String, String)>,
}

/// Prints the signed parameters, as a header's value or as they stand in a form or query, and nothing else.
pub(crate) fn run(global: &GlobalOptions, sign: &Sign) -> Result<(), Failure> {
    global.refuse_sandbox()?;
    global.refuse_sign_as()?;
    if let (Placement::Form, Some(_)) = (sign.placement, &sign.body_hash) {
        return Err(Failure::usage(
            "a body with a hash is no form, in which parameters could be placed",
        ));
    }
    let mut request = Request::new(&sign.method, &sign.url)
        .map_err(|error| unencoded(error, "URL", &sign.url, 0))?;
    if let Some(form) = &sign.form {
        request = request
            .form(form)
            .map_err(|error| unencoded(error, "form", form, 0))?;
    }
    let timestamp = match sign.timestamp {
        Some(timestamp) => timestamp,
        None => timestamp()?,
    };
    let random;
    let nonce = match &sign.nonce {
        Some(nonce) => nonce,
        None => {
            random = Nonce::try_generate(&mut SysRng).map_err(|_| AuthorizeError::Randomness)?;
            random.as_str()
        }
    };
    let settings = global.settings_raw(sign.raw_secrets);
    let authorization = if sign.rsa_key.is_some() {
        with_rsa(&settings, sign, &request, timestamp, nonce)?
    } else {
        with_secrets(&settings, sign, &request)?.sign(&request, timestamp, nonce)
    };
    let placed = match sign.placement {
        Placement::Header => authorization.into_string(),
        Placement::Form => authorization.in_form(sign.form.as_deref().unwrap_or_default()),
        Placement::Query => authorization.in_query(&sign.url),
    };
    match sign.printed_as {
        None => stdout::line(&placed),
        Some(As::Curl) => stdout::line(&command(sign, &placed).text(global)?),
    }
}

/// The request with what was signed in its place.
fn command<'a>(sign: &'a Sign, placed: &'a str) -> Command<'a> {
    let mut command = Command {
        method: &sign.method,
        url: &sign.url,
        headers: Vec::new(),
        body: Body::None,
    };
    if let Some(form) = &sign.form {
        command.body = Body::Octets(form.as_bytes());
    }
    match sign.placement {
        Placement::Header => command.headers.push(("authorization", placed)),
        Placement::Form => command.body = Body::Octets(placed.as_bytes()),
        Placement::Query => command.url = placed,
    }
    if let Body::Octets(_) = command.body {
        let form = "application/x-www-form-urlencoded";
        command.headers.push(("content-type", form));
    }
    if let Some(body) = &sign.body_hash {
        command.body = Body::Octets(body.as_bytes());
        command.headers.push(("content-type", "application/json"));
    }
    command
}

fn with_secrets(settings: &Settings, sign: &Sign, request: &Request) -> Result<Signer, Failure> {
    let mut signer = if sign.no_token {
        settings.signer_without_token().map_err(signing::missing)?
    } else {
        settings.signer().map_err(signing::missing)?
    };
    signer = match sign.signature_method.unwrap_or(Method::HmacSha1) {
        Method::HmacSha1 => signer,
        Method::HmacSha256 => signer.hmac_sha256(),
        Method::HmacSha512 => signer.hmac_sha512(),
        Method::Plaintext => signer.plaintext(),
        Method::RsaSha1 | Method::RsaSha256 | Method::RsaSha512 => {
            return Err(Failure::usage("an RSA method signs with a private key")
                .hint("give it with --rsa-key FILE"));
        }
    };
    if sign.no_version {
        signer = signer.without_version();
    }
    for (name, value) in parameters(sign, request, signer.signature_method())? {
        let added = if name == "realm" {
            signer.realm(&value)
        } else {
            signer.parameter(&name, &value)
        };
        signer = added.map_err(|error| refused(&name, error))?;
    }
    Ok(signer)
}

fn with_rsa(
    settings: &Settings,
    sign: &Sign,
    request: &Request,
    timestamp: u64,
    nonce: &str,
) -> Result<Authorization, Failure> {
    let path = sign.rsa_key.as_deref().unwrap_or_else(|| "".as_ref());
    let about = |error: &dyn core::fmt::Display| {
        Failure::usage(format_args!("{}: {error}", path.display()))
    };
    let pem = files::read(path, KEY_LIMIT).map_err(|error| about(&error))?;
    let pem = str::from_utf8(&pem).map_err(|_| about(&"it is not UTF-8 text"))?;
    let minimum = if sign.weak_rsa_key { 1024 } else { 2048 };
    let key =
        rsa::PrivateKey::from_pem_with_minimum(pem, minimum).map_err(|error| about(&error))?;
    let method = match sign.signature_method.unwrap_or(Method::RsaSha1) {
        Method::RsaSha1 => SignatureMethod::RsaSha1,
        Method::RsaSha256 => SignatureMethod::RsaSha256,
        Method::RsaSha512 => SignatureMethod::RsaSha512,
        _ => return Err(Failure::usage("--rsa-key is for the RSA methods only")),
    };
    let mut own = ProtocolParameters::new(
        settings.client_identifier().map_err(signing::missing)?,
        method,
    );
    if !sign.no_token {
        own = own.token(settings.token_identifier().map_err(signing::missing)?);
    }
    if sign.no_version {
        own = own.without_version();
    }
    for (name, value) in parameters(sign, request, method)? {
        let added = if name == "realm" {
            own.realm(&value)
        } else {
            own.parameter(&name, &value)
        };
        own = added.map_err(|error| refused(&name, error))?;
    }
    let signer = rsa::Signer::new(own, key).map_err(|error| about(&error))?;
    signer
        .sign(request, timestamp, nonce, &mut SysRng)
        .map_err(Failure::unavailable)
}

/// The further parameters that were asked for.
fn parameters(
    sign: &Sign,
    request: &Request,
    method: SignatureMethod,
) -> Result<Vec<(String, String)>, Failure> {
    let mut parameters = sign.parameters.clone();
    if let Some(body) = &sign.body_hash {
        let hash = request
            .body_hash(method, body.as_bytes())
            .map_err(Failure::usage)?;
        parameters.push(("oauth_body_hash".to_owned(), hash));
    }
    Ok(parameters)
}

fn refused(name: &str, error: ParseError) -> Failure {
    Failure::usage(format_args!("--parameter {name}: {error}"))
}
