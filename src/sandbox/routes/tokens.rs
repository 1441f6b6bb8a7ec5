//! `/auth/v2/oauth1/tokens`: logging in, and the tokens that this creates.

use serde_json::{Value, json};

use super::{Api, Call, text, unknown};
use crate::sandbox::response::ErrorResponse;

pub(super) fn create(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    let body = call.json()?;
    let (email, password) = (text(&body, "email")?, text(&body, "password")?);
    let user = api.accounts.log_in(email, password, api.clock.seconds())?;
    give(api, user)
}

pub(super) fn confirm(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    let body = call.json()?;
    let user = api.accounts.confirm(
        text(&body, "token")?,
        text(&body, "methodId")?,
        text(&body, "code")?,
        api.clock.seconds(),
    )?;
    give(api, user)
}

/// The only response with a token's secret.
fn give(api: &Api, user: &str) -> Result<Value, ErrorResponse> {
    let token = api.tokens.create(user, api.clock.milliseconds())?;
    let mut shown = token.shown();
    api.mask.add(token.secret());
    shown["tokenSecret"] = token.secret().into();
    Ok(shown)
}

pub(super) fn list(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    Ok(call.query()?.page(api.tokens.of(&call.token()?.user)))
}

pub(super) fn remove(api: &Api, call: &Call<'_>) -> Result<Value, ErrorResponse> {
    if !api.tokens.remove(&call.token()?.user, call.segment()?) {
        return Err(unknown("You have no token with this id"));
    }
    Ok(json!({ "affectedRecords": 1 }))
}
