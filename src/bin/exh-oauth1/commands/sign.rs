//! The header for a request that is not sent.

use clap::Args;
use exh_oauth1::{AuthorizeError, Nonce, Request, SignatureMethod, timestamp};
use rand::rngs::SysRng;

use crate::{
    failure::Failure,
    input::{
        body::{Body, BodyOptions, FORM},
        characters::unencoded,
        files,
        signing::{Placement, SigningOptions},
    },
    options::GlobalOptions,
    output::{
        curl::{self, Command, Tool},
        stderr::note,
        stdout,
    },
};

/// The largest body whose hash is signed, in bytes.
const HASH_LIMIT: usize = 64 << 20;

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  exh-oauth1 sign GET 'https://api.example.com/users/v1/?limit(5)'
  exh-oauth1 sign POST https://api.example.com/form -F name=Zoë --as curl
  exh-oauth1 sign PUT https://api.example.com/x -d '{\"a\":1}' --body-hash
  exh-oauth1 sign POST https://photos.example.net/initiate --no-token \\
    --parameter oauth_callback=oob")]
pub(crate) struct Sign {
    /// Method, such as GET
    method: String,
    /// URL as it is sent, with its query
    url: String,
    #[command(flatten)]
    body: BodyOptions,
    /// Sign with this timestamp, in seconds since 1970, instead of now
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    timestamp: Option<u64>,
    /// Sign with this nonce instead of a random one
    #[arg(long, value_name = "S")]
    nonce: Option<String>,
    /// Print a command that sends the signed request, instead of the header
    #[arg(long = "as", value_name = "TOOL")]
    printed_as: Option<Tool>,
    #[command(flatten)]
    signing: SigningOptions,
}

/// Prints the protocol parameters alone: as the value of a header, or at the end of the form or of the URL.
pub(crate) fn run(global: &GlobalOptions, sign: &Sign) -> Result<(), Failure> {
    global.refuse_sandbox()?;
    global.refuse_sign_as()?;
    let options = &sign.signing;
    let mut request = Request::new(&sign.method, &sign.url).map_err(|error| unencoded(error, "URL", &sign.url, 0))?;
    let body = sign.body.read_form()?;
    match &body {
        Body::Form { text, .. } => request = request.form(text)?,
        Body::None => {}
        _ if options.placement == Placement::Form => {
            return Err(Failure::usage("the body is not a form, so the protocol parameters cannot be placed in it")
                .hint("-F gives a form; --body-hash signs another body"));
        }
        _ if !options.body_hash => {
            note("the body is not a form, so it is not signed; --body-hash signs its hash");
        }
        _ => {}
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
    let settings = global.settings_raw(options.raw_secrets);
    let signer = options.signer(&settings)?;
    if options.body_hash {
        request = with_hash(request, signer.signature_method(), &body)?;
    }
    let authorization = signer.sign(&request, timestamp, nonce);
    if authorization.signature().is_empty() {
        return Err(Failure::unavailable(AuthorizeError::Key));
    }
    let form = match &body {
        Body::Form { text, .. } => text,
        _ => "",
    };
    let placed = match options.placement {
        Placement::Header => authorization.into_string(),
        Placement::Form => authorization.in_form(form),
        Placement::Query => authorization.in_query(&sign.url),
    };
    match sign.printed_as {
        None => stdout::line(&placed),
        Some(Tool::Curl) => stdout::line(&command(sign, &body, &placed).text(global)?),
    }
}

/// The request with the hash of the body.
fn with_hash(request: Request, method: SignatureMethod, body: &Body<'_>) -> Result<Request, Failure> {
    let read;
    let bytes = match body {
        Body::None => &[][..],
        Body::Form { text, .. } => text.as_bytes(),
        Body::Bytes { bytes, .. } => bytes,
        Body::File { path, .. } => {
            read = files::read(path, HASH_LIMIT).map_err(|error| Failure::cannot_read(path, &error))?;
            &read
        }
        Body::Multipart(_) => {
            return Err(Failure::usage("--body-hash needs the body as it is sent, and multipart is not made here"));
        }
    };
    request.body_hash(method, bytes).map_err(Failure::usage)
}

/// The request with the protocol parameters in their place.
fn command<'a>(sign: &'a Sign, body: &'a Body<'a>, placed: &'a str) -> Command<'a> {
    let (body, mut content_type) = match body {
        Body::None => (curl::Body::None, None),
        Body::Form { text, content_type } => (curl::Body::Bytes(text.as_bytes()), Some(*content_type)),
        Body::Bytes { bytes, content_type } => (curl::Body::Bytes(bytes), Some(*content_type)),
        Body::File { content_type, .. } => {
            let path = sign.body.path().unwrap_or_default();
            (curl::Body::File(path), Some(*content_type))
        }
        Body::Multipart(fields) => (curl::Body::Parts(fields), None),
    };
    let mut command = Command { method: &sign.method, url: &sign.url, headers: Vec::new(), body };
    match sign.signing.placement {
        Placement::Header => command.headers.push(("authorization", placed)),
        Placement::Form => {
            command.body = curl::Body::Bytes(placed.as_bytes());
            content_type = content_type.or(Some(FORM));
        }
        Placement::Query => command.url = placed,
    }
    if let Some(content_type) = content_type {
        command.headers.push(("content-type", content_type));
    }
    command
}
