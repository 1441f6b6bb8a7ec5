//! `/files/v1`: files and their tokens.

use serde_json::{Value, json};

use super::{Api, Call, multipart::Parts, text};
use crate::sandbox::{
    http::Body,
    response::{Code, ErrorResponse, Response},
    store::{AccessLevel, Description},
};

/// Bytes of a name or tag.
const TEXT_LIMIT: usize = 256;
/// Tags of a file.
const TAGS: usize = 20;

pub(super) fn create(api: &Api, call: &Call<'_>, body: &mut Body<'_>) -> Result<Value, ErrorResponse> {
    let media_type = call.message.single("Content-Type")?.unwrap_or_default();
    let mut content = api.files.begin();
    // The length may be known in advance.
    content.check(body.left())?;
    let mut parts = Parts::new(body, media_type)?;
    let (mut name, mut file, mut tags) = (None, None, Vec::new());
    while let Some(part) = parts.next()? {
        match part.name.as_str() {
            "file" => {
                parts.content(|piece| content.write(piece))?;
                let is_second = file.replace(part).is_some();
                if is_second {
                    return Err(ErrorResponse::new(Code::IllegalArgument, "There are two parts named file"));
                }
            }
            "name" => name = Some(parts.text(TEXT_LIMIT)?),
            "tags" | "tags[]" if tags.len() < TAGS => tags.push(parts.text(TEXT_LIMIT)?),
            other => {
                let message =
                    std::format!("A part is named {other}, and an upload has name, file and up to {TAGS} tags[]");
                return Err(ErrorResponse::new(Code::IllegalArgument, message));
            }
        }
    }
    let file =
        file.ok_or_else(|| ErrorResponse::new(Code::MissingRequiredFields, "The body has no part named file"))?;
    let description = Description {
        creator: call.token()?.user.clone(),
        name: name.or(file.file_name).unwrap_or_default(),
        media_type: media_type_of(file.media_type),
        tags,
    };
    let stored = api.files.keep(content, description, api.clock.milliseconds())?;
    Ok(stored.shown(AccessLevel::Full))
}

/// The media type is sent in a header when the file is downloaded, so it may contain only what a header may.
fn media_type_of(given: Option<String>) -> String {
    given
        .filter(|given| given.contains('/') && given.len() < 200)
        .filter(|given| given.bytes().all(|byte| matches!(byte, b' '..=b'~')))
        .unwrap_or_else(|| "application/octet-stream".to_owned())
}

pub(super) fn list(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    Ok(call.query()?.page(api.files.shown()))
}

pub(super) fn details(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    let (file, access) = api.files.find(call.segment()?)?;
    Ok(file.shown(access))
}

pub(super) fn download(api: &Api, call: &Call<'_>) -> Result<Response, ErrorResponse> {
    let (file, _) = api.files.find(call.segment()?)?;
    Ok(Response::file(file))
}

pub(super) fn remove(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    let file = api.files.own(call.segment()?)?;
    api.files.remove(&file);
    Ok(json!({ "affectedRecords": 1 }))
}

pub(super) fn create_token(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    let file = api.files.own(call.segment()?)?;
    let body = call.json()?;
    let access = match body.get("accessLevel") {
        None => AccessLevel::Read,
        Some(_) => match text(&body, "accessLevel")? {
            "full" => AccessLevel::Full,
            "read" => AccessLevel::Read,
            _ => {
                let message = "accessLevel is neither full nor read".to_string();
                return Err(ErrorResponse::new(Code::FieldFormat, message));
            }
        },
    };
    let token = file.add_token(access)?;
    Ok(json!({ "token": token, "accessLevel": access.name() }))
}

pub(super) fn remove_token(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    let file = api.files.own(call.segment()?)?;
    let token = call.segments.get(1).copied().unwrap_or_default();
    file.remove_token(token)?;
    Ok(json!({ "affectedRecords": 1 }))
}
