//! `/users/v1`: the users.

use serde_json::{Value, json};

use super::{Api, Call, text, unknown};
use crate::sandbox::{
    response::{Code, ErrorResponse},
    store::Kind,
};

pub(super) fn health(_: &Api, _: &Call<'_>) -> Result<Value, ErrorResponse> {
    Ok(json!({ "status": "ok" }))
}

pub(super) fn me(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    get(api, &call.token()?.user)
}

pub(super) fn list(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    Ok(api.users.page(Kind::All, &call.query()?))
}

pub(super) fn patients(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    Ok(api.users.page(Kind::Patients, &call.query()?))
}

pub(super) fn staff(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    Ok(api.users.page(Kind::Staff, &call.query()?))
}

pub(super) fn one(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    get(api, call.segment()?)
}

fn get(api: &Api, id: &str) -> Result<Value, ErrorResponse> {
    let user = api.users.get(id);
    user.ok_or_else(|| unknown("There is no user with this id"))
}

pub(super) fn update(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    const FIELDS: [&str; 5] = ["first_name", "last_name", "language", "time_zone", "phone_number"];
    let id = call.segment()?;
    if id != call.token()?.user {
        let message =
            "You can change only yourself. Changing others requires the permission UPDATE_USER, which nobody has here";
        return Err(ErrorResponse::new(Code::NoPermission, message));
    }
    let body = call.json()?;
    if !body.is_object() {
        return Err(ErrorResponse::new(Code::BodyFormat, "The body is not an object"));
    }
    for name in FIELDS {
        if body.get(name).is_some() {
            text(&body, name)?;
        }
    }
    let now = api.clock.milliseconds();
    let changed = api.users.change(id, |user| {
        for name in FIELDS {
            if let Some(value) = body.get(name).filter(|value| value.is_string()) {
                user[name] = value.clone();
            }
        }
        user["update_timestamp"] = now.into();
    });
    changed.ok_or_else(|| unknown("There is no user with this id"))
}
