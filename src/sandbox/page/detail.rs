//! One request in detail: as received, with its diagnosis or its steps.

use serde_json::{Value, json};

use super::{Record, Verdict};
use crate::{
    explain::{CapturedRequest, Options, diagnose, steps},
    sandbox::{
        gate::{Policy, Signed},
        routes::Api,
    },
};

/// The summary of a request with what is shown when it is opened.
pub(super) fn detail(api: &Api, record: &Record) -> Value {
    let message = &record.message;
    let form = record.form.as_deref();
    let signed = Signed::read(message, form, Policy::Any).ok();
    let place = signed.as_ref().map(|signed| signed.place.name());
    let secrets = api.secrets_of(signed.as_ref().map(Signed::token).as_deref());
    let url = message.url().unwrap_or_default();
    let request = captured(record, &url);
    let diagnosis = diagnose(&request, &secrets, &Options::default());
    let is_signed = place.is_some() || diagnosis.place.is_some();
    let steps = signed
        .filter(|_| record.verdict == Verdict::Accepted)
        .and_then(|signed| steps(&signed.captured(), &secrets).ok());
    let mask = api.mask();
    let mut value = record.summary();
    value["url"] = url.as_str().into();
    value["headers"] = mask.headers(message).into();
    value["form"] = record.form.as_deref().into();
    value["place"] = json!(place);
    value["diagnosis"] = json!(is_signed.then_some(diagnosis));
    value["steps"] = json!(steps);
    mask.value(value)
}

fn captured(record: &Record, url: &str) -> CapturedRequest {
    let mut request = CapturedRequest::new(&record.message.method, url);
    for (name, value) in &record.message.headers {
        request = request.header(name, &String::from_utf8_lossy(value));
    }
    match &record.form {
        Some(form) => request.form(form),
        None => request,
    }
}
