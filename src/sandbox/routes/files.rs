//! `/files/v1`: files, and the tokens by which they are named.

use alloc::{
    borrow::ToOwned,
    string::{String, ToString as _},
    vec::Vec,
};

use serde_json::{Value, json};

use super::{Api, Call, text};
use crate::sandbox::{
    answer::{Answer, Code, Refusal},
    files::{AccessLevel, Description},
    http::{Body, Parts},
};

/// What a name or a tag may have, and how many tags there may be.
const TEXT_LIMIT: usize = 256;
const TAGS: usize = 20;

pub(super) fn create(api: &Api, call: &Call<'_>, body: &mut Body<'_>) -> Result<Value, Refusal> {
    let media_type = call.message.single("Content-Type")?.unwrap_or_default();
    let mut content = api.files.begin();
    // Before all of it is here, where it is known.
    content.check(body.at_least())?;
    let mut parts = Parts::new(body, media_type)?;
    let (mut name, mut file, mut tags) = (None, None, Vec::new());
    while let Some(head) = parts.next()? {
        match head.name.as_str() {
            "file" => {
                parts.content(|piece| content.write(piece))?;
                let is_second = file.replace(head).is_some();
                if is_second {
                    return Err(Refusal::new(
                        Code::IllegalArgument,
                        "There are two parts named file",
                    ));
                }
            }
            "name" => name = Some(parts.text(TEXT_LIMIT)?),
            "tags" | "tags[]" if tags.len() < TAGS => tags.push(parts.text(TEXT_LIMIT)?),
            other => {
                let message = alloc::format!(
                    "A part is named {other}, and an upload has name, file and up to {TAGS} tags[]"
                );
                return Err(Refusal::new(Code::IllegalArgument, message));
            }
        }
    }
    let file = file.ok_or_else(|| {
        Refusal::new(
            Code::MissingRequiredFields,
            "The body has no part named file",
        )
    })?;
    let description = Description {
        creator: call.token()?.user.clone(),
        name: name.or(file.file_name).unwrap_or_default(),
        media_type: media_type_of(file.media_type),
        tags,
    };
    let stored = api
        .files
        .keep(content, description, api.clock.milliseconds())?;
    Ok(stored.shown(AccessLevel::Full))
}

/// What stands in a header again when the file is downloaded, so nothing else than a header may have.
fn media_type_of(said: Option<String>) -> String {
    said.filter(|said| said.contains('/') && said.len() < 200)
        .filter(|said| said.bytes().all(|octet| matches!(octet, b' '..=b'~')))
        .unwrap_or_else(|| "application/octet-stream".to_owned())
}

pub(super) fn list(api: &Api, call: &Call<'_>) -> Result<Value, Refusal> {
    Ok(call.query()?.page(api.files.shown()))
}

pub(super) fn details(api: &Api, call: &Call<'_>) -> Result<Value, Refusal> {
    let (file, access) = api.files.find(call.segment()?)?;
    Ok(file.shown(access))
}

pub(super) fn download(api: &Api, call: &Call<'_>) -> Result<Answer, Refusal> {
    let (file, _) = api.files.find(call.segment()?)?;
    Ok(Answer::file(file))
}

pub(super) fn remove(api: &Api, call: &Call<'_>) -> Result<Value, Refusal> {
    let file = api.files.own(call.segment()?)?;
    api.files.remove(&file);
    Ok(json!({ "affectedRecords": 1 }))
}

pub(super) fn create_token(api: &Api, call: &Call<'_>) -> Result<Value, Refusal> {
    let file = api.files.own(call.segment()?)?;
    let body = call.json()?;
    let access = match body.get("accessLevel") {
        None => AccessLevel::Read,
        Some(_) => match text(&body, "accessLevel")? {
            "full" => AccessLevel::Full,
            "read" => AccessLevel::Read,
            _ => {
                let message = "accessLevel is neither full nor read".to_string();
                return Err(Refusal::new(Code::FieldFormat, message));
            }
        },
    };
    let token = file.add_token(access)?;
    Ok(json!({ "token": token, "accessLevel": access.name() }))
}

pub(super) fn remove_token(api: &Api, call: &Call<'_>) -> Result<Value, Refusal> {
    let file = api.files.own(call.segment()?)?;
    let token = call.segments.get(1).copied().unwrap_or_default();
    file.remove_token(token)?;
    Ok(json!({ "affectedRecords": 1 }))
}
