//! What to do if no known mistake explains a signature.

use super::recipe::Context;

/// What to do next: first the client's own base string, then what cannot be seen from outside, and the secrets last.
pub(super) fn advice(context: &Context<'_>, method: &str) -> Vec<String> {
    let is_rsa = method.starts_with("RSA-");
    let has_base_string = method != "PLAINTEXT";
    let has_token = context.names_token();
    let lacks_secret = has_token && !is_rsa && context.secrets.token_secret().is_none();
    let advice = [
        (lacks_secret, "The request names a token, and its secret was not given here: give it."),
        (
            has_base_string,
            "Get the client's own signature base string: from its debug log, or by printing what it passes to the HMAC or RSA function. Compare it here with --base-string: that shows every difference.",
        ),
        (
            has_base_string,
            "Check that nonce and timestamp are made once: some clients make them a second time for the header, which cannot be seen from outside.",
        ),
        (
            has_base_string,
            "Check that method, URL and body are those that were sent, and that nothing changes them after signing: an HTTP library, a redirect, a proxy.",
        ),
        (
            has_base_string && context.hosts.is_empty(),
            "If a proxy is in between, the server may see another host, scheme or path than the client: try that one with --also-try-host.",
        ),
        (
            is_rsa,
            "Check that the private key of the client belongs to the public key that the server has for this consumer key.",
        ),
    ];
    let mut list: Vec<_> = advice.into_iter().filter(|it| it.0).map(|it| it.1.to_string()).collect();
    if !is_rsa {
        let secrets = if has_token {
            "both secrets are those that were issued with the consumer key and token of the request"
        } else {
            "the secret is the one that was issued with the consumer key of the request"
        };
        let others = if context.other_secrets.is_empty() { "; others can be tried with --also-try" } else { "" };
        list.push(format!("Then check that {secrets}{others}."));
    }
    list
}
