//! The header for a request that is not sent.

use exh_oauth1::{
    Authorization, AuthorizeError, Nonce, ParseError, ProtocolParameters, Request, SignatureMethod,
    Signer, client::Settings, rsa, timestamp,
};
use rand::rngs::SysRng;

use crate::{
    arguments::{Common, Method, Placement, Sign},
    curl::{As, Body, Command},
    failure::Failure,
    files, output,
};

/// No private key is larger, in bytes; what is, such as a device that never ends, is another file.
const KEY_LIMIT: usize = 64 << 10;

/// Prints the signed parameters, as a header's value or as they stand in a form or query, and nothing else.
pub(crate) fn run(common: &Common, sign: &Sign) -> Result<(), Failure> {
    common.refuse_sandbox()?;
    common.refuse_sign_as()?;
    if let (Placement::Form, Some(_)) = (sign.placement, &sign.body_hash) {
        return Err(Failure::usage(
            "a body with a hash is no form, in which parameters could be placed",
        ));
    }
    let mut request = Request::new(&sign.method, &sign.url)?;
    if let Some(form) = &sign.form {
        request = request.form(form)?;
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
    let settings = common.settings_raw(sign.raw_secrets);
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
        None => output::line(&placed),
        Some(As::Curl) => output::line(&command(sign, &placed).text(common)?),
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
        settings.signer_without_token()?
    } else {
        settings.signer()?
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
    let mut own = ProtocolParameters::new(settings.client_identifier()?, method);
    if !sign.no_token {
        own = own.token(settings.token_identifier()?);
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
