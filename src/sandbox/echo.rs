//! The response of `--echo`: what was received.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{gate::Signed, http::Message, mask::Mask};
use crate::explain::{Secrets, steps};

/// Describes a request that was verified.
pub(super) fn echo(message: &Message, signed: &Signed, body: &[u8], secrets: &Secrets, mask: &Mask) -> Value {
    let steps = steps(&signed.captured(), secrets).ok();
    let parameters = steps.iter().flat_map(|steps| &steps.parameters);
    let parameters: Vec<_> = parameters
        .map(|parameter| {
            let place = match parameter.source {
                "header" => signed.place.name(),
                source => source,
            };
            json!({
                "place": place,
                "name": mask.text(&parameter.name),
                "value": mask.text(&parameter.value),
            })
        })
        .collect();
    let token: Option<String> = Some(signed.token()).filter(|token| !token.is_empty());
    json!({
        "method": message.method,
        "url": mask.text(&signed.url),
        "signature": {
            "place": signed.place.name(),
            "method": signed.authorization.signature_method(),
            "consumer_key": signed.authorization.consumer_key(),
            "token": token,
        },
        "parameters": parameters,
        "headers": mask.headers(message),
        "body": {
            "length": body.len(),
            "sha256": STANDARD.encode(Sha256::digest(body)),
        },
    })
}
