//! The header for a request that is not sent.

use exh_oauth1::{Nonce, Request, Signer, timestamp};
use rand::rngs::SysRng;

use crate::{
    arguments::{Common, Method, Sign},
    failure::Failure,
    output,
};

/// Prints the value of the `Authorization` header and nothing else.
pub(crate) fn run(common: &Common, sign: &Sign) -> Result<(), Failure> {
    let mut request = Request::new(&sign.method, &sign.url)?;
    if let Some(form) = &sign.form {
        request = request.form(form)?;
    }
    let signer = signer(common, sign)?;
    let timestamp = match sign.timestamp {
        Some(timestamp) => timestamp,
        None => timestamp()?,
    };
    let authorization = match &sign.nonce {
        Some(nonce) => signer.sign(&request, timestamp, nonce),
        None => {
            let nonce = Nonce::try_generate(&mut SysRng)
                .map_err(|_| exh_oauth1::AuthorizeError::Randomness)?;
            signer.sign(&request, timestamp, nonce.as_str())
        }
    };
    output::line(authorization.as_str())
}

fn signer(common: &Common, sign: &Sign) -> Result<Signer, Failure> {
    let settings = common.settings();
    let mut signer = if sign.no_token {
        settings.signer_without_token()?
    } else {
        settings.signer()?
    };
    signer = match sign.signature_method {
        Method::HmacSha1 => signer,
        Method::HmacSha256 => signer.hmac_sha256(),
        Method::HmacSha512 => signer.hmac_sha512(),
        Method::Plaintext => signer.plaintext(),
    };
    if sign.no_version {
        signer = signer.without_version();
    }
    for (name, value) in &sign.parameters {
        let added = if name == "realm" {
            signer.realm(value)
        } else {
            signer.parameter(name, value)
        };
        signer =
            added.map_err(|error| Failure::usage(format_args!("--parameter {name}: {error}")))?;
    }
    Ok(signer)
}
