//! The methods and paths that are served.

use serde_json::Value;

use super::{Api, Call, files, tokens, users};
use crate::sandbox::{
    gate::Access,
    http::{Body, Message},
    response::{Code, ErrorResponse, Response},
};

pub(super) struct Route {
    method: &'static str,
    /// `{id}` matches 24 hexadecimal digits. Other names in braces match any one segment.
    path: &'static str,
    pub(super) access: Access,
    pub(super) handler: Handler,
}

/// What makes the response.
#[derive(Clone, Copy)]
pub(super) enum Handler {
    Value(fn(&Api, &Call<'_>) -> Result<Value, ErrorResponse>),
    /// Reads the body while it arrives.
    Upload(fn(&Api, &Call<'_>, &mut Body<'_>) -> Result<Value, ErrorResponse>),
    Download(fn(&Api, &Call<'_>) -> Result<Response, ErrorResponse>),
}

/// The first row that matches is used.
const ROUTES: &[Route] = &[
    route("POST", "/auth/v2/oauth1/tokens", Access::Client, tokens::create),
    route("POST", "/auth/v2/oauth1/tokens/mfa", Access::Client, tokens::confirm),
    route("GET", "/auth/v2/oauth1/tokens", Access::User, tokens::list),
    route("DELETE", "/auth/v2/oauth1/tokens/{id}", Access::User, tokens::remove),
    route("GET", "/users/v1/health", Access::Open, users::health),
    route("GET", "/users/v1/me", Access::User, users::me),
    route("GET", "/users/v1", Access::User, users::list),
    route("GET", "/users/v1/", Access::User, users::list),
    route("GET", "/users/v1/patients", Access::User, users::patients),
    route("GET", "/users/v1/staff", Access::User, users::staff),
    route("GET", "/users/v1/{id}", Access::User, users::one),
    route("PUT", "/users/v1/{id}", Access::User, users::update),
    Route { method: "POST", path: "/files/v1/", access: Access::User, handler: Handler::Upload(files::create) },
    route("GET", "/files/v1/", Access::User, files::list),
    route("GET", "/files/v1/{token}/details", Access::User, files::details),
    Route {
        method: "GET",
        path: "/files/v1/{token}/file",
        access: Access::User,
        handler: Handler::Download(files::download),
    },
    route("DELETE", "/files/v1/{token}", Access::User, files::remove),
    route("POST", "/files/v1/{token}/tokens", Access::User, files::create_token),
    route("DELETE", "/files/v1/{token}/tokens/{other}", Access::User, files::remove_token),
];

const fn route(
    method: &'static str,
    path: &'static str,
    access: Access,
    handler: fn(&Api, &Call<'_>) -> Result<Value, ErrorResponse>,
) -> Route {
    Route { method, path, access, handler: Handler::Value(handler) }
}

/// The route of a request, and the segments of its path at the route's braces.
pub(super) fn find(message: &Message) -> Option<(&'static Route, Vec<&str>)> {
    // The response to HEAD is that to GET without its body (RFC 9110 §9.3.2).
    let method = match message.method.as_str() {
        "HEAD" => "GET",
        other => other,
    };
    ROUTES
        .iter()
        .filter(|route| route.method == method)
        .find_map(|route| Some((route, segments(route.path, message.path())?)))
}

/// The segments of a path at a pattern's braces. None if the path does not match.
fn segments<'a>(pattern: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        let matches = match expected {
            "{id}" => segment.len() == 24 && segment.bytes().all(|byte| byte.is_ascii_hexdigit()),
            _ if expected.starts_with('{') => !segment.is_empty(),
            _ => segment == expected,
        };
        if !matches {
            return None;
        }
        if expected.starts_with('{') {
            found.push(segment);
        }
    }
    segments.next().is_none().then_some(found)
}

pub(super) fn not_served() -> ErrorResponse {
    let mut served = String::new();
    for Route { method, path, .. } in ROUTES {
        if !served.is_empty() {
            served.push_str(", ");
        }
        served.push_str(&[method, " ", path].concat());
    }
    let message = format!("The sandbox does not serve this method and path. It serves {served}");
    ErrorResponse::new(Code::ServiceNotFound, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_paths() {
        const ID: &str = "/a/5a0b1c2d3e4f5a6b7c8d9e0f";
        for (pattern, path, expected) in [
            ("/a/v1/me", "/a/v1/me", Some(Vec::new())),
            ("/a/v1/me", "/a/v1/me/", None),
            ("/a/v1/me", "/a/v1", None),
            ("/a/{b}", "/a/b", Some(Vec::from(["b"]))),
            ("/a/{b}", "/a/", None),
            ("/a/{b}", "/a/b/c", None),
            ("/a/{b}/c/{d}", "/a/b/c/%2F", Some(Vec::from(["b", "%2F"]))),
            ("/a/{id}", ID, Some(Vec::from([&ID[3..]]))),
            ("/a/{id}", &ID[..ID.len() - 1], None),
            ("/a/{id}", "/a/5a0b1c2d3e4f5a6b7c8d9e0g", None),
            ("/a/{id}", "/a/me", None),
            ("/a/", "/a/", Some(Vec::new())),
            ("/a/", "/a", None),
        ] {
            assert_eq!(segments(pattern, path), expected, "{pattern} {path}");
        }
    }
}
