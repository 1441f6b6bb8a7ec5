//! The client against a mock of the API.

use exh_oauth1::{
    Client, Credentials, Signer,
    client::{BaseUrl, Configuration, Error, ErrorCode},
};
use httpmock::{Method::PUT, MockServer};
use serde_json::{Value, json};

fn client(server: &MockServer) -> Client {
    let signer = Signer::new(Credentials::new("key", "secret")).token(Credentials::new("token", "secret"));
    let base_url = BaseUrl::from_url(&server.base_url(), false).unwrap();
    Client::builder(Configuration::new(base_url, signer)).build().unwrap()
}

#[test]
fn the_user_is_typed_and_keeps_unknown_fields() {
    let server = MockServer::start();
    let mock = server.mock(|when, then| {
        when.method("GET").path("/users/v1/me").header_exists("Authorization");
        then.status(200).json_body(json!({
            "id": "5a0b1c2d3e4f5a6b7c8d9e0f", "first_name": "Sandy", "timeZone": "Europe/Brussels", "shoe_size": 38
        }));
    });
    let user = client(&server).me().unwrap();
    assert_eq!(user.id, "5a0b1c2d3e4f5a6b7c8d9e0f");
    assert_eq!(user.first_name.as_deref(), Some("Sandy"));
    assert_eq!(user.time_zone.as_deref(), Some("Europe/Brussels"));
    assert_eq!(user.other["shoe_size"], 38);
    mock.assert();
}

#[test]
fn json_is_sent_and_received() {
    let server = MockServer::start();
    let mock = server.mock(|when, then| {
        when.method(PUT).path("/users/v1/1").json_body(json!({ "language": "NL" }));
        then.status(200).json_body(json!({ "affectedRecords": 1 }));
    });
    let response = client(&server).put("/users/v1/1", &json!({ "language": "NL" })).unwrap();
    assert_eq!(response.json::<Value>().unwrap(), json!({ "affectedRecords": 1 }));
    mock.assert();
}

#[test]
fn an_error_of_the_api_can_be_matched() {
    let server = MockServer::start();
    server.mock(|when, then| {
        when.path("/users/v1/me");
        then.status(401).json_body(json!({ "code": 109, "name": "OAUTH_SIGNATURE_EXCEPTION" }));
    });
    let Err(Error::Api(error)) = client(&server).me() else { panic!("a response of 401 is an error") };
    assert_eq!(error.status, 401);
    assert_eq!(error.code.map(ErrorCode::number), Some(109));
    assert_eq!(error.name.as_deref(), Some("OAUTH_SIGNATURE_EXCEPTION"));
}
