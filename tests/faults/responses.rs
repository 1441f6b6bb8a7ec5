//! Error responses, Retry-After, failures.

use crate::{
    row::{Row, row},
    run,
    server::response,
};

/// An error response with this status and code.
macro_rules! code {
    ($status:expr, $code:expr) => {
        response!($status, concat!("{\"code\":", $code, ",\"name\":\"NAME\",\"message\":\"the message\"}"))
    };
}

/// 429, tried twice, with this `Retry-After`.
macro_rules! wait {
    ($retry_after:expr) => {
        row(
            concat!("429, Retry-After: ", $retry_after),
            response!(concat!("429 x\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: ", $retry_after), ""),
            4,
            &["attempt 2: 429", "too many requests", "wait"],
        )
        .run(&["me", "--retry", "1", "-v"])
    };
}

/// Error responses with the API's codes, and words of each meaning.
macro_rules! rejections {
    ($($status:literal $code:literal $word:literal,)*) => {
        &[$(row(
            concat!($status, " with ", $code),
            code!(concat!($status, " x"), $code),
            4,
            &[concat!("error: ", $status), concat!(": ", $code, " NAME"), "the message", $word],
        )),*]
    };
}

/// Codes of Extra Horizon's SDK and documentation; `tests/client/codes.rs` has all of them.
const REJECTIONS: &[Row] = rejections! {
    "401" "10" "lacks the permission",
    "401" "21" "too long",
    "401" "101" "no application",
    "400" "103" "application is unknown",
    "401" "104" "no user",
    "401" "106" "email or password",
    "401" "107" "consumer key is unknown",
    "401" "108" "token is unknown",
    "401" "109" "signature does not match",
    "401" "110" "used before",
    "400" "113" "callback",
    "400" "114" "response type",
    "401" "115" "authorization is unknown",
    "401" "116" "code has expired",
    "401" "117" "access token is unknown",
    "401" "118" "access token has expired",
    "401" "119" "refresh token is unknown",
    "401" "120" "refresh token has expired",
    "400" "121" "grant type",
    "400" "122" "PKCE verifier does not belong",
    "401" "123" "client's identifier",
    "401" "124" "client's secret",
    "401" "126" "client's credentials are missing",
    "400" "128" "PKCE verifier is missing",
    "401" "129" "second factor is required",
    "401" "130" "second factor's code is wrong",
    "401" "131" "token for the second factor",
    "401" "132" "presence token",
    "400" "133" "too few methods",
    "401" "134" "tried again too early",
    "401" "136" "OpenID provider's token",
    "401" "137" "OpenID nonce",
    "401" "138" "no usable response",
    "401" "139" "rejected the authorization code",
    "401" "202" "email address is unknown",
    "401" "204" "user is not activated",
    "401" "208" "password is wrong",
    "401" "211" "another login a moment ago",
    "401" "212" "logins are frozen",
    "401" "213" "account is locked",
    "401" "215" "users of an OpenID provider",
    "401" "224" "pin code is wrong",
    "401" "2605" "file's token is not valid",
    "401" "2606" "file's token does not allow this",
};

const ROWS: &[Row] = &[
    // Error responses: the codes of 401, as Extra Horizon's SDK has them.
    row(
        "401 with 10",
        code!("401 x", "10"),
        4,
        &["401 Unauthorized from", ": 10 NAME", "lacks the permission", "the message", "the signature is correct"],
    ),
    row(
        "401 with 107",
        code!("401 x", "107"),
        4,
        &["401 Unauthorized from", ": 107", "consumer key is unknown", "API_HOST and API_OAUTH_CONSUMER_KEY"],
    ),
    row(
        "401 with 108",
        code!("401 x", "108"),
        4,
        &["401 Unauthorized from", ": 108", "token is unknown", "API_OAUTH_TOKEN"],
    ),
    row("401 with 109", code!("401 x", "109"), 4, &["401 Unauthorized from", ": 109", "does not match", "explain"]),
    row(
        "401 with 109, of two places",
        code!("401 x", "109"),
        4,
        &["401 Unauthorized from", ": 109", "come from different places", "token.env"],
    )
    .run(&["me", "--credentials", "{folder}/token.env"])
    .with(&[("API_OAUTH_TOKEN_SECRET", "")])
    .files(&[("token.env", b"API_OAUTH_TOKEN_SECRET=w3bRzL9tokenVn6\n")]),
    row(
        "401 with a code that nobody knows",
        code!("401 x", "4294967295"),
        4,
        &["401 Unauthorized from", ": 4294967295 NAME"],
    ),
    row("401 with an invalid code", code!("401 x", "-1"), 4, &["401", "NAME", "check the credentials"]),
    row("401 with a huge code", code!("401 x", "1e999"), 4, &["401", "NAME"]),
    row("401 with a code that is text", code!("401 x", "\"109\""), 4, &["401", "NAME"]),
    row("401 with a list", response!("401 x", "[{\"code\":109}]"), 4, &["401", "check the credentials"]),
    row("401 with HTML", response!("401 x\r\nContent-Type: text/html", "<html>"), 4, &["401", "check the credentials"])
        .prints("<html>"),
    row("401 with nothing", response!("401 x\r\nContent-Length: 0", ""), 4, &["401", "check the credentials"]),
    row("403", code!("403 x", "10"), 4, &["403 Forbidden from", ": 10"]),
    row("404", response!("404 x", "{\"code\":16,\"message\":\"gone\"}"), 4, &["404 Not Found from", ": 16", "gone"]),
    row("407, which only a proxy says", response!("407 x", ""), 4, &["407"]),
    row("418", response!("418 x", ""), 4, &["418"]),
    row("499", response!("499 x", ""), 4, &["499"]),
    // Retry-After. A wait beyond the timeout ends the call.
    row("429 without Retry-After", response!("429 x", ""), 4, &["attempt 2: 429", "too many requests"])
        .run(&["me", "--retry", "1", "-v"]),
    wait!("0"),
    wait!(" 0 "),
    wait!("00"),
    wait!("Sun, 06 Nov 1994 08:49:37 GMT"),
    wait!("Sunday, 06-Nov-94 08:49:37 GMT"),
    wait!("Sun Nov  6 08:49:37 1994"),
    wait!("Sun, 06 Nov 1904 08:49:37 GMT"),
    wait!("-1"),
    wait!("1.5"),
    wait!("+1"),
    wait!(""),
    wait!("soon"),
    wait!("0, 9999"),
    wait!("0;x=y"),
    wait!("\u{660}"),
    wait!("1994-11-06T08:49:38Z"),
    wait!("Sun, 06 Nov 1994 08:49:38 +0100"),
    wait!("Sun, 06 Nov 1994"),
    wait!("\u{e9}"),
    wait!("0x10"),
    wait!("Sun, 99 Nov 9999 99:99:99 GMT"),
    row(
        "429, Retry-After twice",
        response!("429 x\r\nRetry-After: 0\r\nRetry-After: 9999", ""),
        4,
        &["attempt 2: 429"],
    )
    .run(&["me", "--retry", "1", "-v"]),
    row("429, Retry-After: 1", response!("429 x\r\nRetry-After: 1", ""), 4, &["attempt 2: 429", "waiting 1000 ms"])
        .run(&["me", "--retry", "1", "-v"]),
    row(
        "429, Retry-After: a second after its Date",
        response!("429 x\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:49:38 GMT", ""),
        4,
        &["attempt 2: 429", "waiting 1000 ms"],
    )
    .run(&["me", "--retry", "1", "-v"]),
    row("429, Retry-After: an hour", response!("429 x\r\nRetry-After: 3600", ""), 4, &["429"])
        .run(&["me", "--retry", "1"])
        .within(1.0),
    row("429, Retry-After: 2^64 and more", response!("429 x\r\nRetry-After: 99999999999999999999999", ""), 4, &["429"])
        .run(&["me", "--retry", "20"])
        .within(1.0),
    row(
        "429, Retry-After: the year 9999",
        response!("429 x\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT", ""),
        4,
        &["429"],
    )
    .run(&["me", "--retry", "20"])
    .within(1.0),
    row("429 for ever", response!("429 x\r\nRetry-After: 0", ""), 4, &["429"])
        .run(&["me", "--retry", "20"])
        .within(2.0),
    // Failures.
    row(
        "500 with JSON",
        response!("500 x", "{\"code\":1406,\"message\":\"it broke\"}"),
        5,
        &["500 Internal Server Error from", ": 1406", "it broke"],
    ),
    row("500 with nothing", response!("500 x\r\nContent-Length: 0", ""), 5, &["500", "try again later"]).prints(""),
    row(
        "502 with HTML",
        response!("502 Bad Gateway\r\nContent-Type: text/html", "<html><script>alert(1)</script>"),
        5,
        &["502"],
    )
    .prints("<html><script>alert(1)</script>"),
    row("503, Retry-After: an hour", response!("503 x\r\nRetry-After: 3600", ""), 5, &["503"])
        .run(&["me", "--retry", "2"])
        .within(1.0),
    row(
        "503 to POST, which is not sent again",
        response!("503 x\r\nRetry-After: 0", ""),
        5,
        &["attempt 1: 503", "503"],
    )
    .run(&["post", "/x", "-d", "{}", "--retry", "2", "-v"]),
    row("504 that is cut off", response!("504 x\r\nContent-Length: 99", "<html>"), 1, &["closed before the end"]),
    row("599", response!("599 x", ""), 5, &["599"]),
    // Unusable responses of 2xx.
    row("200 with nothing", response!("200 OK\r\nContent-Length: 0", ""), 1, &["empty body"]),
    row("202", response!("202 Accepted", "{\"id\":\"1\"}"), 0, &[]).prints("{\"id\":\"1\"}"),
    row("205 with a body", response!("205 x", "{\"id\":\"1\"}"), 0, &[]),
    row("206, which nobody asked for", response!("206 x", "{\"id\":"), 1, &["not JSON"]),
];

#[test]
fn rows() {
    run::check(ROWS);
}

#[test]
fn rejections() {
    run::check(REJECTIONS);
}
