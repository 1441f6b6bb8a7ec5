//! The program on refused signatures, where a transcript needs a server.

use crate::support::{sandbox, transcript};

/// With `-v` a 109 shows what was signed, with which the server's base string can be compared; without it, nothing is shown.
#[test]
fn a_refused_signature_shows_its_base_string() {
    let running = sandbox::Running::new();
    let url = running.url("");
    let signed_url = url.replace(':', "%3A").replace('/', "%2F");
    let keys = sandbox::keys();
    let (client, token) = (&keys.consumer_key, &keys.token);
    let variables = format!(
        "API_OAUTH_CONSUMER_KEY={client} API_OAUTH_CONSUMER_SECRET='client secret & more' API_OAUTH_TOKEN={token} \
         API_OAUTH_TOKEN_SECRET=an0th3r-s3cr3t exh-oauth1"
    );
    let refused = "! error: [..]109[..]\n!\n!   tip: [..]\n".to_owned();
    let text = format!(
        "$ {variables} get '/users/v1/me?a=b%20c' --base-url {url}\n? 4\n[..]\n{refused}\
         $ {variables} -v get '/users/v1/me?a=b%20c' --base-url {url}\n? 4\n[..]\n\
         ! calling {url}\n! settings: [..]\n! attempt 1: 401 after [..] ms\n\
         ! the base string that was signed:\n!     method\n!       GET\n!     URI\n!       {signed_url}%2Fusers%2Fv1%2Fme\n\
         !     parameters\n!       a%3Db%2520c%26\n!       oauth_consumer_key%3D{client}%26\n!       oauth_nonce%3D[..]%26\n\
         !       oauth_signature_method%3DHMAC-SHA1%26\n!       oauth_timestamp%3D[..]%26\n!       oauth_token%3D{token}%26\n\
         !       oauth_version%3D1.0\n{refused}"
    );
    let home = tempfile::tempdir().unwrap();
    for exchange in transcript::read(&text) {
        transcript::run("a refused signature", &exchange, home.path(), &[]);
    }
}
