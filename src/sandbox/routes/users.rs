//! `/users/v1`: the users.

use serde_json::{Value, json};

use super::{Api, Call, unknown};
use crate::sandbox::answer::Refusal;

pub(super) fn health(_: &Api, _: &Call<'_>) -> Result<Value, Refusal> {
    Ok(json!({ "status": "ok" }))
}

pub(super) fn me(api: &Api, call: &Call<'_>) -> Result<Value, Refusal> {
    get(api, &call.token()?.user)
}

pub(super) fn one(api: &Api, call: &Call<'_>) -> Result<Value, Refusal> {
    get(api, call.segment()?)
}

fn get(api: &Api, id: &str) -> Result<Value, Refusal> {
    let user = api.users.get(id);
    user.ok_or_else(|| unknown("There is no user with this id"))
}

pub(super) fn update(api: &Api, call: &Call<'_>) -> Result<Value, Refusal> {
    const FIELDS: [&str; 5] = [
        "first_name",
        "last_name",
        "language",
        "time_zone",
        "phone_number",
    ];
    let body = call.json()?;
    let now = api.clock.milliseconds();
    let changed = api.users.change(call.segment()?, |user| {
        for name in FIELDS {
            if let Some(value) = body.get(name).filter(|value| value.is_string()) {
                user[name] = value.clone();
            }
        }
        user["update_timestamp"] = now.into();
    });
    changed.ok_or_else(|| unknown("There is no user with this id"))
}
